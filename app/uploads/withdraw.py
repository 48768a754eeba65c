"""What lapses with a delivery of the complete dataset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, exists

from app.kit.problems import Conflict
from app.projects.stored import StoredWorks, among, read_projects, read_works
from app.projects.write import ProjectChange, WorkChange
from app.tables import projects, works
from app.uploads.compare import Changes

LARGEST_SHARE = 0.2


class ConfirmationNeeded(Conflict):
    """More than a fifth of the dataset would be withdrawn."""


def withdraw_missing(
    connection: Connection,
    dataset_id: UUID,
    changes: Changes,
    *,
    confirmed: bool,
) -> None:
    """Add to ``changes`` the withdrawal of every standing work that the file does not hold.

    Raises
    ------
    ConfirmationNeeded
        More than a fifth of the standing works would go and nobody confirmed it.
    """
    of_dataset = exists().where(
        projects.c.id == works.c.project_id, projects.c.dataset_id == dataset_id
    )
    standing = read_works(connection, of_dataset & ~works.c.withdrawn)
    gone = [k for k, id_ in enumerate(standing.id) if id_ not in changes.kept]
    if len(gone) > LARGEST_SHARE * len(standing) and not confirmed:
        msg = (
            f"{len(gone)} of the {len(standing)} works of this dataset are not in the file and "
            "would be withdrawn. Confirm with --yes (API: yes=true), or deliver without "
            "--complete."
        )
        raise ConfirmationNeeded(msg)
    changes.works.extend(withdrawal(standing, k) for k in gone)
    changes.counts["withdrawn"] += len(gone)
    left = Counter(standing.project_id) - Counter(standing.project_id[k] for k in gone)
    touched = dict.fromkeys(standing.project_id[k] for k in gone)
    empty = [p for p in touched if not left[p] and p not in changes.kept_projects]
    changes.projects.extend(_withdrawn_projects(connection, empty))


def withdrawal(standing: StoredWorks, k: int) -> WorkChange:
    """The withdrawal of a stored work."""
    old = standing.facts[k]
    return WorkChange(
        standing.id[k], standing.project_id[k], standing.organisation_id[k], old,
        {**old, "withdrawn": True}, standing.version[k] + 1, standing.geometry[k],
        standing.geometry[k], standing.footprint[k],
    )  # fmt: skip


def _withdrawn_projects(connection: Connection, ids: Sequence[UUID]) -> list[ProjectChange]:
    """Projects of which nothing stands any more."""
    found = read_projects(connection, among(projects.c.id, ids))
    return [
        ProjectChange(id_, facts, {**facts, "withdrawn": True}, version + 1)
        for id_, version, facts in zip(found.id, found.version, found.facts, strict=True)
        if not facts["withdrawn"]
    ]
