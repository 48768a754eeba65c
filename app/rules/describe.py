"""A rule as plain data: what it finds, by which thresholds, and where they come from."""

from __future__ import annotations

import math

from pydantic import BaseModel

from app.kit.problems import NotFound
from spatial.rule import BundleRule, PairRule, Rule, Threshold, WideRule, rules
from spatial.vocabulary import FINDING_KIND


class ThresholdOut(BaseModel):
    """A number that decides."""

    name: str
    value: float
    unit: str
    title_nl: str
    title_en: str
    source: str
    is_default: bool
    least: float
    most: float | None


class RuleOut(BaseModel):
    """A detector of opportunities or bottlenecks.

    ``about`` is "pairs" (of works), "works", "organisations", "findings", "bundles" or a context
    layer; ``context`` names the layers without which it is not assessed.
    """

    code: str
    version: int
    kind: str
    title_nl: str
    title_en: str
    condition_nl: str
    condition_en: str
    order_nl: str
    order_en: str
    source: str
    about: str
    reach_m: float
    reach_days: int | None
    context: list[str]
    asks_today: bool
    thresholds: list[ThresholdOut]


def _threshold(threshold: Threshold) -> ThresholdOut:
    return ThresholdOut(
        name=threshold.name,
        value=threshold.value,
        unit=threshold.unit,
        title_nl=threshold.nl,
        title_en=threshold.en,
        source=threshold.source,
        is_default=threshold.is_default,
        least=threshold.least,
        most=threshold.most if math.isfinite(threshold.most) else None,
    )


def describe(rule: Rule) -> RuleOut:
    """One rule as plain data."""
    return RuleOut(
        code=rule.code,
        version=rule.version,
        kind=rule.kind,
        title_nl=rule.title_nl,
        title_en=rule.title_en,
        condition_nl=rule.condition_nl,
        condition_en=rule.condition_en,
        order_nl=rule.order_nl,
        order_en=rule.order_en,
        source=rule.source,
        about=_about(rule),
        reach_m=rule.reach_m,
        reach_days=rule.reach_days if isinstance(rule, PairRule) else None,
        context=sorted(rule.context),
        asks_today=rule.asks_today,
        thresholds=[_threshold(t) for t in rule.thresholds],
    )


def _about(rule: Rule) -> str:
    if isinstance(rule, WideRule):
        return rule.about
    if isinstance(rule, BundleRule):
        return "bundles"
    return "pairs" if isinstance(rule, PairRule) else "findings"


def describe_all() -> list[RuleOut]:
    """Every rule, in the order of their codes."""
    return [describe(rule) for rule in rules()]


def describe_one(code: str) -> RuleOut:
    """The rule of this code; NotFound where there is none."""
    for rule in rules():
        if rule.code == code.upper():
            return describe(rule)
    known = ", ".join(rule.code for rule in rules())
    msg = f"There is no rule {code!r}; there are {known}."
    raise NotFound(msg)


def markdown() -> str:
    """The page ``docs/rules.md``."""
    head = [
        "# Rules",
        "",
        "Made by `kansenkaart rules --markdown`; a test keeps it true. The exact words are in",
        "the docstrings of `spatial/rules`; [add-a-rule.md](add-a-rule.md) tells how to add one.",
        "",
        "A source marked [S] is published, [M] is common knowledge of the field, [D] is our own",
        'default; values marked [M] or [D] are shown as "default" until a partnership confirms',
        "them. Years are 365.25 days, rounded down.",
    ]
    return "\n".join(head + [line for rule in describe_all() for line in _section(rule)]) + "\n"


def _section(rule: RuleOut) -> list[str]:
    kind = FINDING_KIND.title(rule.kind, "nl")
    table = [
        f"| `{t.name}` | {t.value:,g} | {t.unit} | {t.title_en} | {t.title_nl} | {t.source} |"
        for t in rule.thresholds
    ]
    return [
        "",
        f"## {rule.code}: {rule.title_en} / {rule.title_nl}",
        "",
        f"*{rule.kind} / {kind}, version {rule.version}. Source: {rule.source}.*",
        "",
        rule.condition_en,
        f"Order of the works: {rule.order_en}.",
        "",
        rule.condition_nl,
        f"Volgorde van de werken: {rule.order_nl}.",
        "",
        "| threshold | value | unit | meaning | betekenis | source |",
        "|---|--:|---|---|---|---|",
        *table,
    ]
