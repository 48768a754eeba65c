"""The versions of how the rules are set, as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection

from app.findings.rule_sets import NOTHING_SET, Adopted, RuleSet, read_version, read_versions
from app.organisations.viewer import Viewer
from app.rules.rights import may_set_rules


class VersionOut(BaseModel):
    """A version of how the rules are set; who and why are told to partners.

    ``changed`` says what it changed: old and new value of parameters (null is
    the value that the rule comes with), rules switched on and off, areas, and
    values that were confirmed.
    """

    version: int
    in_force: bool
    at: str | None
    by: str | None
    reason: str | None
    undoes: int | None
    undone_by: int | None
    changed: dict[str, Any]


class VersionsOut(BaseModel):
    """Every version, the newest first; ``may_set`` where the caller may add one."""

    may_set: bool
    versions: list[VersionOut]


def list_versions(connection: Connection, viewer: Viewer) -> VersionsOut:
    """Every version, with what it changed."""
    every = [*read_versions(connection), NOTHING_SET]
    undone = {adopted.undoes: adopted.version for adopted in every if adopted.undoes}
    told = [
        _told(adopted, before, viewer, undone.get(adopted.version), newest=adopted is every[0])
        for adopted, before in pairwise(every)
    ]
    return VersionsOut(may_set=may_set_rules(connection, viewer), versions=told)


def describe_version(connection: Connection, viewer: Viewer, version: int) -> VersionOut:
    """The version that was just made."""
    before = read_version(connection, version - 1)
    return _told(read_version(connection, version), before, viewer, None, newest=True)


def _told(
    adopted: Adopted, before: Adopted, viewer: Viewer, undone_by: int | None, *, newest: bool
) -> VersionOut:
    partner = viewer.role != "public"
    return VersionOut(
        version=adopted.version,
        in_force=newest,
        at=adopted.at.isoformat() if adopted.at else None,
        by=adopted.by if partner else None,
        reason=adopted.reason if partner else None,
        undoes=adopted.undoes,
        undone_by=undone_by,
        changed=dict(difference(before.rule_set, adopted.rule_set)),
    )


def difference(before: RuleSet, after: RuleSet) -> Mapping[str, object]:
    """What a version changed, old and new, as plain data; only what differs."""
    told: dict[str, object] = {}
    codes = sorted({*before.parameters, *after.parameters})
    values = {
        f"{code}.{name}": [before.parameters.get(code, {}).get(name), _value_of(after, code, name)]
        for code in codes
        for name in sorted({*before.parameters.get(code, {}), *after.parameters.get(code, {})})
    }
    changed = {name: pair for name, pair in values.items() if pair[0] != pair[1]}
    if changed:
        told["parameters"] = changed
    if off := sorted(after.switched_off - before.switched_off):
        told["switched_off"] = off
    if on := sorted(before.switched_off - after.switched_off):
        told["switched_on"] = on
    if before.only_in != after.only_in:
        told["only_in"] = {code: [str(i) for i in ids] for code, ids in after.only_in.items()}
    if confirmed := _confirmed(before, after):
        told["confirmed"] = confirmed
    return told


def _value_of(rule_set: RuleSet, code: str, name: str) -> float | None:
    """The value that was set, None where it is that of the rule itself."""
    return rule_set.parameters.get(code, {}).get(name)


def _confirmed(before: RuleSet, after: RuleSet) -> list[str]:
    return [
        f"{code}.{name}"
        for code, by_name in sorted(after.confirmed.items())
        for name, said in sorted(by_name.items())
        if before.confirmed.get(code, {}).get(name) != said
    ]
