"""What owners say of their works in columns that no field takes.

A file that has a column of one of these names says so of its works; the column
stays among the attributes that the upload keeps (``extra``), of the work or of
its project, and goes to the rules from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from spatial.period import NO_DAY, day_number
from spatial.situation import Noted
from spatial.work import Keys

CLIMATE_MEASURE = ("climate_measure", "klimaatmaatregel", "afkoppelen")
SAFETY_URGENT = ("safety_urgent", "veiligheid_urgent", "urgent_veiligheid")
POWER_KW = ("power_kw", "kw", "vermogen_kw", "gevraagd_vermogen_kw")
POWER_FROM = ("power_needed_from", "power_from", "stroom_nodig_vanaf", "aansluiting_nodig")
CREWS = ("crews", "ploegen", "aantal_ploegen")
CONTRACTOR_CLASS = ("contractor_class", "aannemersklasse", "soort_aannemer")
_YES = frozenset({"1", "true", "waar", "ja", "yes", "j", "y", "x"})
_SPELT = [
    spelling
    for name in (
        *CLIMATE_MEASURE,
        *SAFETY_URGENT,
        *POWER_KW,
        *POWER_FROM,
        *CREWS,
        *CONTRACTOR_CLASS,
    )
    for spelling in (name, name.capitalize(), name.upper())
]
_QUERY = """
SELECT w.key, p.extra || w.extra AS extra FROM works w JOIN projects p ON p.id = w.project_id
WHERE w.key = ANY(:keys) AND (w.extra ?| :names OR p.extra ?| :names)
"""


def read_noted(connection: Connection, keys: Keys) -> Noted:
    """What is said of the works with these keys, in ascending order."""
    noted = Noted.nothing(len(keys))
    climate, urgent = noted.climate_measure.copy(), noted.safety_urgent.copy()
    query = text(_QUERY).bindparams(bindparam("names", _SPELT, ARRAY(TEXT)))
    for row in connection.execute(query, {"keys": keys.tolist()}):
        at = int(np.searchsorted(keys, row.key))
        said = {str(name).casefold(): value for name, value in row.extra.items()}
        climate[at] = _yes(_first(said, CLIMATE_MEASURE))
        urgent[at] = _yes(_first(said, SAFETY_URGENT))
        noted.power_kw[at] = _number(_first(said, POWER_KW))
        noted.power_from[at] = _day(_first(said, POWER_FROM))
        noted.crews[at] = _number(_first(said, CREWS))
        noted.contractor_class[at] = str(_first(said, CONTRACTOR_CLASS) or "").strip().casefold()
    return replace(noted, climate_measure=climate, safety_urgent=urgent)


def _first(said: Mapping[str, object], names: tuple[str, ...]) -> object:
    return next((said[name] for name in names if said.get(name) is not None), None)


def _yes(value: object) -> bool:
    """Whether a value says yes; anything unclear is no.

    >>> _yes(True), _yes("Ja"), _yes("nee"), _yes(None)
    (True, True, False, False)
    """
    return value is True or str(value).strip().casefold() in _YES


def _number(value: object) -> float:
    """A positive number with a point or a comma, else NaN.

    >>> _number("12,5"), _number(800), _number("veel"), _number(-1), _number(float("inf"))
    (12.5, 800.0, nan, nan, nan)
    """
    try:
        number = float(str(value).replace(",", "."))
    except ValueError:
        return float("nan")
    return number if 0 <= number < float("inf") else float("nan")


def _day(value: object) -> int:
    """A day as ISO writes it, else no day; a time after it does not count.

    >>> _day("2029-01-01"), _day("2029-01-01T00:00:00"), _day("ooit") == NO_DAY
    (21550, 21550, True)
    """
    try:
        return day_number(date.fromisoformat(str(value)[:10]))
    except ValueError:
        return NO_DAY
