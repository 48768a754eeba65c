"""The fields a file of planned works can fill, and a batch in those fields.

The mapping turns the columns of a strange file into a ``MappedBatch``; what
happens after it (ingest, detection, layers) knows only these fields.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from spatial.reader import Fault
from spatial.work import Floats, Ints, Keys, Objects, ValidPeriods

TEXT_FIELDS = (
    "reference",
    "part",
    "title",
    "description",
    "organisation",
    "department",
)
TERM_FIELDS = (
    "facility",
    "activity",
    "excavation",
    "road_impact",
    "planning_status",
    "commitment",
    "visibility",
)
DATE_FIELDS = ("start", "end", "period", "earliest", "latest")
NUMBER_FIELDS = ("duration_days", "cost_eur")
"""``cost_eur_<year>`` fields stand beside these, one per year that the file has."""
PLACE_FIELDS = ("geometry", "x", "y")


@dataclass(frozen=True, slots=True)
class MappedBatch:
    """Rows of a file in our fields, as columns of equal length.

    ``row`` holds the source's row numbers of the rows that are left: a row
    with an "error" among ``faults`` is not here. Text columns hold ``str`` or
    ``None``; term columns hold an identifier of the vocabulary or ``None``
    where the file says nothing. ``start`` and ``end`` are half-open day
    numbers, ``NO_DAY`` where there is none; ``valid_periods`` holds the
    periods of rows that have several. ``geometry`` is in the source's CRS, x
    before y, ``None`` where the row has none. ``extra`` keeps the columns that
    fit no field. ``unknown_words`` counts the words that no vocabulary knows,
    by field and word.
    """

    row: Keys
    texts: Mapping[str, Objects]
    terms: Mapping[str, Objects]
    start: Ints
    end: Ints
    precision: Objects
    valid_periods: ValidPeriods
    earliest: Ints
    latest: Ints
    duration_days: Ints
    cost_eur: Floats
    cost_eur_by_year: Mapping[int, Floats]
    geometry: Objects
    extra: Sequence[Mapping[str, object]]
    faults: Sequence[Fault] = ()
    unknown_words: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __len__(self) -> int:
        return len(self.row)
