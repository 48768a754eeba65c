"""GDAL's own client of OGC API Features reads every collection through /ogc."""

from __future__ import annotations

import pyogrio
import pytest

from app.kit.db import make_engine
from app.layer import layers
from tests.acceptance.serving import serving
from tests.filling import fill, visible

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def filled(clone):
    engine = make_engine(clone())
    yield fill(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def service(filled, tmp_path_factory):
    with serving(filled.engine, tmp_path_factory.mktemp("home")) as running:
        yield running


def read(service, layer, **options):
    service.forget()
    return pyogrio.read_dataframe(f"OAPIF:{service.url}/ogc", layer=layer, **options)


def test_gdal_lists_every_collection(service):
    assert set(pyogrio.list_layers(f"OAPIF:{service.url}/ogc")[:, 0]) == set(layers())


@pytest.mark.parametrize("name", list(layers()))
def test_gdal_reads_every_feature_once_in_the_storage_crs(service, filled, name):
    frame = read(service, name)
    asked = service.asked(f"/{name}/items")
    assert frame.crs.to_epsg() == 28992
    assert set(frame.geom_type) == {layers()[name].geometry_type}
    assert frame["id"].is_unique
    if name == "works":
        expected = [w for w in filled.works if not w["withdrawn"] and visible(w, None)]
        assert set(frame["id"]) == {str(w["id"]) for w in expected}
        assert len(asked) <= 4, "one to learn the types, then pages of a thousand"
        numbers = {str(w["id"]): w for w in expected}
        served = frame.set_index("id")
        for id_, work in list(numbers.items())[:50]:
            assert served.loc[id_].geometry.equals_exact(work["footprint"], 0.002)


def test_types(service):
    works = read(service, "works")
    assert works["project_cost_eur"].dtype == "float64"
    for name in ("start", "end", "earliest", "latest", "updated"):
        assert works[name].dtype.kind == "M", name
    findings = read(service, "opportunities")
    for name in ("score", "distance_m", "shift_days", "saving_eur"):
        assert findings[name].dtype == "float64", name


def test_gdal_lets_the_server_filter(service):
    frame = read(service, "works", where="facility = 'gas'")
    assert set(frame["facility"]) == {"gas"}
    assert any("facility=gas" in line for line in service.log)


def test_gdal_lets_the_server_cut_out_a_box(service):
    frame = read(service, "works", bbox=(92_000, 461_000, 93_000, 462_000))
    assert 0 < len(frame) < 100
    assert any("bbox=" in line and "bbox-crs=" in line for line in service.log)


def test_a_partner_reads_more_with_a_key(service, filled):
    public = len(read(service, "works"))
    pyogrio.set_gdal_config_options({"GDAL_HTTP_USERPWD": f"gis:{filled.keys['gemeente']}"})
    try:
        partner = len(read(service, "works"))
    finally:
        pyogrio.set_gdal_config_options({"GDAL_HTTP_USERPWD": None})
    assert partner > public
