"""Changed rules, one change at a time, and whether a case of theirs turns red."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from functools import cache
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Literal

import numpy as np
import pytest

import spatial.rules as package
from spatial.facts import Subject
from spatial.rule import ParameterRefused, Rule, Threshold, rules
from tests.acceptance.bench.running.cases import read_cases
from tests.acceptance.bench.running.conditions import NoCondition, conditions, without
from tests.acceptance.bench.running.find import Found, find
from tests.acceptance.bench.running.match import judge
from tests.acceptance.bench.running.situations import Seen, seen

Fate = Literal["red", "test", "score", "alive", "none"]
SHARED = ("spatial.traits", "spatial.facts", "spatial.bundling", "spatial.ordering",
          "spatial.openings", "spatial.street_use", "spatial.together", "spatial.overlay",
          "spatial.loads", "spatial.wide", "spatial.shifting", "spatial.heat_beside_pipes",
          "spatial.site_beside_works")  # fmt: skip
"""Modules in which rules keep conditions that they have in common."""
TESTS = Path(__file__).parents[3] / "spatial"
STEPS = {"m": 1.0, "d": 1.0, "m²": 1.0, "share": 0.01, "-": 0.01, "°": 1.0, "%": 1.0, "points": 1.0}
SMALL_M, SMALL_STEP_M = 5.0, 0.1
"""Below so many metres a metre is a third of the threshold or more: a decimetre then."""
MEASURES = ("full_", "fading_")
"""Names of thresholds against which scores are measured; one unit would move no decimal."""
HUNDREDTH = 0.01


@dataclass(frozen=True, slots=True)
class Fated:
    """A mutant and what became of it.

    "red": a case turned red; "test": no case, but a test of the rule; "score":
    only scores moved; "alive": nothing noticed; "none": it was no condition.
    """

    where: str
    change: str
    fate: Fate


def step(threshold: Threshold) -> float:
    """One unit of a threshold.

    >>> step(Threshold("a", 1.5, "m", "[D]", "", "")), step(Threshold("a", 3, "works", "", "", ""))
    (0.1, 1.0)
    """
    if threshold.unit == "m" and threshold.value < SMALL_M:
        return SMALL_STEP_M
    if "€" in threshold.unit or threshold.name.startswith(MEASURES):
        return max(1.0, round(threshold.value * HUNDREDTH))
    return STEPS.get(threshold.unit, 1.0)


def moved(rule: Rule) -> Iterator[tuple[str, str, Rule]]:
    """The rule with each threshold one unit up and down, as far as it may go."""
    for threshold in rule.thresholds:
        for sign in (1, -1):
            value = round(threshold.value + sign * step(threshold), 9)
            changed = with_value(rule, threshold.name, value)
            if changed is not None:
                yield threshold.name, f"{threshold.name} {value:.10g}", changed


def with_value(rule: Rule, name: str, value: float) -> Rule | None:
    """The rule with another value of a threshold, None where it may not have it."""
    try:
        return rule.with_parameters({name: value})
    except ParameterRefused:
        return None


def fate_of_threshold(changed: Rule, name: str) -> Fate:
    """A unit may be too little to move a score: then half and twice the value tell what moves."""
    told = fate(changed)
    if told != "alive":
        return told
    value = changed.value(name)
    far = [with_value(changed, name, float(round(value * factor))) for factor in (0.5, 2.0)]
    return "score" if {fate(r) for r in far if r is not None} == {"score"} else "alive"


@cache
def module_of(code: str) -> ModuleType:
    """The file of a rule."""
    names = [m.name for m in pkgutil.iter_modules(package.__path__)]
    (name,) = (n for n in names if n.startswith(f"{code.lower()}_"))
    return importlib.import_module(f"{package.__name__}.{name}")


@cache
def seen_of(code: str) -> tuple[Seen, ...]:
    """The cases of a rule, ready."""
    return tuple(seen(case) for case in read_cases() if code in case["rules"])


def fresh(one: Seen) -> Seen:
    """The same case with everything derived anew."""
    works = one.situation.subject.works
    return replace(one, situation=replace(one.situation, subject=Subject.of(works), memory={}))


@cache
def usual(code: str) -> tuple[tuple[Found, ...], ...]:
    """What the rule as it stands finds in each of its cases."""
    (rule,) = (r for r in rules() if r.code == code)
    return tuple(tuple(find(fresh(one), [rule])) for one in seen_of(code))


def fate(rule: Rule) -> Fate:
    """What the cases of a rule say of a changed one."""
    found: Fate = "alive"
    changed = False
    for one, before in zip(seen_of(rule.code), usual(rule.code), strict=True):
        try:
            now = find(fresh(one), [rule])
        except NoCondition:
            return "none"
        except Exception:  # noqa: BLE001 -- a mutant may break in any way; that shows
            return "red"
        (was,) = judge(one, before, [rule.code])
        (outcome,) = judge(one, now, [rule.code])
        if was.passed and not outcome.passed:
            return "red"
        if sorted(map(_but_score, now)) != sorted(map(_but_score, before)):
            changed = True
        elif _scores(now) != _scores(before):
            found = "score"
    return "alive" if changed else found


def _but_score(found: Found) -> str:
    measures = sorted((k, v) for k, v in found.measures.items() if k != "score")
    return f"{found.rule} {sorted(found.works)} {found.days} {found.subject} {measures}"


def _scores(found: Sequence[Found]) -> list[float]:
    return sorted(f.measures["score"] for f in found)


def of_rule(code: str) -> list[Fated]:
    """Every mutant of a rule's own file."""
    (rule,) = (r for r in rules() if r.code == code)
    usual(code)
    fates, tests = [], _tests_of_rule(code)
    for name, change, changed in moved(rule):
        with _quiet(), _set(rule, changed):
            fates.append(Fated(code, change, _or_test(fate_of_threshold(changed, name), tests)))
    module = module_of(code)
    for condition in conditions(module):
        with _quiet(), without(module, condition):
            fates.append(Fated(code, str(condition), _or_test(fate(rule), tests)))
    return fates


@contextmanager
def _set(rule: Rule, changed: Rule) -> Iterator[None]:
    """The rule that everyone imports with other thresholds, within the block."""
    before = rule.thresholds
    object.__setattr__(rule, "thresholds", changed.thresholds)
    try:
        yield
    finally:
        object.__setattr__(rule, "thresholds", before)


def _tests_of_rule(code: str) -> Path:
    return TESTS / "rules" / f"test_{code.lower()}.py"


def _or_test(told: Fate, tests: Path) -> Fate:
    """Where no case turns red: whether a test of the changed module does."""
    if told != "alive" or not tests.exists():
        return told
    arguments = ["-q", "-x", "--no-header", "-p", "no:cacheprovider", "--tb=no", str(tests)]
    with StringIO() as unheard, redirect_stdout(unheard), redirect_stderr(unheard):
        return "alive" if pytest.main(arguments) == pytest.ExitCode.OK else "test"


def of_shared(name: str) -> list[Fated]:
    """Every mutant of a module that rules share, before the cases of those that use it."""
    module = importlib.import_module(name)
    using = [rule for rule in rules() if name in _imported(module_of(rule.code).__name__)]
    using = [rule for rule in using if seen_of(rule.code)]
    for rule in using:
        usual(rule.code)
    fates = []
    for condition in conditions(module):
        with _quiet(), without(module, condition):
            told = _or_test(
                _first_red(using), TESTS / f"test_{name.rsplit('.', maxsplit=1)[-1]}.py"
            )
        fates.append(Fated(name, str(condition), told))
    return fates


def _first_red(using: Sequence[Rule]) -> Fate:
    found: Fate = "alive"
    for rule in using:
        told = fate(rule)
        if told in {"red", "none"}:
            return told
        found = told if told == "score" else found
    return found


def _quiet() -> warnings.catch_warnings:
    """A broken rule may divide by nothing; only its findings are of interest."""
    quiet = warnings.catch_warnings()
    np.seterr(all="ignore")
    return quiet


@cache
def _imported(name: str) -> frozenset[str]:
    """Modules of the engine that a module uses, directly or through others."""
    found: set[str] = set()
    tree = ast.parse(Path(str(importlib.import_module(name).__file__)).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("spatial"):
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {node.module} | (inner & set(SHARED))
    direct = found - {"spatial", "spatial.rule", name}
    return frozenset(direct.union(*(_imported(each) for each in direct)))


def all_fates(codes: Sequence[str]) -> Iterator[list[Fated]]:
    """Every mutant of these rules and of what they share, over two processes."""
    with ProcessPoolExecutor(2) as pool:
        yield from pool.map(_fates, [*SHARED, *codes])


def _fates(name: str) -> list[Fated]:
    return of_shared(name) if "." in name else of_rule(name)
