"""What the rules find in a case, in the words of the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from spatial.bundle import BUNDLING, Edges, grow
from spatial.detect import detect
from spatial.detect_wide import detect_wide
from spatial.finding import Findings, WideHits
from spatial.rule import BundleRule, PairRule, Rule, configured, wide_parts
from spatial.rule import rules as every_rule
from tests.acceptance.bench.running.cases import Case
from tests.acceptance.bench.running.situations import Seen
from tests.acceptance.bench.running.works import shown

PARAMETERS: Mapping[tuple[str, str], str] = {("O04", "L"): "beside_m"}
"""Thresholds by the letters of the catalogue."""


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: works by their names, inclusive days as a text, measures with the score.

    ``subject`` is the layer and name of the object that it is about, if any.
    """

    rule: str
    works: frozenset[str]
    days: str
    measures: Mapping[str, float]
    subject: tuple[str, str] | None


def find(seen: Seen, rules: Sequence[Rule]) -> list[Found]:
    """The findings of these rules in a case, with the parameters that the case gives."""
    chosen = configured(rules, _parameters(seen.case, rules))
    found: list[Found] = []
    if any(isinstance(rule, PairRule) for rule in chosen):
        found += _pairs(seen, chosen)
    if wide_parts(chosen):
        found += _told(seen, detect_wide(seen.situation, chosen))
    for rule in chosen:
        if isinstance(rule, BundleRule):
            found += _bundled(seen, rule)
    return found


def _pairs(seen: Seen, chosen: Sequence[Rule]) -> list[Found]:
    """Findings of these pair rules among all others, as in the service.

    Alone a rule would see fewer pairs, and facts only where it asked for them.
    """
    codes = {rule.code for rule in chosen}
    others = [r for r in every_rule() if isinstance(r, PairRule) and r.code not in codes]
    told = _told(seen, detect(seen.situation.subject.works, rules=[*chosen, *others], threads=1))
    return [found for found in told if found.rule in codes]


def _bundled(seen: Seen, rule: BundleRule) -> list[Found]:
    """Bundles that grow out of the findings of all pair rules that bundle."""
    works = seen.situation.subject.works
    pairs = detect(works, rules=[r for r in every_rule() if r.code in BUNDLING], threads=1)
    measured = {
        name: np.nan_to_num(pairs.measures.get(measure, np.zeros(len(pairs))))
        for name, measure in (
            ("area_m2", "shared_area_m2"),
            ("length_m", "shared_length_m"),
            ("trench_m", "beside_m"),
        )
    }
    edges = Edges(
        pairs.first, pairs.second, np.ones(len(pairs), dtype=np.bool_), pairs.score, **measured
    )
    hits = rule.hits(grow(works, edges, limits=rule.limits(), worth=rule.worth()), works)
    return [_bundle(seen, rule.code, hits, n) for n in range(len(hits))]


def _bundle(seen: Seen, code: str, hits: WideHits, n: int) -> Found:
    members = hits.members[hits.offsets[n] : hits.offsets[n + 1]]
    measures = {name: float(column[n]) for name, column in hits.measures.items()}
    return Found(
        code,
        frozenset(seen.names[m] for m in members),
        shown(int(hits.start[n]), int(hits.end[n])),
        measures | {"score": float(hits.score[n])},
        None,
    )


def rules_of(case: Case) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    """The rules that a case is about, and the codes for which there is none."""
    known = {rule.code: rule for rule in every_rule()}
    codes = case["rules"]
    return tuple(known[c] for c in codes if c in known), tuple(c for c in codes if c not in known)


def _parameters(case: Case, rules: Sequence[Rule]) -> dict[str, dict[str, float]]:
    """Numbers of the case by threshold; what is no number lies in its context."""
    codes = {rule.code for rule in rules}
    given: dict[str, dict[str, float]] = {}
    for code, values in case.get("parameters", {}).items():
        for name, value in values.items():
            if code in codes and isinstance(value, int | float):
                given.setdefault(code, {})[PARAMETERS.get((code, name), name)] = value
    return given


def _told(seen: Seen, findings: Findings) -> list[Found]:
    found = []
    for n in range(len(findings)):
        members = findings.members[findings.offsets[n] : findings.offsets[n + 1]]
        about = seen.objects.get(findings.subject[n].tobytes().ljust(16, b"\0"))
        measures = {k: float(v[n]) for k, v in findings.measures.items() if not np.isnan(v[n])}
        found.append(
            Found(
                findings.codes[findings.rule[n]],
                frozenset(seen.names[m] for m in members),
                shown(int(findings.start[n]), int(findings.end[n])),
                measures | {"score": float(findings.score[n])},
                None if about is None else (about.layer, about.name),
            )
        )
    return found
