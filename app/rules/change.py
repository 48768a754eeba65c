"""A change of how the rules are set, as it comes over the web or the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictFloat

from app.findings.rule_sets import RuleSet, without
from spatial.gate import shipped
from spatial.rule import ParameterRefused, rules

Number = StrictFloat | None


class Change(BaseModel):
    """What is to be different; what it does not name stays as it is.

    ``parameters`` has values by rule code and threshold, null for the value
    that the rule comes with. ``switch_on`` and ``switch_off`` name rules.
    ``only_in`` has by rule code the ids of the areas in which alone it counts,
    and switches it on; no areas means everywhere.
    """

    model_config = ConfigDict(extra="forbid")

    parameters: dict[str, dict[str, Number]] = Field(default_factory=dict)
    switch_on: list[str] = Field(default_factory=list)
    switch_off: list[str] = Field(default_factory=list)
    only_in: dict[str, list[UUID]] = Field(default_factory=dict)

    def applied_to(self, now: RuleSet) -> RuleSet:
        """How the rules are set after it; ParameterRefused where that cannot be."""
        both = sorted(set(self.switch_off) & {*self.switch_on, *self.only_in})
        if both:
            msg = f"{', '.join(both)} cannot be switched on and off at once."
            raise ParameterRefused(msg)
        _known({*self.parameters, *self.switch_on, *self.switch_off, *self.only_in})
        on = {*self.switch_on, *self.only_in}
        limited = {code: tuple(dict.fromkeys(ids)) for code, ids in self.only_in.items() if ids}
        changed = replace(
            now,
            parameters=_merged(now.parameters, self.parameters),
            switched_off=(now.switched_off - on) | set(self.switch_off),
            only_in=without(on, now.only_in) | limited,
        )
        changed.every_rule()
        return changed


def _known(codes: set[str]) -> None:
    known = {rule.code for rule in rules()}
    if codes - known:
        unknown = ", ".join(sorted(codes - known))
        msg = f"There is no rule {unknown}; there are {', '.join(sorted(known))}."
        raise ParameterRefused(msg)


def _merged(
    now: Mapping[str, Mapping[str, float]], asked: Mapping[str, Mapping[str, Number]]
) -> dict[str, dict[str, float]]:
    """All values that differ from those that the rules come with."""
    merged: dict[str, dict[str, Number]] = {code: dict(values) for code, values in now.items()}
    for code, values in asked.items():
        merged.setdefault(code, {}).update(values)
    kept = {
        code: {n: v for n, v in values.items() if v is not None and not _comes_with(code, n, v)}
        for code, values in merged.items()
    }
    return {code: values for code, values in kept.items() if values}


def _comes_with(code: str, name: str, value: float) -> bool:
    try:
        return shipped(code, name) == value
    except KeyError:
        return False  # whoever makes the rules refuses the name, and says which there are
