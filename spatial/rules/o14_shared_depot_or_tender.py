"""O14: works of one kind near each other can share a depot, preparation or tender.

Exactly: works of one facility that is not unknown, or for one class of contractor
where owners tell it (then of at least two facilities); no survey, neither completed
nor withdrawn, in one neighbourhood, of any organisation; they follow each other
with at most ``within_days`` between one and those before it, and each lies at
most ``near_m`` from another of them that is at most so many days away; at least
two projects. Where the first days lie further apart than ``within_days``, each
year in which works begin is a finding. Period: from the first to the last day of
the works. Score: base x exposure x p, with exposure the works as a share of
``full_works`` and p the mean chance of the works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import wide, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.together import chained, distinct, gathered, nearest_in_group
from spatial.vocabulary import FACILITY, Language
from spatial.wide import Touching
from spatial.wide_words import area, capital, listed
from spatial.work import Flags, Keys

HALF_YEAR_DAYS = 182
"""Six months: half of 365.25 days, rounded down."""

THRESHOLDS = (
    Threshold(
        "near_m",
        500.0,
        "m",
        "[D]",
        "grootste afstand tot een ander werk",
        "largest distance to another work",
        0.0,
        5_000.0,
    ),
    Threshold(
        "within_days",
        HALF_YEAR_DAYS,
        "d",
        "[D]",
        "grootste aantal dagen tussen de werken",
        "most days between the works",
        0,
        1_826,
    ),
    Threshold("base_score", 50.0, "points", "[D]", "hoogste score", "highest score", most=100.0),
    Threshold(
        "full_works",
        5,
        "works",
        "[D]",
        "aantal werken dat de volle score geeft",
        "works that give the full score",
        1,
    ),
)

CLASS = "class:"
"""Begins the name of a trade that is a class of contractor."""


@dataclass(frozen=True)
class SharedDepotOrTender(WideRule):
    """Works of one kind, near in place and time."""

    code: ClassVar[str] = "O14"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "opportunity"
    title_nl: ClassVar[str] = "Gedeeld werkterrein of aanbesteding"
    title_en: ClassVar[str] = "Shared depot or tender"
    condition_nl: ClassVar[str] = (
        "Werken aan dezelfde voorziening, of voor dezelfde klasse aannemer, van welke organisatie "
        "ook, liggen in één buurt ten hoogste 500 m van elkaar met ten hoogste 182 dagen ertussen."
    )
    condition_en: ClassVar[str] = (
        "Works on the same facility, or for the same class of contractor, of whatever "
        "organisation, lie in one neighbourhood at most 500 m from each other with at most 182 "
        "days in between."
    )
    order_nl: ClassVar[str] = "naar de eerste dag van de werken"
    order_en: ClassVar[str] = "by the first day of the works"
    source: ClassVar[str] = "[S] INDOT; numbers [D]"
    context: ClassVar[frozenset[str]] = frozenset({"areas"})
    about: ClassVar[str] = "areas"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Works in the neighbourhood alone."""
        return 0.0

    def hits(self, situation: Situation) -> WideHits:
        """Works of one kind in a neighbourhood that could share what they prepare."""
        works = situation.subject.works
        pairs, trade, trades = _by_trade(situation)
        group = pairs.object * len(trades) + trade
        near = self._near(situation, pairs, group)
        pairs, group, trade = pairs.take(near), group[near], trade[near]
        number = gathered(
            situation,
            group,
            pairs.work,
            works.project[pairs.work],
            least=2,
            most_gap=self.value("within_days"),
        )
        rows = np.flatnonzero(number >= 0)
        rows = rows[_more_than_a_facility(situation, pairs.work[rows], trade[rows], number[rows])]
        if not len(rows):
            return wide.no_hits()
        _, heads, finding = np.unique(number[rows], return_index=True, return_inverse=True)
        members = wide.Members.of(situation, finding, pairs.work[rows], len(heads))
        start, end = members.hull(situation)
        where = pairs.object[rows][heads]
        kinds = [trades[t] for t in trade[rows][heads]]
        areas = situation.objects("areas")
        names = zip(where.tolist(), kinds, wide.quarter_of(start).tolist(), strict=True)
        exposure = np.minimum(1.0, members.counts() / self.value("full_works"))
        return wide.made(
            members,
            key=[f"{wide.key_of(areas.id[g])}:{f}:{wide.quarter_name(q)}" for g, f, q in names],
            subject=areas.id[where],
            start=start,
            end=end,
            score=self.value("base_score") * exposure * wide.probability(situation, members),
            measures={
                "works": members.counts(),
                "organisations": members.distinct(works.organisation),
            },
            geometry=wide.place_of(situation, members),
            told=[
                {"area": str(areas.name[g]), "trade": t}
                for g, t in zip(where.tolist(), kinds, strict=True)
            ],
        )

    def _near(self, situation: Situation, pairs: Touching, group: Keys) -> Keys:
        """Rows with another of their kind near enough in place and time."""
        places = situation.subject.works.footprint[pairs.work]
        days = self.value("within_days")
        chain = chained(situation, group, pairs.work, days)
        _, of_chain, many = np.unique(chain, return_inverse=True, return_counts=True)
        rows = np.flatnonzero(many[of_chain] > 1)
        left, right = (
            rows[x] for x in nearest_in_group(chain[rows], places[rows], self.value("near_m"))
        )
        calendar = situation.subject.calendar
        gap = calendar.shared(pairs.work[left], pairs.work[right]).gap_days
        soon = gap <= days
        return np.unique(np.concatenate((left[soon], right[soon]))).astype(np.int64)

    def explain(self, text: WideText) -> Explanation:
        """How many works on what, where and when, and what they can share."""
        m = text.measures
        works_nl, works_en = (wording.number(m["works"], x) for x in ("nl", "en"))
        nl, en = _trade(text, "nl"), _trade(text, "en")
        return Explanation(
            title_nl=f"{works_nl} werken {nl} in {area(text, 'nl')}: samen voorbereiden",
            title_en=f"{works_en} works {en} in {area(text, 'en')}: prepare together",
            nl=(
                f"In {area(text, 'nl')} liggen {wording.period(text.start, text.end, 'nl')} "
                f"{works_nl} werken {nl} dicht bij elkaar: {listed(text.works, 'nl')}. "
                "Combineer voorbereiding, depot of aanbesteding."
            ),
            en=(
                f"{capital(area(text, 'en'))} has {works_en} works {en} near each other "
                f"{wording.period(text.start, text.end, 'en')}: {listed(text.works, 'en')}. "
                "Combine preparation, depot or tender."
            ),
        )


def _by_trade(situation: Situation) -> tuple[Touching, Keys, list[str]]:
    """Neighbourhoods with their works, by facility and again by class of contractor.

    With the rows come the trade of each, and what each trade is called.
    """
    works, inside = situation.subject.works, wide.in_neighbourhoods(situation)
    inside = inside.take(~wide.is_survey(situation)[inside.work])
    by_facility = inside.take(works.facility[inside.work] != FACILITY.code("unknown"))
    said = situation.noted.contractor_class[inside.work].astype(str)
    by_class = inside.take(said != "")
    classes, of_row = np.unique(said[said != ""], return_inverse=True)
    pairs = Touching(
        np.concatenate((by_facility.object, by_class.object)),
        np.concatenate((by_facility.work, by_class.work)),
    )
    trade = np.concatenate((works.facility[by_facility.work], len(FACILITY) + of_row))
    names = [*FACILITY.ids, *(f"{CLASS}{name}" for name in classes.tolist())]
    return pairs, trade.astype(np.int64), names


def _more_than_a_facility(situation: Situation, work: Keys, trade: Keys, finding: Keys) -> Flags:
    """Rows of findings by facility, and of those by class that say more than these."""
    _, dense = np.unique(finding, return_inverse=True)
    several = distinct(dense, situation.subject.works.facility[work].astype(np.int64)) > 1
    more: Flags = (trade < len(FACILITY)) | several[dense]
    return more


def _trade(text: WideText, language: Language) -> str:
    kind = str(text.told["trade"])
    if kind.startswith(CLASS):
        name = kind.removeprefix(CLASS)
        return f"voor {name}" if language == "nl" else f"for {name}"
    title = FACILITY.title(kind, language)
    return f"aan {title}" if language == "nl" else f"on {title}"


RULE = SharedDepotOrTender()
