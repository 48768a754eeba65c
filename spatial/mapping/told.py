"""The faults of mapping and their texts, in Dutch and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from spatial.reader import Fault

Severity = Literal["error", "warning", "note"]


class Text(NamedTuple):
    """How grave it is, what happened and what to do."""

    severity: Severity
    reason_nl: str
    reason_en: str
    remedy_nl: str
    remedy_en: str


TEXTS: Mapping[str, Text] = {
    "date-impossible": Text(
        "error",
        "De datum {value} bestaat niet.",
        "The date {value} does not exist.",
        "Herstel de datum in het bronsysteem en lever de rij opnieuw aan.",
        "Mend the date in the source system and deliver the row again.",
    ),
    "end-before-start": Text(
        "error",
        "Het einde ligt voor de start: {value}.",
        "The end lies before the start: {value}.",
        "Controleer of start en einde verwisseld zijn.",
        "Check whether start and end were swapped.",
    ),
    "date-unclear": Text(
        "warning",
        "“{value}” is niet als datum of periode te lezen; het werk is zonder datum opgeslagen.",
        "“{value}” cannot be read as a date or period; the work is stored without a date.",
        "Schrijf een datum (2027-03-01), kwartaal (Q3 2027), jaar (2028) of periode (2028-2030).",
        "Write a date (2027-03-01), a quarter (Q3 2027), a year (2028) or a period (2028-2030).",
    ),
    "date-sentinel": Text(
        "note",
        "{value} staat in de bron voor “geen datum”.",
        "{value} stands for “no date” in the source.",
        "Geen actie nodig; vul een datum in zodra die bekend is.",
        "Nothing needs to be done; fill in a date once it is known.",
    ),
    "no-date": Text(
        "note",
        "Het werk heeft geen datum; het is opgeslagen, maar telt niet mee in kansen en knelpunten.",
        "The work has no date; it is stored, but takes no part in opportunities and bottlenecks.",
        "Geef minstens een jaar van uitvoering op.",
        "Give at least a year of execution.",
    ),
    "end-assumed": Text(
        "warning",
        "Er is geen einde; op grond van de voorziening is een duur van {value} dagen aangenomen.",
        "There is no end; a duration of {value} days was assumed from the facility.",
        "Geef een einddatum of een duur op.",
        "Give an end date or a duration.",
    ),
    "start-assumed": Text(
        "warning",
        "Er is geen start; op grond van de voorziening is een duur van {value} dagen aangenomen.",
        "There is no start; a duration of {value} days was assumed from the facility.",
        "Geef een startdatum of een duur op.",
        "Give a start date or a duration.",
    ),
    "order-assumed": Text(
        "warning",
        "In kolom “{value}” kan de maand voor de dag staan; aangenomen is eerst de dag.",
        "In column “{value}” the month may come before the day; day first was assumed.",
        'Leg de volgorde vast in de mapping met "order": "day_first" of "month_first".',
        'Settle the order in the mapping with "order": "day_first" or "month_first".',
    ),
    "window-unclear": Text(
        "warning",
        "“{value}” is niet als datum te lezen; de speelruimte is weggelaten.",
        "“{value}” cannot be read as a date; the flexibility window was left out.",
        "Schrijf een datum (2027-03-01), een kwartaal of een jaar.",
        "Write a date (2027-03-01), a quarter or a year.",
    ),
    "window-reversed": Text(
        "warning",
        "De speelruimte eindigt voor zij begint ({value}); zij is weggelaten.",
        "The flexibility window ends before it begins ({value}); it was left out.",
        "Controleer de vroegste start en het uiterste einde.",
        "Check the earliest start and the latest end.",
    ),
    "number-unclear": Text(
        "warning",
        "“{value}” is niet als getal te lezen; het veld is leeg gelaten.",
        "“{value}” cannot be read as a number; the field was left empty.",
        "Schrijf een getal zonder tekst.",
        "Write a number without text.",
    ),
    "other-currency": Text(
        "note",
        "{value} is niet in euro's; het bedrag staat bij de overige gegevens.",
        "{value} is not in euros; the amount is kept with the other data.",
        "Reken het bedrag om naar euro's als het moet meetellen.",
        "Convert the amount to euros if it must count.",
    ),
    "coordinates-unclear": Text(
        "error",
        "“{value}” zijn geen coördinaten.",
        "“{value}” are no coordinates.",
        "Vul x en y (of lengte- en breedtegraad) als getallen in.",
        "Fill in x and y (or longitude and latitude) as numbers.",
    ),
    "personal-data": Text(
        "note",
        "Persoonsgegevens zijn niet overgenomen: {value}.",
        "Personal data were not taken over: {value}.",
        "Laat deze kolommen bij een volgende aanlevering weg.",
        "Leave these columns out of the next delivery.",
    ),
    "facility-derived": Text(
        "warning",
        "Er is geen voorziening opgegeven; bij {value} rijen volgt die uit titel of eigenaar.",
        "No facility is given; for {value} rows it was derived from the title or organisation.",
        "Lever een kolom met de voorziening aan.",
        "Deliver a column with the facility.",
    ),
    "activity-derived": Text(
        "note",
        "Er is geen soort werk opgegeven; bij {value} rijen volgt die uit de titel.",
        "No kind of work is given; for {value} rows it was derived from the title.",
        "Lever een kolom met de soort werkzaamheden aan.",
        "Deliver a column with the kind of work.",
    ),
}


def tell(
    code: str, value: object = None, *, row: int | None = None, field: str | None = None
) -> Fault:
    """A fault with its texts filled in.

    >>> tell("date-impossible", "2027-02-30", row=3, field="start").reason["en"]
    'The date 2027-02-30 does not exist.'
    """
    text = TEXTS[code]
    shown = str(value)[:120] if value is not None else None
    return Fault(
        code=code,
        severity=text.severity,
        reason={
            "nl": text.reason_nl.format(value=shown),
            "en": text.reason_en.format(value=shown),
        },
        remedy={"nl": text.remedy_nl, "en": text.remedy_en},
        row=row,
        field=field,
        value=shown,
    )
