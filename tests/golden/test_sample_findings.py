"""What the service finds in the invented plans, against the list kept with them.

``KANSENKAART_UPDATE_GOLDEN=1`` writes the list anew; look at the difference
before you commit it.
"""

import csv
import os
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app import demo
from app.kit.db import make_engine
from app.runtime import Runtime
from app.settings import Settings
from app.tables import context_objects, projects, uploads, works
from spatial.rule import PairRule, rules

PAIR_RULES = [rule.code for rule in rules() if isinstance(rule, PairRule)]
EXPECTED = Path(__file__).parents[2] / "sample_data" / "expected"
MEASURES = (
    "score",
    "distance_m",
    "shared_area_m2",
    "shared_length_m",
    "shared_days",
    "gap_days",
    "shift_days",
    "saving_eur",
)
COLUMNS = ("rule", "works", "subject", "start", "end", *MEASURES)
FOUND = """
SELECT f.*, refs.names AS works,
    coalesce(nullif(c.name, ''), c.layer || ' ' || c.reference, a.code, o.slug, '') AS subject
FROM findings f
CROSS JOIN LATERAL (
    SELECT array_agg(p.reference ORDER BY w.at) AS names
    FROM unnest(f.work_ids) WITH ORDINALITY AS w(id, at)
    JOIN works ON works.id = w.id JOIN projects p ON p.id = works.project_id
) refs
LEFT JOIN context_objects c ON c.id = f.subject_id
LEFT JOIN areas a ON a.id = f.subject_id
LEFT JOIN organisations o ON o.id = f.subject_id
WHERE f.state <> 'resolved'
"""
"""Findings with the references of their works and the name of what they are about."""
QUIET = {"B10", "B11", "B21", "B23", "B24", "B27", "B28"}
"""Rules that find nothing in the sample data."""


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
    with loaded.connect() as connection:
        rows = connection.execute(text(FOUND)).all()
    return sorted(
        (
            row.rule,
            ";".join(row.works if row.rule in PAIR_RULES else sorted(row.works)),
            row.subject,
            str(row.period.lower),
            str(row.period.upper),
            *(number(getattr(row, name)) for name in MEASURES),
        )
        for row in rows
        if is_invented(row)
    )


def is_invented(row):
    """No real work in a pair, at least one invented work in any other finding."""
    real = [name.startswith("NDW") for name in row.works]
    return not any(real) if row.rule in PAIR_RULES else not all(real)


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


@pytest.mark.parametrize("rule", [rule.code for rule in rules()])
def test_every_rule_speaks_of_the_invented_plans(found, rule):
    assert any(row[0] == rule for row in found) == (rule not in QUIET)


def test_near_misses_are_not_found(found):
    misses = near_misses()
    assert {miss["rule"] for miss in misses} >= set(PAIR_RULES)
    assert [miss for miss in misses if any(is_like(miss, row) for row in found)] == []


def near_misses():
    with (EXPECTED / "near_misses.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_like(miss, row):
    """Whether a finding is of the rule, the works and the subject of a near miss."""
    works = set(filter(None, miss["works"].split(";")))
    return (
        row[0] == miss["rule"]
        and works <= set(row[1].split(";"))
        and miss["subject"] in {"", row[2]}
    )


def test_the_works_and_subjects_of_near_misses_are_stored(loaded):
    works = {name for miss in near_misses() for name in miss["works"].split(";") if name}
    subjects = {miss["subject"] for miss in near_misses()} - {""}
    with loaded.connect() as connection:
        assert works <= set(connection.scalars(select(projects.c.reference)))
        assert subjects <= set(connection.scalars(select(context_objects.c.name)))


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
