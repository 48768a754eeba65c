"""Precision and recall, per rule and of all rules together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.acceptance.bench.running.match import Outcome


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of some outcomes: findings that are right and wrong, entries found and missed."""

    cases: int
    right: int
    wrong: int
    expected: int
    missed: int

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> Score:
        """The counts of these outcomes."""
        return cls(
            len(outcomes),
            sum(o.right for o in outcomes),
            sum(len(o.wrong) for o in outcomes),
            sum(o.expected for o in outcomes),
            sum(len(o.missed) for o in outcomes),
        )

    @property
    def precision(self) -> float:
        """Part of the findings that the labels ask for; 1 where nothing was found."""
        found = self.right + self.wrong
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        """Part of the entries that were found; 1 where nothing was asked."""
        return 1.0 - self.missed / self.expected if self.expected else 1.0


def by_rule(outcomes: Sequence[Outcome]) -> dict[str, Score]:
    """The score of each rule, in the order of their codes."""
    codes = sorted({o.rule for o in outcomes})
    return {code: Score.of([o for o in outcomes if o.rule == code]) for code in codes}
