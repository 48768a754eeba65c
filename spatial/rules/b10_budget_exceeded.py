"""B10: what an organisation's works cost in a year is more than it was allotted.

Exactly: the shares of the organisation in projects with works that are neither
completed nor withdrawn, summed by year, against its own budget lines (those
without a project) of state allotted of that year; more than ``warn`` percent
of it, or exactly that, is a finding, which says "too little" beyond ``most``
percent. A year without any budget line of the organisation is not assessed.
Period: the year. Score: base x exposure x p, with exposure 1 beyond ``most``
percent and one half below, and p the mean chance of the works.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np

from spatial import wide, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.period import day_number
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.wide_words import listed
from spatial.work import Floats, Keys

THRESHOLDS = (
    Threshold(
        "most",
        100.0,
        "%",
        "[D]",
        "deel van het budget waarboven het tekort is",
        "share of the budget beyond which it is too little",
        1.0,
        1_000.0,
    ),
    Threshold(
        "warn",
        90.0,
        "%",
        "[D]",
        "deel van het budget vanaf waar gewaarschuwd wordt",
        "share of the budget from which a warning is given",
        1.0,
        1_000.0,
    ),
    Threshold("base_score", 80.0, "points", "[D]", "hoogste score", "highest score", most=100.0),
)
_HALF = 0.5


@dataclass(frozen=True)
class BudgetExceeded(WideRule):
    """Shares in works against the allotted budget of a year."""

    code: ClassVar[str] = "B10"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Jaarbudget overschreden"
    title_en: ClassVar[str] = "Budget exceeded"
    condition_nl: ClassVar[str] = (
        "De kosten van een organisatie in een jaar zijn meer dan haar is toegekend; vanaf 90% "
        "wordt gewaarschuwd."
    )
    condition_en: ClassVar[str] = (
        "The costs of an organisation in a year are more than it was allotted; from 90% a warning "
        "is given."
    )
    order_nl: ClassVar[str] = "naar de eerste dag van de werken"
    order_en: ClassVar[str] = "by the first day of the works"
    source: ClassVar[str] = "[D]"
    context: ClassVar[frozenset[str]] = frozenset({"budgets"})
    about: ClassVar[str] = "organisations"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Money knows no distance."""
        return 0.0

    def hits(self, situation: Situation) -> WideHits:
        """Organisations and years in which the costs are near or beyond the budget."""
        parties, shares, works = situation.organisations, situation.shares, situation.subject.works
        judged = parties.key[wide.is_judged(situation, len(parties))]
        rows = np.flatnonzero(wide.active(situation) & np.isin(works.project, shares.project))
        share = np.flatnonzero(
            np.isin(shares.organisation, judged) & np.isin(shares.project, works.project[rows])
        )
        cells, cell = np.unique(
            np.column_stack((shares.organisation[share], shares.year[share])),
            axis=0,
            return_inverse=True,
        )
        cell = cell.ravel()
        cost = np.bincount(cell, weights=shares.amount_eur[share], minlength=len(cells))
        allotted, known = _allotted(situation, cells)
        over = known & (cost > 0) & (cost * 100.0 >= allotted * self.value("warn"))
        number = np.cumsum(over) - 1
        share, cell = share[over[cell]], cell[over[cell]]
        n = int(over.sum())
        if not n:
            return wide.no_hits()
        mine, at = wide.spread(shares.project[share], works.project[rows])
        members = wide.Members.of(situation, number[cell[mine]], rows[at], n)
        owner, year = cells[over, 0], cells[over, 1]
        cost, allotted = cost[over], allotted[over]
        beyond = cost * 100.0 > allotted * self.value("most")
        order = np.argsort(parties.key, kind="stable")
        which = order[np.searchsorted(parties.key[order], owner)]
        exposure = np.where(beyond, 1.0, _HALF)
        return wide.made(
            members,
            key=[
                f"{wide.key_of(parties.id[p])}:{y}"
                for p, y in zip(which.tolist(), year.tolist(), strict=True)
            ],
            subject=parties.id[which],
            start=np.array([day_number(date(y, 1, 1)) for y in year.tolist()], dtype=np.int32),
            end=np.array([day_number(date(y + 1, 1, 1)) for y in year.tolist()], dtype=np.int32),
            score=self.value("base_score") * exposure * wide.probability(situation, members),
            measures={
                "cost_eur": cost,
                "allotted_eur": allotted,
                "short_eur": np.where(beyond, np.maximum(cost - allotted, 0.0), np.nan),
            },
            geometry=wide.place_of(situation, members),
            told=[
                {"organisation": str(parties.name[p]), "year": int(y)}
                for p, y in zip(which.tolist(), year.tolist(), strict=True)
            ],
        )

    def explain(self, text: WideText) -> Explanation:
        """Who is short of how much in which year, and for which works."""
        m, year = text.measures, text.told["year"]
        who = str(text.told["organisation"])
        cost_nl, cost_en = (wording.euros(m["cost_eur"], x) for x in ("nl", "en"))
        all_nl, all_en = (wording.euros(m["allotted_eur"], x) for x in ("nl", "en"))
        if "short_eur" in m:
            short_nl, short_en = (wording.euros(m["short_eur"], x) for x in ("nl", "en"))
            nl, en = f"{who}: {short_nl} te weinig in {year}", f"{who}: {short_en} short in {year}"
        else:
            nl = f"{who}: budget van {year} bijna op"
            en = f"{who}: budget of {year} nearly spent"
        return Explanation(
            title_nl=nl,
            title_en=en,
            nl=(
                f"{nl}. De werken vragen {cost_nl}, toegekend is {all_nl}. Het gaat om "
                f"{listed(text.works, 'nl')}."
            ),
            en=(
                f"{en}. The works ask {cost_en}, {all_en} is allotted. It concerns "
                f"{listed(text.works, 'en')}."
            ),
        )


def _allotted(situation: Situation, cells: Keys) -> tuple[Floats, np.ndarray]:
    """Allotted budget of each (organisation, year), and whether any budget is known there."""
    budgets = situation.objects("budgets")
    columns = budgets.columns
    own = np.flatnonzero((columns["project_key"] < 0) & (columns["organisation_key"] >= 0))
    stride = np.int64(10_000)
    row, at = wide.spread(
        cells[:, 0] * stride + cells[:, 1],
        columns["organisation_key"][own] * stride + columns["year"][own],
    )
    amount = np.where(columns["state"][own] == "allotted", columns["amount_eur"][own], 0.0)[at]
    allotted = np.bincount(row, weights=amount, minlength=len(cells)).astype(np.float64)
    return allotted, np.bincount(row, minlength=len(cells)) > 0


RULE = BudgetExceeded()
