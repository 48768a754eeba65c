"""A rule as it stands in this deployment: its values, whether it is on, whether it is assessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Connection, func, select

from app.context.loaded import known_layers
from app.findings.parameters import read_as_of
from app.findings.rule_sets import RuleSet, read_version
from app.kit.problems import NotFound
from app.organisations.viewer import Viewer
from app.rules.describe import RuleOut, ThresholdOut, describe, describe_one
from app.tables import areas, findings
from spatial.detect_wide import missing
from spatial.gate import Standing, confirmation_of, may_decide, shipped, standing
from spatial.rule import Rule
from spatial.vocabulary import Language

LABELS: dict[Standing, tuple[str, str]] = {
    "published": ("gepubliceerde waarde", "published value"),
    "confirmed": ("bevestigd door het programmeerverband", "confirmed by the partnership"),
    "set": ("ingesteld, nog te bevestigen", "set, to be confirmed"),
    "default": ("standaardwaarde, nog te bevestigen", "default, to be confirmed"),
}


class ConfirmedOut(BaseModel):
    """Who stands for a value since when; the name is told to partners."""

    by: str | None
    at: datetime
    note: str | None


class ThresholdState(ThresholdOut):
    """A number that decides, and what it rests on.

    ``may_decide`` says whether it may decide a refusal or a gate; a default may
    not until a person of the partnership has confirmed it.
    """

    default_value: float
    standing: Standing
    label: str
    may_decide: bool
    confirmed: ConfirmedOut | None


class AreaOut(BaseModel):
    """An area in which a rule counts."""

    id: UUID
    level: str
    code: str
    name: str


class RuleState(RuleOut):
    """A rule as it stands here.

    ``only_in`` is empty for a rule that counts everywhere. ``open_findings``
    counts what the caller may see and still holds.
    """

    rule_set_version: int
    switched_on: bool
    only_in: list[AreaOut]
    any_context: list[str]
    assessed: bool
    not_assessed_because: list[str]
    open_findings: int
    thresholds: list[ThresholdState]  # type: ignore[assignment]  # they only say more


@dataclass(frozen=True, slots=True)
class Standings:
    """What must be known to say how every rule stands."""

    version: int
    rule_set: RuleSet
    layers: frozenset[str]
    as_of: int | None
    counts: Mapping[str, int]
    areas: Mapping[UUID, AreaOut]
    language: Language
    tells_names: bool

    @classmethod
    def read(cls, connection: Connection, viewer: Viewer, language: Language) -> Self:
        """All of it, for one caller."""
        now = read_version(connection)
        return cls(
            now.version,
            now.rule_set,
            known_layers(connection),
            read_as_of(connection),
            _counts(connection, viewer),
            _areas(connection, now.rule_set),
            language,
            viewer.role != "public",
        )

    def all(self) -> list[RuleState]:
        """Every rule, in the order of their codes."""
        return [self.of(rule) for rule in self.rule_set.every_rule()]

    def one(self, code: str) -> RuleState:
        """The rule of this code; NotFound where there is none."""
        for rule in self.rule_set.every_rule():
            if rule.code == code.upper():
                return self.of(rule)
        describe_one(code)
        raise NotFound(code)

    def of(self, rule: Rule) -> RuleState:
        """One rule with its values."""
        told = describe(rule)
        reasons = list(self.reasons(rule))
        states = [self._threshold(rule, threshold) for threshold in told.thresholds]
        return RuleState(
            **told.model_dump(exclude={"thresholds"}),
            thresholds=[*states],
            rule_set_version=self.version,
            switched_on=rule.code not in self.rule_set.switched_off,
            only_in=[self.areas[i] for i in self.rule_set.only_in.get(rule.code, ())],
            any_context=sorted(rule.any_context),
            assessed=not reasons,
            not_assessed_because=reasons,
            open_findings=self.counts.get(rule.code, 0),
        )

    def reasons(self, rule: Rule) -> Iterator[str]:
        """Why a rule is not assessed; nothing where it is."""
        at = 0 if self.language == "nl" else 1
        if rule.code in self.rule_set.switched_off:
            yield ("de regel staat uit", "the rule is switched off")[at]
        lacking = missing(rule, self.layers, as_of=self.as_of)
        for layer in sorted(lacking & rule.context):
            yield (f"de laag {layer} is niet geladen", f"layer {layer} is not loaded")[at]
        if choices := sorted((lacking & rule.any_context) - rule.context):
            listed = ", ".join(choices)
            yield (
                f"geen van deze lagen is geladen: {listed}",
                f"none of these layers is loaded: {listed}",
            )[at]
        if "as_of" in lacking:
            yield ("er is geen dag die als vandaag telt", "no day counts as today")[at]

    def _threshold(self, rule: Rule, told: ThresholdOut) -> ThresholdState:
        rests_on = standing(rule, told.name, self.rule_set.confirmed)
        said = confirmation_of(rule, told.name, self.rule_set.confirmed)
        return ThresholdState(
            **told.model_dump(exclude={"is_default"}),
            is_default=rests_on == "default",
            default_value=shipped(rule.code, told.name),
            standing=rests_on,
            label=LABELS[rests_on][0 if self.language == "nl" else 1],
            may_decide=may_decide(rule, told.name, self.rule_set.confirmed),
            confirmed=said
            and ConfirmedOut(
                by=said.by if self.tells_names else None,
                at=said.at,
                note=said.note if self.tells_names else None,
            ),
        )


def _counts(connection: Connection, viewer: Viewer) -> dict[str, int]:
    c = findings.c
    query = (
        select(c.rule, func.count())
        .where(c.state != "resolved", viewer.sees_findings(findings))
        .group_by(c.rule)
    )
    return dict(connection.execute(query).all())


def _areas(connection: Connection, rule_set: RuleSet) -> dict[UUID, AreaOut]:
    wanted = {i for ids in rule_set.only_in.values() for i in ids}
    c = areas.c
    query = select(c.id, c.level, c.code, c.name).where(c.id.in_(wanted))
    return {
        row.id: AreaOut(id=row.id, level=row.level, code=row.code, name=row.name)
        for row in connection.execute(query)
    }
