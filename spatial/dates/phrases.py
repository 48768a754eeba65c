"""Quarters, half-years, seasons, months and weeks in words of four languages."""

from __future__ import annotations

import re
from collections.abc import Callable

from spatial.dates.calendar import (
    Span,
    half_year_span,
    month_span,
    months_span,
    quarter_span,
    week_span,
    year_span,
)
from spatial.words.normalise import normalise

_MONTH_WORDS = (
    "januari january janvier januar jan janv",
    "februari february fevrier februar feb fev febr fevr",
    "maart march mars marz maerz mrt mar maa",
    "april avril apr avr",
    "mei may mai",
    "juni june juin jun",
    "juli july juillet jul juil",
    "augustus august aout aug aou",
    "september septembre sept sep",
    "oktober october octobre okt oct",
    "november novembre nov",
    "december decembre dezember dec dez",
)
MONTHS = {word: n for n, words in enumerate(_MONTH_WORDS, 1) for word in words.split()}
"""Number of a month by its name or abbreviation, without accents."""

_ORDINAL_WORDS = (
    "1 1e 1er 1ste 1st i eerste first premier erstes erste ersten",
    "2 2e 2de 2eme 2nd ii tweede second deuxieme zweites zweite zweiten",
    "3 3e 3de 3eme 3rd iii derde third troisieme drittes dritte dritten",
    "4 4e 4de 4eme 4th iv vierde fourth quatrieme viertes vierte vierten",
)
_ORDINALS = {word: n for n, words in enumerate(_ORDINAL_WORDS, 1) for word in words.split()}
_ORDINAL = "(?P<ordinal>" + "|".join(sorted(_ORDINALS, key=len, reverse=True)) + ")"
_OF = "(?: (?:van|van het|of|of the|de|du|des|in|het|jaar|year|l annee|annee|jahr))*"

_FILLERS = re.compile(
    r"\b(?:au plus tot|au plus tard|op zijn vroegst|op zn vroegst|vroegst|fruhestens|"
    r"at the earliest|onder voorbehoud|circa|ca|rond|ongeveer|environ|env|vers|about|approx|"
    r"approximately|etwa|gepland|geplande|verwacht|uitvoering|planning|naar verwachting|"
    r"vermoedelijk|prevu|voraussichtlich|estimated|in|het|the|jaar|year|annee|jahr|"
    r"begrotingsjaar|courant)\b"
)
_GLUED = re.compile(r"(?<=[a-z])(?=\d{4})|(?<=\d{4})(?=[a-z])")
_FROM = re.compile(
    r"^(?:vanaf|from|ab|a partir de|a partir du|des|depuis|since|na|after|apres)\b ?"
)

_Part = Callable[[int, re.Match[str]], Span]


def _number(match: re.Match[str]) -> int:
    return int(match["n"])


def _ordinal(match: re.Match[str]) -> int:
    return _ORDINALS[match["ordinal"]]


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(f"^(?:{text}){_OF}$")


_PARTS: tuple[tuple[re.Pattern[str], _Part], ...] = (
    (re.compile("^$"), lambda y, _: year_span(y)),
    (_pattern(r"[qkt] ?(?P<n>[1-4])"), lambda y, m: quarter_span(y, _number(m))),
    (
        _pattern(f"{_ORDINAL} ?(?:kwartaal|kwart|kw|kwt|quarter|qtr|trimestre|trim|quartal)"),
        lambda y, m: quarter_span(y, _ordinal(m)),
    ),
    (
        _pattern("(?:kwartaal|quarter|trimestre|quartal) (?P<n>[1-4])"),
        lambda y, m: quarter_span(y, _number(m)),
    ),
    (_pattern(r"[hs] ?(?P<n>[12])"), lambda y, m: half_year_span(y, _number(m))),
    (
        _pattern(
            f"{_ORDINAL} ?(?:helft|halfjaar|half jaar|half|half year|"
            "semestre|sem|halbjahr|halfte|moitie)"
        ),
        lambda y, m: half_year_span(y, _ordinal(m)),
    ),
    (
        _pattern("(?:week|wk|weeknr|weeknummer|semaine|kalenderwoche|woche|w) ?(?P<n>[0-9]{1,2})"),
        lambda y, m: week_span(y, _number(m)),
    ),
    (_pattern("kw ?(?P<n>[5-9]|[1-5][0-9])"), lambda y, m: week_span(y, _number(m))),
    (_pattern("begin|debut|early|anfang|start"), lambda y, _: quarter_span(y, 1)),
    (
        _pattern("medio|midden|mid|mi|mitte|halverwege"),
        lambda y, _: months_span(y, 4, 6, "half_year"),
    ),
    (_pattern("eind|einde|fin|end|late|ende"), lambda y, _: quarter_span(y, 4)),
    (
        _pattern("voorjaar|lente|spring|printemps|fruhjahr|fruhling"),
        lambda y, _: months_span(y, 3, 3, "quarter"),
    ),
    (_pattern("zomer|summer|ete|sommer"), lambda y, _: months_span(y, 6, 3, "quarter")),
    (
        _pattern("najaar|herfst|autumn|fall|automne|herbst"),
        lambda y, _: months_span(y, 9, 3, "quarter"),
    ),
    (
        _pattern(
            "(?:begin |medio |eind |einde |debut |mi |fin |early |mid |late |anfang |mitte |ende )?"
            "(?P<month>[a-z]{3,9})"
        ),
        lambda y, m: month_span(y, MONTHS[m["month"]]),
    ),
)

_YEAR = re.compile(r"\b(19[0-9]{2}|20[0-9]{2})\b")


def find_year(text: str) -> int | None:
    """The only year in a text, or ``None``."""
    found = _YEAR.findall(text)
    return int(found[0]) if len(found) == 1 else None


def read_phrase(text: str, year: int | None = None) -> tuple[Span, bool] | None:
    """The span a phrase names, and whether it is only a beginning ("vanaf 2028").

    ``year`` is used where the phrase has none of its own ("maart" of "maart -
    mei 2027"). ``None`` where the phrase is not understood; ValueError for a
    week that does not exist.

    >>> read_phrase("3e kwartaal 2027") == (quarter_span(2027, 3), False)
    True
    >>> read_phrase("T2 2021 au plus tôt")[0].precision
    'quarter'
    >>> read_phrase("winter 2027") is None
    True
    """
    plain = normalise(_GLUED.sub(" ", text.casefold()))
    only_begins = _FROM.match(plain) is not None
    plain = " ".join(_FILLERS.sub(" ", _FROM.sub("", plain)).split())
    own = find_year(plain)
    year = own if own is not None else year
    if year is None:
        return None
    rest = " ".join(_YEAR.sub(" ", plain).split())
    if own is None and not rest:
        return None
    for pattern, part in _PARTS:
        match = pattern.match(rest)
        if match is not None and match.groupdict().get("month", "jan") in MONTHS:
            return part(year, match), only_begins
    return None
