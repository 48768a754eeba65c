"""Assigning, commenting, putting off, judging many, and masked findings: who sees what of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from app.findings.parameters import switch_off
from app.kit.db import make_engine
from app.main import create_app
from app.organisations.issue_key import issue_key
from app.settings import Settings
from spatial.rule import rules

KEPT = {"O01", "B01", "B28"}
SECRET = "Geheime kabel"
LATER = (datetime.now(UTC).date() + timedelta(days=40)).isoformat()


class Office:
    """Organisations that review: riool and water share findings, buiten has none."""

    def __init__(self, engine: Engine, settings: Settings, world_of: type) -> None:
        self.engine, self.settings, self.world_of = engine, settings, world_of
        self.client = TestClient(create_app(settings, engine))
        self.owners: dict[str, Any] = {}
        self.drawn: dict[Any, Any] = {}
        with engine.begin() as connection:
            world = self.world(connection)
            switch_off(connection, {rule.code for rule in rules()} - KEPT)
            self.shared = self._pair(world, 0.0, "public")
            self.moving = self._pair(world, 4000.0, "partners")
            self.secret = self._pair(world, 8000.0, "own", title=SECRET)
            world.owner("buiten")
            self.keys = {slug: issue_key(connection, slug) for slug in ("riool", "water", "buiten")}

    def world(self, connection: Any) -> Any:
        """The same world in another transaction."""
        return self.world_of(connection, self.settings, self.owners, self.drawn, all_rules=True)

    def _pair(self, world: Any, x: float, visibility: str, **more: Any) -> tuple[Any, Any]:
        first = world.work("riool", x=x, visibility=visibility, **more)
        second = world.work("water", "2028-04-01", x=x, y=2.0, facility="water")
        world.refresh(first, second)
        return first, second

    def headers(self, slug: str | None) -> dict[str, str]:
        return {"X-API-Key": self.keys[slug]} if slug else {}

    def get(self, path: str, slug: str | None = None, **parameters: Any) -> Any:
        return self.client.get(path, params=parameters, headers=self.headers(slug))

    def list(self, slug: str | None = None, **parameters: Any) -> list[dict[str, Any]]:
        answer = self.get("/api/findings", slug, **parameters)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["findings"]
        return found

    def of(self, pair: tuple[Any, Any], rule: str = "B01", slug: str = "riool") -> dict[str, Any]:
        (found,) = self.list(slug, work=str(pair[1]), rule=rule, snoozed="any")
        return found

    def one(self, id_: str, slug: str | None, **parameters: Any) -> dict[str, Any]:
        answer = self.get(f"/api/findings/{id_}", slug, **parameters)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def judge(self, id_: str, slug: str | None, **body: Any) -> Any:
        path = f"/api/findings/{id_}/review"
        return self.client.post(path, json=body, headers=self.headers(slug))

    def judge_many(self, slug: str | None, items: list[dict[str, Any]]) -> Any:
        path = "/api/findings/reviews"
        return self.client.post(path, json={"items": items}, headers=self.headers(slug))


@pytest.fixture(scope="module")
def made(
    clone: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[type], Office]]:
    url = clone()
    engine = make_engine(url)
    settings = Settings(home=Path(tmp_path_factory.mktemp("home")), database_url=url)
    offices: list[Office] = []

    def make(world_of: type) -> Office:
        if not offices:
            offices.append(Office(engine, settings, world_of))
        return offices[0]

    yield make
    engine.dispose()


@pytest.fixture
def office(made: Callable[[type], Office], world: Any) -> Office:
    return made(type(world))


class TestAssigning:
    def test_names_are_for_the_organisations_concerned(self, office: Office) -> None:
        finding = office.of(office.shared)["id"]
        answer = office.judge(finding, "riool", assign_to=" A. de Vries ", reason="Kent de straat")
        assert answer.status_code == 200, answer.text
        assert answer.json()["assigned_to"] == "A. de Vries"
        assert office.one(finding, "water")["assigned_to"] == "A. de Vries"
        last = office.one(finding, "water", lang="nl")["history"][-1]
        assert (last["action"], last["by"], last["reason"]) == (
            "assign",
            "riool",
            "Kent de straat",
        )
        assert last["what_changed"] == "toegewezen aan: geen → A. de Vries"
        assert last["from_state"] == last["to_state"]
        for slug in (None, "buiten"):
            answer = office.get(f"/api/findings/{finding}", slug)
            assert "Vries" not in answer.text
            assert answer.json()["assigned_to"] is None
            assert office.list(slug, assigned_to="A. de Vries") == []
            assert "Vries" not in office.get("/api/findings", slug).text
        (mine,) = office.list("water", assigned_to="A. de Vries")
        assert (mine["id"], mine["assigned_to"]) == (finding, "A. de Vries")
        assert office.judge(finding, "water", assign_to=None).json()["assigned_to"] is None
        assert office.list("water", assigned_to="A. de Vries") == []

    def test_a_name_is_kept_over_another_detection(self, office: Office) -> None:
        finding = office.of(office.moving)["id"]
        assert office.judge(finding, "water", assign_to="Team West").status_code == 200
        with office.engine.begin() as connection:
            world = office.world(connection)
            world.change(office.moving[0], title="Andere titel")
            world.refresh(office.moving[0])
        assert office.one(finding, "riool")["assigned_to"] == "Team West"


class TestComments:
    def test_are_a_thread_between_those_concerned(self, office: Office) -> None:
        finding = office.of(office.shared, "O01")["id"]
        before = office.get(f"/api/findings/{finding}", "riool").headers["etag"]
        assert office.judge(finding, "riool", comment="Kan het eerder?").status_code == 200
        assert office.judge(finding, "water", comment="Vanaf maart.").status_code == 200
        told = office.get(f"/api/findings/{finding}", "riool")
        assert told.headers["etag"] != before
        thread = [
            (e["by"], e["reason"]) for e in told.json()["history"] if e["action"] == "comment"
        ]
        assert thread == [("riool", "Kan het eerder?"), ("water", "Vanaf maart.")]
        for slug in (None, "buiten"):
            answer = office.get(f"/api/findings/{finding}", slug)
            assert "maart" not in answer.text.replace("maart 2028", "")
            assert answer.json()["history"] == []

    @pytest.mark.parametrize(
        "body",
        [{}, {"comment": "  "}, {"reason": "zomaar"}, {"comment": "x" * 2_001}, {"asign_to": "x"}],
        ids=str,
    )
    def test_what_says_nothing_is_refused(self, office: Office, body: dict[str, str]) -> None:
        finding = office.of(office.shared)["id"]
        answer = office.judge(finding, "riool", **body)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"

    def test_are_kept_without_what_cannot_be_kept(self, office: Office) -> None:
        finding = office.of(office.shared)["id"]
        said = office.judge(finding, "riool", comment="Bree\x00straat", assign_to="A\x00")
        assert said.status_code == 200, said.text
        assert said.json()["history"][-1]["reason"] == "Breestraat"
        assert office.judge(finding, "riool", assign_to=None).json()["assigned_to"] is None

    def test_only_those_concerned_may_say_something(self, office: Office) -> None:
        finding = office.of(office.shared)["id"]
        assert office.judge(finding, "buiten", comment="Hoi").status_code == 403
        assert office.judge(finding, None, comment="Hoi").status_code == 401


class TestSnoozing:
    def test_hides_from_the_own_lists_alone_and_ends_by_itself(self, office: Office) -> None:
        finding = office.of(office.shared, "O01")["id"]
        path = f"/api/findings/{finding}"

        def listed(slug: str | None, **parameters: Any) -> bool:
            return finding in {f["id"] for f in office.list(slug, **parameters)}

        answer = office.judge(finding, "riool", snooze_until=LATER, reason="Na de begroting")
        assert answer.json()["snoozed_until"] == LATER
        assert not listed("riool")
        assert not listed("riool", to_review="true")
        assert listed("riool", snoozed="true")
        assert listed("riool", snoozed="any")
        assert not listed("riool", snoozed="false")
        overlaps = office.get("/api/overlaps", "riool").json()["features"]
        assert finding not in {f["id"] for f in overlaps}
        for slug in ("water", "buiten", None):
            assert listed(slug)
            assert office.get(path, slug).json()["snoozed_until"] is None
        last = office.one(finding, "water")["history"][-1]
        assert (last["action"], last["reason"]) == ("snooze", "Na de begroting")
        with office.engine.begin() as connection:
            connection.execute(text("UPDATE finding_snoozes SET until = current_date - 1"))
        assert listed("riool")
        assert listed("riool", to_review="true")

    def test_ends_where_the_input_changed(self, office: Office) -> None:
        finding = office.of(office.moving)["id"]
        assert office.judge(finding, "riool", snooze_until=LATER).status_code == 200
        assert office.judge(finding, "water", state="confirmed").status_code == 200
        with office.engine.begin() as connection:
            world = office.world(connection)
            world.change(office.moving[0], title="Riool Noord")
            world.refresh(office.moving[0])
        assert office.one(finding, "riool")["snoozed_until"] == LATER, "a title is no change"
        with office.engine.begin() as connection:
            world = office.world(connection)
            world.plan(office.moving[0], "2028-03-01", "2028-04-30")
            world.refresh(office.moving[0])
        told = office.one(finding, "riool", lang="nl")
        assert told["snoozed_until"] is None
        assert told["state"] == "to_assess"
        last = told["history"][-1]
        assert last["by"] == "system"
        assert "“Riool Noord” kreeg andere gegevens of dagen" in last["what_changed"]
        assert "laatste dag: 31 mei 2028 → 30 april 2028" in last["what_changed"]
        english = office.one(finding, "riool", lang="en")["history"][-1]["what_changed"]
        assert "last day: 31 May 2028 → 30 April 2028" in english

    def test_can_be_taken_back(self, office: Office) -> None:
        finding = office.of(office.shared)["id"]
        assert office.judge(finding, "water", snooze_until=LATER).status_code == 200
        assert finding not in {f["id"] for f in office.list("water")}
        assert office.judge(finding, "water", snooze_until=None).status_code == 200
        assert finding in {f["id"] for f in office.list("water")}

    @pytest.mark.parametrize("day", ["2020-01-01", "morgen"])
    def test_a_day_that_is_not_to_come_is_refused(self, office: Office, day: str) -> None:
        finding = office.of(office.shared)["id"]
        answer = office.judge(finding, "riool", snooze_until=day)
        assert answer.status_code == 422
        assert "snooze_until" in answer.json()["detail"]

    @pytest.mark.parametrize("asked", [{"snoozed": "soms"}, {"to_review": "ja"}], ids=str)
    def test_a_filter_takes_its_words_alone(self, office: Office, asked: dict[str, str]) -> None:
        assert office.get("/api/findings", "riool", **asked).status_code == 400


class TestMany:
    def test_each_item_stands_by_itself(self, office: Office) -> None:
        first, second = (office.of(office.shared, rule) for rule in ("B01", "O01"))
        hidden = office.of(office.secret)["id"]
        unknown = str(uuid4())
        answer = office.judge_many(
            "water",
            [
                {"id": first["id"], "state": "to_assess", "etag": first["etag"]},
                {"id": second["id"], "comment": "x", "etag": '"0-0"'},
                {"id": hidden, "state": "confirmed"},
                {"id": unknown, "state": "confirmed"},
                {"id": first["id"], "snooze_until": "2020-01-01"},
            ],
        )
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert [i["status"] for i in told["items"]] == [200, 412, 404, 404, 422]
        assert (told["reviewed"], told["refused"]) == (1, 4)
        assert [i["id"] for i in told["items"]][2:4] == [hidden, unknown]
        texts = [i["problem"]["detail"].replace(i["id"], "") for i in told["items"][2:4]]
        assert texts[0] == texts[1], "what may not be seen is as if it were not there"
        assert office.of(office.shared)["state"] == "to_assess"
        assert office.of(office.shared)["etag"] == told["items"][0]["etag"]
        others = office.judge_many("buiten", [{"id": first["id"], "state": "confirmed"}])
        assert [i["status"] for i in others.json()["items"]] == [403]

    def test_what_a_detection_is_writing_is_left_for_later(self, office: Office) -> None:
        busy, free = (office.of(office.shared, rule)["id"] for rule in ("B01", "O01"))
        with office.engine.begin() as connection:
            connection.execute(
                text("UPDATE findings SET score = score WHERE id = :id"), {"id": busy}
            )
            items = [{"id": i, "comment": "Even kijken"} for i in (busy, free)]
            told = office.judge_many("riool", items).json()["items"]
        assert [item["status"] for item in told] == [409, 200]
        assert "Try again" in told[0]["problem"]["detail"]

    @pytest.mark.parametrize(
        "items", [[], [{"id": "geen-id", "state": "confirmed"}], [{"id": str(uuid4())}] * 501]
    )
    def test_a_body_that_cannot_be_is_refused(self, office: Office, items: list[Any]) -> None:
        assert office.judge_many("riool", items).status_code == 422
        assert office.judge_many(None, items or [{}]).status_code in {401, 422}

    def test_a_hundred_are_quickly_reviewed(
        self, office: Office, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with office.engine.begin() as connection:
            world = office.world(connection)
            works = [
                world.work(slug, x=1_000.0 * n, y=20_000.0 + y, facility=facility)
                for n in range(50)
                for slug, y, facility in (("riool", 0.0, "sewer"), ("water", 2.0, "water"))
            ]
            world.refresh(*works)
        waiting = office.list("riool", to_review="true", limit=100)
        assert len(waiting) == 100
        scores = [f["score"] for f in waiting]
        assert scores == sorted(scores, reverse=True)
        began = time.perf_counter()
        for finding in waiting[:50]:
            answer = office.client.post(
                f"/api/findings/{finding['id']}/review",
                json={"state": "confirmed"},
                headers=office.headers("riool") | {"If-Match": finding["etag"]},
            )
            assert answer.status_code == 200
        one_by_one = time.perf_counter() - began
        began = time.perf_counter()
        items = [{"id": f["id"], "state": "confirmed", "etag": f["etag"]} for f in waiting[50:]]
        assert office.judge_many("riool", items).json()["reviewed"] == 50
        together = time.perf_counter() - began
        with capsys.disabled():
            seconds = f"{2 * one_by_one:.2f} s one by one, {2 * together:.2f} s in one request"
            sys.stdout.write(f"\n100 reviews: {seconds}\n")
        left = {f["id"] for f in office.list("riool", to_review="true", limit=1000)}
        assert left.isdisjoint(f["id"] for f in waiting)

    def test_what_is_to_review_comes_in_pages(self, office: Office) -> None:
        url: str | None = "/api/findings?to_review=true&limit=2"
        seen: list[str] = []
        while url:
            content = office.client.get(url, headers=office.headers("water")).json()
            seen += [f["id"] for f in content["findings"]]
            url = next((x["href"] for x in content["links"] if x["rel"] == "next"), None)
        every = office.list("water", to_review="true", limit=1000)
        assert seen == [f["id"] for f in every]
        assert office.list("buiten", to_review="true") == []
        assert office.list(None, to_review="true") == []


class TestMasked:
    """What a party hears of a finding with a plan that another keeps to itself."""

    def told(self, office: Office) -> tuple[str, Any]:
        finding = office.list("water", work=str(office.secret[1]), rule="B28")[0]["id"]
        return finding, office.get(f"/api/findings/{finding}", "water")

    def test_nothing_of_the_plan_is_in_it(self, office: Office) -> None:
        with office.engine.connect() as connection:
            masked = [
                row
                for (row,) in connection.execute(
                    text("SELECT id::text FROM findings WHERE rule = 'B28'")
                )
            ]
            origins = [
                row
                for (row,) in connection.execute(
                    text("SELECT id::text FROM findings WHERE work_ids @> ARRAY[:w]::uuid[]"),
                    {"w": str(office.secret[0])},
                )
            ]
        assert masked
        assert origins
        for finding in masked:
            answer = office.get(f"/api/findings/{finding}", "water", lang="nl")
            assert answer.status_code == 200
            told = answer.json()
            assert [w["id"] for w in told["works"]] == [str(office.secret[1])]
            assert told["organisations"] == ["water"]
            assert told["measures"].keys() == {"kind"}
            assert told["parameters"].keys() == {"square_m"}
            assert (told["solves"], told["solved_by"], told["distance_m"]) == ([], [], None)
            for secret in (SECRET, "riool", "Riool", str(office.secret[0]), *origins):
                assert secret not in answer.text

    def test_only_the_receiver_sees_it(self, office: Office) -> None:
        finding, answer = self.told(office)
        assert answer.status_code == 200
        for slug in ("riool", "buiten", None):
            assert office.get(f"/api/findings/{finding}", slug).status_code == 404
            refused = office.judge(finding, slug, comment="?").status_code
            assert refused == (404 if slug else 401)

    def test_the_receiver_judges_it_and_the_keeper_does_not_hear(self, office: Office) -> None:
        finding, _ = self.told(office)
        before = [office.of(office.secret, rule) for rule in ("B01", "O01")]
        said = office.judge(
            finding, "water", state="rejected", reason="Geen zicht op", comment="Wie is dit?"
        )
        assert said.status_code == 200
        assert [e["by"] for e in said.json()["history"]] == ["water", "water"]
        for origin in before:
            answer = office.get(f"/api/findings/{origin['id']}", "riool")
            assert "Wie is dit?" not in answer.text
            assert answer.headers["etag"] == origin["etag"]

    def test_its_history_tells_of_days_alone(self, office: Office) -> None:
        with office.engine.begin() as connection:
            world = office.world(connection)
            world.plan(office.secret[0], "2028-05-01", "2028-05-31")
            world.move(office.secret[0], x=8010.0)
            world.refresh(office.secret[0])
        _, answer = self.told(office)
        assert SECRET not in answer.text
        assert str(office.secret[0]) not in answer.text
        for event in answer.json()["history"]:
            assert event["difference"].keys() <= {"start", "end", "score"}
