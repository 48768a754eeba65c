"""``kansenkaart export``: what a viewer may see, whole or not at all."""

from __future__ import annotations

import geopandas
import pyogrio
import pytest
import shapely
from typer.testing import CliRunner

from app.cli import main
from app.encoder import ExportRefused, encoders
from app.export.commands import seen_by
from app.export.export import export
from app.kit.db import make_engine
from app.kit.problems import NotFound
from app.layer import layer, layers
from app.organisations.viewer import ADMINISTRATOR, PUBLIC
from spatial.errors import CrsUnknown
from tests.filling import SLUGS, STORAGE, fill, visible

EMPTY = {"bundles"}
"""What the filling of tests has none of."""


@pytest.fixture(scope="module")
def filled(clone):
    engine = make_engine(clone())
    yield fill(engine, 2100, 60)
    engine.dispose()


def exported(filled, path, name="works", who=ADMINISTRATOR, **options):
    return export(filled.engine, layer(name), path, who, storage=STORAGE, **options)


@pytest.mark.parametrize("suffix", list(encoders()))
@pytest.mark.parametrize("name", list(layers()))
def test_every_layer_goes_into_every_format(filled, tmp_path, name, suffix):
    path = tmp_path / f"{name}{suffix}"
    written = exported(filled, path, name)
    assert written > 0 or name in EMPTY
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    if suffix in {".gpkg", ".fgb", ".geojson"}:
        frame = pyogrio.read_dataframe(path, layer=name)
        assert len(frame) == written
        assert set(frame.geom_type) == ({layer(name).geometry_type} if written else set())
        assert list(frame.columns[:-1]) == [p.name for p in layer(name).properties]


@pytest.mark.parametrize("who", ["all", "public", *SLUGS])
def test_only_what_the_viewer_may_see(filled, tmp_path, who):
    path = tmp_path / "works.parquet"
    viewer = ADMINISTRATOR if who == "all" else seen_by(filled.engine, who)
    assert (viewer == PUBLIC) == (who == "public")
    seen = {"all": "all", "public": None}.get(who, filled.organisations.get(who))
    expected = {str(w["id"]) for w in filled.works if not w["withdrawn"] and visible(w, seen)}
    assert exported(filled, path, who=viewer) == len(expected)
    assert set(geopandas.read_parquet(path)["id"]) == expected


def test_geometry_and_crs(filled, tmp_path):
    rows = {str(w["id"]): w for w in filled.works}
    exported(filled, tmp_path / "a.gpkg", "works-lines")
    frame = pyogrio.read_dataframe(tmp_path / "a.gpkg", layer="works-lines")
    assert frame.crs.to_epsg() == STORAGE
    for id_, served in zip(frame["id"], frame.geometry, strict=True):
        lines = shapely.get_parts(rows[id_]["geometry"])
        lines = shapely.multilinestrings(lines[shapely.get_type_id(lines) == 1])
        assert shapely.equals_exact(served, lines, 1e-6)
    exported(filled, tmp_path / "b.gpkg", "works-lines", crs="EPSG:25831")
    there = pyogrio.read_dataframe(tmp_path / "b.gpkg", layer="works-lines")
    assert there.crs.to_epsg() == 25831
    assert 590_000 < there.total_bounds[0] < 610_000
    exported(filled, tmp_path / "c.geojson", "works-lines")
    assert pyogrio.read_dataframe(tmp_path / "c.geojson").crs.to_epsg() == 4326


def test_language(filled, tmp_path):
    exported(filled, tmp_path / "a.csv", "opportunities", language="en")
    assert "In English." in (tmp_path / "a.csv").read_text(encoding="utf-8")


def test_a_failure_leaves_the_old_file_and_nothing_else(filled, tmp_path, monkeypatch):
    path = tmp_path / "works.csv"
    path.write_text("the old one", encoding="utf-8")
    monkeypatch.setattr("app.cut.BATCH", 100)
    calls = iter(range(3))

    def breaking(*_):
        if next(calls) == 2:
            raise OSError(28, "No space left on device")
        return []

    monkeypatch.setattr("app.encoders.csv._rows", breaking)
    with pytest.raises(ExportRefused, match="No space left"):
        exported(filled, path)
    assert path.read_text(encoding="utf-8") == "the old one"
    assert [p.name for p in tmp_path.iterdir()] == ["works.csv"]


def test_refusals(filled, tmp_path):
    with pytest.raises(ExportRefused, match=r"\.gpkg"):
        exported(filled, tmp_path / "works.shp")
    with pytest.raises(ExportRefused, match="does not exist"):
        exported(filled, tmp_path / "no" / "works.csv")
    with pytest.raises(CrsUnknown, match="for instance --crs EPSG:28992"):
        exported(filled, tmp_path / "works.csv", crs="EPSG:1")
    with pytest.raises(NotFound):
        seen_by(filled.engine, "nobody")
    assert list(tmp_path.iterdir()) == []


def test_the_command(filled, tmp_path, monkeypatch):
    address = filled.engine.url.set(drivername="postgresql").render_as_string(False)
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("KANSENKAART_HOME", str(tmp_path / "home"))
    path = tmp_path / "kansen.geojson"
    done = CliRunner().invoke(main, ["export", "opportunities", "-o", str(path), "--as", "public"])
    assert done.exit_code == 0, done.output
    assert "features of opportunities written" in done.output
    assert len(pyogrio.read_dataframe(path)) > 0
    for arguments in (["nothing", "-o", str(path)], ["works", "-o", str(path), "--as", "nobody"]):
        assert CliRunner().invoke(main, ["export", *arguments]).exit_code == 2
