"""B11: firm work for which no money was allotted when it should have been.

Exactly: a work that is committed or in an accepted bundle, neither completed
nor withdrawn, whose project asks money for a year of its period that is
requested or reserved but not allotted, on a day that counts as today no earlier
than ``margin_days`` before the decision moment. The moment is the last that is
known of its owner on or before the first day of the work; where none is known
in the two years before that, ``moment_day`` of the year before. A project of
which no money is known for these years is not judged. One finding for each
work. Period: that of the work. Score: base x exposure x p, with exposure from
0.5 to 1 at ``full_eur`` that is not allotted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from spatial import overlay, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.overlay_words import called, remark, the_work, when
from spatial.period import years
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.vocabulary import PLANNING_STATUS, Language
from spatial.wide import FIRST_YEAR, no_hits
from spatial.work import NOBODY, Floats, Keys

THRESHOLDS = (
    Threshold(
        "margin_days",
        years(0.5),
        "d",
        "[C] card: allot 3-10 years ahead; number [D]",
        "zo lang vóór het beslismoment moet het geld er zijn",
        "so long before the decision the money must be there",
        most=years(5),
    ),
    Threshold(
        "moment_day",
        1101,
        "month-day",
        "[M] budgets are decided in November",
        "beslismoment in het jaar ervoor waar er geen bekend is",
        "decision moment in the year before where none is known",
        101,
        1231,
    ),
    overlay.base_score(80.0),
    Threshold(
        "full_eur",
        1_000_000.0,
        "€",
        "[D]",
        "bedrag dat de volle score geeft",
        "amount that gives the full score",
        1.0,
    ),
)
KNOWN_DAYS = years(2)
"""An older moment says nothing of this work."""


class _Lacking(NamedTuple):
    """Works for which money is not allotted: the amount, and the first such year."""

    work: Keys
    amount_eur: Floats
    year: Keys


@dataclass(frozen=True)
class NoCover(WideRule):
    """Committed or bundled work without allotted money at its decision moment."""

    code: ClassVar[str] = "B11"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Geen dekking"
    title_en: ClassVar[str] = "No cover"
    condition_nl: ClassVar[str] = (
        "Voor definitief of gebundeld werk is het geld 182 dagen vóór het beslismoment van de "
        "eigenaar wel aangevraagd of gereserveerd, maar niet toegekend."
    )
    condition_en: ClassVar[str] = (
        "For committed or bundled work the money has been requested or reserved but not allotted, "
        "182 days before the decision moment of its owner."
    )
    order_nl: ClassVar[str] = "het werk alleen"
    order_en: ClassVar[str] = "the work alone"
    source: ClassVar[str] = "[C] card: allot 3-10 years"
    may_use: ClassVar[frozenset[str]] = frozenset({"decision_moments"})
    about: ClassVar[str] = "works"
    asks_today: ClassVar[bool] = True

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """The work alone."""
        return 0.0

    def hits(self, situation: Situation) -> WideHits:
        """Firm works whose money is late."""
        today = situation.as_of if situation.as_of is not None else 0
        works = situation.subject.works
        lacking = _lacking(situation, _firm(situation))
        moment = self._moment(situation, lacking.work)
        late = today >= moment - int(self.value("margin_days"))
        work, amount = lacking.work[late], lacking.amount_eur[late]
        if not len(work):
            return no_hits()
        exposure = 0.5 + 0.5 * np.minimum(1.0, amount / self.value("full_eur"))
        return overlay.findings(
            situation,
            overlay.Cases.of(work),
            subject=np.zeros(len(work), dtype="V16"),
            start=works.start[work],
            end=works.end[work],
            score=self.value("base_score") * exposure,
            measures={"amount_eur": amount, "days_to_decision": moment[late] - today},
            pieces=works.footprint[work],
            told=[
                {"year": y, "moment": m}
                for y, m in zip(lacking.year[late].tolist(), moment[late].tolist(), strict=True)
            ],
        )

    def _moment(self, situation: Situation, work: Keys) -> Keys:
        """The decision moment of each of these works."""
        works = situation.subject.works
        start = works.start[work].astype(np.int64)
        year = start.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
        usual = np.full(len(work), int(self.value("moment_day")), dtype=np.int64)
        known = _known_moment(situation, works.organisation[work], start)
        default = overlay.month_day(year - 1, usual, 0)
        return np.where(start - known <= KNOWN_DAYS, known, default)

    def explain(self, text: WideText) -> Explanation:
        """How much is not allotted, for which year, and when it is decided."""
        amount_nl, amount_en = (
            wording.euros(text.measures["amount_eur"], language) for language in ("nl", "en")
        )
        year = int(text.told["year"])
        return Explanation(
            title_nl=f"Geen dekking in {year}: {called(text, 'nl')}",
            title_en=f"No cover in {year}: {called(text, 'en')}",
            nl=(
                f"Voor {the_work(text, 'nl')} ({when(text, 'nl')}) is in {year} nog geen geld "
                f"toegekend: {amount_nl} is alleen aangevraagd of gereserveerd. "
                f"{_decision(text, 'nl')}{remark(text, 'nl')}"
            ),
            en=(
                f"For {the_work(text, 'en')} ({when(text, 'en')}) no money has been allotted in "
                f"{year} yet: {amount_en} is merely requested or reserved. "
                f"{_decision(text, 'en')}{remark(text, 'en')}"
            ),
        )


def _firm(situation: Situation) -> Keys:
    works = situation.subject.works
    firm = works.planning_status == PLANNING_STATUS.code("committed")
    firm |= works.accepted_bundle != NOBODY
    return np.flatnonzero(firm & overlay.judged_works(situation))


def _lacking(situation: Situation, work: Keys) -> _Lacking:
    """Which of these works miss money in a year of their period."""
    works, shares = situation.subject.works, situation.shares
    order = np.argsort(shares.project, kind="stable")
    project = shares.project[order]
    low = np.searchsorted(project, works.project[work])
    counts = np.searchsorted(project, works.project[work], side="right") - low
    row = np.repeat(np.arange(len(work)), counts)
    at = order[np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts - low, counts)]
    first, last = (
        d.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + FIRST_YEAR
        for d in (works.start[work[row]], works.end[work[row]] - 1)
    )
    year = shares.year[at].astype(np.int64)
    lacks = (year >= first) & (year <= last) & (shares.state[at] != "allotted")
    found, dense = np.unique(row[lacks], return_inverse=True)
    earliest = np.full(len(found), 10**6, dtype=np.int64)
    np.minimum.at(earliest, dense, year[lacks])
    amount = np.bincount(dense, weights=shares.amount_eur[at[lacks]], minlength=len(found))
    return _Lacking(work[found], amount.astype(np.float64), earliest)


def _known_moment(situation: Situation, organisation: Keys, start: Keys) -> Keys:
    """The last known moment of each owner on or before a day; a very early day where none."""
    never = np.full(len(start), -(2**40), dtype=np.int64)
    if "decision_moments" not in situation.context:
        return never
    columns = situation.objects("decision_moments").columns
    stride = np.int64(2**33)
    moments = np.sort(columns["organisation_key"] * stride + columns["decided_on"])
    at = np.searchsorted(moments, organisation * stride + start, side="right") - 1
    if not len(moments):
        return never
    found = moments[np.maximum(at, 0)] - organisation * stride
    mine = (at >= 0) & (np.abs(found) < stride // 2)
    return np.where(mine, found, never)


def _decision(text: WideText, language: Language) -> str:
    day = wording.date(int(text.told["moment"]), language)
    passed = text.measures["days_to_decision"] < 0
    if language == "nl":
        return f"Het beslismoment {'was' if passed else 'is'} {day}."
    return f"The decision {'was' if passed else 'is'} on {day}."


RULE = NoCover()
