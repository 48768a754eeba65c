"""The rules as this deployment has set them, and with which rules its findings were made."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from app.findings.found import thresholds
from app.findings.rule_sets import read_rule_set, write_version
from app.tables import deployment
from spatial.period import day_number
from spatial.rule import Rule

SYSTEM = "system"
_MADE_WITH = "findings_made_with"
_AS_OF = "detected_as_of"

Parameters = Mapping[str, Mapping[str, float]]
"""Values by rule code and threshold name."""


def _read(connection: Connection, name: str) -> str | None:
    value = connection.scalar(select(deployment.c.value).where(deployment.c.name == name))
    return None if value is None else str(value)


def _write(connection: Connection, name: str, value: str) -> None:
    row = insert(deployment).values(name=name, value=value)
    connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def read_rules(connection: Connection) -> tuple[Rule, ...]:
    """The rules that this deployment has switched on, with its parameters."""
    return read_rule_set(connection).rules()


def switch_off(connection: Connection, codes: Collection[str]) -> None:
    """Let these rules, and no others, take no part; ParameterRefused where there is none such.

    Findings follow at the next full run, which :func:`is_up_to_date` asks for.
    """
    changed = replace(read_rule_set(connection), switched_off=frozenset(codes))
    write_version(connection, changed, by=SYSTEM, reason="")


def set_parameters(connection: Connection, parameters: Parameters) -> None:
    """Set the parameters of the deployment; ParameterRefused where one is wrong.

    Findings follow at the next full run, which :func:`is_up_to_date` asks for.
    """
    changed = replace(read_rule_set(connection), parameters=parameters)
    write_version(connection, changed, by=SYSTEM, reason="")


def note_as_of(connection: Connection, day: date) -> None:
    """Record the day that counted as today in the last run; rules about "today" ask for it."""
    _write(connection, _AS_OF, day.isoformat())


def read_as_of(connection: Connection) -> int | None:
    """The day that counts as today, as a day number; None where none was ever given."""
    stored = _read(connection, _AS_OF)
    return None if stored is None else day_number(date.fromisoformat(stored))


def signature(rules: Sequence[Rule], only_in: Mapping[str, Sequence[UUID]]) -> str:
    """Digest of the codes, versions and thresholds of these rules, and of where they count."""
    told = [f"{rule.code} {rule.version} {thresholds(rule)}" for rule in rules]
    told += [f"{code} in {sorted(map(str, ids))}" for code, ids in sorted(only_in.items())]
    return sha256("\n".join(told).encode()).hexdigest()


def is_up_to_date(connection: Connection, rules: Sequence[Rule]) -> bool:
    """Whether all findings were made with these rules, as they are set now.

    Also where none was ever made: then every work was detected as it came in.
    """
    only_in = read_rule_set(connection).only_in
    return _read(connection, _MADE_WITH) in {None, signature(rules, only_in)}


def note_rules(connection: Connection, rules: Sequence[Rule], *, all_works: bool) -> None:
    """Remember with which rules the findings were made.

    A refresh of some works (``all_works`` false) says so only where nothing
    was said before: it does not bring the others up to date.
    """
    if all_works or _read(connection, _MADE_WITH) is None:
        only_in = read_rule_set(connection).only_in
        _write(connection, _MADE_WITH, signature(rules, only_in))
