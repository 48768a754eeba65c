"""Bundles over the web: lists, one in full, decisions, and who sees what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import shapely
from fastapi.testclient import TestClient
from geoalchemy2.shape import from_shape
from sqlalchemy import insert

from app.kit.db import make_engine
from app.main import create_app
from app.organisations.issue_key import issue_key
from app.settings import Settings
from app.tables import areas
from spatial.crs import transform

EAST, NORTH = 93_000.0, 463_000.0


class Service:
    """A service over three bundles: public, among partners, kept by one."""

    def __init__(self, world: Any, client: TestClient) -> None:
        self.client = client
        self.works: dict[str, list[UUID]] = {}
        for n, visibility in enumerate(("public", "partners", "own")):
            x = 1000.0 * n
            works = [
                world.work("riool", x=x, visibility=visibility, road_impact="closed"),
                world.work("water", "2028-04-01", x=x, y=2.0, facility="water"),
                world.work("warmte", "2028-04-01", x=x, y=4.0, facility="heat"),
            ]
            world.refresh(*works)
            self.works[visibility] = works
        missed = [
            world.work("riool", x=9000.0, commitment="result_obligation"),
            world.work(
                "water", "2028-05-30", "2028-08-01", x=9000.0, commitment="result_obligation"
            ),
        ]
        world.refresh(*missed)
        self.works["missed"] = missed
        self._area(world)
        world.owner("buiten")
        self.keys = {
            slug: issue_key(world.connection, slug)
            for slug in ("riool", "water", "warmte", "buiten")
        }

    def _area(self, world: Any) -> None:
        box = shapely.box(EAST - 50, NORTH - 50, EAST + 500, NORTH + 50)
        shape = shapely.MultiPolygon([box])
        (served,) = transform([shape], 28992, 4326)
        world.connection.execute(
            insert(areas).values(
                level="district",
                code="WK01",
                name="Binnenstad",
                geometry=from_shape(shape, 28992),
                geometry_4326=from_shape(served, 4326),
            )
        )

    def headers(self, slug: str | None) -> dict[str, str]:
        return {"X-API-Key": self.keys[slug]} if slug else {}

    def get(self, path: str, slug: str | None = None, **parameters: Any) -> Any:
        return self.client.get(path, params=parameters, headers=self.headers(slug))

    def list(self, slug: str | None = None, **parameters: Any) -> list[dict[str, Any]]:
        answer = self.get("/api/bundles", slug, **parameters)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["bundles"]
        return found

    def of(self, place: str, slug: str | None = "riool", **more: Any) -> dict[str, Any]:
        (found,) = self.list(slug, work=str(self.works[place][0]), **more)
        return found

    def post(self, id_: str, decision: str, slug: str | None, **body: Any) -> Any:
        headers = self.headers(slug) | body.pop("headers", {})
        return self.client.post(f"/api/bundles/{id_}/{decision}", json=body, headers=headers)


@pytest.fixture(scope="module")
def make_service(
    clone: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[type], Service]]:
    url = clone()
    engine = make_engine(url)
    settings = Settings(home=Path(tmp_path_factory.mktemp("home")), database_url=url)
    made: list[Service] = []

    def make(world_of: type) -> Service:
        if not made:
            with engine.begin() as connection:
                world = world_of(connection, settings, all_rules=True)
                client = TestClient(create_app(settings, engine))
                made.append(Service(world, client))
        return made[0]

    yield make
    for service in made:
        service.client.close()
    engine.dispose()


@pytest.fixture
def service(make_service: Callable[[type], Service], world: Any) -> Service:
    return make_service(type(world))


def places(service: Service, found: list[dict[str, Any]]) -> set[str]:
    by_work = {str(w): place for place, works in service.works.items() for w in works}
    return {by_work[w] for bundle in found for w in bundle["works"]}


@pytest.mark.parametrize(
    ("slug", "seen"),
    [
        (None, {"public", "missed"}),
        ("buiten", {"public", "partners", "missed"}),
        ("water", {"public", "partners", "missed"}),
        ("riool", {"public", "partners", "own", "missed"}),
    ],
)
def test_only_who_may_see_all_works_sees_a_bundle(
    service: Service, slug: str | None, seen: set[str]
) -> None:
    assert places(service, service.list(slug)) == seen
    layer = service.get("/layers/bundles.geojson", slug)
    assert layer.status_code == 200, layer.text
    listed = [{"works": f["properties"]["works"].split(", ")} for f in layer.json()["features"]]
    assert places(service, listed) == seen
    kept = service.of("own")["id"]
    status = service.get(f"/api/bundles/{kept}", slug).status_code
    assert status == (200 if "own" in seen else 404)


@pytest.mark.parametrize(
    ("filters", "seen"),
    [
        ({"organisation": "warmte"}, {"public", "partners", "own"}),
        ({"organisation": "buiten"}, set()),
        ({"area": "WK01"}, {"public"}),
        ({"area": "nowhere"}, set()),
        ({"min_score": 0.1}, {"public", "partners", "own"}),
        ({"feasible": "no"}, {"missed"}),
        ({"state": "accepted"}, set()),
        ({"datetime": "2027-01-01/2027-12-31"}, set()),
    ],
)
def test_filters(service: Service, filters: dict[str, Any], seen: set[str]) -> None:
    assert places(service, service.list("riool", **filters)) == seen


@pytest.mark.parametrize(
    "filters", [{"min_score": "x"}, {"work": "x"}, {"nothing": 1}, {"state": "odd"}]
)
def test_filters_that_cannot_be_are_refused(service: Service, filters: dict[str, Any]) -> None:
    assert service.get("/api/bundles", None, **filters).status_code == 400


def test_pages_show_each_bundle_once(service: Service) -> None:
    seen, path = [], "/api/bundles?limit=1&sortby=-score"
    while path:
        answer = service.get(path, "riool").json()
        seen += [(b["score"], b["id"]) for b in answer["bundles"]]
        links = [x["href"] for x in answer["links"] if x["rel"] == "next"]
        path = links[0].removeprefix("http://testserver") if links else ""
    assert len(seen) == len({id_ for _, id_ in seen}) == 4
    assert [score for score, _ in seen] == sorted((s for s, _ in seen), reverse=True)


def test_the_best_of_each_area(service: Service) -> None:
    (area,) = service.get("/api/bundles/top", "riool", level="district").json()["areas"]
    assert (area["area"], area["name"]) == ("WK01", "Binnenstad")
    (best,) = area["bundles"]
    assert best["rank"] == 1
    assert best["id"] == service.of("public")["id"]
    assert service.get("/api/bundles/top", level="moon").status_code == 400


def test_one_bundle_in_full(service: Service) -> None:
    id_ = service.of("public")["id"]
    answer = service.get(f"/api/bundles/{id_}", "riool")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [UUID(w["id"]) for w in told["works"]] == sorted(service.works["public"])
    assert all(
        w["run_start"] >= told["start"] and w["run_end"] <= told["end"] for w in told["works"]
    )
    assert {f["rule"] for f in told["findings"]} >= {"O01", "O03"}
    amounts = {a["id"]: a for a in told["value"]["amounts"]}
    assert set(amounts) == {"surface", "trench", "closure", "dwelling_days", "nuisance"}
    for amount in amounts.values():
        assert amount["formula_nl"] != amount["formula_en"]
        assert amount["assessed"] == (amount["usual"] is not None)
        if amount["assessed"]:
            assert amount["low"] <= amount["usual"] <= amount["high"]
    assert not amounts["dwelling_days"]["assessed"]
    assert "Not assessed" in amounts["dwelling_days"]["formula_en"]
    total = sum(amounts[name]["usual"] for name in ("surface", "trench", "closure"))
    assert total == pytest.approx(told["saving_eur"], abs=1)
    parties = told["value"]["cost_share"]["parties"]
    for key in ("proportional_eur", "shapley_eur"):
        assert sum(p[key]["usual"] for p in parties) == pytest.approx(total, abs=3)
        for p in parties:
            assert p[key]["low"] <= p[key]["usual"] <= p[key]["high"]
    assert told["ranking"]["formula_nl"]
    tag = answer.headers["ETag"]
    again = service.client.get(
        f"/api/bundles/{id_}", headers={**service.headers("riool"), "If-None-Match": tag}
    )
    assert again.status_code == 304
    assert service.get(f"/api/bundles/{id_}", lang="en").json()["title"].startswith("Bundle")


def test_decisions(service: Service) -> None:
    id_ = service.of("partners")["id"]
    assert service.post(id_, "accept", None).status_code == 401
    assert service.post(id_, "accept", "buiten").status_code == 403
    assert service.post(id_, "reject", "water").status_code == 422
    assert service.post(id_, "reject", "water", reason="  ").status_code == 422
    assert service.post(id_, "accept", "water", headers={"If-Match": '"x"'}).status_code == 412
    accepted = service.post(id_, "accept", "water", reason="Besproken in het nutsoverleg")
    assert accepted.status_code == 200, accepted.text
    assert accepted.json()["state"] == "accepted"
    assert accepted.json()["history"][-1]["by"] == "water"
    assert "by" not in service.get(f"/api/bundles/{id_}", "buiten").json()["history"][-1]
    assert service.post(id_, "accept", "water").status_code == 409
    dissolved = service.post(id_, "dissolve", "riool", reason="Riool uitgesteld")
    assert dissolved.json()["state"] == "dissolved"
    new = service.of("partners")["id"]
    assert new != id_
    rejected = service.post(new, "reject", "riool", reason="Te duur")
    assert rejected.json()["state"] == "rejected"
    assert service.list("riool", work=str(service.works["partners"][0])) == []
    assert [b["id"] for b in service.list("riool", state="rejected")] == [new]
    assert service.post(new, "dissolve", "water", reason="Toch wel").status_code == 200
    missed = service.of("missed")["id"]
    assert service.post(missed, "accept", "water").status_code == 409
    assert service.post(str(uuid4()), "accept", "water").status_code == 404
    assert service.get("/api/bundles/none").status_code == 404


def test_the_api_document_names_it(service: Service) -> None:
    paths = service.client.get("/openapi.json").json()["paths"]
    for path in ("", "/top", "/{bundle_id}", "/{bundle_id}/accept", "/{bundle_id}/dissolve"):
        assert f"/api/bundles{path}" in paths
    assert service.get("/ogc/collections/bundles").status_code == 200
