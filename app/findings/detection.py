"""Detect among works, compare with what is stored, write what changed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection

from app.findings.compare import compare
from app.findings.found import Found, make_found
from app.findings.only_in import Areas, keep_where_switched_on
from app.findings.read_works import read_organisation_names
from app.findings.situation import situation_of
from app.findings.stored import parameter_digests, read_findings
from app.findings.stored_works import StoredWorks
from app.findings.surroundings import (
    OWN,
    Touched,
    assessed_rules,
    floors,
    judged,
    read_surroundings,
)
from app.findings.write import Changes, write_changes
from spatial.detect import detect
from spatial.detect_wide import detect_masked, detect_wide
from spatial.finding import Findings, join
from spatial.rule import Rule
from spatial.stages import OnStage
from spatial.work import Flags


def _wide(
    connection: Connection,
    works: StoredWorks,
    rules: Sequence[Rule],
    touched: Touched | None,
    on_stage: OnStage,
) -> tuple[Findings | None, Mapping[str, int]]:
    """Findings about surroundings, if any rule is assessed, and how visible they may be."""
    wide = assessed_rules(connection, rules) if touched is None else touched.rules
    if not wide:
        return None, {}
    with stage(on_stage, "surroundings"):
        context = read_surroundings(connection, wide) if touched is None else touched.context
        situation = situation_of(connection, works, context)
    flags = None if touched is None else judged(touched, situation)
    found = detect_wide(situation, wide, judged=flags, on_stage=on_stage)
    return found, floors(wide, context)


def silent(name: str, seconds: float) -> None:
    """Tell nobody."""


@contextmanager
def stage(on_stage: OnStage, name: str) -> Iterator[None]:
    """Time a block and tell when it is done."""
    began = time.perf_counter()
    yield
    on_stage(name, time.perf_counter() - began)


def find(
    connection: Connection,
    works: StoredWorks,
    rules: Sequence[Rule],
    *,
    focus: Flags | None = None,
    touched: Touched | None = None,
    only_in: Areas | None = None,
    on_stage: OnStage = silent,
) -> Found:
    """Everything that the rules find among these works and around them; nothing is stored.

    ``only_in`` has the areas of rules that count only there, those in force
    where it is not given.
    """
    findings = detect(works.works, focus=focus, rules=rules, on_stage=on_stage)
    wide, floor = _wide(connection, works, rules, touched, on_stage)
    if wide is not None:
        findings = join([findings, wide])
    findings = keep_where_switched_on(connection, findings, only_in)
    masked = detect_masked(findings, works.works, works.visibility, rules)
    if masked.codes:
        findings = join([findings, masked])
        floor = {**floor, **dict.fromkeys(masked.codes, OWN)}
    with stage(on_stage, "collect"):
        return make_found(findings, works, rules, floor)


def detect_and_write(
    connection: Connection,
    works: StoredWorks,
    rules: Sequence[Rule],
    *,
    storage_crs: int,
    focus: Flags | None,
    touched: Touched | None,
    stored_where: str,
    stored_parameters: Mapping[str, object],
    on_stage: OnStage = silent,
) -> Changes:
    """Bring the stored findings that satisfy ``stored_where`` in line with a detection.

    ``focus`` flags the works that changed and ``touched`` says what they touch;
    both are None in a full run. Every finding about these, and no other, must
    satisfy ``stored_where``. The caller holds the turn (:mod:`app.findings.turns`).
    """
    found = find(connection, works, rules, focus=focus, touched=touched, on_stage=on_stage)
    with stage(on_stage, "compare"):
        stored = read_findings(connection, stored_where, stored_parameters)
        changes = compare(found, stored, parameter_digests(connection, found.parameters))
    with stage(on_stage, "write"):
        names = read_organisation_names(connection, found.works.organisation_id)
        return write_changes(
            connection, found, stored, changes, names=names, storage_crs=storage_crs
        )
