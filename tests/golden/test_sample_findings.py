"""What the service finds in the invented plans, against the list kept with them.

``KANSENKAART_UPDATE_GOLDEN=1`` writes the list anew; look at the difference
before you commit it.
"""

import csv
import os
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app import demo
from app.kit.db import make_engine
from app.runtime import Runtime
from app.settings import Settings
from app.tables import findings, projects, uploads, works
from spatial.rule import PairRule, rules

PAIR_RULES = [rule.code for rule in rules() if isinstance(rule, PairRule)]
EXPECTED = Path(__file__).parents[2] / "sample_data" / "expected"
COLUMNS = (
    "rule",
    "first",
    "second",
    "start",
    "end",
    "score",
    "distance_m",
    "shared_area_m2",
    "shared_length_m",
    "shared_days",
    "gap_days",
    "shift_days",
    "saving_eur",
)


@pytest.fixture(scope="module")
def loaded(clone, tmp_path_factory):
    url = clone()
    engine = make_engine(url)
    settings = Settings(home=tmp_path_factory.mktemp("home"), database_url=url)
    demo.load(Runtime(settings, engine))
    yield engine
    engine.dispose()


def number(value):
    return "" if value is None else f"{value:.1f}".replace("-0.0", "0.0")


@pytest.fixture(scope="module")
def found(loaded):
    first, second = works.alias(), works.alias()
    of_first, of_second = projects.alias(), projects.alias()
    query = (
        select(findings, of_first.c.reference, of_second.c.reference.label("other"))
        .join(first, first.c.id == findings.c.work_ids[1])
        .join(second, second.c.id == findings.c.work_ids[func.cardinality(findings.c.work_ids)])
        .join(of_first, of_first.c.id == first.c.project_id)
        .join(of_second, of_second.c.id == second.c.project_id)
    )
    with loaded.connect() as connection:
        rows = connection.execute(query).all()
    return sorted(
        (
            row.rule,
            row.reference,
            row.other,
            str(row.period.lower),
            str(row.period.upper),
            *(number(getattr(row, name)) for name in COLUMNS[5:]),
        )
        for row in rows
        if not (row.reference.startswith("NDW") or row.other.startswith("NDW"))
    )


def test_findings_of_the_invented_plans_are_as_expected(found):
    path = EXPECTED / "findings.csv"
    if os.environ.get("KANSENKAART_UPDATE_GOLDEN"):
        with path.open("w", encoding="utf-8", newline="") as out:
            sheet = csv.writer(out, lineterminator="\n")
            sheet.writerow(COLUMNS)
            sheet.writerows(found)
    with path.open(encoding="utf-8", newline="") as file:
        header, *expected = csv.reader(file)
    assert tuple(header) == COLUMNS
    assert [list(row) for row in found] == expected


@pytest.mark.parametrize("rule", PAIR_RULES)
def test_every_rule_has_findings_in_the_invented_plans(found, rule):
    assert sum(row[0] == rule for row in found) >= 5


def test_near_misses_are_not_found(found):
    pairs = {(row[0], frozenset(row[1:3])) for row in found}
    with (EXPECTED / "near_misses.csv").open(encoding="utf-8", newline="") as file:
        misses = [
            (row["rule"], frozenset((row["first"], row["second"]))) for row in csv.DictReader(file)
        ]
    assert {rule for rule, _ in misses} >= set(PAIR_RULES)
    assert [miss for miss in misses if miss in pairs] == []


def test_the_works_of_near_misses_are_stored(loaded):
    with (EXPECTED / "near_misses.csv").open(encoding="utf-8", newline="") as file:
        named = {row[side] for row in csv.DictReader(file) for side in ("first", "second")}
    with loaded.connect() as connection:
        stored = set(connection.scalars(select(projects.c.reference)))
    assert named <= stored


def test_every_sample_is_stored_whole(loaded):
    with loaded.connect() as connection:
        reports = connection.scalars(select(uploads.c.report)).all()
    assert len(reports) == len(demo.SAMPLES_OF_ORGANISATIONS)
    assert [report["counts"]["refused"] for report in reports] == [0] * len(reports)
    asked = [
        question
        for report in reports
        for layer in report["layers"]
        for question in layer["mapping"]["asked"]
        if layer["kind"] == "works"
    ]
    assert asked == []


def test_the_plans_cover_every_status_and_precision(loaded):
    with loaded.connect() as connection:
        statuses = set(connection.scalars(select(works.c.planning_status)))
        precisions = set(connection.scalars(select(works.c.precision)))
    assert statuses >= {
        "idea",
        "indicative",
        "provisional",
        "committed",
        "under_construction",
        "completed",
        "withdrawn",
    }
    assert precisions == {"day", "week", "month", "quarter", "half_year", "year", "period"}
