"""Constraint zones and diversions: stored, changed, withdrawn and undone like works."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.tables import constraint_zones, diversions, works
from app.uploads.undo import ChangedSince, undo


def zone(a_work, reference, y=0.0, **more):
    return a_work(reference, y=y, kind="evenement", **more)


def state(engine):
    c = constraint_zones.c
    query = (
        select(c.reference, c.kind, c.title, c.period, func.ST_AsText(c.geometry))
        .where(~c.withdrawn)
        .order_by(c.key)
    )
    with engine.connect() as connection:
        return [tuple(map(str, r)) for r in connection.execute(query)]


def test_zones_are_stored_as_polygons_with_their_kind(deliver, a_work, engine):
    report = deliver([zone(a_work, "E1"), zone(a_work, "E2", y=50)], kind="constraints")
    assert report.state == "done", report.problem
    assert report.counts["constraints"] == 2
    assert [(r[0], r[1]) for r in state(engine)] == [("E1", "event"), ("E2", "event")]
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(works)) == 0
    again = deliver([zone(a_work, "E1"), zone(a_work, "E2", y=50)], kind="constraints")
    assert again.state == "unchanged"


def test_a_repeated_zone_is_told(deliver, a_work):
    report = deliver([zone(a_work, "E1"), zone(a_work, "E1", y=50)], kind="constraints")
    assert (report.counts["constraints"], report.counts["repeated"]) == (1, 1)
    assert [f.code for f in report.faults if f.severity == "warning"] == ["repeated-reference"]


def test_complete_withdraws_zones_and_undo_brings_them_back(deliver, a_work, engine, settings):
    deliver([zone(a_work, "E1"), zone(a_work, "E2", y=50)], kind="constraints")
    before = state(engine)
    report = deliver([zone(a_work, "E1", title="Anders")], kind="constraints", complete=True)
    assert report.counts["withdrawn"] == 1
    assert [r[0] for r in state(engine)] == ["E1"]
    with pytest.raises(ChangedSince):
        undo(engine, settings, deliver.uploads[0], by="anna")
    undo(engine, settings, deliver.uploads[1], by="anna")
    assert state(engine) == before
    undo(engine, settings, deliver.uploads[0], by="anna")
    assert state(engine) == []


FEED = """<?xml version="1.0" encoding="UTF-8"?>
<mc:messageContainer xmlns:mc="http://datex2.eu/schema/3/messageContainer"/>"""


def test_a_national_feed_without_situations_is_refused(deliver, engine):
    report = deliver(FEED.encode(), filename="feed.xml")
    assert report.exit_code == 2
    assert "unexpected" not in report.problem["type"]
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(diversions)) == 0


def test_a_delivery_after_an_edit_says_what_it_replaced(deliver, a_work, engine, settings):
    from app.organisations.viewer import Viewer
    from app.projects.change_work import Editor, change_work

    deliver([a_work("A")])
    with engine.begin() as connection:
        id_ = connection.scalar(select(works.c.id))
        editor = Editor(Viewer("partner", deliver.ids["leiden"]), "anna", 1)
        change_work(connection, settings, id_, {"title": "Met de hand"}, editor)
    report = deliver([a_work("A")])
    (fault,) = [f for f in report.faults if f.code == "edit-replaced"]
    assert "Met de hand" in fault.reason["nl"]
    assert "title" in fault.reason["en"]


def test_no_questions_about_fields_that_a_zone_has_not(deliver, a_work):
    rows = []
    for i, kind in enumerate(("evenement", "riool", "water", "gas")):
        row = a_work(f"E{i}", y=50 * i, kind=kind)
        del row["properties"]["facility"]
        rows.append(row)
    asked = deliver(rows, kind="constraints").layers[0]["mapping"]["asked"]
    assert {"facility", "activity"}.isdisjoint(q["field"] for q in asked)
    as_works = deliver(rows, dataset="works").layers[0]["mapping"]["asked"]
    assert "activity" in {q["field"] for q in as_works}
