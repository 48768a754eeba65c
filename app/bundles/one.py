"""One bundle in full: its works with their shifts, its findings, its worth, its history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, cast, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID

from app.bundles.appraise import appraise
from app.bundles.decide import bundle_tag
from app.bundles.reading import as_object
from app.findings.review import is_concerned
from app.kit.problems import NotFound
from app.ogc.page import read_feature
from app.ogc.question import Question
from app.organisations.viewer import Viewer
from app.tables import bundle_events, bundle_works, bundles, findings, organisations, works
from app.work_layer import first_day, last_day
from spatial.bundle import EDGE_RULES


def _plain(row: RowMapping) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}


def _works(connection: Connection, bundle_id: UUID) -> list[dict[str, Any]]:
    """Its works as planned now, each with the days in which it would run."""
    b, w = bundle_works.c, works.c
    query = (
        select(
            w.id,
            w.title,
            organisations.c.slug.label("organisation"),
            w.facility,
            w.activity,
            w.road_impact,
            w.planning_status,
            w.commitment,
            first_day(w.period).label("start"),
            last_day(w.period).label("end"),
            first_day(b.run).label("run_start"),
            last_day(b.run).label("run_end"),
            b.shift_days,
            b.work_version.label("made_from_version"),
            w.version,
            w.withdrawn,
        )
        .join(works, w.id == b.work_id)
        .join(organisations, organisations.c.id == w.organisation_id)
        .where(b.bundle_id == bundle_id)
        .order_by(b.place)
    )
    return [_plain(row) for row in connection.execute(query).mappings()]


def _findings(connection: Connection, viewer: Viewer, work_ids: list[UUID]) -> list[dict[str, Any]]:
    """What was found between its works."""
    c = findings.c
    ids = cast(work_ids, ARRAY(PG_UUID))
    query = (
        select(c.id, c.rule, c.kind, c.score, c.state, c.title_nl, c.title_en)
        .where(
            c.work_ids.overlap(ids),
            c.work_ids.contained_by(ids),
            c.state != "resolved",
            c.rule.in_((*EDGE_RULES, "O03")),
            viewer.sees_findings(findings),
        )
        .order_by(c.rule, c.key)
    )
    return [_plain(row) for row in connection.execute(query).mappings()]


def _history(connection: Connection, bundle_id: UUID, *, concerned: bool) -> list[dict[str, Any]]:
    """What happened to it; who decided and why is said between the organisations concerned."""
    c = bundle_events.c
    told = [c.at, c.action, c.from_state, c.to_state]
    if concerned:
        told += [c.by, c.reason, c.difference]
    query = select(*told).where(c.bundle_id == bundle_id).order_by(c.id)
    return [_plain(row) for row in connection.execute(query).mappings()]


def read_bundle(
    connection: Connection, question: Question, viewer: Viewer, bundle_id: UUID, storage_crs: int
) -> tuple[dict[str, Any], str]:
    """The bundle and its entity tag; NotFound also for one that the viewer may not see."""
    feature = read_feature(connection, question, viewer, str(bundle_id), storage_crs)
    row = connection.execute(select(bundles).where(bundles.c.id == bundle_id)).mappings().one()
    concerned = is_concerned(connection, viewer, row["work_ids"])
    members = _works(connection, bundle_id)
    shifts: dict[str, int] = {}
    for member in members:
        party = member["organisation"]
        shifts[party] = shifts.get(party, 0) + abs(member["shift_days"])
    told: Mapping[str, Any] = {
        **as_object(feature["properties"]),
        "geometry": feature["geometry"],
        "works": members,
        "shift_days_by_organisation": shifts,
        "findings": _findings(connection, viewer, list(row["work_ids"])),
        "value": appraise(connection, row, members),
        "ranking": {
            "formula_nl": "100 x min(1, besparing / volle besparing) x kans x (1 - gewicht x "
            "grootste deel van zijn speelruimte dat een werk gebruikt); 0 zonder slot",
            "formula_en": "100 x min(1, saving / full saving) x probability x (1 - weight x "
            "largest part of its room that a work uses); 0 without a slot",
            "probability": row["probability"],
            "room_used": row["room_used"],
        },
        "misfits": row["misfit"],
        "split_from": row["split_from"],
        "merged_from": row["merged_from"],
        "parameters": row["parameters"],
        "decided_at": row["decided_at"],
        "decided_by": row["decided_by"] if concerned else None,
        "created": row["created_at"],
        "updated": row["updated_at"],
        "history": _history(connection, bundle_id, concerned=concerned),
    }
    return dict(told), bundle_tag(row["key"], row["updated_at"])


def to_uuid(bundle_id: str) -> UUID:
    """An id in a path; a text that is no id is of nothing."""
    try:
        return UUID(bundle_id)
    except ValueError:
        msg = f"There is no bundle {bundle_id!r}."
        raise NotFound(msg) from None
