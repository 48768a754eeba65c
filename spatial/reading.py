"""What all readers share: the texts of their faults, names of columns, layers.

Readers never import each other; what two of them need stands here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple, NoReturn

import numpy as np
import pyproj

from spatial.errors import FileRefused, LayerNotFound
from spatial.reader import Fault, RawLayer
from spatial.work import Objects

CRS84 = "OGC:CRS84"
"""WGS 84 with longitude before latitude: what GeoJSON and KML are in."""


class Text(NamedTuple):
    """What happened and what to do, in Dutch and English."""

    reason_nl: str
    reason_en: str
    remedy_nl: str
    remedy_en: str


TEXTS: Mapping[str, Text] = {
    "ring-closed": Text(
        "Een ring van de polygoon was niet gesloten; hij is gesloten met zijn eerste punt.",
        "A ring of the polygon was not closed; it has been closed with its first point.",
        "Controleer of de polygoon volledig is.",
        "Check that the polygon is complete.",
    ),
    "geometry-structure": Text(
        "De geometrie kan niet worden gelezen: {detail}.",
        "The geometry cannot be read: {detail}.",
        "Herstel de geometrie van deze rij in het bronsysteem.",
        "Mend the geometry of this row in the source system.",
    ),
    "geometry-type-unknown": Text(
        "Het geometrietype {detail} bestaat niet.",
        "There is no geometry type {detail}.",
        "Gebruik Point, LineString, Polygon, hun Multi-vormen of GeometryCollection.",
        "Use Point, LineString, Polygon, their Multi forms or GeometryCollection.",
    ),
    "geometry-curve": Text(
        "De geometrie bevat bogen die hier niet gelezen kunnen worden.",
        "The geometry has curves that cannot be read here.",
        "Zet de bogen om naar rechte segmenten en lever opnieuw aan.",
        "Convert the curves to straight segments and deliver again.",
    ),
    "geometry-text": Text(
        "De tekst is geen geometrie in {detail}.",
        "The text is not a geometry in {detail}.",
        "Schrijf WKT, GeoJSON, WKB in hexadecimale vorm of een paar coördinaten.",
        "Write WKT, GeoJSON, WKB as hexadecimals or a pair of coordinates.",
    ),
    "geometry-several-crs": Text(
        "De kolom bevat geometrie in verschillende coördinatenstelsels; deze rij is in {detail}.",
        "The column has geometry in several coordinate systems; this row is in {detail}.",
        "Lever alle rijen in één coördinatenstelsel aan.",
        "Deliver all rows in one coordinate system.",
    ),
    "too-many-vertices": Text(
        "De geometrie heeft meer dan {detail} punten.",
        "The geometry has more than {detail} vertices.",
        "Vereenvoudig de geometrie of splits het werk in delen.",
        "Simplify the geometry or split the work into parts.",
    ),
    "feature-not-json": Text(
        "Dit object is geen geldige JSON: {detail}.",
        "This feature is not valid JSON: {detail}.",
        "Schrijf het bestand opnieuw uit het bronsysteem.",
        "Write the file anew from the source system.",
    ),
    "feature-structure": Text(
        "Dit is geen GeoJSON-object: {detail}.",
        "This is not a GeoJSON feature: {detail}.",
        'Elk object is {{"type": "Feature", "geometry": ..., "properties": {{...}}}}.',
        'Every feature is {{"type": "Feature", "geometry": ..., "properties": {{...}}}}.',
    ),
    "feature-bare-geometry": Text(
        "Een losse geometrie zonder eigenschappen staat op de plaats van een object.",
        "A bare geometry without properties stands where a feature belongs.",
        "Verpak de geometrie in een Feature met eigenschappen.",
        "Wrap the geometry in a Feature with properties.",
    ),
    "not-utf8": Text(
        "De tekst is geen UTF-8 (byte {detail} van het bestand); gelezen als Windows-1252.",
        "The text is not UTF-8 (byte {detail} of the file); read as Windows-1252.",
        "Controleer de letters met accenten en lever het bestand als UTF-8 aan.",
        "Check the letters with accents and deliver the file as UTF-8.",
    ),
    "encoding-declared": Text(
        "Het bestand noemt zelf de tekencodering {detail}.",
        "The file itself declares the character encoding {detail}.",
        "Geen actie nodig.",
        "Nothing needs to be done.",
    ),
    "encoding-guessed": Text(
        "De tekencodering is niet aangegeven; uit de inhoud is {detail} gekozen.",
        "The character encoding is not declared; {detail} was chosen from the content.",
        "Controleer de letters met accenten; kies anders zelf een tekencodering.",
        "Check the letters with accents; otherwise name the encoding yourself.",
    ),
    "encoding-wrong": Text(
        "Het bestand noemt een tekencodering die niet klopt; gelezen als {detail}.",
        "The file declares an encoding that does not fit; read as {detail}.",
        "Controleer de letters met accenten en herstel de opgave in de bron.",
        "Check the letters with accents and mend the declaration in the source.",
    ),
    "crs-link": Text(
        "Het coördinatenstelsel staat alleen als verwijzing buiten het bestand.",
        "The coordinate system is only given as a link outside the file.",
        "Geef het coördinatenstelsel zelf op bij het inlezen.",
        "Name the coordinate system yourself when importing.",
    ),
    "late-columns": Text(
        "Deze kolommen komen pas verderop in het bestand voor: {detail}.",
        "These columns first occur further on in the file: {detail}.",
        "Controleer of ze een veld hadden moeten vullen.",
        "Check whether they should have filled a field.",
    ),
    "too-many-cells": Text(
        "De rij heeft {detail} cellen, meer dan er kolomnamen zijn.",
        "The row has {detail} cells, more than there are column names.",
        "Zet tekst waarin het scheidingsteken voorkomt tussen aanhalingstekens.",
        "Put text that contains the separator between quotes.",
    ),
    "too-few-cells": Text(
        "De rij heeft maar {detail} cellen; de ontbrekende zijn als leeg gelezen.",
        "The row has only {detail} cells; the missing ones were read as empty.",
        "Vul de rij aan tot het aantal kolommen.",
        "Complete the row to the number of columns.",
    ),
    "quote-not-closed": Text(
        "Een aanhalingsteken in deze rij wordt niet gesloten; volgende rijen zijn erin opgegaan.",
        "A quote in this row is not closed; rows after it have been swallowed.",
        "Sluit het aanhalingsteken of verdubbel het binnen de tekst.",
        "Close the quote, or double it inside the text.",
    ),
    "nul-bytes": Text(
        "De rij bevat NUL-tekens; die zijn weggelaten.",
        "The row has NUL characters; they were left out.",
        "Schrijf het bestand opnieuw uit het bronsysteem.",
        "Write the file anew from the source system.",
    ),
    "duplicate-column": Text(
        "De kolomnaam {detail} komt vaker voor; de latere hebben een volgnummer gekregen.",
        "The column name {detail} occurs more than once; later ones were numbered.",
        "Geef elke kolom een eigen naam.",
        "Give every column a name of its own.",
    ),
    "unnamed-column": Text(
        "Kolom {detail} heeft geen naam en heet nu naar zijn plaats.",
        "Column {detail} has no name and is now called after its position.",
        "Geef de kolom een naam in de kopregel.",
        "Name the column in the header.",
    ),
    "sheet-ended-early": Text(
        "Na rij {detail} volgen alleen lege rijen; daar is gestopt met lezen.",
        "After row {detail} come only empty rows; reading stopped there.",
        "Staan er verderop nog werken, verwijder dan de lege rijen ertussen.",
        "If there are works further on, delete the empty rows between.",
    ),
    "rows-above-header": Text(
        "De kolomnamen staan op rij {detail}; wat erboven staat is overgeslagen.",
        "The column names stand on row {detail}; what is above was skipped.",
        "Geen actie nodig als dat de kopregel is.",
        "Nothing needs to be done if that is the header.",
    ),
    "member-skipped": Text(
        "{detail} in het archief is niet gelezen.",
        "{detail} in the archive was not read.",
        "Lever het apart aan als er werken in staan.",
        "Deliver it apart if it holds works.",
    ),
    "table-skipped": Text(
        "De tabel {detail} heeft geen geometrie en is niet gelezen.",
        "The table {detail} has no geometry and was not read.",
        "Noem de tabel als laag als de plaats in gewone kolommen staat.",
        "Name the table as the layer if its place stands in ordinary columns.",
    ),
    "source-warning": Text(
        "Bij het lezen gemeld: {detail}.",
        "Reported while reading: {detail}.",
        "Controleer de genoemde gegevens in de bron.",
        "Check these data in the source.",
    ),
    "layer-unreadable": Text(
        "De laag kan niet worden gelezen: {detail}.",
        "The layer cannot be read: {detail}.",
        "Herstel of verwijder de laag en lever opnieuw aan.",
        "Mend or remove the layer and deliver again.",
    ),
}


def fault(
    code: str,
    severity: Literal["error", "warning", "note"],
    *,
    detail: object = "",
    layer: str | None = None,
    row: int | None = None,
    field: str | None = None,
    value: object = None,
) -> Fault:
    """Make a fault of a known code; ``detail`` fills the place in its texts.

    >>> f = fault("too-many-cells", "error", detail=7, row=3)
    >>> f.row, f.reason["en"]
    (3, 'The row has 7 cells, more than there are column names.')
    """
    text = TEXTS[code]
    told = str(detail)
    return Fault(
        code,
        severity,
        {"nl": text.reason_nl.format(detail=told), "en": text.reason_en.format(detail=told)},
        {"nl": text.remedy_nl.format(detail=told), "en": text.remedy_en.format(detail=told)},
        layer=layer,
        row=row,
        field=field,
        value=None if value is None else str(value)[:200],
    )


def refuse(kind: type[FileRefused], message: str) -> NoReturn:
    """Refuse the file; the message says what happened and what to do.

    Raises
    ------
    FileRefused
        Always, as the kind given.
    """
    raise kind(message)


def objects(values: Sequence[object]) -> Objects:
    """Put values in a one-dimensional object array, whatever they are.

    >>> objects([[1, 2], None]).shape
    (2,)
    """
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def header_names(
    cells: Sequence[object], layer: str | None = None
) -> tuple[list[str], list[Fault]]:
    """Turn a header into unique column names, and say what was changed.

    >>> names, faults = header_names(["id", "naam", "naam", ""])
    >>> names, [f.code for f in faults]
    (['id', 'naam', 'naam_2', 'column_4'], ['duplicate-column', 'unnamed-column'])
    """
    names: list[str] = []
    faults: list[Fault] = []
    given = [" ".join(str(c).split()) if c is not None else "" for c in cells]
    taken = set(given)
    seen: Counter[str] = Counter()
    for position, text in enumerate(given, start=1):
        name = text
        if not text:
            faults.append(fault("unnamed-column", "note", detail=position, layer=layer))
            name = _free(f"column_{position}", taken)
        elif seen[text]:
            if seen[text] == 1:
                faults.append(fault("duplicate-column", "warning", detail=text, layer=layer))
            name = _free(f"{text}_{seen[text] + 1}", taken)
        seen[text] += 1
        taken.add(name)
        names.append(name)
    return names, faults


def _free(name: str, taken: set[str]) -> str:
    """Return the name, or the name with underscores until no other column has it."""
    while name in taken:
        name += "_"
    return name


@lru_cache(maxsize=256)
def normalise_crs(text: str) -> str:
    """Say a declared CRS as "EPSG:n" or "OGC:CRS84" where PROJ is sure, else as it stands.

    Axis order is not part of the answer: coordinates are always x before y.

    >>> normalise_crs("urn:ogc:def:crs:EPSG::28992"), normalise_crs("EPSG:99")
    ('EPSG:28992', 'EPSG:99')
    >>> normalise_crs("urn:ogc:def:crs:OGC:1.3:CRS84")
    'OGC:CRS84'
    """
    if text.upper().endswith("CRS84"):
        return CRS84
    try:
        crs = pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError:
        return text
    authority = crs.to_authority(min_confidence=70)
    if authority is None:
        return "EPSG:28992" if _is_rd_new(crs) else text
    return CRS84 if authority == ("OGC", "CRS84") else ":".join(authority)


RD_NEW = {
    "Latitude of natural origin": 52.156160556,
    "Longitude of natural origin": 5.387638889,
    "Scale factor at natural origin": 0.9999079,
    "False easting": 155_000.0,
    "False northing": 463_000.0,
}


def _is_rd_new(crs: pyproj.CRS) -> bool:
    """Whether a projection has the numbers of RD New, as MapInfo writes it with a datum of its own.

    No other system shares them; RD Old has no false easting.
    """
    operation = crs.coordinate_operation
    if operation is None:
        return False
    given = {p.name: p.value for p in operation.params}
    return all(abs(float(given.get(name, 0.0)) - value) < 1e-6 for name, value in RD_NEW.items())  # noqa: PLR2004  # a millionth of a degree or metre


def named(layers: Iterable[RawLayer], name: str | None) -> Iterator[RawLayer]:
    """Yield the layers, or only the one asked for.

    Raises
    ------
    LayerNotFound
        Where a name is asked for that no layer has; the message lists the names.
    """
    others = []
    for layer in layers:
        if name is None or layer.name == name:
            yield layer
            if name is not None:
                return
        others.append(layer.name)
    if name is not None:
        listed = ", ".join(f"“{n}”" for n in others) or "none"
        refuse(LayerNotFound, f"There is no layer “{name}”. The file has: {listed}.")
