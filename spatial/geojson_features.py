"""Texts of features to a batch of columns, with a fault for each that is none."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

import numpy as np
import orjson
import shapely

from spatial.geojson_geometry import GEOMETRY_TYPES, build
from spatial.json_items import Item
from spatial.reader import Fault, RawBatch, ReadOptions
from spatial.reading import fault, objects
from spatial.work import Keys, Objects

DEEPEST_COLUMN = 3


def parse_features(numbered: list[tuple[int, Item]], options: ReadOptions, layer: str) -> RawBatch:
    """Parse numbered texts of features; what is not a feature becomes a fault.

    Nested properties become columns named ``outer.inner``; the feature's id
    becomes the column "id" where the properties have none.
    """
    faults: list[Fault] = []
    rows: list[int] = []
    features: list[dict[str, Any]] = []
    for row, item in numbered:
        feature = _feature(row, item, options, layer, faults)
        if feature is not None:
            rows.append(row)
            features.append(feature)
    shapes, keep = _geometry([f.get("geometry") for f in features], rows, options, layer, faults)
    kept = np.flatnonzero(keep)
    columns = _columns([features[i] for i in kept])
    return RawBatch(_keys(rows)[kept], columns, shapes[kept], tuple(faults))


def _keys(rows: list[int]) -> Keys:
    return np.array(rows, dtype=np.int64)


def _feature(
    row: int, item: Item, options: ReadOptions, layer: str, faults: list[Fault]
) -> dict[str, Any] | None:
    """One parsed feature with its properties; ``None`` and a fault where it is none."""
    if item.text is None:
        many = fault(
            "too-many-vertices", "error", detail=options.max_vertices, row=row, layer=layer
        )
        faults.append(many)
        return None
    try:
        value = _parse(item, row, layer, faults)
    except (ValueError, RecursionError) as broken:
        faults.append(
            fault("feature-not-json", "error", detail=str(broken)[:120], row=row, layer=layer)
        )
        return None
    return _checked(value, row, layer, faults)


def _parse(item: Item, row: int, layer: str, faults: list[Fault]) -> Any:
    """Parse a text; one that is not UTF-8 is read as Windows-1252 and told of."""
    text = item.text or b""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(text)  # NaN, lone surrogates: refused by orjson, read by Python
    except UnicodeDecodeError as wrong:
        place = item.offset + wrong.start
    value = json.loads(text.decode("cp1252", errors="replace"))
    faults.append(fault("not-utf8", "warning", detail=place, row=row, layer=layer))
    return value


def _checked(value: Any, row: int, layer: str, faults: list[Fault]) -> dict[str, Any] | None:
    """The value, if it is a feature; a bare geometry becomes one."""
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == "Feature":
        properties = value.get("properties")
        if properties is None or isinstance(properties, dict):
            return dict(value)
        detail = f"properties is {_kind_of(properties)}"
    elif kind is None and isinstance(value, dict) and isinstance(value.get("fields"), dict):
        return {
            "id": value.get("recordid"),
            "properties": value["fields"],
            "geometry": value.get("geometry"),
        }
    elif isinstance(kind, str) and kind in GEOMETRY_TYPES:
        faults.append(fault("feature-bare-geometry", "warning", row=row, layer=layer))
        return {"geometry": value}
    else:
        detail = f"type is {kind!r:.40}" if isinstance(value, dict) else _kind_of(value)
    faults.append(fault("feature-structure", "error", detail=detail, row=row, layer=layer))
    return None


def _kind_of(value: Any) -> str:
    """Name the kind of a JSON value.

    >>> _kind_of(None), _kind_of([1]), _kind_of(2.5)
    ('null', 'a list', 'a number')
    """
    kinds = {type(None): "null", list: "a list", dict: "an object", str: "text", bool: "a boolean"}
    return kinds.get(type(value), "a number")


def _geometry(
    geometries: list[Any], rows: list[int], options: ReadOptions, layer: str, faults: list[Fault]
) -> tuple[Objects, Any]:
    """Build the geometries; the mask says which rows are kept."""
    shapes, flaws = build(geometries)
    keep = np.ones(len(rows), dtype=np.bool_)
    for flaw in flaws:
        keep[flaw.position] &= flaw.kept
        severity = "warning" if flaw.kept else "error"
        faults.append(
            fault(
                flaw.code,
                severity,  # type: ignore[arg-type]  # one of two literals, by the line above
                detail=flaw.detail,
                row=rows[flaw.position],
                field="geometry",
                layer=layer,
            )
        )
    for position in np.flatnonzero(shapely.get_num_coordinates(shapes) > options.max_vertices):
        keep[position] = False
        faults.append(
            fault(
                "too-many-vertices",
                "error",
                detail=options.max_vertices,
                row=rows[position],
                field="geometry",
                layer=layer,
            )
        )
    return shapes, keep


def _columns(features: list[dict[str, Any]]) -> dict[str, list[object]]:
    """Properties as columns, nested objects as ``outer.inner``, and the feature's id."""
    rows = [f.get("properties") or {} for f in features]
    if any(isinstance(v, dict) for row in rows for v in row.values()):
        rows = [dict(_flat(row, "", DEEPEST_COLUMN)) for row in rows]
    names = dict.fromkeys(chain.from_iterable(rows))
    columns: dict[str, list[object]] = {name: [row.get(name) for row in rows] for name in names}
    ids = [f.get("id") for f in features]
    if "id" not in columns and any(i is not None for i in ids):
        columns = {"id": objects(ids).tolist(), **columns}
    return columns


def _flat(values: Mapping[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, Any]]:
    """Members of nested objects by dotted name; a geometry inside stays whole."""
    for name, value in values.items():
        nested = isinstance(value, dict) and value and "coordinates" not in value
        if nested and depth > 1:
            yield from _flat(value, f"{prefix}{name}.", depth - 1)
        else:
            yield prefix + name, value
