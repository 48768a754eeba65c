"""Which proposed bundle is which, after detection has proposed anew.

People talk about a bundle for years while works come, go and move. A bundle
keeps its id where at least half of its works return in one new bundle (the
works in both, divided by the works in either), best match first. So of a split
the larger part keeps it, and of a merger the bundle that was the larger part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple, TypeVar

Work = TypeVar("Work", bound=Hashable)
LEAST_SHARE = 0.5


class Matching(NamedTuple):
    """Positions of old bundles by position of new ones.

    ``same``: keeps the id of this one. ``split_from``: new, with at least two
    works of this one. ``merged_from``: took in these, which are gone.
    """

    same: dict[int, int]
    split_from: dict[int, int]
    merged_from: dict[int, list[int]]


def match(old: Sequence[frozenset[Work]], new: Sequence[frozenset[Work]]) -> Matching:
    """Match bundles; no work may be in two of ``old`` nor in two of ``new``.

    Of equal matches the one with more works goes first, then the one whose
    place in ``old`` and in ``new`` is lower: give both in a fixed order.

    >>> match([frozenset("abcd")], [frozenset("ab"), frozenset("cde")])
    Matching(same={0: 0}, split_from={1: 0}, merged_from={})
    >>> match([frozenset("ab"), frozenset("cd")], [frozenset("abcd")])
    Matching(same={0: 0}, split_from={}, merged_from={0: [1]})
    """
    home = {work: i for i, works in enumerate(old) for work in works}
    shared = [
        (i, j, n)
        for j, works in enumerate(new)
        for i, n in sorted(Counter(home[w] for w in works if w in home).items())
    ]
    share = {(i, j): n / (len(old[i]) + len(new[j]) - n) for i, j, n in shared}
    best = sorted(shared, key=lambda m: (-share[m[0], m[1]], -m[2], m[0], m[1]))
    same: dict[int, int] = {}
    kept: set[int] = set()
    for i, j, _ in best:
        if share[i, j] >= LEAST_SHARE and j not in same and i not in kept:
            same[j] = i
            kept.add(i)
    split_from: dict[int, int] = {}
    merged_from: dict[int, list[int]] = {}
    gone: set[int] = set()
    for i, j, n in sorted(shared, key=lambda m: (-m[2], m[0], m[1])):
        if j not in same and n > 1:
            split_from.setdefault(j, i)
        if i not in kept and i not in gone and n >= LEAST_SHARE * len(old[i]):
            gone.add(i)
            merged_from.setdefault(j, []).append(i)
    return Matching(same, split_from, merged_from)
