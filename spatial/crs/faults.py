"""What an uploader reads about the coordinate reference system of a file."""

from __future__ import annotations

from pyproj import CRS

from spatial.crs.parse import name_of
from spatial.reader import Fault

REMEDY = {
    "nl": "Klopt dit niet, geef het stelsel dan op met --source-crs, bijvoorbeeld EPSG:28992.",
    "en": "If this is wrong, give the system with --source-crs, for instance EPSG:28992.",
}


def _warning(code: str, nl: str, en: str, value: str) -> Fault:
    return Fault(code, "warning", {"nl": nl, "en": en}, REMEDY, field="geometry", value=value)


def swapped(crs: CRS) -> Fault:
    """The file has y before x."""
    name = name_of(crs)
    return _warning(
        "axes-swapped",
        f"De coördinaten staan in de volgorde y, x (breedtegraad eerst); ze zijn omgewisseld en"
        f" als {name} gelezen.",
        f"The coordinates have y before x (latitude first); they were swapped and read as {name}.",
        name,
    )


def lying(said: CRS, found: CRS, *, swapped: bool) -> Fault:
    """The file names a CRS that its coordinates contradict."""
    nl, en = (" met y voor x", " with y before x") if swapped else ("", "")
    return _warning(
        "crs-contradicted",
        f"Het bestand zegt {name_of(said)}, maar de coördinaten zijn {name_of(found)}{nl}; zo zijn"
        " ze gelezen.",
        f"The file says {name_of(said)}, but the coordinates are {name_of(found)}{en}; they were"
        " read as such.",
        name_of(found),
    )


def guessed(crs: CRS, *, swapped: bool) -> Fault:
    """The file names no CRS; where it lies tells."""
    nl, en = (" met y voor x", " with y before x") if swapped else ("", "")
    return _warning(
        "crs-from-content",
        f"Het bestand noemt geen coördinatenstelsel; aan de ligging te zien is het"
        f" {name_of(crs)}{nl}.",
        f"The file names no coordinate reference system; by where it lies it is"
        f" {name_of(crs)}{en}.",
        name_of(crs),
    )


def far(crs: CRS) -> Fault:
    """The file lies far outside the region."""
    name = name_of(crs)
    return _warning(
        "far-outside-region",
        f"Een groot deel van de werken ligt ver buiten het gebied van deze kaart als het"
        f" bestand in {name} is.",
        f"A large part of the works lies far outside the area of this map if the file is in"
        f" {name}.",
        name,
    )


def overridden(said: str, given: str) -> Fault:
    """What the file declares was set aside by the uploader."""
    return Fault(
        "crs-overridden",
        "note",
        {
            "nl": f"Het bestand zegt {said}; gelezen als {given}, zoals opgegeven.",
            "en": f"The file says {said}; read as {given}, as you asked.",
        },
        REMEDY,
        field="geometry",
        value=given,
    )
