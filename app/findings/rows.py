"""Findings as rows of a binary ``COPY``: made per column, then joined.

What has the same size in every row (ids, days, numbers) is one structured
array and costs next to nothing; only texts and shapes are objects. Rows that
lack the same numbers and have as many works are alike in this and go together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import chain, pairwise

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from app.findings import wire
from app.findings.explain import explanations
from app.findings.found import Found
from spatial.crs import transform
from spatial.finding import MEASURE_COLUMNS, ragged
from spatial.vocabulary import VISIBILITY
from spatial.work import Flags, Keys

COLUMNS = (
    "id",
    "rule_version",
    "basis",
    "period",
    "score",
    "work_ids",
    "work_versions",
    "subject_id",
    *MEASURE_COLUMNS,
    "rule",
    "kind",
    "parameters",
    "visibility",
    "organisation_ids",
    "own_organisation_ids",
    "visibility_floor",
    "title_nl",
    "title_en",
    "explanation_nl",
    "explanation_en",
    "measures",
    "solves",
    "solved_by",
    "geometry",
    "geometry_4326",
)
BLOCK = 5_000
"""Findings whose text is held at once."""
OWN = VISIBILITY.code("own")
_LOWER_INCLUSIVE = 2

Table = NDArray[np.void]
Places = tuple[list[bytes], list[bytes]]


def _nullable(found: Found, rows: Keys) -> NDArray[np.bool_]:
    """Where a row has a subject and each measure, shape (n, 1 + measures)."""
    findings = found.findings
    subject = findings.subject[rows].view("S16") != b""
    measures = [~np.isnan(findings.measures[name][rows]) for name in MEASURE_COLUMNS]
    return np.column_stack((subject, *measures))


def _groups(found: Found, rows: Keys) -> Iterator[tuple[Keys, NDArray[np.bool_], int]]:
    """Positions among ``rows`` that lack the same values and have as many works."""
    given = _nullable(found, rows)
    works = np.diff(found.findings.offsets)[rows]
    bits = given @ (1 << np.arange(given.shape[1]))
    pattern = bits + (works << given.shape[1])
    for value in np.unique(pattern):
        at = np.flatnonzero(pattern == value)
        yield at, given[at[0]], int(works[at[0]])


def _kind(given: NDArray[np.bool_], works: int) -> np.dtype[np.void]:
    """The bytes at the head of a row: a count of fields, then those of one size."""
    array: list[tuple[str, str]] = [
        (name, ">i4") for name in ("dimensions", "nulls", "oid", "n", "from")
    ]
    element_id = np.dtype([("size", ">i4"), ("value", "V16")])
    element_version = np.dtype([("size", ">i4"), ("value", ">i4")])
    period = np.dtype(
        [("flags", "u1"), ("a", ">i4"), ("start", ">i4"), ("b", ">i4"), ("end", ">i4")]
    )
    fields: list[tuple[str, object]] = [
        ("id", "V16"),
        ("rule_version", ">i2"),
        ("basis", "V64"),
        ("period", period),
        ("score", ">f8"),
        ("work_ids", np.dtype([*array, ("items", element_id, (works,))])),
        ("work_versions", np.dtype([*array, ("items", element_version, (works,))])),
    ]
    optional = zip(("subject_id", *MEASURE_COLUMNS), given.tolist(), strict=True)
    fields += [(n, ("V16" if n == "subject_id" else ">f8") if g else None) for n, g in optional]
    columns: list[tuple[str, object]] = [("fields", ">i2")]
    for name, kind in fields:
        columns += [(f"{name}_size", ">i4"), *([(name, kind)] if kind else [])]
    return np.dtype(columns)


def _heads(
    found: Found, rows: Keys, given: NDArray[np.bool_], works: int, fields: int
) -> list[bytes]:
    """The head of each row; all lack the same values and have as many works."""
    findings = found.findings
    kind = _kind(given, works)
    table = np.zeros(len(rows), dtype=kind)
    table["fields"] = fields
    names = kind.names or ()
    for name in names:
        if name.endswith("_size"):
            value = name.removesuffix("_size")
            table[name] = kind[value].itemsize if value in names else -1
    table["id"] = found.id[rows]
    versions = np.array([rule.version for rule in found.rules], dtype=np.int16)
    table["rule_version"] = versions[findings.rule[rows]]
    table["basis"] = np.ascontiguousarray(found.basis[rows]).view("V64").ravel()
    table["score"] = findings.score[rows]
    _fill_period(table["period"], found, rows)
    members = findings.members[findings.offsets[rows][:, None] + np.arange(works)]
    stored = found.works.works
    _fill_array(table["work_ids"], stored.id[members], wire.UUID_OID, 16)
    _fill_array(table["work_versions"], stored.version[members], wire.INT4_OID, 4)
    for name in ("subject_id", *MEASURE_COLUMNS):
        if name in names:
            column = findings.subject if name == "subject_id" else findings.measures[name]
            table[name] = column[rows]
    raw, size = table.tobytes(), kind.itemsize
    return [raw[at : at + size] for at in range(0, len(raw), size)]


def _fill_period(period: Table, found: Found, rows: Keys) -> None:
    period["flags"] = _LOWER_INCLUSIVE
    period["a"] = period["b"] = 4
    period["start"] = found.findings.start[rows] - wire.DAYS_TO_2000
    period["end"] = found.findings.end[rows] - wire.DAYS_TO_2000


def _fill_array(array: Table, values: NDArray[np.generic], oid: int, size: int) -> None:
    array["dimensions"] = array["from"] = 1
    array["oid"] = oid
    array["n"] = values.shape[1]
    array["items"]["size"] = size
    array["items"]["value"] = values


def places(found: Found, rows: Keys, storage_crs: int) -> Places:
    """Shapes as EWKB, in the storage CRS and in degrees."""
    shapes = found.findings.geometry[rows]
    served = transform(shapely.set_srid(shapes, 0), storage_crs, 4326)
    return _shapes(shapes, storage_crs), _shapes(served, 4326)


def _shapes(shapes: NDArray[np.object_], srid: int) -> list[bytes]:
    marked = shapely.set_srid(shapes, srid)
    return wire.sized(shapely.to_wkb(marked, include_srid=True).tolist())


def own_measures(found: Found, rows: Keys) -> list[bytes]:
    """Measures that have no column of their own, and what the rule told, as JSON."""
    names = [name for name in found.findings.measures if name not in MEASURE_COLUMNS]
    columns = np.column_stack(
        [found.findings.measures[name][rows] for name in names] or [np.empty((len(rows), 0))]
    )
    made = [b"{}"] * len(rows)
    told = found.findings.told[rows]
    some = np.flatnonzero((~np.isnan(columns)).any(axis=1) | (told != np.array(None)))
    for at, values in zip(some.tolist(), columns[some].tolist(), strict=True):
        numbers = {n: v for n, v in zip(names, values, strict=True) if v == v}  # noqa: PLR0124 - not NaN
        made[at] = orjson.dumps(numbers | dict(told[at] or {}), option=orjson.OPT_SERIALIZE_NUMPY)
    return made


def _rule_texts(found: Found) -> list[bytes]:
    """Code, kind and parameters of each rule."""
    return [
        b"".join((*wire.texts((rule.code, rule.kind)), *wire.json_texts([parameters.encode()])))
        for rule, parameters in zip(found.rules, found.parameters, strict=True)
    ]


def _owners(found: Found, rows: Keys) -> list[bytes]:
    """Strictest visibility, owners, and owners that keep a work to themselves."""
    offsets, positions = ragged(found.findings.offsets, rows)
    members = found.findings.members[positions]
    ids, owner = np.unique(found.works.organisation_id[members].view("S16"), return_inverse=True)
    organisations = [i.ljust(16, b"\0") for i in ids.tolist()]
    words = wire.texts(VISIBILITY.ids)
    floor = np.array(found.floor or (0,), dtype=np.int8)[found.findings.rule[rows]]
    seen_by = np.maximum(found.works.visibility[members], np.repeat(floor, np.diff(offsets)))
    kinds = len(VISIBILITY.ids)
    seen = (kinds * owner + seen_by).tolist()

    @cache
    def told(works: tuple[int, ...]) -> bytes:
        pairs = [divmod(n, kinds) for n in works]
        owners = dict.fromkeys(organisations[number] for number, _ in pairs)
        keeping = dict.fromkeys(organisations[number] for number, kept in pairs if kept == OWN)
        strictest = words[max(kept for _, kept in pairs)]
        return strictest + wire.uuid_array([*owners]) + wire.uuid_array([*keeping])

    return [told(tuple(seen[a:b])) for a, b in pairwise(offsets.tolist())]


def _solutions(solutions: Mapping[int, str], rows: Keys) -> list[bytes]:
    none = wire.uuid_array([])
    return [
        wire.uuid_array(wire.uuid_bytes(solutions[row])) if row in solutions else none
        for row in rows.tolist()
    ]


def _rows(
    found: Found, rows: Keys, names: Mapping[bytes, str], shapes: Places, flags: list[bytes] | None
) -> list[bytes]:
    """Everything of each row behind its head."""
    told = list(explanations(found, rows, names))
    by_rule = _rule_texts(found)
    floors = wire.texts(VISIBILITY.ids[floor] for floor in found.floor)
    columns = [
        [by_rule[rule] for rule in found.findings.rule[rows].tolist()],
        _owners(found, rows),
        [floors[rule] for rule in found.findings.rule[rows].tolist()],
        wire.texts(t.title_nl for t in told),
        wire.texts(t.title_en for t in told),
        wire.texts(t.nl for t in told),
        wire.texts(t.en for t in told),
        wire.json_texts(own_measures(found, rows)),
        _solutions(found.solves, rows),
        _solutions(found.solved_by, rows),
        *shapes,
        *([flags] if flags is not None else []),
    ]
    return [b"".join(row) for row in zip(*columns, strict=True)]


def _block(
    found: Found, rows: Keys, names: Mapping[bytes, str], shapes: Places, reopens: Flags | None
) -> bytes:
    flags = None if reopens is None else wire.sized(bytes([flag]) for flag in reopens.tolist())
    tails = _rows(found, rows, names, shapes, flags)
    fields = len(COLUMNS) + (flags is not None)
    made: list[bytes] = [wire.HEAD]
    for at, given, works in _groups(found, rows):
        heads = _heads(found, rows[at], given, works, fields)
        made += chain.from_iterable(zip(heads, [tails[n] for n in at.tolist()], strict=True))
    return b"".join((*made, wire.TAIL))


def blocks(
    found: Found,
    rows: Keys,
    names: Mapping[bytes, str],
    storage_crs: int,
    reopens: Flags | None = None,
) -> Iterator[bytes]:
    """Whole binary COPYs in the order of :data:`COLUMNS`, some thousand rows each.

    With ``reopens``, a flag per row, each row has that flag at its end. Shapes
    of the next block are made on a thread, for that needs no interpreter.
    """
    cuts = [*range(0, len(rows), BLOCK), len(rows)]
    parts = [slice(a, b) for a, b in pairwise(cuts)]
    with ThreadPoolExecutor(1, "shapes") as pool:
        ahead = [pool.submit(places, found, rows[part], storage_crs) for part in parts[:1]]
        for part, following in zip(parts, [*parts[1:], None], strict=True):
            shapes = ahead.pop().result()
            if following:
                ahead.append(pool.submit(places, found, rows[following], storage_crs))
            yield _block(
                found, rows[part], names, shapes, None if reopens is None else reopens[part]
            )
