"""O16: a sewer or street is renewed where the water board works on water storage.

Exactly: a work on the sewer with activity new or renew, or any work with
activity redesign; in the same water level area a work of the water board (an
organisation of that kind, or facility water_management) of another
organisation, at most ``gap_days`` away; or the area has a storage task, which
knows no day. Neither completed nor withdrawn. One finding for each water level area
and organisation of the sewers and streets, with all of them. Period: from the first
to the last day of the works. Score: base x exposure x p, with exposure the
sewers and streets as a share of ``full_works`` and p the mean chance of the works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import wide, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.period import years
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.together import beside_in_time
from spatial.vocabulary import ACTIVITY, FACILITY
from spatial.wide_words import area, listed
from spatial.work import Flags

THRESHOLDS = (
    Threshold(
        "gap_days",
        years(5),
        "d",
        "[D]",
        "grootste aantal dagen tussen de werken",
        "most days between the works",
        0,
        years(15),
    ),
    Threshold(
        "task_m3",
        1.0,
        "m³",
        "[D]",
        "kleinste bergingsopgave die telt als werk van het waterschap",
        "least storage task that counts as work of the water board",
        0.001,
    ),
    Threshold("base_score", 50.0, "points", "[D]", "hoogste score", "highest score", most=100.0),
    Threshold(
        "full_works",
        3,
        "works",
        "[D]",
        "aantal riool- en straatwerken dat de volle score geeft",
        "works on sewer and street that give the full score",
        1,
    ),
)


@dataclass(frozen=True)
class WaterBoardLink(WideRule):
    """Decoupling rain water together with storage of the water board."""

    code: ClassVar[str] = "O16"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "opportunity"
    title_nl: ClassVar[str] = "Water vasthouden"
    title_en: ClassVar[str] = "Water board link"
    condition_nl: ClassVar[str] = (
        "Een rioolvervanging of herinrichting ligt in hetzelfde peilgebied als een werk van het "
        "waterschap met ten hoogste 1.826 dagen ertussen, of als een bergingsopgave."
    )
    condition_en: ClassVar[str] = (
        "A sewer renewal or redesign lies in the same water level area as a work of the water "
        "board with at most 1,826 days in between, or as a storage task."
    )
    order_nl: ClassVar[str] = "naar de eerste dag van de werken"
    order_en: ClassVar[str] = "by the first day of the works"
    source: ClassVar[str] = "[S] Vlaardingen; numbers [D]"
    context: ClassVar[frozenset[str]] = frozenset({"peil_areas"})
    about: ClassVar[str] = "peil_areas"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Works in the water level area alone."""
        return 0.0

    def hits(self, situation: Situation) -> WideHits:
        """Water level areas with sewers or streets, and water to be kept."""
        areas, works = situation.objects("peil_areas"), situation.subject.works
        pairs = wide.touching(situation, areas.geometry, wide.is_judged(situation, len(areas)))
        carriers, left, right, gap = beside_in_time(
            situation,
            pairs,
            _decouples(situation),
            _of_water_board(situation),
            self.value("gap_days"),
        )
        other = works.organisation[pairs.work[left]] != works.organisation[pairs.work[right]]
        left, right, gap = left[other], right[other], gap[other]
        volume = np.nan_to_num(areas.columns["storage_task_m3"])
        task = volume >= self.value("task_m3")
        rows = np.unique(np.concatenate((left, carriers[task[pairs.object[carriers]]])))
        if not len(rows):
            return wide.no_hits()
        owners = np.column_stack((pairs.object[rows], works.organisation[pairs.work[rows]]))
        _, heads, finding = np.unique(owners, axis=0, return_index=True, return_inverse=True)
        finding, n = finding.ravel(), len(heads)
        of_right = finding[np.searchsorted(rows, left)]
        everyone = np.concatenate((pairs.work[rows], pairs.work[right]))
        members = wide.Members.of(situation, np.concatenate((finding, of_right)), everyone, n)
        mine = wide.Members.of(situation, finding, pairs.work[rows], n)
        least_gap = np.full(n, np.inf)
        np.minimum.at(least_gap, of_right, gap)
        where = pairs.object[rows][heads]
        owner = works.organisation[pairs.work[rows][heads]]
        start, end = members.hull(situation)
        exposure = np.minimum(1.0, mine.counts() / self.value("full_works"))
        return wide.made(
            members,
            key=[
                f"{wide.key_of(areas.id[g])}:{wide.owner_key(situation, o)}"
                for g, o in zip(where.tolist(), owner.tolist(), strict=True)
            ],
            subject=areas.id[where],
            start=start,
            end=end,
            score=self.value("base_score") * exposure * wide.probability(situation, members),
            measures={
                "works": members.counts(),
                "carriers": mine.counts(),
                "gap_days": np.where(np.isfinite(least_gap), least_gap, np.nan),
                "storage_task_m3": np.where(task[where], volume[where], np.nan),
            },
            geometry=wide.place_of(situation, mine),
            told=[
                {"area": str(areas.name[g]), "water_board": str(areas.columns["water_board"][g])}
                for g in where.tolist()
            ],
        )

    def explain(self, text: WideText) -> Explanation:
        """Which sewers and streets could keep water together with whom."""
        board = str(text.told.get("water_board") or "")
        whose_nl, whose_en = board or "het waterschap", board or "the water board"
        task_nl = task_en = ""
        if "storage_task_m3" in text.measures:
            nl, en = (wording.number(text.measures["storage_task_m3"], x) for x in ("nl", "en"))
            task_nl = f" Hier is nog {nl} m³ berging nodig."
            task_en = f" Another {en} m³ of storage is needed here."
        return Explanation(
            title_nl=f"Water vasthouden in peilgebied {area(text, 'nl')}",
            title_en=f"Hold water in water level area {area(text, 'en')}",
            nl=(
                f"Combineer afkoppelen met berging van {whose_nl} in peilgebied "
                f"{area(text, 'nl')}: {listed(text.works, 'nl')}.{task_nl}"
            ),
            en=(
                f"Combine decoupling rain water with storage of {whose_en} in water level area "
                f"{area(text, 'en')}: {listed(text.works, 'en')}.{task_en}"
            ),
        )


def _decouples(situation: Situation) -> Flags:
    works = situation.subject.works
    sewer = works.facility == FACILITY.code("sewer")
    renewed = wide.coded(works.activity, ACTIVITY, "new", "renew")
    flags: Flags = (sewer & renewed) | (works.activity == ACTIVITY.code("redesign"))
    return flags


def _of_water_board(situation: Situation) -> Flags:
    works, parties = situation.subject.works, situation.organisations
    boards = parties.key[parties.kind == "water_board"]
    flags: Flags = np.isin(works.organisation, boards) | (
        works.facility == FACILITY.code("water_management")
    )
    return flags & ~wide.is_survey(situation)


RULE = WaterBoardLink()
