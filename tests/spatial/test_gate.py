"""Which thresholds may decide a refusal or a gate."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from spatial.gate import Confirmation, confirmation_of, may_decide, shipped, standing
from spatial.rule import rules

AT = datetime(2026, 1, 1, tzinfo=UTC)
EVERY = [(rule, t) for rule in rules() for t in rule.thresholds]


def said(code, name, value):
    return {code: {name: Confirmation(value, "A. de Vries", AT)}}


@pytest.mark.parametrize(
    ("rule", "threshold"), EVERY, ids=[f"{rule.code}-{t.name}" for rule, t in EVERY]
)
def test_nothing_but_a_published_value_decides_by_itself(rule, threshold):
    published = not threshold.is_default
    assert may_decide(rule, threshold.name, {}) is published
    assert standing(rule, threshold.name, {}) == ("published" if published else "default")
    confirmed = said(rule.code, threshold.name, threshold.value)
    assert may_decide(rule, threshold.name, confirmed)
    assert standing(rule, threshold.name, confirmed) == "confirmed"


def _b14():
    return next(rule for rule in rules() if rule.code == "B14")


def test_a_confirmation_is_of_one_value_of_one_threshold_of_one_rule():
    rule = _b14()
    value = rule.value("parallel_m")
    for other in (
        said("B14", "parallel_m", value + 0.1),
        said("B14", "crossing_m", value),
        said("B15", "parallel_m", value),
    ):
        assert confirmation_of(rule, "parallel_m", other) is None
        assert not may_decide(rule, "parallel_m", other)


def test_another_value_than_the_published_one_is_no_longer_published():
    rule = next(r for r in rules() if r.code == "B02")
    assert may_decide(rule, "no_dig_days", {})
    changed = rule.with_parameters({"no_dig_days": shipped("B02", "no_dig_days") - 1})
    assert standing(changed, "no_dig_days", {}) == "set"
    assert not may_decide(changed, "no_dig_days", {})


def test_a_threshold_that_is_not_there_cannot_decide():
    with pytest.raises(KeyError):
        may_decide(_b14(), "none", {})
