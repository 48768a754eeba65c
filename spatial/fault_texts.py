"""The texts of the faults that readers report, by their code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


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
