"""One finding in full: its works, the rule it was made with, and its history."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, select

from app.findings.difference import in_words
from app.findings.reading import as_object
from app.findings.review import is_concerned, snoozed_until, tag_of
from app.kit.problems import NotFound
from app.ogc.page import read_feature
from app.ogc.question import Question
from app.organisations.viewer import Viewer
from app.tables import finding_events, findings, organisations, works
from app.work_layer import first_day, last_day
from spatial.vocabulary import Language

_WORK = (
    works.c.id,
    works.c.title,
    organisations.c.slug.label("organisation"),
    works.c.facility,
    works.c.activity,
    works.c.planning_status,
    works.c.precision,
    first_day(works.c.period).label("start"),
    last_day(works.c.period).label("end"),
    works.c.withdrawn,
    works.c.version,
)


def _plain(row: RowMapping) -> dict[str, Any]:
    """A row by names that are plain strings, as the JSON writer wants them."""
    return {str(name): value for name, value in row.items()}


def _works(connection: Connection, versions: dict[UUID, int]) -> list[dict[str, Any]]:
    """Its works as they are now, with the version that the finding was made from."""
    query = (
        select(*_WORK)
        .join(organisations, organisations.c.id == works.c.organisation_id)
        .where(works.c.id.in_(versions))
    )
    found = {row["id"]: _plain(row) for row in connection.execute(query).mappings()}
    return [{**found[id_], "made_from_version": version} for id_, version in versions.items()]


def _history(
    connection: Connection,
    finding_id: UUID,
    titles: dict[str, str],
    language: Language,
    *,
    concerned: bool,
) -> list[dict[str, Any]]:
    """When the finding had which state, and what else was done and said.

    Who gave it that state and why, who looks into it and what is said of it is
    between the organisations concerned: it may tell of plans that are not shared.
    """
    events = finding_events.c
    told = [events.at, events.from_state, events.to_state]
    if concerned:
        told += [events.by, events.action, events.reason, events.difference]
    query = select(*told).where(events.finding_id == finding_id).order_by(events.id)
    if not concerned:
        query = query.where(events.action == "state")
    history = [_plain(row) for row in connection.execute(query).mappings()]
    if concerned:
        for event in history:
            event["what_changed"] = in_words(event["difference"], titles, language)
    return history


def read_one(
    connection: Connection, question: Question, viewer: Viewer, finding_id: UUID, storage_crs: int
) -> tuple[dict[str, Any], str]:
    """The finding and its entity tag; NotFound also for one that the viewer may not see."""
    feature = read_feature(connection, question, viewer, str(finding_id), storage_crs)
    column = findings.c
    query = select(
        column.key,
        column.updated_at,
        column.created_at,
        column.rule_version,
        column.parameters,
        column.work_ids,
        column.work_versions,
        column.assigned_to,
    ).where(column.id == finding_id)
    row = connection.execute(query).one()
    versions = dict(zip(row.work_ids, row.work_versions, strict=True))
    concerned = is_concerned(connection, viewer, row.work_ids)
    about = _works(connection, versions)
    titles = {str(work["id"]): str(work["title"]) for work in about}
    told = {
        **as_object(feature["properties"]),
        "geometry": feature["geometry"],
        "rule_version": row.rule_version,
        "parameters": row.parameters,
        "works": about,
        "created": row.created_at,
        "updated": row.updated_at,
        "assigned_to": row.assigned_to if concerned else None,
        "snoozed_until": snoozed_until(connection, viewer, finding_id),
        "history": _history(connection, finding_id, titles, question.language, concerned=concerned),
    }
    return told, tag_of(row.key, row.updated_at)


def to_uuid(finding_id: str) -> UUID:
    """An id in a path; a text that is no id is of nothing."""
    try:
        return UUID(finding_id)
    except ValueError:
        msg = f"There is no finding {finding_id!r}."
        raise NotFound(msg) from None
