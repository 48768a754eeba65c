"""Detect among works, compare with what is stored, write what changed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection

from app.findings.compare import compare
from app.findings.found import make_found
from app.findings.read_works import read_organisation_names
from app.findings.stored import parameter_digests, read_findings
from app.findings.stored_works import StoredWorks
from app.findings.write import Changes, write_changes
from spatial.detect import detect
from spatial.rule import Rule
from spatial.stages import OnStage
from spatial.work import Flags


def silent(name: str, seconds: float) -> None:
    """Tell nobody."""


@contextmanager
def stage(on_stage: OnStage, name: str) -> Iterator[None]:
    """Time a block and tell when it is done."""
    began = time.perf_counter()
    yield
    on_stage(name, time.perf_counter() - began)


def detect_and_write(
    connection: Connection,
    works: StoredWorks,
    rules: Sequence[Rule],
    *,
    storage_crs: int,
    focus: Flags | None,
    stored_where: str,
    stored_parameters: Mapping[str, object],
    on_stage: OnStage = silent,
) -> Changes:
    """Bring the stored findings that satisfy ``stored_where`` in line with a detection.

    ``focus`` flags the works that changed; every finding about one of them,
    and no other, must satisfy ``stored_where``. The caller holds the turn
    (:mod:`app.findings.turns`).
    """
    findings = detect(works.works, focus=focus, rules=rules, on_stage=on_stage)
    with stage(on_stage, "compare"):
        found = make_found(findings, works, rules)
        del findings, works
        stored = read_findings(connection, stored_where, stored_parameters)
        changes = compare(found, stored, parameter_digests(connection, found.parameters))
    with stage(on_stage, "write"):
        names = read_organisation_names(connection, found.works.organisation_id)
        return write_changes(
            connection, found, stored, changes, names=names, storage_crs=storage_crs
        )
