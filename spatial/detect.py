"""Works in, findings about pairs out: pairs, facts, rules, findings in one call.

What is about more than two works, or about their surroundings, is found by
:mod:`spatial.detect_wide`.

The same call serves the full run, the upload (``focus``: only pairs with at
least one changed work) and the drafted work of which nothing is stored. It
reads no clock and draws no random number: the same works, rules and parameters
give the same findings, in the order of rule, first work and second work.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial import measure
from spatial.candidates import candidates
from spatial.facts import COSTLY, Facts, Subject
from spatial.finding import MEASURE_COLUMNS, Findings, Hits
from spatial.pairs import each
from spatial.rule import PairRule, Rule, configured
from spatial.rule import rules as every_rule
from spatial.stages import OnStage, Stages
from spatial.work import Flags, Floats, Keys, Objects, Works

STAGES = ("derive", "candidates", "cheap facts", "costly facts", "geometry", "collect")
"""What ``on_stage`` hears of."""
PAIRS_PER_BLOCK = 40_000

_Pairs = tuple[Keys, Keys]


def detect(
    works: Works,
    *,
    focus: Flags | None = None,
    rules: Sequence[Rule] | None = None,
    parameters: Mapping[str, Mapping[str, float]] | None = None,
    threads: int = 2,
    on_stage: OnStage | None = None,
) -> Findings:
    """Find every opportunity and bottleneck among pairs of works.

    Only rules over pairs take part.

    Parameters
    ----------
    works
        Columns of works; geometry in metres. Works without a footprint or a
        period are in no finding.
    focus
        One flag a work: only findings with at least one flagged work. The
        result is that of a full run, restricted.
    rules
        Which rules; all where none are chosen.
    parameters
        Values of thresholds by rule code and name. ParameterRefused where one
        does not exist or is out of bounds.
    threads
        How many cores to use.
    on_stage
        Called once a stage (``STAGES``) with its name and seconds. Stages that
        run side by side share the seconds that passed in proportion to the
        time each took.

    Returns
    -------
    Findings whose ``first`` and ``second`` are positions in ``works``.
    """
    chosen = [r for r in configured(rules, parameters) if isinstance(r, PairRule)]
    stages = Stages(threads)
    with stages.lap("derive"):
        subject = Subject.of(works)
    with stages.lap("candidates"):
        pairs = candidates(subject, chosen, focus, threads, stages)
    with stages.lap("costly facts"):
        found = list(each(partial(_found, subject, chosen, stages), _blocks(pairs), threads))
    with stages.lap("collect"):
        findings = _collect(chosen, found)
    stages.tell(on_stage)
    return findings


def reach_of(rules: Sequence[Rule]) -> tuple[float, int]:
    """How far, in metres and in days, any rule over pairs looks for the other work.

    The days are one more than the rules say: whoever asks an index for
    overlapping periods asks for those that touch as well.
    """
    pairs = [rule for rule in rules if isinstance(rule, PairRule)]
    metres = max((rule.reach_m for rule in pairs), default=0.0)
    return metres, max((rule.reach_days for rule in pairs), default=0) + 1


def solutions(findings: Findings) -> tuple[Keys, Keys]:
    """Which opportunity solves which bottleneck of the same pair of works.

    Which bottlenecks an opportunity can solve is its rule's to say (``solves``).

    Returns two columns of equal length: rows of opportunities and the rows of
    the bottlenecks that each of them solves.
    """
    pairs = np.flatnonzero(findings.is_pair)
    low = np.minimum(findings.first[pairs], findings.second[pairs])
    high = np.maximum(findings.first[pairs], findings.second[pairs])
    kinds = np.array([code.startswith("O") for code in findings.codes] or [False])
    opportunity = kinds[findings.rule[pairs]] if len(pairs) else np.empty(0, dtype=np.bool_)
    pair = low * (int(high.max(initial=0)) + 1) + high
    bottlenecks = np.flatnonzero(~opportunity)
    bottlenecks = bottlenecks[np.argsort(pair[bottlenecks], kind="stable")]
    opportunities = np.flatnonzero(opportunity)
    keys = pair[bottlenecks]
    left = np.searchsorted(keys, pair[opportunities], side="left")
    counts = np.searchsorted(keys, pair[opportunities], side="right") - left
    heads = np.cumsum(counts) - counts
    inside = np.arange(counts.sum()) - np.repeat(heads, counts)
    solver = pairs[np.repeat(opportunities, counts)]
    solved = pairs[bottlenecks[np.repeat(left, counts) + inside]]
    does = _solves(findings.codes)[findings.rule[solver], findings.rule[solved]]
    return solver[does], solved[does]


def _solves(codes: Sequence[str]) -> Flags:
    """Table of whether the rule of a row solves that of a column."""
    solves = {r.code: r.solves for r in every_rule() if isinstance(r, PairRule)}
    table = [[other in solves.get(code, ()) for other in codes] for code in codes]
    return np.array(table, dtype=np.bool_).reshape(len(codes), len(codes))


def _blocks(pairs: _Pairs) -> Iterator[_Pairs]:
    for at in range(0, len(pairs[0]), PAIRS_PER_BLOCK):
        yield pairs[0][at : at + PAIRS_PER_BLOCK], pairs[1][at : at + PAIRS_PER_BLOCK]


@dataclass(frozen=True, slots=True)
class _Found:
    """What one rule found in one block."""

    rule: int
    hits: Hits
    geometry: Objects


def _found(
    subject: Subject, chosen: Sequence[PairRule], stages: Stages, pairs: _Pairs
) -> list[_Found]:
    with stages.part("cheap facts"):
        facts = Facts.of(subject, *pairs)
        wants = [rule.wants(facts) for rule in chosen]
    with stages.part("costly facts"):
        facts = facts.measured({name: _wanted(name, chosen, wants, len(facts)) for name in COSTLY})
        hits = [rule.hits(facts) for rule in chosen]
    with stages.part("geometry"):
        return [_Found(n, h, _drawn(subject, h)) for n, h in enumerate(hits)]


def _wanted(name: str, chosen: Sequence[PairRule], wants: list[Flags], n: int) -> Flags:
    """Rows in which a rule that needs this fact may still find something."""
    wanted = np.zeros(n, dtype=np.bool_)
    for rule, rows in zip(chosen, wants, strict=True):
        if name in rule.needs:
            wanted |= rows
    return wanted


def _drawn(subject: Subject, hits: Hits) -> Objects:
    return measure.drawn(
        subject.works.footprint, hits.first, hits.second, hits.margin_first_m, hits.margin_second_m
    )


def _collect(chosen: Sequence[PairRule], blocks: list[list[_Found]]) -> Findings:
    """One table of all blocks, in the order of rule, first and second work."""
    parts = [part for block in blocks for part in block if len(part.hits.row)]
    names = MEASURE_COLUMNS + tuple(
        sorted({n for p in parts for n in p.hits.measures} - set(MEASURE_COLUMNS))
    )
    rule = _joined([np.full(len(p.hits.row), p.rule) for p in parts]).astype(np.int32)
    first, second = _joined([p.hits.first for p in parts]), _joined([p.hits.second for p in parts])
    order = np.lexsort((second, first, rule))

    def column(values: list[NDArray[Any]]) -> NDArray[Any]:
        return (np.concatenate(values) if values else np.empty(0))[order]

    members = np.column_stack((first[order], second[order])).ravel()
    n = len(order)
    nothing = np.full(n, None, dtype=object)
    return Findings(
        codes=tuple(r.code for r in chosen),
        rule=rule[order],
        members=members,
        offsets=np.arange(0, 2 * n + 1, 2, dtype=np.int64),
        start=column([p.hits.start for p in parts]).astype(np.int32),
        end=column([p.hits.end for p in parts]).astype(np.int32),
        score=column([p.hits.score for p in parts]),
        geometry=column([p.geometry for p in parts]).astype(object),
        measures={n: column([_measure(p.hits, n) for p in parts]) for n in names},
        key=np.full(n, "", dtype=object),
        subject=np.zeros(n, dtype="V16"),
        told=nothing,
    )


def _measure(hits: Hits, name: str) -> Floats:
    return hits.measures[name] if name in hits.measures else np.full(len(hits.row), np.nan)


def _joined(parts: list[Keys]) -> Keys:
    return np.concatenate(parts).astype(np.int64) if parts else np.empty(0, dtype=np.int64)
