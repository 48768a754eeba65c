"""A file becomes projects and works: identity, repeats, changes, withdrawal, owners."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from app.tables import (
    budgets,
    datasets,
    organisations,
    project_versions,
    projects,
    uploads,
    work_versions,
    works,
)


def rows(engine, *columns, table=works):
    with engine.connect() as connection:
        return connection.execute(select(*columns).order_by(table.c.key)).all()


def count(engine, table):
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table))


def codes(report):
    return sorted(f.code for f in report.faults)


def test_a_file_becomes_projects_with_works(deliver, a_work, engine):
    report = deliver([a_work("A"), a_work("B", y=50), a_work("B", y=90)])
    assert report.state == "done", report.problem
    assert report.exit_code == 0
    assert (report.counts["read"], report.counts["stored"], report.counts["projects"]) == (3, 3, 2)
    stored = rows(engine, works.c.title, works.c.facility, works.c.visibility, works.c.version)
    assert stored[0] == ("Werk A", "sewer", "partners", 1)
    assert count(engine, projects) == 2
    assert count(engine, work_versions) == 3


def test_days_are_inclusive_outside_and_half_open_inside(deliver, a_work, engine):
    deliver([a_work("A", start="2028-03-01", end="2028-03-01")])
    (row,) = rows(engine, func.lower(works.c.period), func.upper(works.c.period))
    assert [str(d) for d in row] == ["2028-03-01", "2028-03-02"]


def test_served_copies_and_footprint_are_made(deliver, a_work, engine):
    deliver([a_work("A")])
    (row,) = rows(
        engine,
        func.ST_SRID(works.c.geometry),
        func.ST_SRID(works.c.geometry_4326),
        func.ST_X(func.ST_StartPoint(works.c.geometry_4326)),
        func.ST_Area(works.c.footprint),
        func.ST_GeometryType(works.c.footprint_4326),
    )
    assert row[:2] == (28992, 4326)
    assert row[2] == pytest.approx(4.48, abs=0.05)
    assert row[3] == pytest.approx(300.0)
    assert row[4] == "ST_MultiPolygon"


def test_the_same_file_again_changes_nothing(deliver, a_work, engine):
    file = [a_work("A", note="x"), a_work("B", y=50), a_work("B", y=90)]
    deliver(file)
    again = deliver(file)
    assert again.state == "unchanged"
    assert again.counts["unchanged"] == 3
    assert count(engine, work_versions) == 3
    assert count(engine, project_versions) == 2


def test_the_same_rows_in_another_order_change_nothing(deliver, a_work):
    file = [a_work("A"), a_work("B", y=50), a_work("B", y=90)]
    deliver(file)
    assert deliver(file[::-1]).state == "unchanged"


def test_a_changed_row_is_a_new_version_with_its_difference(deliver, a_work, engine):
    deliver([a_work("A"), a_work("B", y=50)])
    report = deliver([a_work("A", end="2028-06-30", title="Anders"), a_work("B", y=50)])
    assert (report.counts["changed"], report.counts["unchanged"]) == (1, 1)
    with engine.connect() as connection:
        difference = connection.scalar(
            select(work_versions.c.difference).where(work_versions.c.version == 2)
        )
    assert difference == {
        "end": {"old": "2028-05-31", "new": "2028-06-30"},
        "title": {"old": "Werk A", "new": "Anders"},
    }


def test_a_moved_line_tells_its_shape(deliver, a_work, engine):
    deliver([a_work("A")])
    deliver([a_work("A", x=10)])
    with engine.connect() as connection:
        difference = connection.scalar(
            select(work_versions.c.difference).where(work_versions.c.version == 2)
        )
    assert difference == {"geometry": {"old": "LineString, 100.0 m", "new": "LineString, 100.0 m"}}


def test_a_repeated_row_is_stored_once_and_told(deliver, a_work):
    report = deliver([a_work("A"), a_work("A"), a_work("A", start="2029-01-01", end="2029-02-01")])
    assert (report.counts["stored"], report.counts["repeated"]) == (2, 1)
    assert codes(report) == ["repeated-row"]
    assert report.faults[0].row == 2
    assert report.exit_code == 0


def test_facts_that_contradict_are_told_and_the_first_row_wins(deliver, a_work, engine):
    report = deliver(
        [a_work("A", status="definitief"), a_work("A", y=40, status="idee", title="Werk A")]
    )
    assert codes(report) == ["contradiction"]
    fault = report.faults[0]
    assert (fault.row, fault.field, fault.value) == (2, "planning_status", "idea")
    assert {r.planning_status for r in rows(engine, works.c.planning_status)} == {"committed"}


def test_a_private_row_keeps_its_project_private(deliver, a_work, engine):
    deliver([a_work("A", visibility="openbaar"), a_work("A", y=40, visibility="own")])
    assert {r.visibility for r in rows(engine, works.c.visibility)} == {"own"}


def test_one_project_has_one_owner(deliver, a_work):
    report = deliver(
        [a_work("A", organisatie="Stedin"), a_work("A", y=40, organisatie="Gemeente Gouda")]
    )
    assert (report.counts["stored"], report.counts["refused"]) == (1, 1)
    assert "other-owner" in codes(report)
    assert report.exit_code == 1


def test_the_organisation_in_a_row_owns_the_work(deliver, a_work, engine):
    report = deliver(
        [
            a_work("A", organisatie="Stedin B.V."),
            a_work("B", y=40, organisatie="STEDIN"),
            a_work("C", y=80, organisatie="Gemeente Gouda"),
        ]
    )
    assert [o["works"] for o in report.organisations] == [2, 1]
    assert report.organisations[0]["spellings"] == ["Stedin B.V.", "STEDIN"]
    owners = rows(engine, organisations.c.name, organisations.c.reported_by, table=organisations)
    assert [o.name for o in owners] == ["Leiden", "Stedin B.V.", "Gemeente Gouda"]
    assert owners[1].reported_by == deliver.ids["leiden"]
    assert count(engine, datasets) == 1


def test_reported_works_leave_the_owners_own_alone_and_count_once(deliver, a_work, engine):
    deliver([a_work("S-1")], organisation="stedin")
    report = deliver([a_work("L-9", organisatie="Stedin")], organisation="leiden")
    assert [d["title"] for d in report.doubles] == ["Werk L-9"]
    assert rows(engine, works.c.title, works.c.counts) == [("Werk S-1", True), ("Werk L-9", False)]
    deliver([a_work("S-1", start="2030-01-01", end="2030-02-01")], organisation="stedin")
    assert [r.counts for r in rows(engine, works.c.counts)] == [True, True]


def test_what_the_owner_delivers_later_counts_before_what_was_reported(deliver, a_work, engine):
    deliver([a_work("L-9", organisatie="Stedin")], organisation="leiden")
    with engine.connect() as connection:
        slug = connection.scalar(
            select(organisations.c.slug).where(organisations.c.name == "Stedin")
        )
        deliver.ids[slug] = connection.scalar(
            select(organisations.c.id).where(organisations.c.slug == slug)
        )
    deliver([a_work("S-1")], organisation=slug)
    assert rows(engine, works.c.title, works.c.counts) == [("Werk L-9", False), ("Werk S-1", True)]


def test_without_a_reference_a_work_is_known_by_its_id_column(deliver, a_work, engine):
    features = [a_work(None, y=y, title="Riool", fid=i) for i, y in enumerate((0, 40))]
    report = deliver(features)
    assert report.counts["stored"] == 2
    features[0]["properties"]["title"] = "Gas"
    assert deliver(features).counts["changed"] == 1
    assert count(engine, projects) == 2


def test_without_any_id_a_work_is_known_by_what_it_is(deliver, a_work):
    features = [a_work(None, y=y, title="Riool") for y in (0, 40)]
    report = deliver(features)
    assert "no-reference" in codes(report)
    assert deliver(features).state == "unchanged"


def test_complete_withdraws_what_is_missing_and_only_in_its_dataset(deliver, a_work, engine):
    file = [a_work(f"A{i}", y=30 * i) for i in range(10)]
    deliver(file)
    deliver([a_work("Z", y=900)], dataset="gas")
    report = deliver(file[:9], complete=True)
    assert (report.state, report.counts["withdrawn"]) == ("done", 1)
    gone = [r.title for r in rows(engine, works.c.title, works.c.withdrawn) if r.withdrawn]
    assert gone == ["Werk A9"]
    back = deliver(file, complete=True)
    assert (back.counts["restored"], back.counts["unchanged"]) == (1, 9)
    assert not any(r.withdrawn for r in rows(engine, works.c.withdrawn))
    assert not any(r.withdrawn for r in rows(engine, projects.c.withdrawn, table=projects))


@pytest.mark.parametrize(("kept", "asked"), [(8, False), (7, True)])
def test_more_than_a_fifth_needs_a_confirmation(deliver, a_work, engine, kept, asked):
    file = [a_work(f"A{i}", y=30 * i) for i in range(10)]
    deliver(file)
    report = deliver(file[:kept], complete=True)
    assert (report.state == "refused") is asked
    if asked:
        assert report.problem["type"] == "/problems/confirmation-needed"
        assert report.exit_code == 2
        assert not any(r.withdrawn for r in rows(engine, works.c.withdrawn))
        assert deliver(file[:kept], complete=True, yes=True).counts["withdrawn"] == 10 - kept


def test_without_complete_what_is_missing_stays(deliver, a_work, engine):
    deliver([a_work("A"), a_work("A", y=40)])
    report = deliver([a_work("A")])
    assert codes(report) == ["not-in-file"]
    assert not any(r.withdrawn for r in rows(engine, works.c.withdrawn))


def test_a_dry_run_stores_nothing_and_tells_all(deliver, a_work, engine):
    report = deliver([a_work("A"), a_work("B", y=40)], dry_run=True)
    assert (report.state, report.counts["new"]) == ("dry_run", 2)
    assert count(engine, works) == 0
    assert count(engine, projects) == 0
    with engine.connect() as connection:
        assert connection.scalar(select(uploads.c.state)) == "dry_run"


def test_costs_per_year_are_budgets_of_the_owner(deliver, a_work, engine):
    deliver([a_work("A", kosten_2028=1000, kosten_2029=250.5)])
    with engine.connect() as connection:
        found = connection.execute(select(budgets.c.year, budgets.c.amount_eur)).all()
    assert [(y, float(a)) for y, a in found] == [(2028, 1000.0), (2029, 250.5)]


def test_rows_without_a_place_are_refused_by_number(deliver, a_work):
    nowhere = a_work("B")
    nowhere["geometry"] = None
    report = deliver([a_work("A"), nowhere])
    assert report.counts["refused"] == 1
    assert [(f.row, f.severity) for f in report.faults] == [(2, "error")]
    assert report.exit_code == 1


def test_the_numbers_add_up(deliver, a_work):
    nowhere = a_work("N")
    nowhere["geometry"] = None
    file = [a_work("A"), a_work("A"), nowhere, a_work("B", y=20), a_work("C", end="2027-01-01")]
    c = deliver(file).counts
    assert c["read"] == 5
    assert c["read"] == c["stored"] + c["repeated"] + c["refused"]
    assert c["stored"] == c["new"] + c["changed"] + c["unchanged"] + c["restored"]


@pytest.mark.parametrize(
    "content", [b"nonsense", b"{}", b'{"type": "FeatureCollection"', b"\x00" * 100, b"a,b\n1,2\n"]
)
def test_a_bad_file_is_refused_with_a_reason(deliver, engine, content):
    report = deliver(content)
    assert report.state == "refused"
    assert report.problem["status"] in {413, 422}
    assert report.problem["detail"]
    assert "unexpected" not in report.problem["type"]
    assert report.exit_code == 2
    assert count(engine, works) == 0


def test_works_far_outside_the_region_are_a_warning(deliver, a_work):
    far = a_work("B")
    far["geometry"]["coordinates"] = [[900_000, 900_000], [900_100, 900_000]]
    report = deliver([*[a_work(f"A{i}", y=30 * i) for i in range(9)], far])
    assert "outside-region" in codes(report)
    assert report.counts["stored"] == 10


def test_the_report_is_kept_with_the_upload(deliver, a_work, engine):
    report = deliver([a_work("A")])
    with engine.connect() as connection:
        row = connection.execute(select(uploads)).one()
    assert row.state == "done"
    assert row.report == json.loads(json.dumps(report.to_json()))
    assert row.progress["fraction"] == 1.0
    assert row.finished_at is not None


NASTY = [
    "a\x00b",
    "\ud800",
    "\\u0000",
    "x" * 100_000,
    "\u202eabc",
    "'; drop table works; --",
    "\\N",
    "\t\n",
]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_any_text_is_stored_or_refused_but_never_breaks(deliver, a_work, engine, text):
    file = [
        a_work("A", title=text, beschrijving=text, organisatie=text, opmerking=text, afdeling=text),
        a_work(text, y=50),
    ]
    report = deliver(file)
    assert report.problem is None, report.problem
    assert report.counts["read"] == 2
    assert deliver(file).state == "unchanged"


def test_hundred_thousand_same_references_take_no_quadratic_time(deliver, a_work):
    report = deliver([a_work("A") for _ in range(3_000)])
    assert report.counts["repeated"] == 2_999


def test_the_one_work_of_a_project_that_moves_stays_that_work(deliver, a_work, engine):
    deliver([a_work("A"), a_work("B", y=40)])
    moved = a_work("A", x=2000, start="2029-01-01", end="2029-02-01")
    report = deliver([moved, a_work("B", y=40)], complete=True)
    assert report.state == "done", report.problem
    counts = report.counts
    assert (counts["changed"], counts["new"], counts["withdrawn"]) == (1, 0, 0)


def test_a_file_whose_every_row_is_refused_is_refused(deliver, engine):
    rows = b"reference;title;wkt\nA;Riool Breestraat;LINESTRING (1 2, x\nB;Riool Haven;POINT\n"
    fields = {"reference": "reference", "title": "title", "geometry": "wkt"}
    report = deliver(rows, filename="plan.csv", mapping={"fields": fields})
    assert report.counts["refused"] == report.counts["read"] == 2, report.counts
    assert (report.state, report.exit_code, report.problem) == ("refused", 2, None)
    assert [f.row for f in report.faults if f.severity == "error"] == [1, 2]
    with engine.connect() as connection:
        assert connection.scalar(select(uploads.c.state)) == "refused"


CSV = b"reference;title;east;north\nA;Riool Breestraat;93000;463000\nB;Riool Haven;93100;463000\n"


def test_a_mapping_may_tell_the_crs(deliver):
    fields = {"reference": "reference", "title": "title", "x": "east", "y": "north"}
    mapping = {"fields": fields, "crs": "EPSG:28992"}
    report = deliver(CSV, filename="plan.csv", mapping=mapping)
    assert report.state == "done", report.problem
    assert report.layers[0]["crs"]["how"] != "content"
    assert "outside-region" not in {f.code for f in report.faults}


def test_a_mapping_with_nul_breaks_nothing(deliver, a_work):
    mapping = {"fields": {"title": "title"}, "constants": {"department": "Ri\x00ool"}}
    report = deliver([a_work("A")], mapping=mapping)
    assert report.state == "done", report.problem
