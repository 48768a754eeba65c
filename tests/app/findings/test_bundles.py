"""Bundles as they are stored: identity, decisions, what no longer fits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from app.bundles.decide import decide
from app.bundles.refresh import refresh_bundles
from app.findings.detect_all import detect_everything
from app.findings.parameters import set_parameters, switch_off
from app.kit.problems import Conflict, Forbidden, NotFound, PreconditionFailed
from app.organisations.viewer import ADMINISTRATOR, PUBLIC, Viewer
from app.tables import bundle_events, bundle_works, bundles, findings

PARTIES = ("gemeente", "water", "energie", "telecom", "warmte", "gas", "woningen", "waterschap")


def stored(world: Any, **equal: Any) -> list[Any]:
    query = select(bundles).order_by(bundles.c.key)
    for name, value in equal.items():
        query = query.where(bundles.c[name] == value)
    return list(world.connection.execute(query))


def one(world: Any, state: str = "proposed") -> Any:
    (bundle,) = stored(world, state=state)
    return bundle


def events(world: Any, bundle: UUID) -> list[Any]:
    c = bundle_events.c
    query = select(bundle_events).where(c.bundle_id == bundle).order_by(c.id)
    return list(world.connection.execute(query))


def decided(world: Any, bundle: Any, decision: Any, viewer: Viewer = ADMINISTRATOR) -> None:
    decide(world.connection, world.settings, viewer, bundle.id, decision, reason="afgesproken")


def full_run(world: Any) -> Any:
    return refresh_bundles(world.connection, storage_crs=world.settings.storage_crs)


@pytest.fixture
def street(world: Any) -> list[UUID]:
    """Four works of four parties beside one another in one street."""
    switch_off(world.connection, [])
    works = [world.work(PARTIES[n], y=float(n)) for n in range(4)]
    world.refresh(*works)
    return works


def test_findings_grow_into_one_bundle(world: Any, street: list[UUID]) -> None:
    bundle = one(world)
    assert set(bundle.work_ids) == set(street)
    assert bundle.feasible
    assert (str(bundle.period.lower), str(bundle.period.upper)) == ("2028-03-01", "2028-06-01")
    assert bundle.saving_low_eur < bundle.saving_eur < bundle.saving_high_eur
    assert bundle.shift_days == 0
    assert "4 organisaties" in bundle.explanation_nl
    (found,) = world.findings(rule="O03")
    assert set(found.work_ids) == set(street)
    assert found.score == bundle.score
    changes = full_run(world)
    assert (changes.new, changes.changed, changes.gone, changes.unchanged) == (0, 0, 0, 1)


def test_a_full_run_makes_the_same(world: Any, street: list[UUID]) -> None:
    before = one(world)
    for table in (bundle_events, bundle_works, bundles):
        world.connection.execute(delete(table))
    detect_everything(world.connection, world.settings)
    after = one(world)
    skipped = {"id", "key", "created_at", "updated_at"}
    for name in set(before._fields) - skipped:
        assert str(getattr(after, name)) == str(getattr(before, name)), name


def test_a_bundle_keeps_its_id_while_half_of_its_works_stay(world: Any, street: list[UUID]) -> None:
    before = one(world)
    world.change(street[0], withdrawn=True)
    world.refresh(street[0])
    after = one(world)
    assert after.id == before.id
    assert set(after.work_ids) == set(street[1:])
    (event,) = events(world, before.id)
    assert event.difference == {"added": [], "removed": [str(street[0])]}


def test_the_larger_part_of_a_split_keeps_the_id(world: Any) -> None:
    works = [world.work(PARTIES[n], x=60.0 * n) for n in range(5)]
    set_parameters(world.connection, {"O03": {"preferred_works": 5}})
    world.refresh(*works)
    before = one(world)
    assert len(before.work_ids) == 5
    world.plan(works[2], "2034-01-01", "2034-02-01")
    world.move(works[2], x=140.0, y=500.0)
    world.refresh(works[2])
    parts = stored(world, state="proposed")
    assert {frozenset(p.work_ids) for p in parts} == {frozenset(works[:2]), frozenset(works[3:])}
    kept = [p for p in parts if p.id == before.id]
    split = [p for p in parts if p.split_from == before.id]
    assert len(kept) + len(split) == 2 or len(split) == 2


def test_a_merger_tells_what_it_took_in(world: Any) -> None:
    left = [world.work("gemeente"), world.work("water", y=1.0)]
    right = [world.work("gemeente", x=400.0), world.work("energie", x=400.0, y=1.0)]
    world.refresh(*left, *right)
    old = {b.id for b in stored(world)}
    assert len(old) == 2
    world.move(left[0], x=0.0, length=500.0)
    world.move(left[1], x=0.0, y=1.0, length=500.0)
    world.refresh(*left)
    merged = one(world)
    assert set(merged.work_ids) == {*left, *right}
    (gone,) = old - {merged.id}
    assert merged.merged_from == [gone]
    assert one(world, "dissolved").id == gone
    assert events(world, gone)[-1].difference == {"merged_into": str(merged.id)}


def test_what_vanished_comes_back_under_its_id(world: Any) -> None:
    works = [world.work("gemeente"), world.work("water", y=1.0)]
    world.refresh(*works)
    before = one(world)
    world.move(works[0], y=900.0)
    world.refresh(works[0])
    assert stored(world, state="proposed") == []
    world.move(works[0])
    world.refresh(works[0])
    assert one(world).id == before.id
    assert [e.action for e in events(world, before.id)] == ["vanish", "return"]


def test_accepted_works_are_agreed(world: Any, street: list[UUID]) -> None:
    assert world.findings(rule="B01", state="new")
    confirmed = world.findings(rule="O01")[0].id
    world.judge(confirmed, "confirmed")
    bundle = one(world)
    decided(world, bundle, "accept")
    accepted = one(world, "accepted")
    assert accepted.decided_by == "administrator"
    assert not world.findings(rule="B01", state="new")
    assert {f.state for f in world.findings(rule="O03")} == {"resolved"}
    assert {f.id: f.state for f in world.findings(rule="O01")}[confirmed] == "confirmed"
    assert stored(world, state="proposed") == []
    decided(world, bundle, "dissolve")
    assert {f.state for f in world.findings(rule="B01")} == {"to_assess"} or {
        f.state for f in world.findings(rule="B01")
    } == {"new"}
    again = one(world)
    assert again.id != bundle.id
    assert set(again.work_ids) == set(street)
    assert [e.action for e in events(world, bundle.id)] == ["accept", "dissolve"]


def test_detection_never_changes_what_is_accepted(world: Any, street: list[UUID]) -> None:
    bundle = one(world)
    decided(world, bundle, "accept")
    world.change(street[0], withdrawn=True)
    world.plan(street[1], "2031-01-01", "2031-02-01")
    world.move(street[2], y=800.0)
    world.refresh(*street)
    after = one(world, "accepted")
    assert after.work_ids == bundle.work_ids
    assert after.period == bundle.period
    told = {m["work"]: m["nl"] for m in after.misfit}
    assert "ingetrokken" in told[str(street[0])]
    assert "speelruimte" in told[str(street[1])]
    assert "geen bundelkans" in told[str(street[2])]
    assert str(street[3]) in told
    assert events(world, bundle.id)[-1].action == "misfit"
    assert full_run(world).misfits == 0
    for work, values in ((street[0], {"withdrawn": False}),):
        world.change(work, **values)
    world.plan(street[1], "2028-03-01", "2028-05-31")
    world.move(street[2], y=2.0)
    world.refresh(*street)
    assert one(world, "accepted").misfit == []


def test_a_rejected_bundle_is_not_proposed_again(world: Any, street: list[UUID]) -> None:
    bundle = one(world)
    decided(world, bundle, "reject")
    assert stored(world, state="proposed") == []
    assert {f.state for f in world.findings(rule="O03")} == {"resolved"}
    world.change(street[0], title="Anders")
    world.refresh(street[0])
    full_run(world)
    assert [b.id for b in stored(world)] == [bundle.id]
    world.change(street[0], withdrawn=True)
    world.refresh(street[0])
    assert set(one(world).work_ids) == set(street[1:])


def test_no_work_in_two_accepted_bundles(world: Any, street: list[UUID]) -> None:
    bundle = one(world)
    decided(world, bundle, "accept")
    row = world.connection.execute(select(bundle_works).where(bundle_works.c.accepted)).first()
    values = {**row._asdict(), "bundle_id": bundle.id}
    copy = {k: getattr(bundle, k) for k in bundle._fields if k not in {"id", "key"}}
    other = world.connection.scalar(insert(bundles).values(copy).returning(bundles.c.id))
    with pytest.raises(IntegrityError), world.connection.begin_nested():
        world.connection.execute(insert(bundle_works).values({**values, "bundle_id": other}))
    world.connection.execute(update(bundles).where(bundles.c.id == other).values(state="proposed"))
    proposed = one(world)
    with pytest.raises(Conflict):
        decided(world, proposed, "accept")


def test_a_near_miss_says_which_window_is_too_short(world: Any) -> None:
    works = [
        world.work("gemeente", "2028-03-01", "2028-05-31", commitment="result_obligation"),
        world.work("water", "2028-05-25", "2028-09-30", y=1.0, commitment="result_obligation"),
    ]
    world.refresh(*works)
    missed = one(world)
    assert not missed.feasible
    assert missed.score == 0
    assert missed.lacking_days == 85
    assert "85 dagen" in missed.explanation_nl
    assert "85 days" in missed.explanation_en
    with pytest.raises(Conflict):
        decided(world, missed, "accept")


def test_rights(world: Any, street: list[UUID]) -> None:
    bundle = one(world)
    with pytest.raises(Forbidden):
        decided(world, bundle, "accept", Viewer("partner", world.owner("buiten")))
    with pytest.raises(Forbidden):
        decided(world, bundle, "accept", PUBLIC)
    with pytest.raises(Conflict):
        decided(world, bundle, "dissolve")
    with pytest.raises(PreconditionFailed):
        decide(world.connection, world.settings, ADMINISTRATOR, bundle.id, "accept", if_match='"x"')
    world.change(street[0], visibility="own")
    world.refresh(street[0])
    with pytest.raises(NotFound):
        decided(world, bundle, "accept", Viewer("partner", world.owner("water")))
    decided(world, bundle, "accept", Viewer("partner", world.owner("gemeente")))
    world.change(street[0], visibility="public")
    world.refresh(street[0])
    assert one(world, "accepted").visibility == "public"


def test_parameters_and_switches(world: Any, street: list[UUID]) -> None:
    set_parameters(world.connection, {"O03": {"surface_eur_m2": 150}})
    before = one(world)
    full_run(world)
    assert one(world).saving_eur > before.saving_eur
    switch_off(world.connection, ["O03"])
    full_run(world)
    assert {f.state for f in world.findings(rule="O03")} == {"resolved"}
    assert one(world).id == before.id


def test_a_rejected_finding_is_no_edge(world: Any) -> None:
    works = [world.work("gemeente"), world.work("water", y=1.0)]
    world.refresh(*works)
    world.connection.execute(update(findings).values(state="rejected"))
    assert full_run(world).gone == 1
    assert world.connection.scalar(text("SELECT count(*) FROM bundles WHERE state='proposed'")) == 0
