"""B09: works ask more of a discipline in a quarter than its party can deliver.

Exactly: for each stated capacity (organisation, discipline, quarter, and area
where one is named) the demand of that organisation's works on that facility that
are neither completed nor withdrawn, have days in the quarter and lie in the area:
their number for unit works, their crews for unit crews (one where the owner does
not say [D]), and for euros the cost of their project, shared alike over its works
of that situation and over the days of each. At least ``warn`` percent of the
capacity is a finding, which says "too much" beyond ``most`` percent. Consecutive
quarters are one finding. Period: those quarters. Score: base x exposure x p, with exposure 1 beyond
``most`` percent and one half below, and p the mean chance of the works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import wide, wording
from spatial.finding import Explanation, WideHits, WideText
from spatial.loads import Loads, loads
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.vocabulary import FACILITY
from spatial.wide import FIRST_YEAR, Touching
from spatial.wide_words import capital, listed, quarter, quarters
from spatial.work import Floats, Keys

THRESHOLDS = (
    Threshold(
        "most",
        100.0,
        "%",
        "[D]",
        "deel van de capaciteit waarboven het te veel is",
        "share of the capacity beyond which it is too much",
        1.0,
        1_000.0,
    ),
    Threshold(
        "warn",
        90.0,
        "%",
        "[S] catalogue: warn at 90%",
        "deel van de capaciteit vanaf waar gewaarschuwd wordt",
        "share of the capacity from which a warning is given",
        1.0,
        1_000.0,
    ),
    Threshold("base_score", 80.0, "points", "[D]", "hoogste score", "highest score", most=100.0),
)
_HALF = 0.5
UNITS = ("works", "crews", "eur")
"""What a capacity may be stated in."""


@dataclass(frozen=True)
class DeliveryCapacity(WideRule):
    """Demand per discipline, area and quarter against the capacity of a party."""

    code: ClassVar[str] = "B09"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Capaciteitspiek"
    title_en: ClassVar[str] = "Delivery capacity"
    condition_nl: ClassVar[str] = (
        "De werken van een partij vragen in een kwartaal en gebied meer dan haar capaciteit per "
        "discipline; vanaf 90% wordt gewaarschuwd."
    )
    condition_en: ClassVar[str] = (
        "The works of a party ask more in a quarter and area than its capacity of that "
        "discipline; from 90% a warning is given."
    )
    order_nl: ClassVar[str] = "naar de eerste dag van de werken"
    order_en: ClassVar[str] = "by the first day of the works"
    source: ClassVar[str] = "[S] City Deal, uitvoeringskracht"
    context: ClassVar[frozenset[str]] = frozenset({"capacity", "areas"})
    about: ClassVar[str] = "organisations"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """Works in the area alone."""
        return 0.0

    def hits(self, situation: Situation) -> WideHits:
        """Runs of quarters in which a party's discipline is asked too much."""
        stated = _Stated.of(situation)
        load = loads(situation, stated.touching(situation))
        row, at = wide.spread(
            stated.group * 10_000 + stated.quarter, load.group * 10_000 + load.quarter
        )
        crews = np.nan_to_num(situation.noted.crews[load.work], nan=1.0)
        every = np.ones(len(load.work))
        asked = np.stack((every, crews, _euros(situation, load)))
        weight = asked[stated.unit[row], at]
        demand = np.bincount(row, weights=weight, minlength=len(stated.group))
        percent = 100.0 * demand / stated.capacity
        over = np.flatnonzero((percent >= self.value("warn")) & (demand > 0))
        if not len(over):
            return wide.no_hits()
        over = over[np.lexsort((stated.quarter[over], stated.group[over]))]
        run = wide.runs(stated.group[over], stated.quarter[over])
        heads = np.flatnonzero(np.diff(run, prepend=-1))
        tails = np.append(heads[1:], len(run)) - 1
        of_row = np.full(len(stated.group), -1, dtype=np.int64)
        of_row[over] = run
        mine = of_row[row] >= 0
        n = len(heads)
        members = wide.Members.of(situation, of_row[row][mine], load.work[at][mine], n)
        order = np.lexsort((over, -percent[over], run))
        worst = over[order[np.flatnonzero(np.diff(run[order], prepend=-1))]]
        first = over[heads]
        exposure = np.where(percent[worst] > self.value("most"), 1.0, _HALF)
        return wide.made(
            members,
            key=[
                f"{stated.key(situation, i)}:{wide.quarter_name(int(stated.quarter[i]))}"
                for i in first
            ],
            subject=situation.organisations.id[stated.party[first]],
            start=wide.quarter_start(stated.quarter[first]),
            end=wide.quarter_start(stated.quarter[over[tails]] + 1),
            score=self.value("base_score") * exposure * wide.probability(situation, members),
            measures={
                "load_percent": percent[worst],
                "demand": demand[worst],
                "capacity": stated.capacity[worst],
                "quarters": tails - heads + 1,
            },
            geometry=wide.place_of(situation, members),
            told=[
                stated.told(situation, int(i), beyond=bool(e == 1.0))
                for i, e in zip(worst, exposure, strict=True)
            ],
        )

    def explain(self, text: WideText) -> Explanation:
        """How full which discipline is in which quarter, and with which works."""
        told, m = text.told, text.measures
        kind, who = str(told["discipline"]), str(told["organisation"])
        p = wording.number(m["load_percent"], "nl")
        nl, en = FACILITY.title(kind, "nl"), FACILITY.title(kind, "en")
        where_nl = f" in {told['area']}" if told["area"] else ""
        worst_nl, worst_en = (quarter(int(told["worst"]), x) for x in ("nl", "en"))
        more_nl = "Dat is te veel" if told["beyond"] else "Dat is bijna vol"
        more_en = "That is too much" if told["beyond"] else "That is nearly full"
        return Explanation(
            title_nl=f"{capital(nl)}: {p}% van de capaciteit van {who}",
            title_en=f"{capital(en)}: {p}% of the capacity of {who}",
            nl=(
                f"{capital(nl)} van {who}{where_nl}: {p}% van de capaciteit in {worst_nl}. "
                f"{more_nl}; het speelt in {quarters(text, 'nl')}, met {listed(text.works, 'nl')}."
            ),
            en=(
                f"{capital(en)} of {who}{where_nl}: {p}% of the capacity in {worst_en}. "
                f"{more_en}; it lasts {quarters(text, 'en')}, with {listed(text.works, 'en')}."
            ),
        )


@dataclass(frozen=True, slots=True)
class _Stated:
    """Stated capacities; a group is one party, discipline, area and unit."""

    group: Keys
    party: Keys
    discipline: Keys
    area: Keys
    quarter: Keys
    capacity: Floats
    unit: Keys

    @classmethod
    def of(cls, situation: Situation) -> _Stated:
        """Statements whose area is known; capacities of one group and quarter are summed."""
        parties, columns = situation.organisations, situation.objects("capacity").columns
        areas = situation.objects("areas")
        judged = np.flatnonzero(wide.is_judged(situation, len(parties)))
        row, at = wide.spread(columns["organisation_key"], parties.key[judged])
        party = judged[at]
        codes = {code: n for n, code in enumerate(areas.columns["code"].tolist())} | {"": -1}
        area = np.array([codes.get(c, -2) for c in columns["area"][row].tolist()], dtype=np.int64)
        known = area > -2  # noqa: PLR2004 -- -2 is an area that is not loaded
        row, party, area = row[known], party[known], area[known]
        discipline = np.array(
            [FACILITY.code(d) for d in columns["discipline"][row]], dtype=np.int64
        )
        unit = np.array([UNITS.index(u) for u in columns["unit"][row]], dtype=np.int64)
        quarter = (columns["year"][row] - FIRST_YEAR) * 4 + columns["quarter"][row] - 1
        rows, cell = np.unique(
            np.column_stack((party, discipline, area, unit, quarter)), axis=0, return_inverse=True
        )
        total: Floats = np.bincount(
            cell.ravel(), weights=columns["capacity"][row], minlength=len(rows)
        ).astype(np.float64)
        group = np.unique(rows[:, :4], axis=0, return_inverse=True)[1].ravel()
        return cls(group, rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 4], total, rows[:, 3])

    def touching(self, situation: Situation) -> Touching:
        """Each group with the works of its party and discipline in its area."""
        works, parties = situation.subject.works, situation.organisations
        _, heads = np.unique(self.group, return_index=True)
        rows = np.flatnonzero(wide.active(situation))
        stride = len(FACILITY)
        group, at = wide.spread(
            parties.key[self.party[heads]] * stride + self.discipline[heads],
            works.organisation[rows] * stride + works.facility[rows],
        )
        work, area = rows[at], self.area[heads][group]
        areas = situation.objects("areas")
        wanted = np.zeros(len(areas), dtype=np.bool_)
        wanted[area[area >= 0]] = True
        inside = wide.touching(situation, areas.geometry, wanted)
        n = np.int64(len(works))
        there = (area < 0) | np.isin(area * n + work, inside.object * n + inside.work)
        return Touching(group[there], work[there])

    def key(self, situation: Situation, i: int) -> str:
        """Party, discipline, area and unit as a text."""
        party = wide.key_of(situation.organisations.id[self.party[i]])
        unit = UNITS[self.unit[i]]
        return (
            f"{party}:{FACILITY.ids[self.discipline[i]]}:{self._area(situation, i, 'code')}:{unit}"
        )

    def told(self, situation: Situation, i: int, *, beyond: bool) -> dict[str, object]:
        """What the texts need of the worst quarter."""
        return {
            "organisation": str(situation.organisations.name[self.party[i]]),
            "discipline": FACILITY.ids[self.discipline[i]],
            "area": self._area(situation, i, "name"),
            "worst": int(wide.quarter_start(self.quarter[i : i + 1])[0]),
            "beyond": beyond,
        }

    def _area(self, situation: Situation, i: int, what: str) -> str:
        areas, at = situation.objects("areas"), int(self.area[i])
        if at < 0:
            return ""
        return str(areas.name[at] if what == "name" else areas.columns["code"][at])


def _euros(situation: Situation, load: Loads) -> Floats:
    """What each row of the load costs: its project's cost over its works and their days."""
    works = situation.subject.works
    alive = wide.active(situation)
    keys, dense = np.unique(works.project, return_inverse=True)
    siblings = np.bincount(dense[alive], minlength=len(keys))[dense]
    row, start, end = wide.periods(situation, np.arange(len(works)))
    days = np.bincount(row, weights=(end - start).astype(np.float64), minlength=len(works))
    cost = np.nan_to_num(situation.cost_eur) / np.maximum(siblings, 1) / np.maximum(days, 1)
    euros: Floats = cost[load.work] * load.days
    return euros


RULE = DeliveryCapacity()
