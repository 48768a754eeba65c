"""What a drafted work would meet: like the stored findings, but nothing is stored."""

from __future__ import annotations

import json
from typing import Any

import pytest
import shapely
from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, select

from app.findings.parameters import switch_off
from app.main import create_app
from app.organisations.issue_key import issue_key
from app.settings import Settings
from app.tables import finding_events, findings, works

RD = "<http://www.opengis.net/def/crs/EPSG/0/28992>"
EAST, NORTH = 93_000.0, 463_000.0


class Asker:
    """A service on one street, and drafts in it."""

    def __init__(self, world: Any, client: TestClient) -> None:
        self.client, self.world = client, world
        self.sewer = world.work("riool", visibility="public")
        self.hidden = world.work("warmte", y=3.0, facility="heat", visibility="own")
        self.findings = world.refresh(self.sewer, self.hidden).new
        self.keys = {s: issue_key(world.connection, s) for s in ("riool", "warmte")}

    def __call__(self, slug: str | None = None, headers: Any = None, **changes: Any) -> Any:
        given = {
            "start": "2028-04-01",
            "end": "2028-04-30",
            "facility": "water",
            "activity": "renew",
        }
        geometry = changes.pop(
            "geometry",
            {"type": "LineString", "coordinates": [[EAST, NORTH + 2], [EAST + 100, NORTH + 2]]},
        )
        body = {"type": "Feature", "geometry": geometry, "properties": given | changes}
        key = {"X-API-Key": self.keys[slug]} if slug else {}
        return self.client.post(
            "/api/overlaps", json=body, headers={"Content-Crs": RD} | key | (headers or {})
        )

    def found(self, *args: Any, **changes: Any) -> list[dict[str, Any]]:
        answer = self(*args, **changes)
        assert answer.status_code == 200, answer.text
        features: list[dict[str, Any]] = [f["properties"] for f in answer.json()["features"]]
        return features


@pytest.fixture
def ask(engine: Engine, settings: Settings, world: Any) -> Asker:
    client = TestClient(create_app(settings, engine))
    with engine.begin() as connection:
        return Asker(type(world)(connection, settings), client)


def test_a_draft_meets_what_its_caller_may_see(ask: Asker) -> None:
    met = {f["rule"] for f in ask.found()}
    assert met == {"B01", "O01"}
    assert {w for f in ask.found() for w in f["works"].split(", ")} >= {str(ask.sewer)}
    assert str(ask.hidden) not in ask().text
    assert str(ask.hidden) in ask("warmte", organisation="riool").text


def test_findings_are_those_that_storing_the_work_would_give(
    ask: Asker, engine: Engine, world: Any
) -> None:
    drafted = {f["rule"]: f for f in ask.found(title="Werk van water")}
    with engine.begin() as connection:
        ask.world.connection = connection
        stored = ask.world.work(
            "water", "2028-04-01", "2028-04-30", y=2.0, facility="water", planning_status="unknown"
        )
        ask.world.refresh(stored)
    served = ask.client.get("/api/overlaps", params={"work": str(stored)}).json()["features"]
    assert len(served) == len(drafted)
    for feature in served:
        properties, draft = feature["properties"], drafted[feature["properties"]["rule"]]
        assert list(properties) == list(draft)
        for name in set(properties) - {
            "id",
            "works",
            "organisations",
            "explanation",
            "solves",
            "solved_by",
            "measures",
        }:
            assert draft[name] == properties[name], name
        assert json.loads(draft["measures"]) == json.loads(properties["measures"])
        assert type(draft["shared_days"]) is type(properties["shared_days"]) is float


def test_nothing_is_stored(ask: Asker, engine: Engine) -> None:
    with engine.connect() as connection:
        counts = [select(func.count()).select_from(t) for t in (works, findings, finding_events)]
        before = [connection.scalar(count) for count in counts]
        ask.found()
    with engine.connect() as connection:
        assert [connection.scalar(count) for count in counts] == before


def test_the_same_draft_has_the_same_ids(ask: Asker) -> None:
    assert [f["id"] for f in ask.found()] == [f["id"] for f in ask.found()]


def test_the_owner_counts(ask: Asker) -> None:
    assert ask.found(organisation="riool") == []
    assert ask.found("riool") == []
    assert ask.found("riool", organisation="warmte")


def test_a_draft_takes_the_place_of_the_work_it_changes(ask: Asker) -> None:
    assert ask.found("warmte", work=str(ask.hidden))
    assert ask.found("riool", work=str(ask.sewer), organisation="warmte") == []
    assert ask(work=str(ask.hidden)).status_code == 422


def test_longitude_and_latitude_unless_said_otherwise(ask: Asker) -> None:
    feature = ask().json()["features"][0]
    point = shapely.get_coordinates(
        shapely.from_geojson(str(feature["geometry"]).replace("'", '"'))
    )[0]
    square = shapely.Point(point).buffer(0.0002).__geo_interface__
    crs84 = {"Content-Crs": "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"}
    assert ask.found(geometry=square, headers=crs84)
    flipped = shapely.Point(point[::-1]).buffer(0.0002).__geo_interface__
    epsg = {"Content-Crs": "<http://www.opengis.net/def/crs/EPSG/0/4326>"}
    assert ask.found(geometry=flipped, headers=epsg)
    assert ask.found(geometry=flipped, headers=crs84) == []
    assert ask(headers={"Content-Crs": "<EPSG:32661>"}).status_code == 400


def test_several_valid_periods_decide(ask: Asker) -> None:
    within = [["2027-01-01", "2027-02-01"], ["2028-04-03", "2028-04-05"]]
    around = [["2027-01-01", "2028-02-01"], ["2029-04-03", "2029-04-05"]]
    (found,) = [f for f in ask.found(valid_periods=within) if f["rule"] == "B01"]
    assert found["shared_days"] == 3.0
    assert [f for f in ask.found(valid_periods=around) if f["rule"] == "B01"] == []


def test_texts_follow_the_language(ask: Asker) -> None:
    english = ask.client.post(
        "/api/overlaps?lang=en",
        json={
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [EAST, NORTH]},
            "properties": {"start": "2028-04-01", "end": "2028-04-30"},
        },
        headers={"Content-Crs": RD},
    )
    assert "your organisation" in english.text


LINE = [[EAST, NORTH], [EAST + 30_000, NORTH]]
MANY = [[EAST + n / 100, NORTH] for n in range(20_001)]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"start": "2028-05-01"}, "/properties"),
        ({"start": "gisteren"}, "/properties/start"),
        ({"start": None}, "/properties/start"),
        ({"start": "0001-01-01"}, "/properties/start"),
        ({"facility": "eenhoorn"}, "/properties/facility"),
        ({"duration_days": 0}, "/properties/duration_days"),
        ({"earliest": "2028-01-01"}, "/properties"),
        ({"earliest": "2028-02-01", "latest": "2028-01-01"}, "/properties"),
        ({"valid_periods": [["2028-02-01", "2028-01-01"]]}, "/properties/valid_periods"),
        ({"organisation": "niemand"}, "/properties/organisation"),
        ({"work": "geen id"}, "/properties/work"),
        ({"work": "00000000-0000-0000-0000-000000000000"}, "/properties/work"),
        ({"geometry": None}, "/geometry"),
        ({"geometry": {"type": "Cirkel", "coordinates": []}}, "/geometry"),
        ({"geometry": {"type": "Point", "coordinates": ["4", 5]}}, "/geometry"),
        ({"geometry": {"type": "Polygon", "coordinates": []}}, "/geometry"),
        ({"geometry": {"type": "LineString", "coordinates": LINE}}, "/geometry"),
        ({"geometry": {"type": "LineString", "coordinates": MANY}}, "/geometry"),
    ],
    ids=lambda v: str(v)[:40],
)
def test_what_cannot_be_is_refused_with_its_place(
    ask: Asker, changes: dict[str, Any], pointer: str
) -> None:
    answer = ask(**changes)
    assert answer.status_code == 422
    assert [e["pointer"] for e in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("place", [[500.3, 52.1], [4.5, 91.0]])
def test_degrees_outside_the_world_are_refused(ask: Asker, place: list[float]) -> None:
    geometry = {"type": "Point", "coordinates": place}
    crs84 = {"Content-Crs": "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"}
    answer = ask(headers=crs84, geometry=geometry)
    assert answer.status_code == 422
    assert [e["pointer"] for e in answer.json()["errors"]] == ["/geometry/coordinates"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[]", 422),
        (b'{"type":"FeatureCollection"}', 422),
    ],
)
def test_a_body_that_is_no_feature_is_refused(ask: Asker, body: bytes, status: int) -> None:
    answer = ask.client.post("/api/overlaps", content=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_that_is_too_large_is_refused(ask: Asker) -> None:
    answer = ask.client.post("/api/overlaps", content=b" " * 5_000_000)
    assert answer.status_code == 413


def test_a_draft_meets_what_surrounds_it(ask: Asker, engine: Engine, world: Any) -> None:
    """Trees, buses and streets, which partners share; the public is not told of those."""
    with engine.begin() as connection:
        type(world)(connection, ask.world.settings, dict(ask.world.owners)).surround()
        switch_off(connection, [])
    told = {f["rule"]: f for f in ask.found("riool", organisation="riool", title="Mijn werk")}
    assert {"B16", "B19"} <= told.keys()
    assert "Mijn werk" in told["B16"]["explanation"]
    assert not {"B16", "B19"} & {f["rule"] for f in ask.found()}
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(works)) == 2
