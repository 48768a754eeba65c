"""Findings as columns, and the texts that explain them."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid5

from spatial.work import Floats, Ints, Keys, Objects

FINDING_NAMESPACE = UUID("6f1c1b0e-6c0e-5f5c-9a61-6b616e73656e")
MEASURE_COLUMNS = (
    "distance_m",
    "shared_area_m2",
    "shared_length_m",
    "shared_days",
    "gap_days",
    "shift_days",
    "saving_eur",
)


@dataclass(frozen=True, slots=True)
class Hits:
    """What one rule found among pair facts.

    ``row`` points into the facts; ``first`` and ``second`` are positions of
    works, in the order in which the rule speaks of them (the rule says what
    that order means). ``start`` and ``end`` are half-open days. ``measures``
    holds float columns by name, those of ``MEASURE_COLUMNS`` and the rule's
    own. ``margin_first_m`` and ``margin_second_m`` say how far each footprint
    is widened for the drawn geometry.
    """

    row: Keys
    first: Keys
    second: Keys
    start: Ints
    end: Ints
    score: Floats
    measures: dict[str, Floats]
    margin_first_m: Floats
    margin_second_m: Floats


@dataclass(frozen=True, slots=True)
class Findings:
    """Findings of one detection, as columns of equal length.

    ``rule`` is a position in ``codes``. ``first`` and ``second`` are positions
    in the works that were detected. ``geometry`` holds MultiPolygons in the
    storage CRS. ``measures`` has every column of ``MEASURE_COLUMNS`` and the
    rules' own; NaN where a rule does not measure it.
    """

    codes: tuple[str, ...]
    rule: Ints
    first: Keys
    second: Keys
    start: Ints
    end: Ints
    score: Floats
    geometry: Objects
    measures: dict[str, Floats] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rule)


@dataclass(frozen=True, slots=True)
class WorkText:
    """What an explanation says about a work: its title, its owner, its words."""

    title: str
    organisation: str
    facility: str
    activity: str
    start: int
    end: int
    precision: str
    planning_status: str


@dataclass(frozen=True, slots=True)
class PairText:
    """All that the explanation of one finding may use."""

    first: WorkText
    second: WorkText
    start: int
    end: int
    measures: dict[str, float]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Title and explanation of a finding in both languages."""

    title_nl: str
    title_en: str
    nl: str
    en: str


def finding_id(code: str, works: tuple[UUID, UUID]) -> UUID:
    """Stable id of a finding: UUIDv5 of the rule and its subject, whatever the order.

    >>> a, b = UUID(int=1), UUID(int=2)
    >>> finding_id("B01", (a, b)) == finding_id("B01", (b, a))
    True
    """
    return uuid5(FINDING_NAMESPACE, ":".join((code, *sorted(str(w) for w in works))))
