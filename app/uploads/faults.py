"""The faults that only show when the rows of a file are seen together."""

from __future__ import annotations

from typing import NamedTuple

from spatial.reader import Fault


class Place(NamedTuple):
    """Where in a file a row stands."""

    layer: str
    row: int


def no_reference(layer: str, source: str) -> Fault:
    """A layer without a reference column."""
    if source:
        how = {
            "nl": f"Er is geen kolom met een referentie; kolom {source!r} dient als referentie.",
            "en": f"No column holds a reference; column {source!r} is used as one.",
        }
    else:
        how = {
            "nl": "Er is geen kolom met een referentie; titel, organisatie en geometrie samen "
            "herkennen een werk.",
            "en": "No column holds a reference; title, organisation and geometry together "
            "tell a work.",
        }
    return Fault(
        "no-reference",
        "note",
        how,
        {
            "nl": "Neem een vast nummer per project op, dan blijft een werk hetzelfde werk als het "
            "verschuift.",
            "en": "Give each project a lasting number, so that a work stays the same work when it "
            "moves.",
        },
        layer,
        field="reference",
    )


def repeated(at: Place, reference: str, first: int) -> Fault:
    """A row that says the same as an earlier one."""
    return Fault(
        "repeated-row",
        "warning",
        {
            "nl": f"Referentie, plaats en periode zijn gelijk aan die van rij {first}; "
            "het werk is één keer opgeslagen.",
            "en": f"Reference, place and period equal those of row {first}; "
            "the work is stored once.",
        },
        {
            "nl": "Verwijder de dubbele rij, of geef de delen een eigen nummer.",
            "en": "Remove the double row, or number the parts.",
        },
        at.layer,
        at.row,
        "reference",
        reference,
    )


def repeated_reference(at: Place, reference: str) -> Fault:
    """A zone or diversion whose reference another row of the file has already."""
    return Fault(
        "repeated-reference",
        "warning",
        {
            "nl": "Een eerdere rij heeft dezelfde referentie; die eerste rij is opgenomen.",
            "en": "An earlier row has the same reference; that first row was taken in.",
        },
        {
            "nl": "Geef elk gebied en elke omleiding een eigen referentie.",
            "en": "Give every zone and diversion a reference of its own.",
        },
        at.layer,
        at.row,
        "reference",
        reference,
    )


def edit_replaced(reference: str, title: str, fields: str) -> Fault:
    """A work that was changed by hand and now becomes what the file says."""
    return Fault(
        "edit-replaced",
        "warning",
        {
            "nl": f"Werk {title!r} was met de hand gewijzigd; het bestand geldt weer ({fields}).",
            "en": f"Work {title!r} had been changed by hand; the file holds again ({fields}).",
        },
        {
            "nl": "Neem de wijziging over in de bron, of wijzig het werk opnieuw.",
            "en": "Take the change over into the source, or change the work again.",
        },
        field="reference",
        value=reference,
    )


def contradiction(at: Place, field: str, value: str, kept: str, first: int) -> Fault:
    """A row that says something else about its project than the first row."""
    return Fault(
        "contradiction",
        "note" if field in {"title", "description"} else "warning",
        {
            "nl": f"Rij {first} van hetzelfde project zegt {kept!r}; die waarde geldt voor het "
            "project.",
            "en": f"Row {first} of the same project says {kept!r}; that value holds for the "
            "project.",
        },
        {
            "nl": "Maak de rijen van een project gelijk, of geef ze elk een eigen referentie.",
            "en": "Make the rows of a project agree, or give each its own reference.",
        },
        at.layer,
        at.row,
        field,
        value,
    )


def other_owner(at: Place, value: str, kept: str, first: int) -> Fault:
    """A row that gives a project to a second organisation."""
    return Fault(
        "other-owner",
        "error",
        {
            "nl": f"Rij {first} met dezelfde referentie is van {kept!r}; één project heeft één "
            "eigenaar.",
            "en": f"Row {first} with the same reference belongs to {kept!r}; a project has one "
            "owner.",
        },
        {
            "nl": "Geef het werk van deze organisatie een eigen referentie.",
            "en": "Give the work of this organisation a reference of its own.",
        },
        at.layer,
        at.row,
        "organisation",
        value,
    )


def outside_region(layer: str, rows: int, first: int, where: str) -> Fault:
    """Rows far outside the area for which the storage CRS is made."""
    return Fault(
        "outside-region",
        "warning",
        {
            "nl": f"{rows} rij(en) liggen buiten het gebied van deze kaart ({where}); "
            f"de eerste is rij {first}.",
            "en": f"{rows} row(s) lie outside the area of this map ({where}); "
            f"the first is row {first}.",
        },
        {
            "nl": "Controleer het coördinatenstelsel, zo nodig met --source-crs.",
            "en": "Check the coordinate reference system, if need be with --source-crs.",
        },
        layer,
        first,
        "geometry",
    )


def no_project(at: Place, reference: str) -> Fault:
    """A diversion of a project that is not stored."""
    return Fault(
        "no-project",
        "error",
        {
            "nl": "Het project waar deze omleiding bij hoort, is niet opgenomen.",
            "en": "The project that this diversion belongs to was not taken in.",
        },
        {
            "nl": "Herstel de werken van dat project; de omleiding komt dan mee.",
            "en": "Mend the works of that project; the diversion then comes along.",
        },
        at.layer,
        at.row,
        "reference",
        reference,
    )


def collective_name(name: str, works: int) -> Fault:
    """A name that stands for many parties."""
    return Fault(
        "collective-name",
        "note",
        {
            "nl": f"{name!r} is geen ene organisatie; ontmoetingen tussen haar {works} werken "
            "onderling worden niet gezocht.",
            "en": f"{name!r} is not one organisation; meetings among its own {works} works are not "
            "looked for.",
        },
        {"nl": "Noem de opdrachtgever per werk.", "en": "Name the client of each work."},
        field="organisation",
        value=name,
    )


def left_behind(reference: str, works: int) -> Fault:
    """A project of which stored works do not occur in the file."""
    return Fault(
        "not-in-file",
        "note",
        {
            "nl": f"{works} eerder opgeslagen werk(en) van dit project komen in het bestand niet "
            "voor en blijven staan.",
            "en": f"{works} stored work(s) of this project are not in the file and stay.",
        },
        {
            "nl": "Lever de lijst als volledig aan (--complete) om ze te laten vervallen.",
            "en": "Deliver the list as complete (--complete) to withdraw them.",
        },
        field="reference",
        value=reference,
    )
