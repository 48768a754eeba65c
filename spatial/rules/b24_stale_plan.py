"""B24: a plan that nobody confirmed for half a year.

Exactly: a work, neither completed nor withdrawn, that its owner last confirmed
more than ``confirm_days`` before the day that counts as today; or whose owner
last declared its plans complete more than ``declare_days`` before it. Where
organisations declare at all, one that never did is as one too late; a work
without any confirmation is judged by the declaration alone. One finding for
each work. Period: that of the work. Score: base x exposure x p, with exposure
the days since over ``full_days``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import overlay, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.overlay_words import called, the_work, when
from spatial.period import NO_DAY, years
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.vocabulary import Language
from spatial.wide import no_hits
from spatial.work import Keys

THRESHOLDS = (
    Threshold(
        "confirm_days",
        years(0.5),
        "d",
        "[S] San Francisco; Rheden",
        "zo lang geldt een bevestiging",
        "so long a confirmation holds",
        1,
        years(5),
    ),
    Threshold(
        "declare_days",
        years(0.5),
        "d",
        "[S] San Francisco; Rheden",
        "zo lang geldt een opgave dat de plannen volledig zijn",
        "so long a declaration that the plans are complete holds",
        1,
        years(5),
    ),
    overlay.base_score(40.0),
    Threshold(
        "full_days",
        years(2),
        "d",
        "[D]",
        "dagen zonder bevestiging die de volle score geven",
        "days without confirmation that give the full score",
        1,
    ),
)
_NEVER = 2**30


@dataclass(frozen=True)
class StalePlan(WideRule):
    """A work not confirmed, or an owner that declared nothing, for half a year."""

    code: ClassVar[str] = "B24"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Plan verouderd"
    title_en: ClassVar[str] = "Stale plan"
    condition_nl: ClassVar[str] = (
        "Een werk is meer dan 182 dagen geleden voor het laatst bevestigd, of de eigenaar heeft "
        "in die tijd niet opgegeven dat zijn plannen volledig zijn."
    )
    condition_en: ClassVar[str] = (
        "A work was last confirmed more than 182 days ago, or its owner has not declared its "
        "plans complete in that time."
    )
    order_nl: ClassVar[str] = "het werk alleen"
    order_en: ClassVar[str] = "the work alone"
    source: ClassVar[str] = "[S] San Francisco (twice a year); Rheden (2x per year)"
    about: ClassVar[str] = "works"
    asks_today: ClassVar[bool] = True

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """The work alone."""
        return 0.0

    def hits(self, situation: Situation) -> WideHits:
        """Works that ask for a confirmation."""
        today = situation.as_of if situation.as_of is not None else 0
        confirmed = situation.confirmed_on.astype(np.int64)
        since = np.where(confirmed == NO_DAY, -1, today - confirmed)
        undeclared = _undeclared(situation, today)
        stale = since > self.value("confirm_days")
        quiet = undeclared > self.value("declare_days")
        work = np.flatnonzero(overlay.judged_works(situation) & (stale | quiet))
        if not len(work):
            return no_hits()
        cases, works = overlay.Cases.of(work), situation.subject.works
        known = np.where(undeclared < _NEVER, undeclared, 0)
        longest = np.maximum(np.where(stale, since, 0), np.where(quiet, known, 0))[work]
        longest = np.where(undeclared[work] == _NEVER, self.value("full_days"), longest)
        return overlay.findings(
            situation,
            cases,
            subject=np.zeros(len(work), dtype="V16"),
            start=works.start[work],
            end=works.end[work],
            score=self.value("base_score") * np.minimum(1.0, longest / self.value("full_days")),
            measures={
                "days_since_confirmed": np.where(since[work] < 0, np.nan, since[work]),
                "days_since_declared": np.where(
                    (undeclared[work] < 0) | (undeclared[work] == _NEVER),
                    np.nan,
                    undeclared[work],
                ),
            },
            pieces=works.footprint[work],
            told=[
                {"stale": s, "quiet": q}
                for s, q in zip(stale[work].tolist(), quiet[work].tolist(), strict=True)
            ],
        )

    def explain(self, text: WideText) -> Explanation:
        """Since when nothing was heard, and what is asked."""
        return Explanation(
            title_nl=f"Bevestig of wijzig: {called(text, 'nl')}",
            title_en=f"Confirm or change: {called(text, 'en')}",
            nl=(
                f"Bevestig of wijzig {the_work(text, 'nl')} ({when(text, 'nl')}): "
                f"{_why(text, 'nl')}."
            ),
            en=(
                f"Confirm or change {the_work(text, 'en')} ({when(text, 'en')}): "
                f"{_why(text, 'en')}."
            ),
        )


def _undeclared(situation: Situation, today: int) -> Keys:
    """Days since the owner of each work declared; -1 where nobody ever did."""
    parties, works = situation.organisations, situation.subject.works
    declared = parties.declared_on.astype(np.int64)
    if not (declared != NO_DAY).any():
        return np.full(len(works), -1, dtype=np.int64)
    order = np.argsort(parties.key)
    at = np.minimum(np.searchsorted(parties.key[order], works.organisation), len(order) - 1)
    known = parties.key[order][at] == works.organisation
    last = np.where(known, declared[order][at], NO_DAY)
    return np.where(last == NO_DAY, _NEVER, today - last)


def _why(text: WideText, language: Language) -> str:
    nl = language == "nl"
    told = []
    if text.told["stale"]:
        days = wording.days(text.measures["days_since_confirmed"], language)
        told.append(f"voor het laatst bevestigd {days} geleden" if nl else f"confirmed {days} ago")
    if text.told["quiet"]:
        declared = text.measures.get("days_since_declared", np.nan)
        if np.isnan(declared):
            told.append("de eigenaar deed nog geen opgave" if nl else "its owner never declared")
        else:
            days = wording.days(declared, language)
            told.append(
                f"laatste opgave van de eigenaar {days} geleden"
                if nl
                else f"its owner last declared {days} ago"
            )
    return "; ".join(told)


RULE = StalePlan()
