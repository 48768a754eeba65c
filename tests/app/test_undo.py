"""Undo puts back what an upload changed, in new versions, or refuses as a whole."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from app.kit.problems import Conflict, NotFound
from app.tables import projects, uploads, work_versions, works
from app.uploads.undo import ChangedSince, undo


def state(engine):
    """What stands: title, period, place."""
    c = works.c
    query = (
        select(c.title, c.period, func.ST_AsText(c.geometry), c.facility, func.ST_Area(c.footprint))
        .where(~c.withdrawn)
        .order_by(c.key)
    )
    with engine.connect() as connection:
        return [tuple(map(str, r)) for r in connection.execute(query)]


def test_undo_of_a_first_upload_withdraws_it(deliver, a_work, engine, settings):
    deliver([a_work("A"), a_work("B", y=40)])
    done = undo(engine, settings, deliver.uploads[0], by="anna")
    assert (done.withdrawn, done.restored) == (2, 0)
    assert state(engine) == []
    with engine.connect() as connection:
        assert connection.scalar(select(func.bool_and(projects.c.withdrawn)))
        told = connection.execute(
            select(work_versions.c.change, work_versions.c.by).where(work_versions.c.version == 2)
        ).all()
    assert told == [("withdrawn", "anna")] * 2


def test_undo_of_a_change_brings_the_old_values_and_place_back(deliver, a_work, engine, settings):
    deliver([a_work("A"), a_work("B", y=40)])
    before = state(engine)
    deliver([a_work("A", x=20), a_work("B", y=40, facility="gas", end="2028-12-31")])
    assert state(engine) != before
    done = undo(engine, settings, deliver.uploads[1], by="anna")
    assert (done.withdrawn, done.restored) == (0, 2)
    assert state(engine) == before


def test_undo_of_a_complete_delivery_restores_what_it_withdrew(deliver, a_work, engine, settings):
    file = [a_work(f"A{i}", y=30 * i) for i in range(6)]
    deliver(file)
    before = state(engine)
    deliver([*file[:5], a_work("N", y=300)], complete=True)
    undo(engine, settings, deliver.uploads[1], by="anna")
    assert state(engine) == before


def test_a_later_change_stands_in_the_way_and_nothing_is_undone(deliver, a_work, engine, settings):
    deliver([a_work("A"), a_work("B", y=40)])
    deliver([a_work("A", title="Later")])
    before = state(engine)
    with pytest.raises(ChangedSince, match="Later"):
        undo(engine, settings, deliver.uploads[0], by="anna")
    assert state(engine) == before


def test_undoing_from_the_last_back_to_the_first(deliver, a_work, engine, settings):
    seen = [[]]
    for end in ("2028-05-31", "2028-06-30", "2028-07-31"):
        deliver([a_work("A", end=end)])
        seen.append(state(engine))
    for upload in reversed(deliver.uploads):
        seen.pop()
        undo(engine, settings, upload, by="anna")
        assert state(engine) == seen[-1]


def test_after_an_undo_the_same_file_is_stored_again(deliver, a_work, engine, settings):
    deliver([a_work("A")])
    before = state(engine)
    undo(engine, settings, deliver.uploads[0], by="anna")
    report = deliver([a_work("A")])
    assert report.counts["restored"] == 1
    assert state(engine) == before


def test_an_upload_is_undone_once(deliver, a_work, engine, settings):
    deliver([a_work("A")])
    undo(engine, settings, deliver.uploads[0], by="anna")
    with pytest.raises(Conflict, match="undone"):
        undo(engine, settings, deliver.uploads[0], by="anna")


def test_what_stored_nothing_cannot_be_undone(deliver, engine, settings):
    deliver(b"nonsense")
    with pytest.raises(Conflict, match="refused"):
        undo(engine, settings, deliver.uploads[0], by="anna")


def test_an_unknown_upload(engine, settings):
    with pytest.raises(NotFound):
        undo(engine, settings, "00000000-0000-0000-0000-000000000000", by="anna")


def test_an_undone_owner_gets_the_work_back(deliver, a_work, engine, settings):
    deliver([a_work("A", organisatie="Stedin")])
    deliver([a_work("A", organisatie="Gemeente Gouda")])
    undo(engine, settings, deliver.uploads[1], by="anna")
    with engine.connect() as connection:
        owner, of_project = connection.execute(
            select(works.c.organisation_id, projects.c.organisation_id).join(
                projects, projects.c.id == works.c.project_id
            )
        ).one()
        first = connection.scalar(
            select(work_versions.c.snapshot).where(work_versions.c.version == 1)
        )
    assert owner == of_project
    assert first is not None


def test_a_running_upload_cannot_be_undone(deliver, a_work, engine, settings):
    deliver([a_work("A")])
    with engine.begin() as connection:
        connection.execute(update(uploads).values(state="running"))
    with pytest.raises(Conflict):
        undo(engine, settings, deliver.uploads[0], by="anna")


def test_a_project_stands_as_long_as_a_later_upload_has_works_in_it(
    deliver, a_work, engine, settings
):
    deliver([a_work("A")])
    deliver([a_work("A"), a_work("A", y=200, title="Van later")])
    undo(engine, settings, deliver.uploads[0], by="anna")
    assert [r[0] for r in state(engine)] == ["Van later"]
    with engine.connect() as connection:
        assert connection.scalar(select(projects.c.withdrawn)) is False
    undo(engine, settings, deliver.uploads[1], by="anna")
    assert state(engine) == []
    with engine.connect() as connection:
        assert connection.scalar(select(projects.c.withdrawn)) is True


def test_works_that_a_file_leaves_out_follow_their_project(deliver, a_work, engine, settings):
    def seen():
        with engine.connect() as connection:
            return set(connection.scalars(select(works.c.visibility)))

    deliver([a_work("A"), a_work("A", y=200)], visibility="public")
    deliver([a_work("A")], visibility="own")
    assert seen() == {"own"}
    undo(engine, settings, deliver.uploads[1], by="anna")
    assert seen() == {"public"}


def test_a_later_change_of_work_and_project_counts_once(deliver, a_work, engine, settings):
    deliver([a_work("A")])
    deliver([a_work("A", title="Anders", planning_status="definitive")])
    with pytest.raises(ChangedSince, match=r"^1 later change"):
        undo(engine, settings, deliver.uploads[0], by="anna")
