"""O11: a corporation renovates homes where their connections are worked on.

Exactly: other party, neither completed nor withdrawn; one work has facility
housing and activity renovate, and is of a housing corporation or of an
organisation of which the kind is unknown; the other has facility heat, electricity or sewer
and activity new, renew, reinforce or new_connection; footprints at most
``near_m`` apart; shared days, or at most ``gap_days`` between them. Period: the
shared days, else from the first day of the earlier to the last of the later of
the two nearest periods. Score: base x nearness x time x p
(:func:`spatial.bundling.moment_score`); no surface is shared, so no saving.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import wording
from spatial.bundling import (
    DRAWN_MARGIN_M,
    MOMENT,
    common_period,
    moment_score,
    time_measures,
)
from spatial.facts import Facts, Subject
from spatial.finding import Explanation, Hits, PairText
from spatial.period import years
from spatial.rule import Kind, PairRule, Search, Threshold
from spatial.traits import among
from spatial.vocabulary import ACTIVITY, FACILITY, ORGANISATION_KIND, Language
from spatial.work import Flags, Keys, Works

THRESHOLDS = (
    Threshold(
        "near_m",
        25.0,
        "m",
        "[D]",
        "grootste afstand tussen de woningen en het werk",
        "largest distance between the homes and the work",
        most=50.0,
    ),
    Threshold(
        "gap_days",
        years(2),
        "d",
        "[D]",
        "grootste aantal dagen tussen de werken",
        "most days between the works",
        most=years(10),
    ),
    *MOMENT,
)


@dataclass(frozen=True)
class HousingRenovationMoment(PairRule):
    """Other party, renovation of homes beside work on their connections."""

    code: ClassVar[str] = "O11"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "opportunity"
    title_nl: ClassVar[str] = "Natuurlijk moment corporatie"
    title_en: ClassVar[str] = "Housing renovation moment"
    condition_nl: ClassVar[str] = (
        "Een renovatie van woningen door een corporatie (of een partij waarvan de soort niet "
        "bekend is) ligt ten hoogste 25 m van een werk van een andere partij aan warmte, "
        "elektriciteit of riool (aanleg, vervanging, verzwaring of nieuwe aansluiting), met ten "
        "hoogste 730 dagen ertussen."
    )
    condition_en: ClassVar[str] = (
        "A renovation of homes by a corporation (or a party of unknown kind) lies at most 25 m "
        "from a work of another party on heat, electricity or sewer (new, renewal, reinforcement "
        "or new connection), with at most 730 days between them."
    )
    order_nl: ClassVar[str] = "eerst de renovatie, dan het werk aan de aansluitingen"
    order_en: ClassVar[str] = "first the renovation, then the work on the connections"
    source: ClassVar[str] = "[S] Aedes, wijkuitvoeringsplan; KLO; numbers [D]"
    needs: ClassVar[frozenset[str]] = frozenset({"distance_m"})

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """The largest distance."""
        return self.value("near_m")

    @property
    def reach_days(self) -> int:
        """The largest gap."""
        return int(self.value("gap_days"))

    def searches(self, subject: Subject) -> tuple[Search, ...]:
        """Around the few renovations alone."""
        works = subject.works
        homes = _renovates(works, np.arange(len(works)))
        return (Search(self.reach_m, self.reach_days, homes),)

    def wants(self, facts: Facts) -> Flags:
        """Two parties, a renovation and a connection work, near enough in time."""
        works = facts.subject.works
        both = _renovates(works, facts.first) & _connects(works, facts.second)
        both |= _connects(works, facts.first) & _renovates(works, facts.second)
        near: Flags = facts.time.gap_days <= self.value("gap_days")
        return facts.other_party & facts.active & both & near

    def hits(self, facts: Facts) -> Hits:
        """Pairs near enough, the renovation first."""
        row = np.flatnonzero(self.wants(facts) & (facts.distance_m <= self.value("near_m")))
        first, second = facts.first[row], facts.second[row]
        ahead = _renovates(facts.subject.works, first)
        start, end = common_period(facts, row)
        margin = np.full(len(row), DRAWN_MARGIN_M)
        return Hits(
            row=row,
            first=np.where(ahead, first, second),
            second=np.where(ahead, second, first),
            start=start,
            end=end,
            score=moment_score(self, facts, row, self.value("near_m")),
            measures=time_measures(facts, row),
            margin_first_m=margin,
            margin_second_m=margin,
        )

    def explain(self, text: PairText) -> Explanation:
        """Who renovates when, which work lies how near, and how far apart in time."""
        m = text.measures
        return Explanation(
            title_nl=f"Natuurlijk moment: {wording.both(text, 'nl')}",
            title_en=f"Natural moment: {wording.both(text, 'en')}",
            nl=(
                f"{text.first.organisation} renoveert woningen "
                f"{wording.period(text.first.start, text.first.end, 'nl')} "
                f"({wording.work(text.first, 'nl')}); sluit het aansluiten hierop aan: "
                f"{wording.work(text.second, 'nl')} ({_what(text, 'nl')}) ligt "
                f"{wording.near(m['distance_m'], 'nl')} en is "
                f"{wording.together_or_apart(m, 'nl')}.{wording.remarks(text, 'nl')}"
            ),
            en=(
                f"{text.first.organisation} renovates homes "
                f"{wording.period(text.first.start, text.first.end, 'en')} "
                f"({wording.work(text.first, 'en')}); let the connections follow it: "
                f"{wording.work(text.second, 'en')} ({_what(text, 'en')}) lies "
                f"{wording.near(m['distance_m'], 'en')} and is "
                f"{wording.together_or_apart(m, 'en')}.{wording.remarks(text, 'en')}"
            ),
        )


def _renovates(works: Works, rows: Keys) -> Flags:
    homes = among(works.facility[rows], FACILITY, ("housing",))
    homes &= among(works.activity[rows], ACTIVITY, ("renovate",))
    return homes & among(
        works.organisation_kind[rows], ORGANISATION_KIND, ("housing_corporation", "unknown")
    )


def _connects(works: Works, rows: Keys) -> Flags:
    networks = among(works.facility[rows], FACILITY, ("heat", "electricity", "sewer"))
    return networks & among(
        works.activity[rows], ACTIVITY, ("new", "renew", "reinforce", "new_connection")
    )


def _what(text: PairText, language: Language) -> str:
    facility = FACILITY.title(text.second.facility, language)
    return f"{facility}, {ACTIVITY.title(text.second.activity, language)}"


RULE = HousingRenovationMoment()
