"""How the rules stand, trying a change, adopting it, taking it back: over HTTP and on commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import shapely
import typer
from fastapi.testclient import TestClient
from geoalchemy2.shape import from_shape
from sqlalchemy import Connection, Engine, insert, select, text, update
from typer.testing import CliRunner

from app.findings.catch_up import catch_up
from app.findings.parameters import read_rules, switch_off
from app.findings.rule_sets import RuleSet, read_rule_set, read_versions, write_version
from app.kit.db import make_engine
from app.main import create_app
from app.organisations.issue_key import issue_key
from app.rules import commands
from app.settings import Settings
from app.tables import areas, organisations, rule_sets
from spatial.crs import transform
from spatial.rule import ParameterRefused, rules

EAST, NORTH = 93_000.0, 463_000.0
EVERYWHERE = [4.3, 52.05, 4.7, 52.25]
"""A box around the small world, in degrees."""


def box(x: float, y: float = 0.0) -> Any:
    """A polygon of 600 m around a place in the small world, in degrees."""
    west, south = EAST + x - 300, NORTH + y - 300
    drawn = shapely.box(west, south, west + 600, south + 600)
    return shapely.geometry.mapping(transform([drawn], 28992, 4326)[0])


class Desk:
    """Two pairs of works far apart; stad is a municipality, water is not, buiten sees less."""

    def __init__(self, engine: Engine, settings: Settings, world_of: type) -> None:
        self.engine, self.settings = engine, settings
        self.client = TestClient(create_app(settings, engine))
        with engine.begin() as connection:
            world = world_of(connection, settings)
            self.here = self._pair(world, 0.0)
            self.there = self._pair(world, 5_000.0)
            self.hidden = (
                world.work("stad", x=9_000.0, visibility="own"),
                world.work("water", "2028-04-01", x=9_000.0, y=12.0, facility="water"),
            )
            world.refresh(*self.hidden)
            world.owner("buiten")
            connection.execute(
                update(organisations)
                .where(organisations.c.slug != "stad")
                .values(kind="network_operator")
            )
            self.keys = {slug: issue_key(connection, slug) for slug in ("stad", "water", "buiten")}
            self.area = self._area(connection)

    @staticmethod
    def _pair(world: Any, x: float) -> tuple[Any, Any]:
        """Works 12 m apart: O01 and, at 20 m by then, B01 hang on their thresholds."""
        first = world.work("stad", x=x)
        second = world.work("water", "2028-04-01", x=x, y=2.0, facility="water")
        world.refresh(first, second)
        return first, second

    @staticmethod
    def _area(connection: Connection) -> str:
        shape = shapely.MultiPolygon(
            [shapely.box(EAST - 500, NORTH - 500, EAST + 500, NORTH + 500)]
        )
        values = {
            "level": "neighbourhood",
            "code": "BU1",
            "name": "Centrum",
            "geometry": from_shape(shape, 28992),
            "geometry_4326": from_shape(transform([shape], 28992, 4326)[0], 4326),
        }
        return str(connection.execute(insert(areas).values(values).returning(areas.c.id)).scalar())

    def headers(self, slug: str | None) -> dict[str, str]:
        return {"X-API-Key": self.keys[slug]} if slug else {}

    def post(self, path: str, body: Any, slug: str | None = "stad", **parameters: Any) -> Any:
        return self.client.post(
            f"/api/rules{path}", json=body, headers=self.headers(slug), params=parameters
        )

    def rule(self, code: str, slug: str | None = None, **parameters: Any) -> dict[str, Any]:
        answer = self.client.get(
            f"/api/rules/{code}", headers=self.headers(slug), params=parameters
        )
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def threshold(self, code: str, name: str, slug: str | None = None) -> dict[str, Any]:
        (found,) = [t for t in self.rule(code, slug)["thresholds"] if t["name"] == name]
        assert isinstance(found, dict)
        return found

    def stored(self) -> dict[str, tuple[str, float]]:
        """Findings that hold, by id: their rule and score."""
        query = text("SELECT id::text, rule, score FROM findings WHERE state <> 'resolved'")
        with self.engine.connect() as connection:
            return {id_: (rule, score) for id_, rule, score in connection.execute(query)}

    def detect(self) -> None:
        assert catch_up(self.engine, self.settings).extent == "everything"

    def versions(self) -> int:
        with self.engine.connect() as connection:
            return len(read_versions(connection))


@pytest.fixture
def desk(engine: Engine, settings: Settings, world: Any) -> Desk:
    return Desk(engine, settings, type(world))


@pytest.fixture(scope="module")
def made(
    clone: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[type], Desk]]:
    url = clone()
    engine = make_engine(url)
    settings = Settings(home=Path(tmp_path_factory.mktemp("home")), database_url=url)
    desks: list[Desk] = []

    def make(world_of: type) -> Desk:
        if not desks:
            desks.append(Desk(engine, settings, world_of))
        return desks[0]

    yield make
    engine.dispose()


@pytest.fixture
def quiet(made: Callable[[type], Desk], world: Any) -> Desk:
    """A desk that many tests share, for none of them changes anything."""
    return made(type(world))


LESS = {"parameters": {"O01": {"shared_length_m": 500, "shared_area_m2": 5000}}}


class TestSandbox:
    @pytest.mark.parametrize(
        "change",
        [
            LESS,
            {"parameters": {"B01": {"margin_m": 0}}},
            {"switch_off": ["B01", "O01"]},
            {"parameters": {"B01": {"margin_m": 20}}},
            {"parameters": {"O01": {"full_saving_eur": 10_000}}},
            {"switch_on": ["O13"]},
            {"only_in": {"O01": ["AREA"]}},
        ],
        ids=str,
    )
    def test_what_it_says_is_what_adoption_does(self, desk: Desk, change: dict[str, Any]) -> None:
        if "only_in" in change:
            change = {"only_in": {"O01": [desk.area]}}
        before = desk.stored()
        versions = desk.versions()
        answer = desk.post("/sandbox", {**change, "area": EVERYWHERE})
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert desk.stored() == before, "nothing is stored"
        assert desk.versions() == versions
        assert desk.post("/adopt", {**change, "reason": "Proef"}).status_code == 200
        desk.detect()
        after = desk.stored()
        by_change: dict[str, set[str]] = {"appears": set(), "vanishes": set(), "changes": set()}
        for feature in told["features"]:
            by_change[feature["properties"]["change"]].add(feature["id"])
        assert by_change["appears"] == after.keys() - before.keys()
        assert by_change["vanishes"] == before.keys() - after.keys()
        assert by_change["changes"] == {
            i for i in after.keys() & before.keys() if after[i] != before[i]
        }
        assert told["features"], "a change that shows nothing proves nothing"
        counted = {n: sum(r[n] for r in told["rules"]) for n in by_change}
        assert counted == {n: len(ids) for n, ids in by_change.items()}

    def test_tells_texts_scores_and_places(self, quiet: Desk) -> None:
        dutch = quiet.post("/sandbox", {**LESS, "area": box(0.0)}, lang="nl")
        assert dutch.headers["content-type"] == "application/geo+json"
        (feature,) = dutch.json()["features"]
        told = feature["properties"]
        assert (told["change"], told["rule"], told["state"]) == ("vanishes", "O01", "new")
        assert told["score_before"] > 0
        assert told["score_after"] is None
        assert set(told["works"].split(", ")) == {str(w) for w in quiet.here}
        longitude, latitude = feature["geometry"]["coordinates"][0][0][0]
        assert (round(longitude), round(latitude)) == (4, 52)
        (english,) = quiet.post("/sandbox", {**LESS, "area": box(0.0)}, lang="en").json()[
            "features"
        ]
        assert english["properties"]["title"] != told["title"]

    def test_looks_in_the_area_alone(self, quiet: Desk) -> None:
        def works(area: Any) -> set[str]:
            found = quiet.post("/sandbox", {**LESS, "area": area}).json()["features"]
            return {w for f in found for w in f["properties"]["works"].split(", ")}

        assert works(quiet.area) == {str(w) for w in quiet.here}
        assert works(box(5_000.0)) == {str(w) for w in quiet.there}
        assert works(box(20_000.0)) == set()

    def test_rests_on_what_the_caller_may_see(self, quiet: Desk) -> None:
        trial = {"parameters": {"O01": {"shared_length_m": 5.0}, "B01": {"margin_m": 10}}}
        body = {**trial, "area": box(9_000.0)}
        mine = quiet.post("/sandbox", body, "stad").json()
        assert mine["features"]
        for slug in ("water", "buiten"):
            answer = quiet.post("/sandbox", body, slug)
            assert answer.json()["features"] == []
            assert str(quiet.hidden[0]) not in answer.text
        assert quiet.post("/sandbox", body, None).status_code == 401

    def test_says_which_rule_would_not_be_assessed(self, quiet: Desk) -> None:
        answer = quiet.post("/sandbox", {"switch_on": ["B03"], "area": quiet.area}, lang="en")
        assert answer.json()["rules"] == [
            {
                "rule": "B03",
                "appears": 0,
                "vanishes": 0,
                "changes": 0,
                "not_assessed_because": ["layer streets is not loaded"],
            }
        ]

    @pytest.mark.parametrize("code", ["B28", "O03"])
    def test_says_which_rule_cannot_be_tried(self, quiet: Desk, code: str) -> None:
        body = {"switch_on": [code], "area": quiet.area}
        (told,) = quiet.post("/sandbox", body, lang="en").json()["rules"]
        assert told["rule"] == code
        assert "follows from other findings" in told["not_assessed_because"][0]

    @pytest.mark.parametrize(
        ("area", "said"),
        [
            ([3.0, 50.0, 8.0, 54.0], "smaller part"),
            ([5.0, 52.0, 4.0, 53.0], "west before east"),
            ({"type": "Point", "coordinates": [4, 52]}, "polygon"),
            ({"type": "Polygon", "coordinates": [[[4, 52]]]}, "polygon"),
            ({"type": "Polygon", "coordinates": [[[0, 0], [900, 0], [9, 9], [0, 0]]]}, "world"),
            ({}, "polygon"),
            ("00000000-0000-0000-0000-000000000001", "no area"),
            ([1, 2, 3], ""),
            (None, ""),
        ],
        ids=str,
    )
    def test_an_area_that_cannot_be_is_refused(self, quiet: Desk, area: Any, said: str) -> None:
        answer = quiet.post("/sandbox", {**LESS, "area": area})
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert said in answer.json()["detail"]
        assert all(e["pointer"].startswith("/area") for e in answer.json()["errors"])

    def test_an_area_with_too_many_works_is_refused(
        self, quiet: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("app.rules.sandbox.MOST_WORKS", 1)
        answer = quiet.post("/sandbox", {**LESS, "area": quiet.area})
        assert answer.status_code == 422
        assert "smaller box" in answer.json()["detail"]


BAD = [
    ({"parameters": {"X99": {"a": 1}}}, "no rule X99"),
    ({"parameters": {"B02": {"none": 1}}}, "no parameter none"),
    ({"parameters": {"B02": {"no_dig_days": 0}}}, "between 1 and 3652"),
    ({"parameters": {"B02": {"no_dig_days": 1.5}}}, "whole days"),
    ({"parameters": {"B02": {"no_dig_days": "5"}}}, ""),
    ({"parameters": {"B02": {"no_dig_days": True}}}, ""),
    ({"parameters": {"B02": {"no_dig_days": 10**30}}}, "between 1 and 3652"),
    ({"parameters": {"B02": {"no_dig_days": 10**400}}}, ""),
    ({"switch_off": ["X99"]}, "no rule X99"),
    ({"switch_on": ["B01"], "switch_off": ["B01"]}, "at once"),
    ({"only_in": {"B01": ["00000000-0000-0000-0000-000000000001"]}}, "no area"),
    ({"parametres": {}}, ""),
]


class TestAdopting:
    @pytest.mark.parametrize(("change", "said"), BAD, ids=str)
    def test_what_cannot_be_is_refused_and_the_old_state_stays(
        self, quiet: Desk, change: dict[str, Any], said: str
    ) -> None:
        with quiet.engine.connect() as connection:
            before = read_rule_set(connection)
        for path, more in (("/adopt", {"reason": "Proef"}), ("/sandbox", {"area": EVERYWHERE})):
            answer = quiet.post(path, {**change, **more})
            assert answer.status_code == 422, answer.text
            assert said in answer.json()["detail"]
        with quiet.engine.connect() as connection:
            assert read_rule_set(connection) == before
            assert not connection.scalar(
                text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'detect'")
            )

    def test_not_a_number_is_refused(self, quiet: Desk) -> None:
        body = b'{"parameters": {"B02": {"no_dig_days": NaN}}, "reason": "x"}'
        headers = quiet.headers("stad") | {"Content-Type": "application/json"}
        answer = quiet.client.post("/api/rules/adopt", content=body, headers=headers)
        assert answer.status_code == 422

    def test_a_wide_number_and_an_odd_text_are_kept(self, desk: Desk) -> None:
        change = {"parameters": {"B02": {"shared_area_m2": 10**50}}, "reason": "a\x00b"}
        answer = desk.post("/adopt", change)
        assert answer.status_code == 200, answer.text
        assert answer.json()["reason"] == "ab"
        assert desk.threshold("B02", "shared_area_m2")["value"] == 1e50

    def test_is_for_who_has_the_right(self, quiet: Desk) -> None:
        body = {**LESS, "reason": "Proef"}
        assert quiet.post("/adopt", body, "water").status_code == 403
        assert quiet.post("/adopt", body, None).status_code == 401
        confirm = {"value": 5.0, "by": "A. de Vries"}
        path = "/api/rules/B01/thresholds/margin_m/confirm"
        refused = quiet.client.put(path, json=confirm, headers=quiet.headers("water"))
        assert refused.status_code == 403
        assert quiet.post("/versions/1/undo", {}, "water").status_code == 403

    def test_writes_a_version_and_asks_for_a_full_detection(self, desk: Desk) -> None:
        first = desk.versions()
        answer = desk.post("/adopt", {**LESS, "reason": "Alleen grote"})
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert (told["version"], told["by"], told["reason"]) == (first + 1, "stad", "Alleen grote")
        assert told["changed"] == {
            "parameters": {"O01.shared_area_m2": [None, 5000.0], "O01.shared_length_m": [None, 500]}
        }
        with desk.engine.connect() as connection:
            jobs = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'detect'")
            assert connection.scalar(jobs) == 1
        assert desk.rule("O01")["rule_set_version"] == first + 1
        desk.detect()
        assert "O01" not in {rule for rule, _ in desk.stored().values()}

    def test_a_null_gives_a_rule_its_own_value_back(self, desk: Desk) -> None:
        with desk.engine.connect() as connection:
            before = read_rule_set(connection)
        assert desk.post("/adopt", {**LESS, "reason": "Heen"}).status_code == 200
        back = {"parameters": {"O01": {"shared_length_m": None, "shared_area_m2": None}}}
        assert desk.post("/adopt", {**back, "reason": "Terug"}).status_code == 200
        with desk.engine.connect() as connection:
            assert read_rule_set(connection) == before

    def test_on_another_version_than_was_tried_is_refused(self, desk: Desk) -> None:
        tried = desk.post("/sandbox", {**LESS, "area": desk.area}).json()["based_on"]
        other = {"switch_off": ["B01"], "reason": "Eerder"}
        assert desk.post("/adopt", {**other, "based_on": tried}).status_code == 200
        late = desk.post("/adopt", {**LESS, "reason": "Later", "based_on": tried})
        assert late.status_code == 412
        assert desk.post("/adopt", other).status_code == 409, "nothing would change"

    def test_a_rule_for_some_areas_finds_nothing_elsewhere(self, desk: Desk) -> None:
        body = {"only_in": {"O01": [desk.area]}, "reason": "Eerst het centrum"}
        assert desk.post("/adopt", body).status_code == 200
        desk.detect()
        o01 = [i for i, (rule, _) in desk.stored().items() if rule == "O01"]
        assert len(o01) == 1
        told = desk.rule("O01")
        assert [a["name"] for a in told["only_in"]] == ["Centrum"]
        assert told["open_findings"] == 1
        everywhere = {"only_in": {"O01": []}, "reason": "Overal"}
        assert desk.post("/adopt", everywhere).status_code == 200
        desk.detect()
        assert desk.rule("O01")["only_in"] == []
        assert desk.rule("O01", "stad")["open_findings"] > 1

    def test_a_change_of_a_work_keeps_to_the_areas_too(self, desk: Desk) -> None:
        body = {"only_in": {"O01": [desk.area]}, "reason": "Eerst het centrum"}
        assert desk.post("/adopt", body).status_code == 200
        desk.detect()
        before = desk.stored()
        with desk.engine.begin() as connection:
            connection.execute(
                text("UPDATE works SET version = version + 1 WHERE id = ANY(:ids)"),
                {"ids": [*desk.here, *desk.there]},
            )
        assert catch_up(desk.engine, desk.settings).extent == "some works"
        assert desk.stored() == before


class TestVersions:
    def test_the_newest_can_be_undone_and_so_can_that(self, desk: Desk) -> None:
        with desk.engine.connect() as connection:
            before = read_rule_set(connection)
        made = desk.post("/adopt", {**LESS, "reason": "Proef"}).json()["version"]
        desk.detect()
        undone = desk.post(f"/versions/{made}/undo", {"reason": "Te weinig"})
        assert undone.status_code == 200, undone.text
        assert undone.json()["undoes"] == made
        with desk.engine.connect() as connection:
            assert read_rule_set(connection) == before
        desk.detect()
        assert "O01" in {rule for rule, _ in desk.stored().values()}
        again = desk.post(f"/versions/{made}/undo", {})
        assert again.status_code == 409
        assert f"Version {made + 1}" in again.json()["detail"]
        assert desk.post(f"/versions/{made + 1}/undo", {}).status_code == 200
        assert desk.threshold("O01", "shared_length_m")["value"] == 500
        assert desk.post("/versions/99/undo", {}).status_code == 404

    def test_the_list_tells_who_and_why_to_partners(self, desk: Desk) -> None:
        made = desk.post("/adopt", {**LESS, "reason": "Geheime reden"}).json()["version"]
        desk.post(f"/versions/{made}/undo", {})
        path = "/api/rules/versions"
        told = desk.client.get(path, headers=desk.headers("water")).json()
        assert told["may_set"] is False
        newest, one = told["versions"][:2]
        assert (newest["in_force"], newest["undoes"]) == (True, made)
        assert (one["version"], one["in_force"], one["undone_by"]) == (made, False, made + 1)
        assert (one["by"], one["reason"]) == ("stad", "Geheime reden")
        public = desk.client.get(path)
        assert "Geheime" not in public.text
        assert public.json()["versions"][0]["by"] is None
        assert desk.client.get(path, headers=desk.headers("stad")).json()["may_set"] is True

    def test_the_first_version_can_be_undone(self, connection: Connection) -> None:
        from app.rules.adopt import undo

        assert (
            write_version(connection, RuleSet(switched_off=frozenset({"B01"})), by="x", reason="")
            == 1
        )
        assert undo(connection, 1, by="x") == 2
        assert read_rule_set(connection) == RuleSet()

    def test_what_a_release_no_longer_has_is_left_out(self, connection: Connection) -> None:
        connection.execute(
            insert(rule_sets).values(
                version=1,
                parameters={"X99": {"a": 1.0}, "B02": {"gone": 1.0, "shared_area_m2": 5.0}},
                switched_off=["X99", "B01"],
                only_in={"X99": [str(uuid4())]},
                by="x",
            )
        )
        assert read_rule_set(connection) == RuleSet(
            parameters={"B02": {"shared_area_m2": 5.0}}, switched_off=frozenset({"B01"})
        )
        assert read_rules(connection)

    def test_what_cannot_be_is_not_written(self, connection: Connection) -> None:
        for wrong in (
            RuleSet(parameters={"B02": {"no_dig_days": -1.0}}),
            RuleSet(switched_off=frozenset({"X99"})),
            RuleSet(only_in={"B01": (uuid4(),)}),
        ):
            with pytest.raises(ParameterRefused):
                write_version(connection, wrong, by="x", reason="")
        assert connection.execute(select(rule_sets)).all() == []


class TestConfirming:
    def confirm(self, desk: Desk, value: float, slug: str = "stad", **more: Any) -> Any:
        path = "/api/rules/B14/thresholds/parallel_m/confirm"
        body = {"value": value, "by": "A. de Vries", **more}
        return desk.client.put(path, json=body, headers=desk.headers(slug))

    def test_a_default_decides_nothing_until_a_person_confirmed_it(self, desk: Desk) -> None:
        fresh = desk.threshold("B14", "parallel_m")
        assert (fresh["is_default"], fresh["may_decide"]) == (True, False)
        assert fresh["label"] == "standaardwaarde, nog te bevestigen"
        assert fresh["confirmed"] is None
        answer = self.confirm(desk, fresh["value"], note="Afgestemd met het waterbedrijf")
        assert answer.status_code == 200, answer.text
        told = desk.threshold("B14", "parallel_m", "water")
        assert (told["is_default"], told["may_decide"]) == (False, True)
        assert told["confirmed"]["by"] == "A. de Vries"
        assert told["confirmed"]["note"] == "Afgestemd met het waterbedrijf"
        public = desk.threshold("B14", "parallel_m")
        assert public["confirmed"]["by"] is None
        assert "Vries" not in desk.client.get("/api/rules").text
        change = {"parameters": {"B14": {"parallel_m": 2.0}}, "reason": "Ruimer"}
        assert desk.post("/adopt", change).status_code == 200
        other = desk.threshold("B14", "parallel_m")
        assert (other["value"], other["default_value"]) == (2.0, fresh["value"])
        assert (other["standing"], other["may_decide"]) == ("set", False)

    def test_asks_for_the_value_that_was_seen(self, quiet: Desk) -> None:
        assert self.confirm(quiet, 99.0).status_code == 409
        assert self.confirm(quiet, 1.5, by="  ").status_code == 422
        path = "/api/rules/B14/thresholds/none/confirm"
        body = {"value": 1, "by": "x"}
        assert quiet.client.put(path, json=body, headers=quiet.headers("stad")).status_code == 404

    def test_needs_no_detection(self, desk: Desk) -> None:
        catch_up(desk.engine, desk.settings)
        value = desk.threshold("B14", "parallel_m")["value"]
        assert self.confirm(desk, value).status_code == 200
        assert catch_up(desk.engine, desk.settings).extent == "nothing"

    def test_published_values_stand_by_themselves(self, quiet: Desk) -> None:
        told = quiet.threshold("B02", "no_dig_days")
        assert (told["standing"], told["may_decide"], told["is_default"]) == (
            "published",
            True,
            False,
        )


class TestStanding:
    def test_says_why_a_rule_is_not_assessed(self, quiet: Desk) -> None:
        off = quiet.rule("B03", lang="en")
        assert (off["assessed"], off["switched_on"]) == (False, False)
        assert off["not_assessed_because"] == [
            "the rule is switched off",
            "layer streets is not loaded",
        ]
        assert quiet.rule("B03")["not_assessed_because"][1] == "de laag streets is niet geladen"
        on = quiet.rule("B01")
        assert (on["assessed"], on["not_assessed_because"]) == (True, [])

    def test_asks_for_a_day_that_counts_as_today(self, desk: Desk) -> None:
        asking = [rule.code for rule in rules() if rule.asks_today]
        assert asking
        with desk.engine.begin() as connection:
            switch_off(connection, [])
        for code in asking:
            assert "no day counts as today" in desk.rule(code, lang="en")["not_assessed_because"]

    def test_counts_what_the_caller_may_see(self, quiet: Desk) -> None:
        counts = {
            slug: quiet.rule("B01", slug)["open_findings"] for slug in (None, "water", "stad")
        }
        stored = [rule for rule, _ in quiet.stored().values()].count("B01")
        assert counts["stad"] == stored
        assert counts[None] == counts["water"] == 2


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Runs ``kansenkaart rules`` on the database of a desk."""
    cli = typer.Typer()
    commands.register(cli)
    cli.callback()(lambda: None)

    def run(desk: Desk, *arguments: str) -> Any:
        monkeypatch.setenv("DATABASE_URL", desk.settings.database_url)
        monkeypatch.setenv("KANSENKAART_HOME", str(desk.settings.home))
        return CliRunner().invoke(cli, ["rules", *arguments])

    return run


class TestCommands:
    def test_set_off_on_versions_undo(self, desk: Desk, run: Callable[..., Any]) -> None:
        done = run(
            desk, "set", "o01", "shared_length_m=500", "shared_area_m2=5000", "--reason", "Proef"
        )
        assert done.exit_code == 0, done.output
        assert "resolved" in done.output
        assert "O01" not in {rule for rule, _ in desk.stored().values()}
        done = run(desk, "off", "B01")
        assert done.exit_code == 0, done.output
        assert {rule for rule, _ in desk.stored().values()} == set()
        done = run(desk, "on", "B01", "--area", "neighbourhood:BU1")
        assert done.exit_code == 0, done.output
        assert [rule for rule, _ in desk.stored().values()] == ["B01"]
        listed = run(desk, "versions").output
        assert "Proef" in listed
        assert "O01.shared_length_m" in listed
        assert run(desk, "undo").exit_code == 0
        assert desk.stored() == {}, "B01 is off again"
        confirmed = run(desk, "confirm", "B14", "parallel_m", "1.5", "--by", "A. de Vries")
        assert confirmed.exit_code == 0, confirmed.output
        with desk.engine.connect() as connection:
            assert read_rule_set(connection).confirmed["B14"]["parallel_m"].by == "A. de Vries"
            assert read_rules(connection)

    @pytest.mark.parametrize(
        "arguments",
        [
            ("set", "B02", "no_dig_days=veel"),
            ("set", "B02", "no_dig_days=nan"),
            ("set", "B02", "no_dig_days=-1"),
            ("set", "X99", "a=1"),
            ("off", "X99"),
            ("on", "B01", "--area", "neighbourhood:X"),
            ("undo", "99"),
        ],
        ids=str,
    )
    def test_refusals_leave_everything_as_it_is(
        self, quiet: Desk, run: Callable[..., Any], arguments: tuple[str, ...]
    ) -> None:
        before = quiet.versions()
        assert run(quiet, *arguments).exit_code != 0
        assert quiet.versions() == before
