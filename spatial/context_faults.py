"""What can be wrong with the objects of a context layer, told so that a person can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from spatial.reader import Fault


class Wrong(NamedTuple):
    """A reason and a remedy in Dutch and English; ``{}`` places are filled when told."""

    code: str
    severity: Literal["error", "warning", "note"]
    reason_nl: str
    reason_en: str
    remedy_nl: str
    remedy_en: str


MISSING = Wrong(
    "value-missing",
    "error",
    "Elk object heeft een waarde nodig; hier staat niets.",
    "Every object needs a value; there is none here.",
    "Vul de waarde in, of geef er een voor het hele bestand in de mapping (constants).",
    "Fill in the value, or give one for the whole file in the mapping (constants).",
)
NO_NUMBER = Wrong(
    "not-a-number",
    "error",
    "Dit is geen getal.",
    "This is not a number.",
    "Schrijf een gewoon getal, of laat het vak leeg als de waarde onbekend is.",
    "Write a plain number, or leave the cell empty where the value is unknown.",
)
NOT_WHOLE = Wrong(
    "not-a-whole-number",
    "error",
    "Dit moet een heel getal zijn.",
    "This must be a whole number.",
    "Rond het af in de bron.",
    "Round it in the source.",
)
OUT_OF_BOUNDS = Wrong(
    "out-of-bounds",
    "error",
    "De waarde moet liggen tussen {least:g} en {most:g}.",
    "The value must lie between {least:g} and {most:g}.",
    "Controleer de eenheid van de kolom en de waarde zelf.",
    "Check the unit of the column, and the value itself.",
)
NOT_POSITIVE = Wrong(
    "not-positive",
    "error",
    "De waarde moet groter zijn dan nul.",
    "The value must be more than zero.",
    "Verbeter de waarde; laat de regel weg als er niets is.",
    "Mend the value; leave the row out where there is nothing.",
)
UNKNOWN_WORD = Wrong(
    "unknown-word",
    "error",
    "Dit woord is hier niet bekend.",
    "This word is not known here.",
    "Gebruik {words}, of vertaal het in de mapping (values).",
    "Use {words}, or translate it in the mapping (values).",
)
NO_BOOLEAN = Wrong(
    "not-yes-or-no",
    "error",
    "Dit is geen ja of nee.",
    "This is not yes or no.",
    "Schrijf ja of nee.",
    "Write yes or no.",
)
NO_DATE = Wrong(
    "no-such-date",
    "error",
    "Deze datum bestaat niet of is niet te lezen.",
    "This date does not exist or cannot be read.",
    "Schrijf de datum als jjjj-mm-dd.",
    "Write the date as yyyy-mm-dd.",
)
NO_MONTH_DAY = Wrong(
    "no-such-month-day",
    "error",
    "Dit is geen maand en dag.",
    "This is not a month and a day.",
    "Schrijf maand en dag als mm-dd, 1 oktober dus als 10-01.",
    "Write month and day as mm-dd, so 1 October as 10-01.",
)
END_FIRST = Wrong(
    "end-before-start",
    "error",
    "Het einde ligt voor het begin ({start}).",
    "The end lies before the start ({start}).",
    "Verwissel of verbeter de datums.",
    "Swap or mend the dates.",
)
DAY_FIRST = Wrong(
    "day-first",
    "note",
    "Uit de datums blijkt niet of dag of maand voorop staat; ze zijn gelezen als dag-maand.",
    "The dates do not show whether day or month comes first; they were read as day-month.",
    "Schrijf datums als jjjj-mm-dd.",
    "Write dates as yyyy-mm-dd.",
)
WRONG_SHAPE = Wrong(
    "wrong-shape",
    "error",
    "Deze kaartlaag heeft {wanted_nl} nodig; dit is iets anders.",
    "This layer needs {wanted_en}; this is something else.",
    "Kies de kaartlaag van het bestand die {wanted_nl} heeft (--layer).",
    "Choose the layer of the file that has {wanted_en} (--layer).",
)
CONTRADICTING = Wrong(
    "contradiction",
    "error",
    "Rij {other} zegt over hetzelfde iets anders.",
    "Row {other} says something else about the same.",
    "Houd een van de twee rijen.",
    "Keep one of the two rows.",
)
OVERLAPPING = Wrong(
    "no-dig-zones-overlap",
    "error",
    "Deze graafrust overlapt met die van rij {other}, met andere dagen.",
    "This no-dig zone overlaps that of row {other}, with other days.",
    "Knip het gebied, of houd alleen de nieuwste verharding.",
    "Cut the area, or keep the newest pavement only.",
)
UNKNOWN_ORGANISATION = Wrong(
    "unknown-organisation",
    "error",
    "Er is geen organisatie met deze naam of afkorting.",
    "There is no organisation of this name or slug.",
    "Gebruik de slug van de organisatie, of maak haar aan met `kansenkaart organisation add`.",
    "Use the slug of the organisation, or make it with `kansenkaart organisation add`.",
)
REPEATED = Wrong(
    "repeated-row",
    "warning",
    "Deze rij is gelijk aan rij {other}; het object is één keer opgeslagen.",
    "This row equals row {other}; the object is stored once.",
    "Verwijder de dubbele rij.",
    "Remove the double row.",
)
SAME_REFERENCE = Wrong(
    "repeated-reference",
    "note",
    "{count} rij(en) delen een referentie met een andere rij; ze kregen een volgnummer.",
    "{count} row(s) share a reference with another row; they were numbered.",
    "Geef elk object een eigen referentie, dan blijft het bij een nieuwe levering hetzelfde.",
    "Give every object a reference of its own, so that it stays the same in a new delivery.",
)
NOT_USED = Wrong(
    "column-not-used",
    "note",
    "Deze kolommen zijn niet gebruikt: {columns}.",
    "These columns were not used: {columns}.",
    "Wijs ze in de mapping (columns) een veld toe als ze nodig zijn: {fields}.",
    "Give them a field in the mapping (columns) where they are needed: {fields}.",
)
PIECES = Wrong(
    "street-graph-in-pieces",
    "warning",
    "Het stratennet bestaat uit {count} losse stukken: {lengths}.",
    "The street network consists of {count} separate pieces: {lengths}.",
    "Controleer of wegvakken op dezelfde punten eindigen; bereikbaarheid wordt per stuk bepaald.",
    "Check that segments end in the same points; accessibility is judged within each piece.",
)


def tell(
    wrong: Wrong,
    rows: Iterable[int | None] = (None,),
    *,
    field: str | None = None,
    values: Iterable[object] = (),
    **filled: object,
) -> list[Fault]:
    """The same fault for some rows, with the value of each.

    >>> [fault] = tell(OUT_OF_BOUNDS, [3], field="depth_m", values=[99], least=0.0, most=50.0)
    >>> fault.reason["en"], fault.row, fault.value
    ('The value must lie between 0 and 50.', 3, '99')
    """
    reason = {"nl": wrong.reason_nl.format(**filled), "en": wrong.reason_en.format(**filled)}
    remedy = {"nl": wrong.remedy_nl.format(**filled), "en": wrong.remedy_en.format(**filled)}
    shown = list(values)
    return [
        Fault(
            wrong.code,
            wrong.severity,
            reason,
            remedy,
            row=row,
            field=field,
            value=str(shown[i])[:200] if i < len(shown) else None,
        )
        for i, row in enumerate(rows)
    ]
