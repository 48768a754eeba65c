"""Whether a threshold may decide a refusal or a gate.

A finding is advice: people look at it and judge. A gate refuses by itself. What
is common knowledge of the field ([M]) or our own default ([D]) is good enough
for the first and not for the second: a person of the partnership has confirmed
the value first, and it is that value which was confirmed, not a later one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from spatial.rule import Rule, Threshold, rules

Standing = Literal["published", "confirmed", "set", "default"]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """That a person of the partnership stands for a value: who, when, and on what ground."""

    value: float
    by: str
    at: datetime
    note: str = ""


Confirmations = Mapping[str, Mapping[str, Confirmation]]
"""By rule code and threshold name."""


def threshold_of(rule: Rule, name: str) -> Threshold:
    """The threshold of this name; KeyError where the rule has none."""
    return {t.name: t for t in rule.thresholds}[name]


def confirmation_of(
    rule: Rule, threshold: str, confirmations: Confirmations
) -> Confirmation | None:
    """Who confirmed the present value; None where nobody did, or it was another value."""
    found = confirmations.get(rule.code, {}).get(threshold)
    return found if found and found.value == threshold_of(rule, threshold).value else None


def may_decide(rule: Rule, threshold: str, confirmations: Confirmations) -> bool:
    """Whether a threshold may decide a refusal or a gate.

    A published value ([S]) may, as long as it is the published one; any other
    only once a person of the partnership has confirmed it. KeyError where the
    rule has no such threshold.

    >>> at = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    >>> [b14] = [rule for rule in rules() if rule.code == "B14"]
    >>> may_decide(b14, "parallel_m", {})
    False
    >>> value = b14.value("parallel_m")
    >>> said = {"B14": {"parallel_m": Confirmation(value, "A. de Vries", at)}}
    >>> may_decide(b14, "parallel_m", said)
    True
    >>> may_decide(b14.with_parameters({"parallel_m": value + 1}), "parallel_m", said)
    False
    """
    return standing(rule, threshold, confirmations) in {"published", "confirmed"}


def standing(rule: Rule, threshold: str, confirmations: Confirmations) -> Standing:
    """What a value rests on.

    "published" on the source it names, "confirmed" on a person of the
    partnership, "set" on a change that nobody has confirmed yet, "default" on
    common knowledge of the field or our own choice.
    """
    now = threshold_of(rule, threshold)
    if confirmation_of(rule, threshold, confirmations):
        return "confirmed"
    if now.value != shipped(rule.code, threshold):
        return "set"
    return "default" if now.is_default else "published"


def shipped(code: str, threshold: str) -> float:
    """The value that a rule comes with; KeyError where there is none such."""
    return {rule.code: rule for rule in rules()}[code].value(threshold)
