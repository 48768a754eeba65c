"""How the rules are set: versions that are only added, of which the newest is in force."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select, text

from app.kit.problems import NotFound
from app.tables import areas, rule_sets
from spatial.gate import Confirmation, Confirmations
from spatial.rule import ParameterRefused, Rule, configured, rules

DEPLOYMENT = ""
"""The partnership of the deployment itself, to which all works belong."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything that can be set of the rules.

    ``parameters`` has values by rule code and threshold; rules in
    ``switched_off`` take no part; those in ``only_in`` count only where their
    findings touch one of these areas. ``confirmed`` says which values a person
    of the partnership stands for. What is not named is as the rules come.
    """

    parameters: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    switched_off: frozenset[str] = frozenset()
    only_in: Mapping[str, Sequence[UUID]] = field(default_factory=dict)
    confirmed: Confirmations = field(default_factory=dict)

    def every_rule(self) -> tuple[Rule, ...]:
        """All rules with these parameters; ParameterRefused where one is wrong."""
        return configured(parameters=self.parameters)

    def rules(self) -> tuple[Rule, ...]:
        """The rules that are switched on."""
        return tuple(rule for rule in self.every_rule() if rule.code not in self.switched_off)


@dataclass(frozen=True, slots=True)
class Adopted:
    """A version: how the rules are set from then on, who set them so, when and why."""

    version: int
    rule_set: RuleSet
    by: str
    reason: str
    at: datetime | None
    undoes: int | None = None


NOTHING_SET = Adopted(0, RuleSet(), "system", "", None)
"""Before anybody set anything."""


def read_rule_set(connection: Connection) -> RuleSet:
    """How the rules are set now."""
    return read_version(connection).rule_set


def read_version(connection: Connection, version: int | None = None) -> Adopted:
    """A version, the newest where none is named; NotFound where there is none such."""
    c = rule_sets.c
    query = select(rule_sets).where(c.partnership == DEPLOYMENT)
    if version is not None:
        query = query.where(c.version == version)
    row = connection.execute(query.order_by(c.version.desc()).limit(1)).one_or_none()
    if row is not None:
        return _adopted(row)
    if version:
        msg = f"There is no version {version} of the rules."
        raise NotFound(msg)
    return NOTHING_SET


def read_versions(connection: Connection) -> list[Adopted]:
    """Every version, the newest first."""
    c = rule_sets.c
    query = select(rule_sets).where(c.partnership == DEPLOYMENT).order_by(c.version.desc())
    return [_adopted(row) for row in connection.execute(query)]


def write_version(
    connection: Connection, rule_set: RuleSet, *, by: str, reason: str, undoes: int | None = None
) -> int:
    """Add a version, in force from then on; findings follow at the next full run.

    ParameterRefused where a code, a name or a value is wrong, or an area is not
    known: then nothing is written and what was in force stays so. Whoever
    writes at the same time waits.
    """
    check(connection, rule_set)
    connection.execute(text("LOCK TABLE rule_sets IN SHARE ROW EXCLUSIVE MODE"))
    version = read_version(connection).version + 1
    connection.execute(
        insert(rule_sets).values(
            partnership=DEPLOYMENT,
            version=version,
            parameters={code: dict(values) for code, values in rule_set.parameters.items()},
            switched_off=sorted(rule_set.switched_off),
            only_in={code: [str(i) for i in ids] for code, ids in rule_set.only_in.items()},
            confirmed={
                code: {name: _told(said) for name, said in by_name.items()}
                for code, by_name in rule_set.confirmed.items()
            },
            by=by,
            reason=reason,
            undoes=undoes,
        )
    )
    return version


def check(connection: Connection, rule_set: RuleSet) -> None:
    """ParameterRefused where the rules cannot be set so."""
    rule_set.every_rule()
    configured(parameters={code: {} for code in {*rule_set.switched_off, *rule_set.only_in}})
    wanted = {area for ids in rule_set.only_in.values() for area in ids}
    known = set(connection.scalars(select(areas.c.id).where(areas.c.id.in_(wanted))))
    if wanted - known:
        unknown = ", ".join(sorted(str(i) for i in wanted - known))
        msg = f"There is no area {unknown}; /ogc/collections/areas/items lists them."
        raise ParameterRefused(msg)


def without(codes: Collection[str], from_: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping by rule code without these codes.

    >>> without({"B01"}, {"B01": 1, "B02": 2})
    {'B02': 2}
    """
    return {code: value for code, value in from_.items() if code not in codes}


def _adopted(row: Any) -> Adopted:
    """A stored version, without rules and thresholds that this release no longer has.

    A renamed threshold must not keep every upload from being detected.
    """
    names = {rule.code: {t.name for t in rule.thresholds} for rule in rules()}
    told = RuleSet(
        parameters={
            code: {name: value for name, value in values.items() if name in names[code]}
            for code, values in row.parameters.items()
            if code in names
        },
        switched_off=frozenset(row.switched_off) & names.keys(),
        only_in={code: tuple(map(UUID, ids)) for code, ids in row.only_in.items() if code in names},
        confirmed={
            code: {name: _said(values) for name, values in by_name.items()}
            for code, by_name in row.confirmed.items()
        },
    )
    return Adopted(row.version, told, row.by, row.reason, row.at, row.undoes)


def _told(said: Confirmation) -> dict[str, object]:
    return {"value": said.value, "by": said.by, "at": said.at.isoformat(), "note": said.note}


def _said(values: Mapping[str, Any]) -> Confirmation:
    at = datetime.fromisoformat(values["at"])
    return Confirmation(values["value"], values["by"], at, values["note"])
