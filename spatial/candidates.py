"""Which pairs of works any rule may want: the searches of all rules, each pair once.

Rules over all works share two searches: pairs whose periods meet, as far as any
of them looks, and later ones as far as those look that are patient. A rule
about few works (renovations, developments, closed roads) searches around these
alone, however far it looks, so that it costs the others nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from spatial.facts import Facts, Subject
from spatial.pairs import Reach, each_pair
from spatial.rule import PairRule
from spatial.stages import Stages
from spatial.work import Flags, Keys

Pairs = tuple[Keys, Keys]
_LONG_AGO = -(2**31)


def candidates(
    subject: Subject, chosen: Sequence[PairRule], focus: Flags | None, threads: int, stages: Stages
) -> Pairs:
    """Pairs that some rule still wants after the cheap facts, each once.

    With ``focus`` only pairs of which at least one work is flagged.
    """
    asked = [*_among_all(subject, chosen), *_around_few(subject, chosen)]
    found = [p for one in asked for p in _search(subject, one, focus, threads, stages)]
    if all(one.among is None for one in asked):
        return _joined(found)
    return _once(_joined(found), len(subject.works))


@dataclass(frozen=True, slots=True)
class _Question:
    """Rules that share a search, how far it reaches, and around which works."""

    rules: Sequence[PairRule]
    reach: Reach
    among: Flags | None


def _among_all(subject: Subject, chosen: Sequence[PairRule]) -> Iterator[_Question]:
    """Pairs whose periods meet, as far as any rule looks; then later ones, as far as those do.

    The two reach over other days, so they share no pair.
    """
    asked = [(r, s) for r in chosen for s in r.searches(subject) if s.among is None]
    if not asked:
        return
    rules = [rule for rule, _ in asked]
    yield _Question(rules, Reach(max(s.reach_m for _, s in asked), _LONG_AGO, 0), None)
    patient = [(rule, s) for rule, s in asked if s.reach_days > 0]
    if patient:
        far_m = max(s.reach_m for _, s in patient)
        days = max(s.reach_days for _, s in patient)
        yield _Question([rule for rule, _ in patient], Reach(far_m, 1, days), None)


def _around_few(subject: Subject, chosen: Sequence[PairRule]) -> Iterator[_Question]:
    """The searches around some works alone, where there are any such works."""
    for rule in chosen:
        for s in rule.searches(subject):
            if s.among is not None and s.among.any():
                yield _Question([rule], Reach(s.reach_m, _LONG_AGO, s.reach_days), s.among)


def _search(
    subject: Subject, asked: _Question, focus: Flags | None, threads: int, stages: Stages
) -> Iterator[Pairs]:
    """Pairs within reach that one of the rules wants, block by block."""
    works = subject.works

    def cheap(pairs: Pairs) -> Pairs:
        with stages.part("cheap facts"):
            if asked.among is not None and focus is not None:
                around = asked.among[pairs[0]] | asked.among[pairs[1]]
                pairs = pairs[0][around], pairs[1][around]
            facts = Facts.of(subject, *pairs)
            wanted = np.zeros(len(facts), dtype=np.bool_)
            for rule in asked.rules:
                wanted |= rule.wants(facts)
            return facts.first[wanted], facts.second[wanted]

    yield from each_pair(
        works.footprint,
        works.start,
        works.end,
        asked.reach,
        then=cheap,
        focus=asked.among if focus is None else focus,
        threads=threads,
    )


def _once(pairs: Pairs, n: int) -> Pairs:
    """Each pair once; the facts have put the two works of a pair in one order."""
    keys = np.unique(pairs[0] * n + pairs[1])
    return keys // n, keys % n


def _joined(parts: list[Pairs]) -> Pairs:
    def column(side: int) -> Keys:
        columns = [part[side] for part in parts]
        return np.concatenate([np.empty(0, dtype=np.int64), *columns]).astype(np.int64)

    return column(0), column(1)
