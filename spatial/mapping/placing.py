"""Where a row keeps its place: a column of geometry in text, or two of coordinates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spatial.geometry_text import parse
from spatial.mapping.candidates import ACCEPTED, ASKED, SURE
from spatial.mapping.columns import read_coordinate
from spatial.mapping.model import Match, Question
from spatial.mapping.names import score_name
from spatial.mapping.profile import Profile
from spatial.mapping.questions import which_column
from spatial.reading import CRS84
from spatial.words.normalise import normalise

MOSTLY = 0.9
MOST_LATITUDE, MOST_LONGITUDE = 90.0, 180.0
SAMPLE = 50
TEXTS = ("wkt", "geojson", "wkb")


def propose_place(profiles: Sequence[Profile]) -> tuple[dict[str, Match], list[Question]]:
    """The column of geometry, else the pair of coordinates, else a question.

    A shape is preferred to a point beside it ("geo_shape" to "geo_point_2d").
    """
    shapes = sorted(_shapes(profiles), key=lambda m: -m.confidence)
    if shapes and shapes[0].confidence >= ACCEPTED:
        rivals = [m for m in shapes[1:] if shapes[0].confidence - m.confidence < 0.02]  # noqa: PLR2004 - a tie
        if not rivals:
            return {"geometry": shapes[0]}, []
        return {}, [which_column("geometry", [m.column for m in [shapes[0], *rivals]])]
    pair = _pair(profiles)
    if pair:
        return pair, []
    unsure = [m.column for m in shapes if m.confidence >= ASKED]
    named = [p.column for p in profiles if not p.values and "geometry" in score_name(p.column)]
    if unsure or named:
        return {}, [which_column("geometry", [*unsure, *named][:5])]
    return {}, []


def _shapes(profiles: Sequence[Profile]) -> list[Match]:
    found: list[Match] = []
    for profile in profiles:
        kind = profile.notation
        if kind is None:
            continue
        named = score_name(profile.column).get("geometry", 0.0)
        if kind in TEXTS:
            confidence = 0.88 + 0.1 * named - (0.05 if _only_points(profile) else 0.0)
        else:  # numbers in pairs may be anything; the name must say so
            confidence = 0.3 + 0.55 * named
        how = "name and values" if named else "values"
        match = Match(profile.column, round(min(SURE, confidence), 3), how, notation=kind)  # type: ignore[arg-type]  # two of the literals
        found.append(match)
    return found


def _only_points(profile: Profile) -> bool:
    texts = [str(v)[:60].upper() for v in profile.values[:100]]
    return all("POINT" in t and "MULTIPOINT" not in t for t in texts)


def _pair(profiles: Sequence[Profile]) -> dict[str, Match]:
    """X and y by name, where both hold numbers that can be coordinates."""
    best: dict[str, Match] = {}
    for field in ("x", "y"):
        for profile in profiles:
            score = score_name(profile.column).get(field, 0.0)
            if score < ACCEPTED or profile.number_share < MOSTLY:
                continue
            if field not in best or score > best[field].confidence:
                best[field] = Match(profile.column, round(min(SURE, score), 3), "name and values")
    return best if len(best) == 2 and best["x"].column != best["y"].column else {}  # noqa: PLR2004 - x and y


DEGREES = frozenset({"lon", "lng", "long", "longitude", "lengtegraad"})


def crs_of_place(matches: Mapping[str, Match], profiles: Sequence[Profile]) -> str | None:
    """The CRS that the place columns themselves say, or ``None``.

    An SRID in EWKT, the CRS84 of GeoJSON, or columns that are called longitude
    and latitude and hold degrees.
    """
    by_column = {p.column: p for p in profiles}
    shape = matches.get("geometry")
    if shape is not None and shape.column in by_column:
        sample = by_column[shape.column].values[:SAMPLE]
        given = shape.notation
        return parse(sample, range(len(sample)), field_name=shape.column, given=given).crs  # type: ignore[arg-type]  # one of the literals
    x, y = (by_column.get(matches[f].column) if f in matches else None for f in ("x", "y"))
    if x is None or y is None or not DEGREES & set(normalise(x.column).split()):
        return None
    return CRS84 if _within(x, MOST_LONGITUDE) and _within(y, MOST_LATITUDE) else None


def _within(profile: Profile, most: float) -> bool:
    numbers = [read_coordinate(v) for v in profile.values]
    return all(n is not None and abs(n) <= most for n in numbers)
