"""Findings as lines of ``COPY ... FROM STDIN``: text is built per column, then joined."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import isnan

import numpy as np
import orjson
import shapely

from app.findings.basis import pack
from app.findings.explain import explanations
from app.findings.found import Found, uuid_texts
from spatial.crs import transform
from spatial.finding import MEASURE_COLUMNS
from spatial.period import day
from spatial.vocabulary import VISIBILITY
from spatial.work import Flags, Floats, Keys, Objects

COLUMNS = (
    "id",
    "rule",
    "rule_version",
    "kind",
    "first_work_id",
    "second_work_id",
    "first_work_version",
    "second_work_version",
    "basis",
    "organisation_ids",
    "visibility",
    "own_organisation_ids",
    "period",
    "score",
    "title_nl",
    "title_en",
    "explanation_nl",
    "explanation_en",
    *MEASURE_COLUMNS,
    "measures",
    "parameters",
    "solves",
    "solved_by",
    "geometry",
    "geometry_4326",
)
BLOCK = 5_000
"""Findings whose text is held at once."""
NULL = "\\N"
OWN = VISIBILITY.code("own")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_SPECIAL = re.compile(r"[\\\t\n\r]")


def escape(text: str) -> str:
    r"""A text as COPY reads it.

    >>> escape("a\tb\\")
    'a\\tb\\\\'
    """
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text


def _numbers(column: Floats) -> list[str]:
    return [NULL if isnan(value) else repr(value) for value in column.tolist()]


def _shapes(shapes: Objects, srid: int) -> list[str]:
    """EWKB as hexadecimal text, in a quarter of the time that GEOS takes to write it so."""
    marked = shapely.set_srid(shapes, srid)
    return [wkb.hex() for wkb in shapely.to_wkb(marked, include_srid=True).tolist()]


def _places(found: Found, rows: Keys, storage_crs: int) -> list[list[str]]:
    shapes = found.findings.geometry[rows]
    served = transform(shapely.set_srid(shapes, 0), storage_crs, 4326)
    return [_shapes(shapes, storage_crs), _shapes(served, 4326)]


def own_measures(found: Found, rows: Keys) -> list[str]:
    """Measures that have no column of their own, as JSON."""
    names = [name for name in found.findings.measures if name not in MEASURE_COLUMNS]
    columns = [found.findings.measures[name][rows].tolist() for name in names]
    if not names:
        return ["{}"] * len(rows)
    return [
        orjson.dumps({n: v for n, v in zip(names, row, strict=True) if not isnan(v)}).decode()
        for row in zip(*columns, strict=True)
    ]


def _owners(found: Found, first: Keys, second: Keys) -> list[list[str]]:
    """Organisations, strictest visibility, organisations that keep a work to themselves."""
    owners = found.owner_id
    visibility = found.works.visibility
    strictest = np.maximum(visibility[first], visibility[second])
    keepers = [
        (owners[a] if visibility[a] == OWN else "", owners[b] if visibility[b] == OWN else "")
        for a, b in zip(first.tolist(), second.tolist(), strict=True)
    ]
    return [
        [
            _array((owners[a], owners[b]))
            for a, b in zip(first.tolist(), second.tolist(), strict=True)
        ],
        np.array(VISIBILITY.ids, dtype=object)[strictest].tolist(),
        [_array(pair) for pair in keepers],
    ]


def _array(values: Sequence[str]) -> str:
    """A PostgreSQL array of the distinct, non-empty values.

    >>> _array(("b", "a")), _array(("a", "a")), _array(("", ""))
    ('{b,a}', '{a}', '{}')
    """
    return "{" + ",".join(dict.fromkeys(v for v in values if v)) + "}"


def _rule_columns(found: Found, rows: Keys) -> dict[str, list[str]]:
    rule = found.findings.rule[rows]
    by_rule = {
        "rule": [r.code for r in found.rules],
        "rule_version": [str(r.version) for r in found.rules],
        "kind": [r.kind for r in found.rules],
        "parameters": [escape(p) for p in found.parameters],
    }
    return {name: np.array(values, dtype=object)[rule].tolist() for name, values in by_rule.items()}


def _periods(found: Found, rows: Keys) -> list[str]:
    starts, ends = found.findings.start[rows].tolist(), found.findings.end[rows].tolist()
    return [f"[{day(a)},{day(b)})" for a, b in zip(starts, ends, strict=True)]


def _columns(
    found: Found, rows: Keys, names: Mapping[bytes, str], storage_crs: int
) -> dict[str, list[str]]:
    findings, works = found.findings, found.works.works
    first, second = findings.first[rows], findings.second[rows]
    told = list(explanations(found, rows, names))
    organisation_ids, visibility, keepers = _owners(found, first, second)
    geometry, geometry_4326 = _places(found, rows, storage_crs)
    return {
        **_rule_columns(found, rows),
        "id": uuid_texts(found.id[rows]),
        "first_work_id": found.work_id[first].tolist(),
        "second_work_id": found.work_id[second].tolist(),
        "first_work_version": [str(v) for v in works.version[first].tolist()],
        "second_work_version": [str(v) for v in works.version[second].tolist()],
        "basis": [f"\\\\x{b.hex()}" for b in pack(found.basis, first, second)],
        "organisation_ids": organisation_ids,
        "visibility": visibility,
        "own_organisation_ids": keepers,
        "period": _periods(found, rows),
        "score": _numbers(findings.score[rows]),
        "title_nl": [escape(t.title_nl) for t in told],
        "title_en": [escape(t.title_en) for t in told],
        "explanation_nl": [escape(t.nl) for t in told],
        "explanation_en": [escape(t.en) for t in told],
        **{name: _numbers(findings.measures[name][rows]) for name in MEASURE_COLUMNS},
        "measures": own_measures(found, rows),
        "solves": [found.solves.get(row, "{}") for row in rows.tolist()],
        "solved_by": [found.solved_by.get(row, "{}") for row in rows.tolist()],
        "geometry": geometry,
        "geometry_4326": geometry_4326,
    }


def blocks(
    found: Found,
    rows: Keys,
    names: Mapping[bytes, str],
    storage_crs: int,
    reopens: Flags | None = None,
) -> Iterator[str]:
    """Lines of COPY in the order of :data:`COLUMNS`, some thousand rows at a time.

    With ``reopens``, a flag per row, each line has that flag at its end.
    """
    for begin in range(0, len(rows), BLOCK):
        some = slice(begin, begin + BLOCK)
        columns = _columns(found, rows[some], names, storage_crs)
        ordered = [columns[name] for name in COLUMNS]
        if reopens is not None:
            ordered.append(["t" if flag else "f" for flag in reopens[some].tolist()])
        lines = map("\t".join, zip(*ordered, strict=True))
        yield "\n".join(lines) + "\n"
