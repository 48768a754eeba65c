"""Random CQL2 filters, and what they mean, worked out row by row in Python.

A filter is its JSON form. ``holds`` gives True, False or None (not known), as
SQL does: what is not known of a row is not known of its opposite either.
"""
# ruff: noqa: ARG005  # the relations in time share one signature

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

import shapely
from hypothesis import strategies as st


class Rows(list):
    """Rows that a failing test does not print in full."""

    def __repr__(self) -> str:
        return f"<{len(self)} rows>"


TEXTS = ("title", "facility", "organisation", "department", "reference", "visibility")
DAYS = ("start", "end", "earliest", "latest")
NUMBER = "project_cost_eur"

SPATIAL = {
    "s_intersects": shapely.intersects, "s_disjoint": shapely.disjoint, "s_within": shapely.within,
    "s_contains": shapely.contains, "s_overlaps": shapely.overlaps, "s_touches": shapely.touches,
    "s_crosses": shapely.crosses, "s_equals": shapely.equals,
}  # fmt: skip


def prop(name: str) -> dict:
    return {"property": name}


def _call(op: str, *args: Any) -> dict:
    return {"op": op, "args": list(args)}


words = st.sampled_from(
    [
        "Werk 1", "Werk 17", "werk 17", "WERK 200", "sewer", "water", "gemeente", "GEMEENTE", "public",
        "R-3", "r-30", "O'Brien", "100%", "", "Straße", "x\\y", '"quoted"', "'; drop table works; --",
    ]
)  # fmt: skip
patterns = st.sampled_from(
    [
        "Werk 1%",
        "%7",
        "Werk _",
        "werk 1_",
        "%",
        "",
        "%e%",
        "R-_%",
        "100\\%",
        "\\_%",
        "_erk 2%",
        "SEWER",
    ]
)
days = st.dates(date(2025, 6, 1), date(2030, 6, 1)).map(str)
numbers = st.one_of(st.integers(-5, 500), st.integers(-50, 5000).map(lambda n: n / 10))
comparisons = st.sampled_from(["=", "<>", "<", ">", "<=", ">="])
longitudes, latitudes = st.floats(4.42, 4.58), st.floats(52.09, 52.20)


@st.composite
def shapes(draw: st.DrawFn) -> dict:
    """A box, a point, a line or a triangle around the works."""
    west, south = round(draw(longitudes), 6), round(draw(latitudes), 6)
    size = 0.0006 * draw(st.integers(1, 130))
    kind = draw(st.sampled_from(["bbox", "Point", "LineString", "Polygon"]))
    east, north, middle = (round(c, 6) for c in (west + size, south + size, west + size / 2))
    if kind == "bbox":
        return {"bbox": [west, south, east, north]}
    corner = [[west, south], [east, round(south + size / 3, 6)], [middle, north]]
    coordinates: Any = {"Point": corner[0], "LineString": corner, "Polygon": [[*corner, corner[0]]]}
    return {"type": kind, "coordinates": coordinates[kind]}


@st.composite
def intervals(draw: st.DrawFn) -> dict:
    first, last = sorted((draw(days), draw(days)))
    if draw(st.booleans()):
        return {"interval": [draw(st.sampled_from([first, ".."])), last]}
    return {"interval": [first, draw(st.sampled_from([last, ".."]))]}


@st.composite
def temporals(draw: st.DrawFn) -> dict:
    """A temporal function of the period of a work, or of one of its days."""
    both = draw(st.sampled_from(["t_after", "t_before", "t_disjoint", "t_equals", "t_intersects"]))
    if draw(st.booleans()):
        other = draw(st.one_of(intervals(), days.map(lambda d: {"date": d})))
        return _call(both, prop(draw(st.sampled_from(DAYS))), other)
    ops = [both, *(op for op in RELATIONS if op not in TIMES_OF_ANY)]
    mine = {"interval": [prop("start"), prop("end")]}
    sides = [mine, draw(intervals())]
    if draw(st.booleans()):
        sides.reverse()
    return _call(draw(st.sampled_from(ops)), *sides)


def _casei(node: Any) -> dict:
    return _call("casei", node)


texts = st.sampled_from(TEXTS)
predicates = st.one_of(
    st.builds(lambda op, p, v: _call(op, prop(p), v), st.sampled_from(["=", "<>", "<", ">="]), texts, words),
    st.builds(lambda op, p, v: _call(op, _casei(prop(p)), _casei(v)), st.sampled_from(["=", "<>"]), texts, words),
    st.builds(lambda p, v: _call("like", prop(p), v), texts, patterns),
    st.builds(lambda p, v: _call("like", _casei(prop(p)), _casei(v)), texts, patterns),
    st.builds(lambda op, v: _call(op, prop(NUMBER), v), comparisons, numbers),
    st.builds(lambda a, b: _call("between", prop(NUMBER), a, b), numbers, numbers),
    st.builds(lambda vs: _call("in", prop(NUMBER), vs), st.lists(numbers, min_size=1, max_size=4)),
    st.builds(lambda p, vs: _call("in", prop(p), vs), texts, st.lists(words, min_size=1, max_size=4)),
    st.builds(lambda op, p, d: _call(op, prop(p), {"date": d}), comparisons, st.sampled_from(DAYS), days),
    st.builds(lambda op, p, q: _call(op, prop(p), prop(q)), comparisons, st.sampled_from(DAYS), st.sampled_from(DAYS)),
    st.builds(lambda p: _call("isNull", prop(p)), st.sampled_from([*TEXTS, *DAYS, NUMBER, "geometry"])),
    st.builds(lambda op, g: _call(op, prop("geometry"), g), st.sampled_from(list(SPATIAL)), shapes()),
    st.builds(lambda op, g: _call(op, g, prop("geometry")), st.sampled_from(list(SPATIAL)), shapes()),
    temporals(),
)  # fmt: skip
filters = st.recursive(
    predicates,
    lambda inner: st.one_of(
        st.builds(lambda ps: _call("and", *ps), st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda ps: _call("or", *ps), st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda p: _call("not", p), inner),
    ),
    max_leaves=6,
)


def value(node: Any, row: dict) -> Any:
    """A side of a comparison for one row."""
    if not isinstance(node, dict):
        return node
    if "property" in node:
        return row[node["property"]]
    if node.get("op") == "casei":
        inner = value(node["args"][0], row)
        return None if inner is None else unicodedata.normalize("NFC", inner).upper()
    return node["date"]


def _compare(op: str, a: Any, b: Any) -> bool | None:
    if a is None or b is None:
        return None
    return {"=": a == b, "<>": a != b, "<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[op]


def _like(text: str | None, pattern: str) -> bool | None:
    if text is None:
        return None
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    regex = "".join({"%": ".*", "_": "."}.get(p, re.escape(p[-1])) for p in parts)
    return re.fullmatch(regex, text, re.DOTALL) is not None


TIMES_OF_ANY = {"t_after", "t_before", "t_disjoint", "t_equals", "t_intersects"}
RELATIONS = {
    "t_after": lambda a, b, c, d: a > d,
    "t_before": lambda a, b, c, d: b < c,
    "t_disjoint": lambda a, b, c, d: a > d or b < c,
    "t_equals": lambda a, b, c, d: (a, b) == (c, d),
    "t_intersects": lambda a, b, c, d: a <= d and b >= c,
    "t_contains": lambda a, b, c, d: a < c and d < b,
    "t_during": lambda a, b, c, d: c < a and b < d,
    "t_finishedBy": lambda a, b, c, d: a < c and b == d,
    "t_finishes": lambda a, b, c, d: a > c and b == d,
    "t_meets": lambda a, b, c, d: b == c,
    "t_metBy": lambda a, b, c, d: a == d,
    "t_overlappedBy": lambda a, b, c, d: c < a < d < b,
    "t_overlaps": lambda a, b, c, d: a < c < b < d,
    "t_startedBy": lambda a, b, c, d: a == c and b > d,
    "t_starts": lambda a, b, c, d: a == c and b < d,
}  # fmt: skip


def _ends(node: dict, row: dict) -> tuple[str | None, str | None]:
    """First and last day as texts, which sort as days do."""
    if "interval" not in node:
        return value(node, row), value(node, row)
    first, last = (value(end, row) for end in node["interval"])
    return ("" if first == ".." else first), ("~" if last == ".." else last)


def _related(op: str, one: dict, other: dict, row: dict) -> bool | None:
    ends = (*_ends(one, row), *_ends(other, row))
    return None if None in ends else RELATIONS[op](*ends)


def shape_of(node: dict, row: dict) -> shapely.Geometry:
    if "property" in node:
        return row["geometry"]
    return shapely.box(*node["bbox"]) if "bbox" in node else shapely.geometry.shape(node)


def _logic(op: str, known: list[bool | None]) -> bool | None:
    decisive = op == "or"
    if decisive in known:
        return decisive
    return None if None in known else not decisive


def holds(node: dict, row: dict) -> bool | None:
    """Whether a filter holds of a row; None where that is not known."""
    op, args = node["op"], node["args"]
    if op in {"and", "or"}:
        return _logic(op, [holds(a, row) for a in args])
    if op == "not":
        inner = holds(args[0], row)
        return None if inner is None else not inner
    if op in SPATIAL:
        return bool(SPATIAL[op](shape_of(args[0], row), shape_of(args[1], row)))
    if op in RELATIONS:
        return _related(op, *args, row)
    if op == "isNull":
        return row[args[0]["property"]] is None
    return _plain(op, args, row)


def _plain(op: str, args: list, row: dict) -> bool | None:
    left = value(args[0], row)
    if op == "like":
        return _like(left, value(args[1], row))
    if op == "between":
        return _logic("and", [_compare(">=", left, args[1]), _compare("<=", left, args[2])])
    if op == "in":
        return _logic("or", [_compare("=", left, value(a, row)) for a in args[1]])
    return _compare(op, left, value(args[1], row))
