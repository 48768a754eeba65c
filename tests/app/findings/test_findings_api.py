"""Lists, one finding, reviews: who sees what, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.findings.endpoints import router
from app.kit.db import make_engine
from app.main import create_app
from app.organisations.issue_key import issue_key
from app.settings import Settings

PROPERTIES = [
    "id",
    "rule",
    "kind",
    "title",
    "explanation",
    "score",
    "state",
    "organisations",
    "works",
    "start",
    "end",
    "distance_m",
    "shared_area_m2",
    "shared_length_m",
    "shared_days",
    "gap_days",
    "shift_days",
    "saving_eur",
    "solves",
    "solved_by",
    "measures",
]


class Service:
    """A service over three pairs of works: public, among partners, kept by one."""

    def __init__(self, world: Any, client: TestClient) -> None:
        self.client = client
        self.works: dict[str, tuple[UUID, UUID]] = {}
        self.keys = {}
        for n, visibility in enumerate(("public", "partners", "own")):
            x = 1000.0 * n
            first = world.work("riool", x=x, visibility=visibility)
            second = world.work(
                "water", "2028-04-01", x=x, y=2.0, facility="water", visibility="public"
            )
            world.refresh(first, second)
            self.works[visibility] = first, second
        gone = world.work("riool", x=9000.0), world.work("water", x=9000.0, facility="water")
        world.refresh(*gone)
        world.change(gone[0], withdrawn=True)
        world.refresh(gone[0])
        self.works["resolved"] = gone
        world.owner("buiten")
        for slug in ("riool", "water", "buiten"):
            self.keys[slug] = issue_key(world.connection, slug)

    def headers(self, slug: str | None) -> dict[str, str]:
        return {"X-API-Key": self.keys[slug]} if slug else {}

    def get(self, path: str, slug: str | None = None, **parameters: Any) -> Any:
        return self.client.get(path, params=parameters, headers=self.headers(slug))

    def list(self, slug: str | None = None, **parameters: Any) -> list[dict[str, Any]]:
        answer = self.get("/api/findings", slug, **parameters)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["findings"]
        return found

    def of(self, pair: str, rule: str = "B01", slug: str | None = "riool") -> dict[str, Any]:
        work = str(self.works[pair][0])
        (found,) = self.list(slug, work=work, rule=rule)
        return found

    def review(self, finding: str, slug: str | None, **body: Any) -> Any:
        headers = self.headers(slug) | body.pop("headers", {})
        return self.client.post(f"/api/findings/{finding}/review", json=body, headers=headers)


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
                made.append(
                    Service(
                        world_of(connection, settings), TestClient(create_app(settings, engine))
                    )
                )
        return made[0]

    yield make
    engine.dispose()


@pytest.fixture
def service(make_service: Callable[[type], Service], world: Any) -> Service:
    return make_service(type(world))


class TestLists:
    def test_carry_the_properties_of_the_map_in_their_types(self, service: Service) -> None:
        found = service.of("public", "O01")
        assert list(found) == [*PROPERTIES, "etag", "assigned_to", "snoozed_until"]
        assert isinstance(found["score"], float)
        assert isinstance(found["shared_days"], float)
        assert (found["start"], found["end"]) == ("2028-04-01", "2028-05-31")
        assert sorted(found["organisations"]) == ["riool", "water"]
        assert set(found["works"]) == {str(w) for w in service.works["public"]}
        assert found["solves"] == [service.of("public")["id"]]
        assert isinstance(found["measures"], dict)

    @pytest.mark.parametrize(
        ("slug", "pairs"),
        [
            (None, {"public"}),
            ("buiten", {"public", "partners"}),
            ("water", {"public", "partners"}),
            ("riool", {"public", "partners", "own"}),
        ],
    )
    def test_a_finding_shows_only_to_who_may_see_both_works(
        self, service: Service, slug: str | None, pairs: set[str]
    ) -> None:
        seen = {str(service.works[p][0]) for p in pairs}
        found = service.list(slug)
        assert {w for f in found for w in f["works"]} & {
            str(service.works[p][0]) for p in service.works
        } == seen
        for feature in service.get("/api/overlaps", slug).json()["features"]:
            assert set(feature["properties"]["works"].split(", ")) & seen

    @pytest.mark.parametrize(
        ("parameters", "count"),
        [
            ({"kind": "opportunity"}, 3),
            ({"rule": "B01"}, 3),
            ({"rule": "B02"}, 0),
            ({"organisation": "water"}, 6),
            ({"organisation": "buiten"}, 0),
            ({"state": "new"}, 6),
            ({"state": "resolved"}, 2),
            ({"datetime": "2028-05-31/.."}, 6),
            ({"datetime": "2028-06-01/.."}, 0),
            ({"min_score": "0"}, 6),
            ({"min_score": "100"}, 0),
            ({"organisation": "niemand"}, 0),
            ({"bbox": "0,0,1,1"}, 0),
            ({"bbox": "3,50,8,54"}, 6),
        ],
        ids=str,
    )
    def test_filters(self, service: Service, parameters: dict[str, str], count: int) -> None:
        assert len(service.list("riool", **parameters)) == count
        features = service.get("/api/overlaps", "riool", **parameters).json()["features"]
        assert len(features) == count

    @pytest.mark.parametrize(
        "parameters",
        [
            {"kind": "kans"},
            {"state": "open"},
            {"rule": "X99"},
            {"work": "geen id"},
            {"min_score": "veel"},
            {"min_score": "nan"},
            {"limit": "0"},
            {"bbox": "1,2,3"},
            {"datetime": "morgen"},
            {"page": "2"},
            {"lang": "fr"},
            {"cursor": "x"},
        ],
        ids=str,
    )
    @pytest.mark.parametrize("path", ["/api/findings", "/api/overlaps"])
    def test_what_cannot_be_asked_is_refused(
        self, service: Service, path: str, parameters: dict[str, str]
    ) -> None:
        answer = service.get(path, **parameters)
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"

    def test_following_next_visits_each_finding_once(self, service: Service) -> None:
        seen: list[str] = []
        url: str | None = "/api/findings?limit=2&min_score=0"
        while url:
            answer = service.client.get(url, headers=service.headers("riool"))
            content = answer.json()
            seen += [f["id"] for f in content["findings"]]
            url = next((x["href"] for x in content["links"] if x["rel"] == "next"), None)
            assert url is None or "min_score=0" in url
            assert (url is None) == ("link" not in answer.headers)
        assert sorted(seen) == sorted(f["id"] for f in service.list("riool"))

    def test_texts_are_in_the_language_asked_for(self, service: Service) -> None:
        dutch, english = (
            service.get("/api/findings", rule="B01", lang=x).json()["findings"][0]
            for x in ("nl", "en")
        )
        assert dutch["explanation"] != english["explanation"]
        by_header = service.client.get("/api/findings?rule=B01", headers={"Accept-Language": "en"})
        assert by_header.json()["findings"][0] == english

    def test_overlaps_are_geojson_in_longitude_and_latitude(self, service: Service) -> None:
        answer = service.get("/api/overlaps", rule="B01")
        assert answer.headers["content-type"] == "application/geo+json"
        assert "CRS84" in answer.headers["content-crs"]
        (feature,) = answer.json()["features"]
        longitude, latitude = feature["geometry"]["coordinates"][0][0][0]
        assert (round(longitude), round(latitude)) == (4, 52)
        assert list(feature["properties"]) == PROPERTIES

    def test_an_answer_that_is_known_is_not_sent_again(self, service: Service) -> None:
        tag = service.get("/api/findings").headers["etag"]
        again = service.client.get("/api/findings", headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")


class TestOne:
    def test_tells_works_rule_and_history(self, service: Service) -> None:
        (found,) = service.list("riool", state="resolved", rule="B01")
        told = service.get(f"/api/findings/{found['id']}").json()
        assert told["state"] == "resolved"
        assert [e["to_state"] for e in told["history"]] == ["resolved"]
        assert {w["id"] for w in told["works"]} == {str(w) for w in service.works["resolved"]}
        withdrawn = {
            w["id"]: (w["withdrawn"], w["version"], w["made_from_version"]) for w in told["works"]
        }
        assert withdrawn[str(service.works["resolved"][0])] == (True, 2, 1)
        assert told["parameters"]["margin_m"] == 5.0
        assert told["geometry"]["type"] == "MultiPolygon"
        assert date.fromisoformat(told["works"][0]["start"]) == date(2028, 3, 1)

    @pytest.mark.parametrize("finding", ["00000000-0000-0000-0000-000000000000", "geen-id"])
    def test_an_unknown_finding_is_not_found(self, service: Service, finding: str) -> None:
        assert service.get(f"/api/findings/{finding}").status_code == 404

    def test_a_hidden_finding_is_not_found(self, service: Service) -> None:
        path = f"/api/findings/{service.of('own')['id']}"
        assert service.get(path, "riool").status_code == 200
        for slug in (None, "water", "buiten"):
            assert service.get(path, slug).status_code == 404


class TestReview:
    def test_a_partner_confirms_and_the_history_tells_who(self, service: Service) -> None:
        finding = service.of("public", "O01")["id"]
        answer = service.review(finding, "water", state="confirmed", reason="Afgesproken")
        assert answer.status_code == 200
        assert answer.json()["state"] == "confirmed"
        (event,) = answer.json()["history"]
        assert (event["by"], event["from_state"], event["to_state"], event["reason"]) == (
            "water",
            "new",
            "confirmed",
            "Afgesproken",
        )
        again = service.review(finding, "riool", state="confirmed")
        assert again.status_code == 409
        assert "confirmed can become rejected, to_assess" in again.json()["detail"]
        assert service.review(finding, "riool", state="to_assess").status_code == 200

    def test_reasons_and_names_are_for_the_organisations_concerned(self, service: Service) -> None:
        finding = service.of("public", "O01")["id"]
        reviewed = service.review(finding, "water", state="rejected", reason="Geheim plan")
        assert reviewed.status_code == 200
        for slug in (None, "buiten"):
            answer = service.get(f"/api/findings/{finding}", slug)
            assert "Geheim plan" not in answer.text
            last = answer.json()["history"][-1]
            assert last.keys() == {"at", "from_state", "to_state"}
            assert last["to_state"] == "rejected"
        for slug in ("riool", "water"):
            last = service.get(f"/api/findings/{finding}", slug).json()["history"][-1]
            assert (last["by"], last["reason"]) == ("water", "Geheim plan")
        assert service.review(finding, "riool", state="to_assess").status_code == 200

    @pytest.mark.parametrize(
        ("slug", "body", "status"),
        [
            (None, {"state": "confirmed"}, 401),
            ("buiten", {"state": "confirmed"}, 403),
            ("riool", {"state": "rejected"}, 422),
            ("riool", {"state": "resolved"}, 422),
            ("riool", {"state": "new"}, 422),
            ("riool", {}, 422),
        ],
        ids=str,
    )
    def test_refusals(
        self, service: Service, slug: str | None, body: dict[str, str], status: int
    ) -> None:
        finding = service.of("partners")["id"]
        assert service.review(finding, slug, **body).status_code == status
        assert service.of("partners")["state"] == "new"

    def test_who_may_not_see_it_does_not_learn_that_it_is_there(self, service: Service) -> None:
        finding = service.of("own")["id"]
        assert service.review(finding, "water", state="confirmed").status_code == 404

    def test_a_resolved_finding_is_closed(self, service: Service) -> None:
        (found,) = service.list("riool", state="resolved", rule="B01")
        answer = service.review(found["id"], "riool", state="confirmed")
        assert answer.status_code == 409
        assert "no longer holds" in answer.json()["detail"]

    def test_a_finding_that_changed_meanwhile_is_not_judged(self, service: Service) -> None:
        finding = service.of("partners", "O01")["id"]
        tag = service.get(f"/api/findings/{finding}", "riool").headers["etag"]
        first = service.review(finding, "riool", state="to_assess", headers={"If-Match": tag})
        assert first.status_code == 200
        assert first.headers["etag"] != tag
        second = service.review(finding, "water", state="confirmed", headers={"If-Match": tag})
        assert second.status_code == 412
        third = service.review(
            finding, "water", state="confirmed", headers={"If-Match": first.headers["etag"]}
        )
        assert third.status_code == 200


def test_the_api_document_describes_a_draft_in_one_piece() -> None:
    alone = FastAPI()
    alone.include_router(router)
    document = alone.openapi()
    body = document["paths"]["/api/overlaps"]["post"]["requestBody"]["content"]
    schema = body["application/geo+json"]["schema"]
    assert "$defs" not in str(schema)
    assert schema["properties"]["properties"]["required"] == ["start", "end"]
    assert "sewer" in schema["properties"]["properties"]["properties"]["facility"]["enum"]


@pytest.mark.parametrize("path", ["/api/findings", "/api/overlaps"])
def test_a_client_may_ask_for_headers_alone(service: Service, path: str) -> None:
    answer = service.client.head(path)
    assert (answer.status_code, answer.content) == (200, b"")
