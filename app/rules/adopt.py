"""Set the rules: every change is a new version, and can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from app.findings.rule_sets import read_rule_set, read_version, write_version
from app.kit.problems import Conflict, NotFound, PreconditionFailed
from app.rules.change import Change
from spatial.gate import Confirmation, threshold_of


def adopt(
    connection: Connection, change: Change, *, by: str, reason: str, based_on: int | None = None
) -> int:
    """Put a change in force and give the new version; findings follow at the next full run.

    ParameterRefused where a value cannot be, Conflict where nothing would
    change, PreconditionFailed where ``based_on`` is not the version in force:
    then what was in force stays so.
    """
    now = read_version(connection)
    if based_on not in {None, now.version}:
        msg = f"Version {now.version} of the rules is in force, not {based_on}. Look again first."
        raise PreconditionFailed(msg)
    changed = change.applied_to(now.rule_set)
    if changed == now.rule_set:
        msg = "Nothing would change: the rules are set so already."
        raise Conflict(msg)
    return write_version(connection, changed, by=by, reason=reason)


def undo(connection: Connection, version: int, *, by: str, reason: str = "") -> int:
    """Write a new version equal to the one before ``version``, which must be the newest.

    Conflict where a later version stands: it would be undone with it.
    """
    newest = read_version(connection).version
    if not 1 <= version <= newest:
        msg = f"There is no version {version} of the rules; the newest is {newest}."
        raise NotFound(msg)
    if version != newest:
        msg = f"Version {newest} came after version {version}. Undo that one first."
        raise Conflict(msg)
    before = read_version(connection, version - 1).rule_set
    reason = reason or f"Version {version} undone."
    return write_version(connection, before, by=by, reason=reason, undoes=version)


def confirm(connection: Connection, code: str, name: str, said: Confirmation, *, by: str) -> int:
    """Note that a person stands for the present value of a threshold, in a new version.

    NotFound where there is no such rule or threshold, Conflict where the value
    is another one than the person saw.
    """
    now = read_rule_set(connection)
    rule = next((r for r in now.every_rule() if r.code == code.upper()), None)
    if rule is None or name not in {t.name for t in rule.thresholds}:
        msg = f"There is no threshold {code}.{name}."
        raise NotFound(msg)
    value = threshold_of(rule, name).value
    if said.value != value:
        msg = f"{rule.code}.{name} is {value:g} now, not {said.value:g}. Look again first."
        raise Conflict(msg)
    confirmed = {**now.confirmed, rule.code: {**now.confirmed.get(rule.code, {}), name: said}}
    reason = said.note or f"{rule.code}.{name} confirmed by {said.by}."
    return write_version(connection, replace(now, confirmed=confirmed), by=by, reason=reason)


def confirmation(value: float, person: str, note: str = "") -> Confirmation:
    """That this person stands for this value from now on."""
    return Confirmation(float(value), person.strip(), datetime.now(UTC), note)
