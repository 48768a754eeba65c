"""Turn rows of a file into our fields with a mapping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.dates.column import distinct
from spatial.fields import TERM_FIELDS, TEXT_FIELDS, MappedBatch
from spatial.geometry_text import parse
from spatial.mapping.amounts import read_duration
from spatial.mapping.columns import (
    LARGEST_AMOUNT,
    clean_text,
    is_empty,
    mask,
    names_other_currency,
    read_amount,
    read_coordinate,
)
from spatial.mapping.model import COST_OF_YEAR, Mapping, Match
from spatial.mapping.told import tell
from spatial.mapping.when import is_first, read_when
from spatial.names import only_facility
from spatial.reader import Fault, RawBatch
from spatial.words import find, find_all
from spatial.words.match import VOCABULARIES
from spatial.work import Flags, Floats, Ints, Objects

RUNNING_TEXT = frozenset({"title", "description"})
LONGEST_WORDS = 300
"""Characters of a cell in which words of a vocabulary are looked for."""


def apply(mapping: Mapping, batch: RawBatch, *, zone: tzinfo) -> MappedBatch:
    """Map a batch; rows with an error are told in ``faults`` and left out.

    Each distinct value of a column is looked at once. Dates become half-open
    days in ``zone``; words become identifiers; what fits no field is kept in
    ``extra``, personal data excepted.
    """
    faults: list[Fault] = list(batch.faults)
    unknown: Counter[tuple[str, str]] = Counter()
    texts = {f: _text(mapping, batch, f) for f in TEXT_FIELDS}
    terms, kept_words = _terms(mapping, batch, unknown)
    _derive(terms, texts, faults, mapping)
    duration, told = _duration(mapping, batch)
    faults.extend(told)
    when = read_when(mapping, batch, zone, facility=terms["facility"], duration_days=duration)
    faults.extend(when.faults)
    costs, told = _costs(mapping, batch)
    faults.extend(told)
    geometry, told = geometry_of(mapping, batch)
    faults.extend(told)
    if mapping.personal and is_first(batch):
        faults.append(tell("personal-data", ", ".join(mapping.personal)))
    mapped = MappedBatch(
        row=batch.row,
        texts=texts,
        terms=terms,
        start=when.start,
        end=when.end,
        precision=when.precision,
        valid_periods=when.valid_periods,
        earliest=when.earliest,
        latest=when.latest,
        duration_days=duration,
        cost_eur=costs.pop(None, np.full(len(batch), np.nan)),
        cost_eur_by_year={year: amounts for year, amounts in costs.items() if year is not None},
        geometry=geometry,
        extra=_extra(mapping, batch, kept_words),
        faults=faults,
        unknown_words=unknown,
    )
    return _without_errors(mapped)


def _values(mapping: Mapping, batch: RawBatch, field: str) -> Sequence[object] | None:
    """The source values of a field; ``None`` where no column fills it."""
    match = mapping.fields.get(field)
    return batch.columns.get(match.column) if match is not None else None


def _spread(found: Sequence[object], position: NDArray[np.intp], n: int) -> Objects:
    """Values by row from values by distinct cell."""
    column = np.empty(len(found), dtype=object)
    column[:] = found
    return column[position] if n else np.empty(0, dtype=object)


def _missing(column: Objects) -> Flags:
    """Where a column holds nothing."""
    return np.array([v is None for v in column], dtype=np.bool_)


def _text(mapping: Mapping, batch: RawBatch, field: str) -> Objects:
    values = _values(mapping, batch, field)
    constant = mapping.constants.get(field)
    if values is None:
        return np.full(len(batch), clean_text(constant), dtype=object)
    uniques, position = distinct(values)
    found = [clean_text(v, breaks=field in RUNNING_TEXT) for v in uniques]
    column = _spread(found, position, len(batch))
    if constant is not None:
        column[_missing(column)] = clean_text(constant)
    return column


# -- words -----------------------------------------------------------------------------


def _terms(
    mapping: Mapping, batch: RawBatch, unknown: Counter[tuple[str, str]]
) -> tuple[dict[str, Objects], dict[str, Sequence[object]]]:
    """Terms by field, and the source columns whose words say more than their terms."""
    terms: dict[str, Objects] = {}
    kept: dict[str, Sequence[object]] = {}
    fed: dict[str, list[str]] = {}
    for field in TERM_FIELDS:
        match = mapping.fields.get(field)
        if match is not None and match.column in batch.columns:
            fed.setdefault(match.column, []).append(field)
        else:
            terms[field] = np.full(len(batch), mapping.constants.get(field), dtype=object)
    for column, fields in fed.items():
        uniques, position = distinct(batch.columns[column])
        cells = [clean_text(v) for v in uniques]
        found = {f: [_term(f, c, mapping.fields[f]) for c in cells] for f in fields}
        for field, words in found.items():
            terms[field] = _spread(words, position, len(batch))
            constant = mapping.constants.get(field)
            if constant is not None:
                terms[field][_missing(terms[field])] = constant
        counts = np.bincount(position, minlength=len(cells))
        for i, cell in enumerate(cells):
            if cell is not None and all(found[f][i] is None for f in fields):
                unknown[(fields[0], cell)] += int(counts[i])
        kept[column] = [
            None if c is None or any(found[f][i] == c for f in fields) else c
            for i, c in enumerate(cells)
        ]
        kept[column] = _spread(kept[column], position, len(batch)).tolist()
    return terms, kept


def _term(field: str, cell: str | None, match: Match | None) -> str | None:
    if cell is None:
        return None
    if match is not None and cell in match.words:
        return match.words[cell]
    if cell in VOCABULARIES[field]:
        return cell
    return find(field, cell[:LONGEST_WORDS])


def _derive(
    terms: dict[str, Objects],
    texts: AnyMapping[str, Objects],
    faults: list[Fault],
    mapping: Mapping,
) -> None:
    """Where nothing says the facility: from a title or an organisation that leaves no doubt.

    Never overrides a column; activity follows the title in the same way, so
    that "Vervangen riool Breestraat" is a renewal of a sewer.
    """
    if "facility" in mapping.fields or "facility" in mapping.constants:
        rows = np.zeros(len(terms["facility"]), dtype=np.bool_)
    else:
        rows = _missing(terms["facility"])
    if rows.any():
        uniques, position = distinct(zip(texts["title"], texts["organisation"], strict=True))
        derived = _spread([_doubtless(*pair) for pair in uniques], position, len(rows))  # type: ignore[misc]  # pairs of texts
        terms["facility"] = np.where(rows, derived, terms["facility"])
        count = int((rows & ~_missing(derived)).sum())
        if count:
            faults.append(tell("facility-derived", count, field="facility"))
    if "activity" not in mapping.fields and "activity" not in mapping.constants:
        uniques, position = distinct(texts["title"])
        titles = [t if isinstance(t, str) else "" for t in uniques]
        named = [_known(find("activity", t[:LONGEST_WORDS])) for t in titles]
        terms["activity"] = _spread(named, position, len(rows))
        count = int((~_missing(terms["activity"])).sum())
        if count:
            faults.append(tell("activity-derived", count, field="activity"))


def _known(term: str | None) -> str | None:
    return None if term == "unknown" else term


def _doubtless(title: str | None, organisation: str | None) -> str | None:
    """The only facility that title and organisation name."""
    hits = find_all("facility", (title or "")[:LONGEST_WORDS])
    named = {h.term for h in hits if not h.weak and h.term != "unknown"}
    if len(named) > 1:
        return None
    of_owner = only_facility(organisation) if organisation else None
    if named and of_owner and named != {of_owner}:
        return None
    return next(iter(named), None) or of_owner


# -- numbers ---------------------------------------------------------------------------


def _costs(mapping: Mapping, batch: RawBatch) -> tuple[dict[int | None, Floats], list[Fault]]:
    """Amounts in euros, as a whole (key ``None``) and by year; NaN where there is none."""
    costs: dict[int | None, Floats] = {}
    faults: list[Fault] = []
    for field, match in mapping.matches.items():
        year = COST_OF_YEAR.match(field)
        if (field != "cost_eur" and year is None) or match.column not in batch.columns:
            continue
        values = batch.columns[match.column]
        uniques, position = distinct(values)
        amounts = np.array(
            [a if (a := read_amount(v)) is not None else np.nan for v in uniques], dtype=np.float64
        )
        amounts *= match.factor
        amounts[np.abs(amounts) >= LARGEST_AMOUNT] = np.nan
        unread = np.array([not is_empty(v) for v in uniques], dtype=np.bool_) & np.isnan(amounts)
        for i in np.flatnonzero(unread[position]).tolist():
            code = "other-currency" if names_other_currency(values[i]) else "number-unclear"
            faults.append(tell(code, values[i], row=int(batch.row[i]), field=field))
        costs[int(year[1]) if year else None] = amounts[position]
    return costs, faults


def _duration(mapping: Mapping, batch: RawBatch) -> tuple[Ints, list[Fault]]:
    """Whole days; -1 where none is given."""
    none = np.full(len(batch), -1, dtype=np.int32)
    match = mapping.fields.get("duration_days")
    if match is None or match.column not in batch.columns:
        constant = read_amount(mapping.constants.get("duration_days"))
        return (none if constant is None else np.full_like(none, round(constant))), []
    values = batch.columns[match.column]
    uniques, position = distinct(values)
    days = [_days(v, match.factor) for v in uniques]
    faults = [
        tell("number-unclear", values[i], row=int(batch.row[i]), field="duration_days")
        for i, p in enumerate(position.tolist())
        if days[p] is None and not is_empty(values[i])
    ]
    found = np.array([d if d is not None else -1 for d in days], dtype=np.int32)
    return found[position] if len(batch) else none, faults


def _days(value: object, factor: float) -> int | None:
    named = read_duration(value)
    if named is None:
        number = read_amount(value)
        named = number * factor if number is not None else None
    usable = named is not None and 0 < named < 36_525  # noqa: PLR2004 - a century
    return max(1, round(named)) if usable and named is not None else None


# -- place and the rest ----------------------------------------------------------------


def geometry_of(mapping: Mapping, batch: RawBatch) -> tuple[Objects, list[Fault]]:
    """The geometry of the file, else from the column or columns that hold it."""
    match = mapping.fields.get("geometry")
    if match is not None and match.column in batch.columns:
        parsed = parse(
            batch.columns[match.column],
            batch.row,
            field_name=match.column,
            given=match.notation,  # type: ignore[arg-type]  # checked when the mapping was read
        )
        return parsed.geometry, parsed.faults
    if batch.geometry is not None:
        return batch.geometry, []
    xs, ys = _values(mapping, batch, "x"), _values(mapping, batch, "y")
    if xs is None or ys is None:
        return np.full(len(batch), None, dtype=object), []
    return _points(xs, ys, batch)


def _points(
    xs: Sequence[object], ys: Sequence[object], batch: RawBatch
) -> tuple[Objects, list[Fault]]:
    pairs = [(read_coordinate(x), read_coordinate(y)) for x, y in zip(xs, ys, strict=True)]
    good = np.array([x is not None and y is not None for x, y in pairs], dtype=np.bool_)
    geometry = np.full(len(batch), None, dtype=object)
    if good.any():
        geometry[good] = shapely.points(np.array(pairs, dtype=object)[good].astype(np.float64))
    faults = [
        tell("coordinates-unclear", f"{xs[i]}, {ys[i]}", row=int(batch.row[i]), field="geometry")
        for i in np.flatnonzero(~good).tolist()
        if not (is_empty(xs[i]) and is_empty(ys[i]))
    ]
    return geometry, faults


def _extra(
    mapping: Mapping, batch: RawBatch, kept_words: AnyMapping[str, Sequence[object]]
) -> list[dict[str, object]]:
    """What fits no field, by row, empty cells left out; and words that say more than their term."""
    used = {m.column for m in mapping.matches.values()} | set(mapping.personal)
    rest = {c: v for c, v in batch.columns.items() if c not in used}
    columns = {**rest, **{c: v for c, v in kept_words.items() if c not in mapping.personal}}
    rows: list[dict[str, object]] = [{} for _ in range(len(batch))]
    for name, values in columns.items():
        for row, value in zip(rows, values, strict=True):
            if not is_empty(value):
                row[name] = mask(value) if isinstance(value, str) else value
    return rows


def _without_errors(mapped: MappedBatch) -> MappedBatch:
    """The batch without the rows that have an error."""
    bad = {f.row for f in mapped.faults if f.severity == "error" and f.row is not None}
    if not bad:
        return mapped
    keep = np.array([row not in bad for row in mapped.row.tolist()], dtype=np.bool_)
    rows = np.flatnonzero(keep)
    return replace(
        mapped,
        row=mapped.row[rows],
        texts={f: c[rows] for f, c in mapped.texts.items()},
        terms={f: c[rows] for f, c in mapped.terms.items()},
        start=mapped.start[rows],
        end=mapped.end[rows],
        precision=mapped.precision[rows],
        valid_periods=mapped.valid_periods.take(rows),
        earliest=mapped.earliest[rows],
        latest=mapped.latest[rows],
        duration_days=mapped.duration_days[rows],
        cost_eur=mapped.cost_eur[rows],
        cost_eur_by_year={y: c[rows] for y, c in mapped.cost_eur_by_year.items()},
        geometry=mapped.geometry[rows],
        extra=[mapped.extra[i] for i in rows.tolist()],
    )
