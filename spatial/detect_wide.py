"""Works and surroundings in, findings about streets, areas and seasons out.

The full run judges everything; an upload only the works that changed and the
objects that they touch. Which objects those are is the caller's to say, for
only the database knows where a work was before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.bundle import Bundles
from spatial.finding import MEASURE_COLUMNS, Findings, WideHits
from spatial.rule import BundleRule, FindingRule, Rule, WideRule, wide_parts
from spatial.situation import Situation
from spatial.stages import OnStage
from spatial.work import Codes, Flags, Floats, Works


def missing(rule: Rule, loaded: Sequence[str] | frozenset[str], *, as_of: int | None) -> set[str]:
    """What keeps a rule from being assessed: layers that are not loaded, or "as_of".

    >>> from spatial.rule import rules
    >>> missing(rules()[0], (), as_of=None)
    set()
    """
    lacking = set(rule.context) - set(loaded)
    if rule.any_context.isdisjoint(loaded):
        lacking |= rule.any_context
    return lacking | ({"as_of"} if rule.asks_today and as_of is None else set())


def assessed(rules: Sequence[Rule], situation: Situation) -> Iterator[WideRule]:
    """The rules beyond pairs that have what they need."""
    for rule in wide_parts(rules):
        if not missing(rule, frozenset(situation.context), as_of=situation.as_of):
            yield rule


def detect_wide(
    situation: Situation,
    rules: Sequence[Rule],
    *,
    judged: Mapping[str, Flags] | None = None,
    on_stage: OnStage | None = None,
) -> Findings:
    """Find what no pair of works shows.

    Parameters
    ----------
    situation
        The works with their surroundings; geometry in metres.
    rules
        Rules with their parameters; those over pairs, and those for which
        something is missing, take no part.
    judged
        By what a rule is about, which of these to judge; all where it is not
        given. With it, rules about what it does not name are left out.
    on_stage
        Called with the code of each rule and its seconds, when it is done.

    Returns
    -------
    Findings in the order of rule and key.
    """
    chosen = [r for r in assessed(rules, situation) if judged is None or r.about in judged]
    found: list[tuple[WideRule, WideHits]] = []
    for rule in chosen:
        began = perf_counter()
        flags = None if judged is None else judged[rule.about]
        found.append((rule, rule.hits(situation.judging(flags))))
        if on_stage:
            on_stage(rule.code, perf_counter() - began)
    return _collect(found)


def detect_masked(
    findings: Findings, works: Works, visibility: Codes, rules: Sequence[Rule]
) -> Findings:
    """What follows from findings themselves; ``visibility`` has a code of each work."""
    chosen = [rule for rule in rules if isinstance(rule, FindingRule)]
    return _collect([(rule, rule.hits(findings, works, visibility)) for rule in chosen])


def detect_bundled(bundles: Bundles, works: Works, rules: Sequence[Rule]) -> Findings:
    """What follows from bundles, whose members are positions in ``works``."""
    chosen = [rule for rule in rules if isinstance(rule, BundleRule)]
    return _collect([(rule, rule.hits(bundles, works)) for rule in chosen])


def _collect(found: Sequence[tuple[Rule, WideHits]]) -> Findings:
    names = MEASURE_COLUMNS + tuple(
        sorted({name for _, hits in found for name in hits.measures} - set(MEASURE_COLUMNS))
    )
    codes = tuple(rule.code for rule, _ in found)
    counts = [np.diff(hits.offsets) for _, hits in found]

    def joined(parts: Sequence[NDArray[Any]], dtype: Any) -> NDArray[Any]:
        return np.concatenate([np.empty(0, dtype=dtype), *parts]).astype(dtype)

    everything = Findings(
        codes=codes,
        rule=joined([np.full(len(hits), n) for n, (_, hits) in enumerate(found)], np.int32),
        members=joined([hits.members for _, hits in found], np.int64),
        offsets=np.concatenate(([0], np.cumsum(joined(counts, np.int64)))).astype(np.int64),
        start=joined([hits.start for _, hits in found], np.int32),
        end=joined([hits.end for _, hits in found], np.int32),
        score=joined([hits.score for _, hits in found], np.float64),
        geometry=joined([hits.geometry for _, hits in found], object),
        measures={n: joined([_measure(hits, n) for _, hits in found], np.float64) for n in names},
        key=joined([hits.key for _, hits in found], object),
        subject=joined([hits.subject for _, hits in found], np.dtype("V16")),
        told=joined([hits.told for _, hits in found], object),
    )
    keys = everything.key.astype(str) if len(everything) else np.empty(0, dtype="U1")
    return everything.take(np.lexsort((keys, everything.rule)))


def _measure(hits: WideHits, name: str) -> Floats:
    return hits.measures[name] if name in hits.measures else np.full(len(hits), np.nan)
