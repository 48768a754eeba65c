"""What a JSON file is, and where its features begin, before they are read.

Only the members around the features are parsed; of the features nothing is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import orjson

from spatial.errors import UnknownFormat, UnreadableFile
from spatial.geojson_geometry import GEOMETRY_TYPES
from spatial.reader import Fault
from spatial.reading import CRS84, fault, normalise_crs, refuse

HEAD_BYTES = 64 << 10
TAIL_BYTES = 8 << 10
LARGEST_HEAD_BYTES = 64 << 20
RECORD_SEPARATOR = b"\x1e"
BOM = b"\xef\xbb\xbf"
LISTS = ("features", "records")
"""Members that hold the features; ``records`` in the JSON of Opendatasoft portals."""
ADVICE = "Export it as GeoJSON (a FeatureCollection) and deliver it again."


@dataclass(frozen=True, slots=True)
class Outline:
    """What a file is, before its features are read.

    ``kind`` is "collection", "sequence" or "single"; ``start`` the byte where
    the features begin; ``members`` the other members of the collection.
    """

    kind: str
    start: int
    members: Mapping[str, Any] = field(default_factory=dict)


def find_outline(stream: BinaryIO) -> Outline:
    """Find out what the file is and where its features begin.

    Raises
    ------
    UnknownFormat
        JSON that is not GeoJSON.
    UnreadableFile
        JSON that is broken, or cut off before its features.
    """
    size = stream.seek(0, 2)
    wanted = HEAD_BYTES
    while True:
        stream.seek(0)
        head = stream.read(wanted)
        try:
            return _read_outline(head, stream, size)
        except IndexError:  # a member before the features is longer than the head
            if wanted >= min(size, LARGEST_HEAD_BYTES):
                refuse(UnreadableFile, f"The JSON is cut off: it ends at byte {size}. {ADVICE}")
            wanted *= 8


def _read_outline(head: bytes, stream: BinaryIO, size: int) -> Outline:
    """Read the outline from the first bytes; IndexError where they are too few."""
    # Latin-1 keeps bytes and characters in step; JSON's own marks are ASCII.
    text = head.decode("latin-1")
    at = len(BOM) if head.startswith(BOM) else 0
    if head[at : at + 1] == RECORD_SEPARATOR:
        return Outline("sequence", at)
    at = _skip(text, at)
    if text[at] == "[":
        return Outline("collection", at + 1)
    members, features_at, end = _members(text, at)
    if features_at is not None:
        members |= _members_after(stream, size)
        _check_collection(members)
        return Outline("collection", features_at, members)
    return _without_features(members, text[end:].lstrip(), at)


def _without_features(members: dict[str, Any], following: str, at: int) -> Outline:
    """Tell a sequence, a single feature and JSON that is something else apart."""
    kind = members.get("type")
    if kind == "Feature" or (isinstance(kind, str) and kind in GEOMETRY_TYPES):
        return Outline("sequence" if following[:1] in ("{", "\x1e") else "single", at, members)
    if kind == "FeatureCollection":
        refuse(UnreadableFile, f"The FeatureCollection has no list “features”. {ADVICE}")
    what = "TopoJSON" if kind == "Topology" else "JSON, but not GeoJSON"
    return refuse(UnknownFormat, f"The file is {what} (its type is {kind!r:.60}). {ADVICE}")


def _check_collection(members: Mapping[str, Any]) -> None:
    kind = members.get("type", "FeatureCollection")
    if "geometryType" in members or "spatialReference" in members:
        refuse(UnknownFormat, f"The file is Esri JSON, not GeoJSON. {ADVICE}")
    if kind != "FeatureCollection":
        refuse(
            UnknownFormat,
            f"The file has features, but its type is {kind!r:.60}, "
            f"not “FeatureCollection”. {ADVICE}",
        )


def _members(text: str, at: int) -> tuple[dict[str, Any], int | None, int]:
    """Members of the object at ``at`` up to its features: members, place of features, end."""
    decode = json.JSONDecoder(strict=False).raw_decode
    members: dict[str, Any] = {}
    at = _skip(text, at + 1)
    while text[at] != "}":
        if text[at] == ",":
            at = _skip(text, at + 1)
        try:
            key, at = decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
            if key in LISTS and text[at] == "[":
                return members, at + 1, at
            members[str(key)], at = decode(text, at)
        except json.JSONDecodeError as broken:
            if broken.pos >= len(text) - HEAD_BYTES // 2 or "Unterminated" in broken.msg:
                raise IndexError from broken
            refuse(
                UnreadableFile,
                f"The JSON is broken at byte {broken.pos} of the file ({broken.msg}). {ADVICE}",
            )
        except RecursionError:
            refuse(UnreadableFile, f"The JSON is nested too deeply at byte {at}. {ADVICE}")
        at = _skip(text, at)
    return members, None, at + 1


def _skip(text: str, at: int) -> int:
    """Place of the next character that is not white space; IndexError at the end."""
    while text[at] in " \t\r\n":
        at += 1
    return at


def _members_after(stream: BinaryIO, size: int) -> dict[str, Any]:
    """Members that stand after the features, such as a late ``crs``."""
    stream.seek(max(0, size - TAIL_BYTES))
    tail = stream.read().rstrip()
    at = tail.rfind(b"]")
    while at >= 0:
        try:
            members = orjson.loads(b'{"features":[' + tail[at:])
        except orjson.JSONDecodeError:
            at = tail.rfind(b"]", 0, at)
            continue
        return {k: v for k, v in members.items() if k != "features"}
    return {}


def declared_crs(members: Mapping[str, Any], notes: list[Fault], layer: str) -> str | None:
    """The CRS of the ``crs`` member; CRS84 where there is none (RFC 7946, section 4)."""
    if "crs" not in members:
        return CRS84
    crs = members["crs"]
    properties = crs.get("properties") if isinstance(crs, dict) else None
    if not isinstance(properties, dict):
        return None
    if isinstance(properties.get("name"), str):
        return normalise_crs(properties["name"])
    if "code" in properties:
        return normalise_crs(f"EPSG:{properties['code']}")
    notes.append(fault("crs-link", "warning", layer=layer))
    return None
