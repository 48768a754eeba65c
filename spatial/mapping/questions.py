"""The questions a mapping asks, as a person who knows the field would put them."""

from __future__ import annotations

from collections.abc import Sequence

from spatial.mapping.model import Question

NAMES = {
    "reference": ("het kenmerk van het project", "the reference of the project"),
    "part": ("het deelnummer", "the part number"),
    "title": ("de naam van het project", "the name of the project"),
    "description": ("de omschrijving", "the description"),
    "organisation": ("de organisatie van wie het werk is", "the organisation that owns the work"),
    "department": ("de afdeling", "the department"),
    "facility": ("de voorziening (riool, water, weg ...)", "the facility (sewer, water, road ...)"),
    "activity": ("de soort werkzaamheden", "the kind of work"),
    "excavation": ("de graafwijze", "the way of digging"),
    "road_impact": ("de verkeershinder", "the impact on traffic"),
    "planning_status": ("de planstatus", "the planning status"),
    "commitment": ("de hardheid van de afspraak", "the commitment"),
    "visibility": ("de zichtbaarheid", "the visibility"),
    "start": ("de geplande start", "the planned start"),
    "end": ("het geplande einde", "the planned end"),
    "period": ("de periode van uitvoering", "the period of execution"),
    "earliest": ("de vroegste start", "the earliest start"),
    "latest": ("het uiterste einde", "the latest end"),
    "duration_days": ("de duur", "the duration"),
    "cost_eur": ("de kosten", "the cost"),
    "geometry": ("de geometrie", "the geometry"),
    "x": ("de x-coördinaat of lengtegraad", "the x coordinate or longitude"),
    "y": ("de y-coördinaat of breedtegraad", "the y coordinate or latitude"),
}


def _list(columns: Sequence[str]) -> str:
    return ", ".join(f"“{c}”" for c in columns)


def which_column(field: str, candidates: Sequence[str]) -> Question:
    """Ask which column fills a field, if any."""
    nl, en = NAMES.get(field, (field, field))
    return Question(
        field,
        tuple(candidates),
        {
            "nl": f"Welke kolom bevat {nl}? Mogelijk {_list(candidates)}. Antwoord in de mapping "
            f'met "{field}": "<kolom>", of met null als geen kolom past.',
            "en": f"Which column holds {en}? Perhaps {_list(candidates)}. Answer in the mapping "
            f'with "{field}": "<column>", or with null if no column fits.',
        },
    )


def which_order(field: str, column: str, example: object) -> Question:
    """Ask whether day or month comes first."""
    return Question(
        field,
        (column,),
        {
            "nl": f"In “{column}” staat bijvoorbeeld {example}: eerst de dag of eerst de maand? "
            'Aangenomen is eerst de dag; antwoord met "order": "day_first" of "month_first".',
            "en": f"“{column}” holds for example {example}: is the day or the month first? Day "
            'first is assumed; answer with "order": "day_first" or "month_first".',
        },
    )


def which_unit(field: str, columns: Sequence[str]) -> Question:
    """Ask the unit of a number."""
    nl, en = NAMES["cost_eur" if field.startswith("cost_eur") else field]
    unit_nl, unit_en = ("dagen", "days") if field == "duration_days" else ("euro's", "euros")
    return Question(
        field,
        tuple(columns),
        {
            "nl": f"Wat is de eenheid van {nl} in {_list(columns)}? Antwoord met "
            f'"{field}": {{"column": "...", "factor": ...}} met een factor naar {unit_nl}.',
            "en": f"What is the unit of {en} in {_list(columns)}? Answer with "
            f'"{field}": {{"column": "...", "factor": ...}} where the factor leads to {unit_en}.',
        },
    )
