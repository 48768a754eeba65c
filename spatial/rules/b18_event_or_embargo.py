"""B18: work at the time of an event, an embargo or the construction holiday.

Exactly: a work, neither completed nor withdrawn, whose zone meets that of an
event (distance less than the margin of the work and ``event_m``), or meets a
shopping area or another embargo area or one with a construction holiday
(distance less than the margin of the work), and whose period holds a day of
theirs. Their days are those of the object, or those of every year that it
gives; of an embargo that gives neither, ``embargo_from`` up to and including
``embargo_to``. What gives no days and is no embargo is left out. One finding
for each work and kind. Period: from the first to the last shared day. Score:
base x exposure x p, with exposure from 0.5 to 1 at ``full_days``; an event with
more than ``many_visitors`` counts fully.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import overlay, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.overlay import Meetings, SharedDays
from spatial.overlay_words import called, named, remark, the_work, when
from spatial.period import NO_DAY
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.vocabulary import Language
from spatial.wide import no_hits
from spatial.work import Keys

KINDS = ("event", "embargo", "building_holiday")
THRESHOLDS = (
    Threshold(
        "event_m",
        5.0,
        "m",
        "[S] GIPOD",
        "marge van een evenement",
        "margin of an event",
        most=100.0,
    ),
    Threshold(
        "embargo_from",
        1115,
        "month-day",
        "[M]",
        "eerste dag van een embargo zonder eigen dagen",
        "first day of an embargo without days of its own",
        101,
        1231,
    ),
    Threshold(
        "embargo_to",
        106,
        "month-day",
        "[M]",
        "laatste dag van een embargo zonder eigen dagen",
        "last day of an embargo without days of its own",
        101,
        1231,
    ),
    overlay.base_score(60.0),
    Threshold(
        "full_days",
        14,
        "d",
        "[D]",
        "gedeelde dagen die de volle score geven",
        "shared days that give the full score",
        1,
        366,
    ),
    Threshold(
        "many_visitors",
        10_000,
        "visitors",
        "[D]",
        "vanaf zoveel bezoekers telt een evenement vol mee",
        "from so many visitors an event counts fully",
        1,
    ),
)
_KIND = {
    "nl": {
        "event": "een evenement",
        "embargo": "een embargo",
        "building_holiday": "de bouwvak",
    },
    "en": {
        "event": "an event",
        "embargo": "an embargo",
        "building_holiday": "the construction holiday",
    },
}
_ADVICE = {
    "nl": {
        "event": "Stem de periode af met de organisator of leg het werk die dagen stil.",
        "embargo": "Plan het werk buiten deze weken of vraag om ontheffing.",
        "building_holiday": "Houd rekening met ploegen en leveranciers die dan niet werken.",
    },
    "en": {
        "event": "Agree on the period with the organiser or stop the work on those days.",
        "embargo": "Plan the work outside these weeks or ask for an exemption.",
        "building_holiday": "Reckon with crews and suppliers that do not work then.",
    },
}


@dataclass(frozen=True)
class EventOrEmbargo(WideRule):
    """A work beside an event or in an embargo area, on a day of it."""

    code: ClassVar[str] = "B18"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Evenement of embargo"
    title_en: ClassVar[str] = "Event or embargo"
    condition_nl: ClassVar[str] = (
        "De zone van een werk raakt die van een evenement (marge 5 m) of een winkel- of ander "
        "embargogebied, op ten minste één dag daarvan; een embargo zonder eigen dagen geldt van "
        "15 november t/m 6 januari."
    )
    condition_en: ClassVar[str] = (
        "The zone of a work meets that of an event (margin 5 m) or a shopping or other embargo "
        "area, on at least one of its days; an embargo without days of its own holds from "
        "15 November to 6 January."
    )
    order_nl: ClassVar[str] = "het werk alleen"
    order_en: ClassVar[str] = "the work alone"
    source: ClassVar[str] = "[S] GIPOD; embargo [M]"
    context: ClassVar[frozenset[str]] = frozenset({"events"})
    about: ClassVar[str] = "works"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Both margins."""
        return overlay.MAJOR_ZONE_M + self.value("event_m")

    def hits(self, situation: Situation) -> WideHits:
        """Works whose zone and days meet those of events and embargoes, by kind."""
        events = situation.objects("events")
        kind = events.columns["kind"]
        wanted = overlay.judged_works(situation)
        is_event = (kind == "event") | (kind == "")
        rows = overlay.joined(
            [
                overlay.zones_meet(situation, "events", wanted, is_event, self.value("event_m")),
                overlay.zones_meet(situation, "events", wanted, ~is_event, 0.0),
            ]
        )
        shared = self._shared(situation, rows)
        together = shared.days > 0
        rows, shared = rows.take(together), shared.take(together)
        if not len(rows):
            return no_hits()
        theme = np.where(kind == KINDS[1], 1, np.where(kind == KINDS[2], 2, 0))[rows.object]
        cases = overlay.Cases.of(rows.work, theme)
        days = cases.days(shared)
        visitors = cases.most(events.columns["visitors"][rows.object])
        exposure = 0.5 + 0.5 * np.minimum(1.0, days.days / self.value("full_days"))
        exposure[visitors >= self.value("many_visitors")] = 1.0
        names = cases.names(events.name[rows.object])
        pieces = overlay.parts(situation, "events", rows, self.reach_m)
        return overlay.findings(
            situation,
            cases,
            subject=cases.subject(events.id[rows.object]),
            start=days.start,
            end=days.end,
            score=self.value("base_score") * exposure,
            measures={
                "shared_days": days.days,
                "events": cases.count(),
                "visitors": np.where(visitors >= 0, visitors, np.nan),
            },
            pieces=cases.union(pieces),
            told=[
                {"names": n, "kind": KINDS[t]}
                for n, t in zip(names, cases.theme.tolist(), strict=True)
            ],
            themes=KINDS,
        )

    def _shared(self, situation: Situation, rows: Meetings) -> SharedDays:
        """Days of each row by the object's period, or by its days of every year."""
        events, at = situation.objects("events"), rows.object
        fixed = (events.start != NO_DAY) | (events.end != NO_DAY)
        first, last = self._season(situation)
        yearly = (~fixed & (first > 0) & (last > 0))[at]
        found = overlay.shared_days(situation, rows.work, events.start[at], events.end[at])
        season = overlay.shared_season(
            situation, rows.work[yearly], first[at][yearly], last[at][yearly]
        )
        found.days[~fixed[at]] = 0
        found.days[yearly], found.start[yearly], found.end[yearly] = (
            season.days,
            season.start,
            season.end,
        )
        return found

    def _season(self, situation: Situation) -> tuple[Keys, Keys]:
        """First and last day of every year of each object, -1 where it has none."""
        columns = situation.objects("events").columns
        first, last = columns["yearly_from"], columns["yearly_to"]
        bare = (columns["kind"] == "embargo") & ((first < 0) | (last < 0))
        return (
            np.where(bare, int(self.value("embargo_from")), first),
            np.where(bare, int(self.value("embargo_to")), last),
        )

    def explain(self, text: WideText) -> Explanation:
        """With what it coincides, on which days, and what to do."""
        kind = str(text.told["kind"])
        what_nl, what_en = _what(text, kind, "nl"), _what(text, kind, "en")
        days = text.measures["shared_days"]
        return Explanation(
            title_nl=f"Valt samen met {what_nl}: {called(text, 'nl')}",
            title_en=f"Coincides with {what_en}: {called(text, 'en')}",
            nl=(
                f"{the_work(text, 'nl')} valt {wording.days(days, 'nl')} samen met {what_nl} "
                f"({when(text, 'nl')}). {_ADVICE['nl'][kind]}{remark(text, 'nl')}"
            ),
            en=(
                f"{the_work(text, 'en')} coincides with {what_en} for "
                f"{wording.days(days, 'en')} ({when(text, 'en')}). "
                f"{_ADVICE['en'][kind]}{remark(text, 'en')}"
            ),
        )


def _what(text: WideText, kind: str, language: Language) -> str:
    names = named(text.told["names"], language)
    general = _KIND[language][kind]
    if not names:
        return general
    return names if kind == "event" else f"{general} ({names})"


RULE = EventOrEmbargo()
