"""Tiles against what was stored: every feature, nobody else's, in the right place."""

from __future__ import annotations

import math

import mapbox_vector_tile
import morecantile
import numpy as np
import pytest
import shapely
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.kit.db import make_engine
from app.layer import layers
from app.main import create_app
from app.settings import Settings
from app.tiles import content
from app.tiles.grid import RD_QUAD, WEB_MERCATOR_QUAD, Tile, mercator
from tests.filling import SLUGS, fill, visible

MVT = "application/vnd.mapbox-vector-tile"
BOX_RD = (88_000.0, 458_000.0, 98_100.0, 468_100.0)
"""All works of the filling."""


@pytest.fixture(scope="module")
def filled(clone):
    engine = make_engine(clone())
    yield fill(engine, count=900, pairs=450)
    engine.dispose()


@pytest.fixture(scope="module")
def client(filled, tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    with TestClient(create_app(settings, filled.engine)) as client:
        yield client


def get(client, path, key=None, **parameters):
    headers = {"X-API-Key": key} if key else {}
    return client.get(path, params=parameters, headers=headers)


def decoded(answer):
    assert answer.status_code in {200, 204}, answer.text
    return mapbox_vector_tile.decode(answer.content) if answer.status_code == 200 else {}


def path_of(tile, collection=None):
    start = f"/ogc/collections/{collection}" if collection else "/ogc"
    return f"{start}/tiles/{tile.grid.id}/{tile.zoom}/{tile.row}/{tile.column}"


def corners(grid):
    if grid is RD_QUAD:
        return BOX_RD
    west, south = mercator(np.array([4.40]), np.array([52.10]))
    east, north = mercator(np.array([4.56]), np.array([52.205]))
    return west[0], south[0], east[0], north[0]


def tiles_over(grid, zoom):
    """All tiles of a zoom that touch the filling."""
    west, south, east, north = corners(grid)
    side = grid.side / 2**zoom
    return [
        Tile(grid, zoom, row, column)
        for row in range(int((grid.north - north) / side), int((grid.north - south) / side) + 1)
        for column in range(int((west - grid.west) / side), int((east - grid.west) / side) + 1)
    ]


def union(client, grid, zoom, collection, key=None, **parameters):
    """Features by layer over all tiles of a zoom, each with its tile."""
    found = {}
    for tile in tiles_over(grid, zoom):
        answer = get(client, path_of(tile, collection), key, **parameters)
        for name, part in decoded(answer).items():
            found.setdefault(name, []).extend((tile, f) for f in part["features"])
    return found


def standing(filled, who=None):
    return [w for w in filled.works if not w["withdrawn"] and visible(w, who)]


def holding(filled, kind, who=None):
    return [
        f
        for f in filled.findings
        if f["kind"] == kind and f["state"] != "resolved" and visible(f, who)
    ]


ZOOMS = [(WEB_MERCATOR_QUAD, 11), (WEB_MERCATOR_QUAD, 13), (WEB_MERCATOR_QUAD, 15),
         (RD_QUAD, 6), (RD_QUAD, 9)]  # fmt: skip


@pytest.mark.parametrize(("grid", "zoom"), ZOOMS, ids=lambda v: getattr(v, "id", v))
def test_the_tiles_of_a_zoom_hold_every_visible_feature_and_no_other(client, filled, grid, zoom):
    for who in (None, *SLUGS[:1]):
        key = filled.keys[who] if who else None
        viewer = filled.organisations[who] if who else None
        found = union(client, grid, zoom, "works", key)
        ids = {f["properties"]["id"] for _, f in found["works"]}
        assert ids == {str(w["id"]) for w in standing(filled, viewer)}
        found = union(client, grid, zoom, "opportunities", key)
        ids = {f["properties"]["id"] for _, f in found["opportunities"]}
        expected = {str(f["id"]) for f in holding(filled, "opportunity", viewer)}
        assert ids == expected
        marks = [f["properties"]["id"] for _, f in found["opportunities-markers"]]
        assert sorted(marks) == sorted(expected), "each sign stands in exactly one tile"


@pytest.mark.parametrize(
    "collection", ["works-points", "works-lines", "works-polygons", "areas", "constraints"]
)
def test_every_layer_is_there_close_by(client, filled, collection):
    tiles = {
        f["properties"]["id"]
        for _, f in union(client, WEB_MERCATOR_QUAD, 14, collection)[collection]
    }
    items = get(client, f"/ogc/collections/{collection}/items", limit=10_000).json()["features"]
    assert tiles == {f["id"] for f in items}


def to_grid(shape, tile):
    """A shape in the CRS of the grid as the tile must show it, in units, y down."""
    west, _, _, north = tile.bounds
    scale = 4096 / tile.side

    def moved(xy):
        if tile.grid is WEB_MERCATOR_QUAD:
            xy = np.column_stack(mercator(xy[:, 0], xy[:, 1]))
        return np.column_stack([(xy[:, 0] - west) * scale, (north - xy[:, 1]) * scale])

    return shapely.transform(shape, moved)


def shape_of(feature):
    """The decoded geometry, y down as in the tile."""
    made = shapely.geometry.shape(feature["geometry"])
    return shapely.transform(made, lambda xy: np.column_stack([xy[:, 0], 4096 - xy[:, 1]]))


@pytest.mark.parametrize(
    ("grid", "zoom", "off"),
    [(WEB_MERCATOR_QUAD, 14, 1.3), (WEB_MERCATOR_QUAD, 16, 1.3), (RD_QUAD, 9, 1.3),
     (RD_QUAD, 11, 1.3), (WEB_MERCATOR_QUAD, 11, 13.0), (WEB_MERCATOR_QUAD, 13, 13.0)],
    ids=lambda v: getattr(v, "id", v),
)  # fmt: skip
def test_shapes_lie_where_they_were_stored(client, filled, grid, zoom, off):
    """Within what a tile can show: rounding to a unit, and half the difference of the divisions."""
    stored = {
        str(w["id"]): w["footprint" if grid is RD_QUAD else "footprint_degrees"]
        for w in filled.works
    }
    compared = 0
    window = shapely.box(-64, -64, 4160, 4160)
    for tile, feature in union(client, grid, zoom, "works")["works"]:
        drawn = shape_of(feature)
        true = to_grid(stored[feature["properties"]["id"]], tile)
        if drawn.geom_type in {"Polygon", "MultiPolygon"} and window.contains(true):
            assert shapely.hausdorff_distance(drawn, true) <= off
            compared += 1
        else:
            assert shapely.hausdorff_distance(drawn, drawn.intersection(true.buffer(off))) <= off
    assert compared > 100 or zoom == 11


@pytest.mark.parametrize("zoom", [5, 8, 10])
def test_areas_from_afar_lie_where_they_were_stored(client, filled, zoom):
    items = get(client, "/ogc/collections/areas/items").json()["features"]
    stored = {f["id"]: shapely.geometry.shape(f["geometry"]) for f in items}
    seen = set()
    for tile, feature in union(client, WEB_MERCATOR_QUAD, zoom, "areas")["areas"]:
        assert feature["properties"]["level"] == "municipality"
        true = to_grid(stored[feature["properties"]["id"]], tile)
        true = true.intersection(shapely.box(-64, -64, 4160, 4160))
        assert shapely.hausdorff_distance(shape_of(feature), true) <= 5.5
        seen.add(feature["properties"]["id"])
    assert seen == set(stored)


def test_generalised_tiles_say_less(client):
    tile = next(iter(tiles_over(WEB_MERCATOR_QUAD, 12)))
    far = decoded(get(client, path_of(tile, "works")))["works"]["features"][0]["properties"]
    near = union(client, WEB_MERCATOR_QUAD, 14, "works")["works"][0][1]["properties"]
    assert set(far) < set(near)
    assert {"id", "facility"} <= set(far)
    assert "title" in near


@pytest.mark.parametrize(("grid", "zoom"), [(WEB_MERCATOR_QUAD, z) for z in (3, 8, 10)] + [(RD_QUAD, 2), (RD_QUAD, 4)])  # fmt: skip
@pytest.mark.parametrize("who", [None, SLUGS[1]])
def test_counts_from_afar_are_those_of_the_database(client, filled, grid, zoom, who):
    key = filled.keys[who] if who else None
    viewer = filled.organisations[who] if who else None
    counted = [
        f["properties"] for _, f in union(client, grid, zoom, "bottlenecks", key)["bottlenecks"]
    ]
    expected = holding(filled, "bottleneck", viewer)
    assert sum(c["count"] for c in counted) == len(expected)
    assert sum(c["score_sum"] for c in counted) == pytest.approx(sum(f["score"] for f in expected))
    assert max(c["score_max"] for c in counted) == max(f["score"] for f in expected)
    works = [f["properties"] for _, f in union(client, grid, zoom, "works", key)["works"]]
    assert sum(c["count"] for c in works) == len(standing(filled, viewer))
    assert all("score_sum" not in c for c in works)


def test_counts_by_area_are_those_of_the_database(client, filled):
    """Municipalities at zoom 8; where two overlap the first counts, outside them squares do."""
    found = union(client, WEB_MERCATOR_QUAD, 8, "works")["works"]
    by_name = {f["properties"].get("name"): f["properties"] for _, f in found}
    with filled.engine.connect() as connection:
        expected = connection.scalar(
            text(
                "select count(*) from works w join areas a on a.code = 'GM0' and st_intersects("
                "a.geometry_4326, st_centroid(st_envelope(w.footprint_4326))) "
                "where not w.withdrawn and w.visibility = 'public'"
            )
        )
    assert expected > 300
    assert by_name["Leiden"]["count"] == expected
    assert by_name["Leiden"]["level"] == "municipality"
    assert "Leiderdorp" not in by_name, "it lies under Leiden in the filling"
    squares = [f["properties"] for _, f in found if f["properties"]["level"] == "square"]
    assert sum(s["count"] for s in squares) == len(standing(filled)) - expected


def test_filters_and_days_narrow_tiles_as_they_narrow_items(client, filled):
    asked = {"datetime": "2026-03-01/2026-03-31", "facility": "sewer"}
    items = get(client, "/ogc/collections/works/items", limit=10_000, **asked).json()["features"]
    tiles = union(client, WEB_MERCATOR_QUAD, 12, "works", **asked)["works"]
    assert {f["properties"]["id"] for _, f in tiles} == {f["id"] for f in items}
    assert items
    counts = union(client, WEB_MERCATOR_QUAD, 7, "works", **asked)["works"]
    assert sum(f["properties"]["count"] for _, f in counts) == len(items)


def test_a_filter_in_cql2_narrows_tiles_as_it_narrows_items(client, filled):
    box = "S_INTERSECTS(geometry, BBOX(4.42, 52.12, 4.5, 52.18))"
    names = client.get("/ogc/collections/works/queryables").json()["properties"]
    geometry = next(n for n, p in names.items() if "geometry" in p.get("format", "") or "$ref" in p)
    asked = {"filter": f"facility IN ('sewer','gas') AND {box.replace('geometry', geometry)}"}
    items = get(client, "/ogc/collections/works/items", limit=10_000, **asked).json()["features"]
    for zoom in (12, 15):
        tiles = union(client, WEB_MERCATOR_QUAD, zoom, "works", **asked)["works"]
        assert {f["properties"]["id"] for _, f in tiles} == {f["id"] for f in items}
    assert items
    counts = union(client, WEB_MERCATOR_QUAD, 7, "works", **asked)["works"]
    assert sum(f["properties"]["count"] for _, f in counts) == len(items)
    bad = get(client, "/ogc/collections/works/tiles/WebMercatorQuad/3/2/4", filter="pg_sleep(9)=1")
    assert bad.status_code == 400
    several = get(client, "/ogc/tiles/WebMercatorQuad/3/2/4", **asked)
    assert several.status_code == 400


def test_nobody_gets_a_tile_that_was_made_for_another(client, filled):
    """The public asks first and last, organisations in between, all of one cache."""
    tile = max(
        tiles_over(WEB_MERCATOR_QUAD, 13),
        key=lambda t: len(get(client, path_of(t, "works")).content),
    )
    seen, tags = {}, {}
    for who in (None, *SLUGS, None, *reversed(SLUGS)):
        answer = get(client, path_of(tile, "works"), filled.keys[who] if who else None)
        ids = {f["properties"]["id"] for f in decoded(answer)["works"]["features"]}
        assert seen.setdefault(who, ids) == ids
        assert tags.setdefault(who, answer.headers["etag"]) == answer.headers["etag"]
        viewer = filled.organisations[who] if who else None
        assert ids <= {str(w["id"]) for w in standing(filled, viewer)}
        audience = "private" if who else "public"
        assert answer.headers["cache-control"] == f"{audience}, no-cache"
        assert "X-API-Key" in answer.headers["vary"]
        assert "Authorization" in answer.headers["vary"]
    assert len(set(tags.values())) == len(tags)
    assert len({frozenset(ids) for ids in seen.values()}) == len(seen)
    foreign = client.get(
        path_of(tile, "works"),
        headers={"If-None-Match": tags[SLUGS[0]], "X-API-Key": filled.keys[SLUGS[1]]},
    )
    assert foreign.status_code == 200


def test_a_known_tile_is_not_sent_again(client):
    tile = tiles_over(WEB_MERCATOR_QUAD, 13)[6]
    first = get(client, path_of(tile))
    again = client.get(path_of(tile), headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]


def test_tiles_are_sent_as_the_client_can_read_them(client):
    tile = max(
        tiles_over(WEB_MERCATOR_QUAD, 13), key=lambda t: len(get(client, path_of(t)).content)
    )
    zipped = client.get(path_of(tile), headers={"Accept-Encoding": "gzip"})
    plain = client.get(path_of(tile), headers={"Accept-Encoding": "identity"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert zipped.content == plain.content
    assert plain.headers["content-type"] == MVT
    assert client.head(path_of(tile)).status_code == 200


def test_several_layers_lie_in_one_tile(client):
    tile = tiles_over(WEB_MERCATOR_QUAD, 12)[3]
    whole = decoded(get(client, path_of(tile)))
    assert list(whole)[:3] == ["areas", "constraints", "works"]
    some = decoded(get(client, path_of(tile), collections="works,areas"))
    assert list(some) == ["works", "areas"]
    assert some["works"] == whole["works"]
    alone = decoded(get(client, path_of(tile, "works")))
    assert alone["works"] == whole["works"]


def test_a_tile_that_is_cut_says_how_many_it_left_out(client, filled, monkeypatch):
    monkeypatch.setattr(content, "MOST_FEATURES", 10)
    tile = max(
        tiles_over(WEB_MERCATOR_QUAD, 11),
        key=lambda t: len(get(client, path_of(t, "opportunities")).content),
    )
    answer = get(client, path_of(tile, "opportunities"), rule="O01")
    features = decoded(answer)["opportunities"]["features"]
    assert len(features) == 10
    left_out = {f["properties"]["left_out"] for f in features}
    assert left_out == {int(answer.headers["ogc-numberleftout"])}
    scores = sorted(f["properties"]["score"] for f in features)
    monkeypatch.setattr(content, "MOST_FEATURES", 5_000)
    all_of_it = decoded(get(client, path_of(tile, "opportunities"), rule="O01", state="new"))
    everything = all_of_it["opportunities"]["features"]
    assert len(everything) == 10 + left_out.pop()
    assert all("left_out" not in f["properties"] for f in everything)
    assert sorted(f["properties"]["score"] for f in everything)[-10:] == scores


def test_nothing_in_it_is_no_content(client):
    sea = client.get("/ogc/collections/works/tiles/WebMercatorQuad/14/0/0")
    assert sea.status_code == 204
    assert sea.content == b""
    assert sea.headers["etag"]


BAD = [
    ("/ogc/collections/works/tiles/WebMercatorQuad/3/8/0", 404),
    ("/ogc/collections/works/tiles/WebMercatorQuad/3/0/8", 404),
    ("/ogc/collections/works/tiles/WebMercatorQuad/23/0/0", 404),
    ("/ogc/collections/works/tiles/WebMercatorQuad/-1/0/0", 404),
    ("/ogc/collections/works/tiles/WebMercatorQuad/a/0/0", 404),
    ("/ogc/collections/works/tiles/WebMercatorQuad/1/²/0", 404),
    ("/ogc/collections/works/tiles/WebMercatorQuad/" + "9" * 5000 + "/0/0", 404),
    ("/ogc/collections/works/tiles/NetherlandsRDNewQuad/17/0/0", 404),
    ("/ogc/collections/works/tiles/EuropeanETRS89_LAEAQuad/1/0/0", 404),
    ("/ogc/collections/none/tiles/WebMercatorQuad/1/0/0", 404),
    ("/ogc/collections/none/tiles", 404),
    ("/ogc/tiles/none", 404),
    ("/ogc/tileMatrixSets/none", 404),
    ("/ogc/styles/none", 404),
    ("/ogc/styles/kansenkaart/sprite.gif", 404),
    ("/ogc/collections/works/tiles/WebMercatorQuad/1/0/0?f=png", 400),
    ("/ogc/collections/works/tiles/WebMercatorQuad/1/0/0?bbox=1,2,3,4", 400),
    ("/ogc/collections/works/tiles/WebMercatorQuad/1/0/0?datetime=yesterday", 400),
    ("/ogc/collections/works/tiles/WebMercatorQuad/1/0/0?facility=castle", 400),
    ("/ogc/tiles/WebMercatorQuad/1/0/0?collections=works,castles", 400),
    ("/ogc/tiles/WebMercatorQuad/1/0/0?collections=works,works", 400),
    ("/ogc/tiles/WebMercatorQuad/1/0/0?collections=", 400),
    ("/ogc/collections/works/tiles?limit=3", 400),
    ("/ogc/tileMatrixSets?f=xml", 400),
]


@pytest.mark.parametrize(("path", "status"), BAD, ids=[p[:70] for p, _ in BAD])
def test_what_cannot_be_answered_is_a_problem(client, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unknown_key_is_refused(client):
    answer = get(client, "/ogc/tiles/WebMercatorQuad/1/0/0", key="kk_unknown")
    assert answer.status_code == 401


def test_the_dutch_grid_has_the_published_numbers(client):
    """Cell sizes and corner as PDOK and Geonovum publish them."""
    document = client.get("/ogc/tileMatrixSets/NetherlandsRDNewQuad").json()
    first, last = document["tileMatrices"][0], document["tileMatrices"][14]
    assert first["pointOfOrigin"] == [-285_401.92, 903_401.92]
    assert first["scaleDenominator"] == pytest.approx(12_288_000)
    assert first["cellSize"] == pytest.approx(3440.64)
    assert last["cellSize"] == pytest.approx(0.21)
    assert last["matrixWidth"] == 2**14


@pytest.mark.parametrize("name", ["WebMercatorQuad", "NetherlandsRDNewQuad"])
def test_a_definition_is_what_another_library_reads_from_it(client, name):
    document = client.get(f"/ogc/tileMatrixSets/{name}").json()
    theirs = morecantile.TileMatrixSet.model_validate(document)
    ours = {"WebMercatorQuad": WEB_MERCATOR_QUAD, "NetherlandsRDNewQuad": RD_QUAD}[name]
    for zoom, row, column in ((0, 0, 0), (3, 2, 5), (11, 700, 1049), (14, 5400, 8396)):
        bounds = theirs.xy_bounds(morecantile.Tile(column, row, zoom))
        assert tuple(bounds) == pytest.approx(Tile(ours, zoom, row, column).bounds, abs=1e-6)
    if name == "WebMercatorQuad":
        official = morecantile.tms.get(name)
        for mine, yours in zip(theirs.tileMatrices, official.tileMatrices, strict=False):
            assert mine.scaleDenominator == pytest.approx(yours.scaleDenominator)
            assert mine.pointOfOrigin == pytest.approx(yours.pointOfOrigin)


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(longitude=st.floats(-179.9, 179.9), latitude=st.floats(-84.9, 84.9), zoom=st.integers(0, 22))
def test_a_place_lies_in_the_tile_that_another_library_names(longitude, latitude, zoom):
    theirs = morecantile.tms.get("WebMercatorQuad").tile(longitude, latitude, zoom)
    x, y = mercator(np.array([longitude]), np.array([latitude]))
    west, south, east, north = Tile(WEB_MERCATOR_QUAD, zoom, theirs.y, theirs.x).bounds
    assert west - 1e-6 <= x[0] <= east + 1e-6
    assert south - 1e-6 <= y[0] <= north + 1e-6


def test_tilesets_lead_to_tiles(client, filled):
    """From the landing of a collection to a tile by links alone."""
    for path in ("/ogc/collections/works/tiles", "/ogc/tiles"):
        sets = client.get(path).json()["tilesets"]
        assert [s["tileMatrixSetId"] for s in sets] == ["WebMercatorQuad", "NetherlandsRDNewQuad"]
        for one in sets:
            own = next(x["href"] for x in one["links"] if x["rel"] == "self")
            whole = client.get(own).json()
            item = next(x for x in whole["links"] if x["rel"] == "item")
            assert item["type"] == MVT
            assert item["templated"] is True
            scheme = next(x["href"] for x in whole["links"] if x["rel"].endswith("tiling-scheme"))
            assert client.get(scheme).json()["id"] == one["tileMatrixSetId"]
            href = item["href"].replace("{tileMatrix}", "0").replace("{tileRow}", "0")
            answer = client.get(href.replace("{tileCol}", "0"))
            assert {x["id"] for x in whole["layers"]} >= {"works"}
            assert "works" in decoded(answer)


def test_tilejson_names_the_row_before_the_column_and_keeps_what_was_asked(client, filled):
    key = filled.keys[SLUGS[0]]
    asked = {"f": "tilejson", "apikey": key, "facility": "sewer"}
    found = client.get("/ogc/collections/works/tiles/WebMercatorQuad", params=asked).json()
    assert found["tilejson"] == "3.0.0"
    (template,) = found["tiles"]
    assert "/{z}/{y}/{x}?f=mvt" in template
    assert f"apikey={key}" in template
    assert "facility=sewer" in template
    west, south, east, north = found["bounds"]
    assert west < east < 5
    assert 52 < south < north
    zoom, (x, y) = 12, mercator(np.array([(west + east) / 2]), np.array([(south + north) / 2]))
    side = WEB_MERCATOR_QUAD.side / 2**zoom
    named = {"{z}": zoom, "{y}": math.floor((WEB_MERCATOR_QUAD.north - y[0]) / side),
             "{x}": math.floor((x[0] - WEB_MERCATOR_QUAD.west) / side)}  # fmt: skip
    for place, number in named.items():
        template = template.replace(place, str(number))
    features = decoded(client.get(template))["works"]["features"]
    assert {f["properties"]["facility"] for f in features} == {"sewer"}
    fields = {v["id"]: v["fields"] for v in found["vector_layers"]}
    assert set(features[0]["properties"]) <= set(fields["works"])


@pytest.mark.parametrize("name", layers())
def test_every_layer_has_tiles_at_every_scale(client, name):
    for zoom in (0, 6, 9, 12, 15):
        side = WEB_MERCATOR_QUAD.side / 2**zoom
        x, y = mercator(np.array([4.48]), np.array([52.15]))
        row = int((WEB_MERCATOR_QUAD.north - y[0]) / side)
        column = int((x[0] - WEB_MERCATOR_QUAD.west) / side)
        answer = client.get(f"/ogc/collections/{name}/tiles/WebMercatorQuad/{zoom}/{row}/{column}")
        assert answer.status_code in {200, 204}
