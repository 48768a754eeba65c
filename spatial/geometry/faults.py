"""What an uploader reads about the geometry of a row."""

from __future__ import annotations

from collections import Counter

import shapely

from spatial.reader import Fault

_REFUSED = {
    "geometry-missing": (
        "De rij heeft geen geometrie.",
        "The row has no geometry.",
        "Teken de plaats van het werk en lever de rij opnieuw.",
        "Draw the place of the work and deliver the row again.",
    ),
    "geometry-empty": (
        "De geometrie is leeg.",
        "The geometry is empty.",
        "Teken de plaats van het werk en lever de rij opnieuw.",
        "Draw the place of the work and deliver the row again.",
    ),
    "coordinates-not-numbers": (
        "Een coördinaat is geen getal, of ligt buiten het bereik van het coördinatenstelsel.",
        "A coordinate is not a number, or is out of reach of the coordinate reference system.",
        "Herstel de coördinaten in de bron.",
        "Mend the coordinates in the source.",
    ),
    "too-many-vertices": (
        "De geometrie heeft meer hoekpunten dan is toegestaan.",
        "The geometry has more vertices than is allowed.",
        "Vereenvoudig de geometrie of splits het werk in delen.",
        "Simplify the geometry or split the work into parts.",
    ),
    "zero-area": (
        "De vlakgeometrie heeft geen oppervlakte.",
        "The polygon has no area.",
        "Lever een lijn of punt, of teken het vlak opnieuw.",
        "Deliver a line or a point, or draw the polygon again.",
    ),
}
_KIND_NL = {"point": ("punt", "punten"), "line": ("lijn", "lijnen")}
_CHECK = {
    "nl": "Kijk of het werk zo goed op de kaart staat.",
    "en": "Check whether the work is right on the map.",
}


def refused(code: str, row: int, value: str | None) -> Fault:
    """A row that cannot be stored."""
    nl, en, remedy_nl, remedy_en = _REFUSED[code]
    return Fault(
        code,
        "error",
        {"nl": nl, "en": en},
        {"nl": remedy_nl, "en": remedy_en},
        row=row,
        field="geometry",
        value=value,
    )


def repaired(row: int, before: shapely.Geometry, after: shapely.Geometry) -> Fault:
    """An invalid polygon that was made valid, with what changed."""
    why = shapely.is_valid_reason(before)
    areas = f"{shapely.area(before):.2f} → {shapely.area(after):.2f} m²"
    parts = f"{shapely.get_num_geometries(before)} → {shapely.get_num_geometries(after)}"
    return _warning(
        "geometry-repaired",
        row,
        f"Het vlak was ongeldig ({why}) en is hersteld: oppervlakte {areas}, delen {parts}.",
        f"The polygon was invalid ({why}) and was repaired: area {areas}, parts {parts}.",
        why,
    )


def mixed(row: int, left_out: Counter[str]) -> Fault:
    """A collection of which only the parts of the highest dimension were kept."""
    kinds = sorted(left_out.items())
    nl = " en ".join(f"{n} {_KIND_NL[kind][n != 1]}" for kind, n in kinds)
    en = " and ".join(f"{n} {kind}{'s' * (n != 1)}" for kind, n in kinds)
    return _warning(
        "mixed-geometry",
        row,
        f"De geometrie mengt soorten; {nl} zijn weggelaten.",
        f"The geometry mixes kinds; {en} were left out.",
        en,
    )


def short_parts(row: int, count: int) -> Fault:
    """Parts of a line that have no length were dropped."""
    return _warning(
        "line-parts-without-length",
        row,
        f"Lijndelen zonder lengte zijn weggelaten: {count}.",
        f"Parts of the line without length were left out: {count}.",
        str(count),
    )


def line_to_point(row: int) -> Fault:
    """A line of which all points are the same became a point."""
    return _warning(
        "line-without-length",
        row,
        "De lijn heeft geen lengte en is als punt opgeslagen.",
        "The line has no length and was stored as a point.",
        None,
    )


def _warning(code: str, row: int, nl: str, en: str, value: str | None) -> Fault:
    return Fault(
        code, "warning", {"nl": nl, "en": en}, _CHECK, row=row, field="geometry", value=value
    )
