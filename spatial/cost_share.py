"""How parties can divide what working together saves: in proportion, or by Shapley.

A coalition of parties saves what its works save together: the openings on the
best tree of shared surface between them, and all but the longest of their
closures. In proportion each party gets the part that it pays of the openings it
would otherwise make alone. By Shapley each gets the mean of what it adds over
all orders in which the parties can join, so that who makes much saving possible
gets much of it (Shapley 1953, "A value for n-person games").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from math import factorial
from typing import NamedTuple

MOST_PARTIES = 8
"""Beyond it Shapley asks for too many coalitions to explain to anyone."""


class Share(NamedTuple):
    """What one party would pay alone, and its part of the saving by both keys, in euros."""

    party: str
    alone_eur: float
    proportional_eur: float
    shapley_eur: float | None


def proportional(alone: Mapping[str, float], saving_eur: float) -> dict[str, float]:
    """The saving in proportion to what each pays alone; equal parts where nobody pays.

    >>> proportional({"a": 300.0, "b": 100.0}, 80.0)
    {'a': 60.0, 'b': 20.0}
    """
    total = sum(alone.values())
    parts = {p: (cost / total if total else 1 / len(alone)) for p, cost in alone.items()}
    return {party: saving_eur * part for party, part in parts.items()}


def shapley(
    parties: Sequence[str], saves: Callable[[frozenset[str]], float]
) -> dict[str, float] | None:
    """Each party's mean contribution to the saving; None for more than eight parties.

    >>> together = {frozenset("ab"): 60.0, frozenset("bc"): 30.0, frozenset("abc"): 90.0}
    >>> found = shapley("abc", lambda s: together.get(s, 0.0))
    >>> {party: round(eur, 6) for party, eur in found.items()}
    {'a': 30.0, 'b': 45.0, 'c': 15.0}
    """
    n = len(parties)
    if n > MOST_PARTIES:
        return None
    worth = {
        frozenset(some): saves(frozenset(some))
        for size in range(n + 1)
        for some in combinations(parties, size)
    }
    shares = dict.fromkeys(parties, 0.0)
    for coalition, value in worth.items():
        weight = (
            factorial(len(coalition)) * factorial(n - len(coalition) - 1) / factorial(n)
            if (len(coalition) < n)
            else 0.0
        )
        for party in parties:
            if party not in coalition:
                shares[party] += weight * (worth[coalition | {party}] - value)
    return shares


class Link(NamedTuple):
    """What two works save together, in euros."""

    first: str
    second: str
    eur: float


def coalition_saving(
    works: Mapping[str, Sequence[str]],
    links: Sequence[Link],
    closures: Mapping[str, float],
    closure_eur_day: float,
) -> Callable[[frozenset[str]], float]:
    """The saving of a coalition; ``works`` by party, ``closures`` in days by work.

    >>> saves = coalition_saving({"a": ["1"], "b": ["2"]}, [Link("1", "2", 50.0)], {}, 0.0)
    >>> saves(frozenset("ab")), saves(frozenset("a"))
    (50.0, 0.0)
    """
    ordered = sorted(links, key=lambda link: (-link.eur, link.first, link.second))

    def saves(coalition: frozenset[str]) -> float:
        inside = {work for party in coalition for work in works[party]}
        days = [closures.get(work, 0.0) for work in inside]
        avoided = sum(days) - max(days, default=0.0)
        return _tree_eur(ordered, inside) + closure_eur_day * avoided

    return saves


def _tree_eur(ordered: Sequence[Link], inside: set[str]) -> float:
    group = {work: work for work in inside}
    total = 0.0
    for first, second, eur in ordered:
        if first in inside and second in inside and group[first] != group[second]:
            old, new = group[first], group[second]
            group = {work: new if lead == old else lead for work, lead in group.items()}
            total += eur
    return total
