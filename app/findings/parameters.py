"""The rules as this deployment has set them, and with which rules its findings were made."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from hashlib import sha256

import orjson
from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from app.findings.found import thresholds
from app.tables import deployment
from spatial.period import day_number
from spatial.rule import Rule, configured

_PARAMETERS = "rule_parameters"
_SWITCHED_OFF = "rules_switched_off"
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
    stored = _read(connection, _PARAMETERS)
    off = orjson.loads(_read(connection, _SWITCHED_OFF) or "[]")
    every = configured(parameters=orjson.loads(stored) if stored else None)
    return tuple(rule for rule in every if rule.code not in off)


def switch_off(connection: Connection, codes: Collection[str]) -> None:
    """Let these rules, and no others, take no part; ParameterRefused where there is none such.

    Findings follow at the next full run, which :func:`is_up_to_date` asks for.
    """
    configured(parameters={code: {} for code in codes})
    _write(connection, _SWITCHED_OFF, orjson.dumps(sorted(codes)).decode())


def set_parameters(connection: Connection, parameters: Parameters) -> None:
    """Set the parameters of the deployment; ParameterRefused where one is wrong.

    Findings follow at the next full run, which :func:`is_up_to_date` asks for.
    """
    configured(parameters=parameters)
    _write(connection, _PARAMETERS, orjson.dumps(parameters).decode())


def note_as_of(connection: Connection, day: date) -> None:
    """Record the day that counted as today in the last run; rules about "today" ask for it."""
    _write(connection, _AS_OF, day.isoformat())


def read_as_of(connection: Connection) -> int | None:
    """The day that counts as today, as a day number; None where none was ever given."""
    stored = _read(connection, _AS_OF)
    return None if stored is None else day_number(date.fromisoformat(stored))


def signature(rules: Sequence[Rule]) -> str:
    """Digest of the codes, versions and thresholds of these rules."""
    told = [f"{rule.code} {rule.version} {thresholds(rule)}" for rule in rules]
    return sha256("\n".join(told).encode()).hexdigest()


def is_up_to_date(connection: Connection, rules: Sequence[Rule]) -> bool:
    """Whether all findings were made with these rules and parameters.

    Also where none was ever made: then every work was detected as it came in.
    """
    return _read(connection, _MADE_WITH) in {None, signature(rules)}


def note_rules(connection: Connection, rules: Sequence[Rule], *, all_works: bool) -> None:
    """Remember with which rules the findings were made.

    A refresh of some works (``all_works`` false) says so only where nothing
    was said before: it does not bring the others up to date.
    """
    if all_works or _read(connection, _MADE_WITH) is None:
        _write(connection, _MADE_WITH, signature(rules))
