"""The rows of a file, ready to be compared with what is stored.

Everything a reader, a mapping and the geometry policy have to say has been
said; geometry is in the storage CRS.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from app.kit.texts import storable_text
from app.projects.facts import iso_days
from app.projects.shapes import objects
from spatial.fields import TERM_FIELDS, TEXT_FIELDS, MappedBatch
from spatial.period import NO_DAY
from spatial.work import Floats, Ints, Keys, Objects, ValidPeriods


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a file as columns of equal length.

    ``start`` and ``end`` are half-open day numbers, ``periods`` the inclusive
    periods of rows that have several (else ``None``). ``budgets`` holds a dict
    of year to amount, or ``None``.
    """

    layer: Objects
    row: Keys
    texts: dict[str, Objects]
    terms: dict[str, Objects]
    start: Ints
    end: Ints
    periods: Objects
    precision: Objects
    earliest: Ints
    latest: Ints
    duration_days: Ints
    cost_eur: Floats
    budgets: Objects
    geometry: Objects
    footprint: Objects
    extra: Objects

    def __len__(self) -> int:
        return len(self.row)

    def take(self, kept: Keys) -> Rows:
        """The rows at these positions, in that order."""
        columns: dict[str, Any] = {f.name: _take(getattr(self, f.name), kept) for f in fields(self)}
        return Rows(**columns)


def _take(column: object, kept: Keys) -> object:
    if isinstance(column, dict):
        return {name: values[kept] for name, values in column.items()}
    return column[kept]  # type: ignore[index]  # every other column is an array


def rows_of(layer: str, batch: MappedBatch, geometry: Objects, footprint: Objects) -> Rows:
    """The rows of one mapped batch, with geometry already in the storage CRS."""
    n = len(batch)
    none: Objects = np.full(n, None, dtype=object)
    return Rows(
        layer=np.full(n, layer, dtype=object),
        row=batch.row,
        texts={name: _storable(batch.texts.get(name, none)) for name in TEXT_FIELDS},
        terms={name: batch.terms.get(name, none) for name in TERM_FIELDS},
        start=batch.start,
        end=batch.end,
        periods=periods_column(batch.valid_periods, n),
        precision=batch.precision,
        earliest=batch.earliest,
        latest=batch.latest,
        duration_days=batch.duration_days,
        cost_eur=batch.cost_eur,
        budgets=_budgets(batch, n),
        geometry=geometry,
        footprint=footprint,
        extra=objects(list(batch.extra)) if len(batch.extra) == n else objects([{}] * n),
    )


def _storable(texts: Objects) -> Objects:
    """Texts as the database can keep them; one that is empty then is none."""
    return objects([None if t is None else storable_text(t) or None for t in texts])


def periods_column(periods: ValidPeriods, n: int) -> Objects:
    """Inclusive ISO periods of the rows that have more than one, else ``None``."""
    firsts, lasts = iso_days(periods.starts), iso_days(periods.ends, shift=-1)
    column: Objects = np.full(n, None, dtype=object)
    counts = np.diff(periods.offsets)
    for i in np.flatnonzero(counts > 1):
        span = slice(int(periods.offsets[i]), int(periods.offsets[i + 1]))
        column[i] = [list(pair) for pair in zip(firsts[span], lasts[span], strict=True)]
    return column


def _budgets(batch: MappedBatch, n: int) -> Objects:
    column: Objects = np.full(n, None, dtype=object)
    for year, amounts in sorted(batch.cost_eur_by_year.items()):
        for i in np.flatnonzero(np.isfinite(amounts) & (amounts != 0)):
            column[i] = {**(column[i] or {}), str(year): round(float(amounts[i]), 2)}
    return column


def concatenate(parts: Sequence[Rows]) -> Rows | None:
    """All parts as one, or ``None`` where there is no row at all."""
    parts = [p for p in parts if len(p)]
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    columns: dict[str, Any] = {}
    for f in fields(Rows):
        values = [getattr(p, f.name) for p in parts]
        columns[f.name] = (
            {name: np.concatenate([v[name] for v in values]) for name in values[0]}
            if isinstance(values[0], dict)
            else np.concatenate(values)
        )
    return Rows(**columns)


def day_columns(rows: Rows) -> dict[str, list[str | None]]:
    """First and last days of period and window as inclusive ISO dates."""
    window = (rows.earliest != NO_DAY) & (rows.latest != NO_DAY)
    nowhere = np.int32(NO_DAY)
    return {
        "start": iso_days(rows.start),
        "end": iso_days(rows.end, shift=-1),
        "earliest": iso_days(np.where(window, rows.earliest, nowhere).astype(np.int32)),
        "latest": iso_days(np.where(window, rows.latest, nowhere).astype(np.int32), shift=-1),
    }
