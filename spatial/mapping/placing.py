"""Where a row keeps its place: a column of geometry in text, or two of coordinates."""

from __future__ import annotations

from collections.abc import Sequence

from spatial.mapping.candidates import ACCEPTED, ASKED, SURE
from spatial.mapping.model import Match, Question
from spatial.mapping.names import score_name
from spatial.mapping.profile import Profile
from spatial.mapping.questions import which_column

MOSTLY = 0.9
MOST_LATITUDE, MOST_LONGITUDE = 90.0, 180.0
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
