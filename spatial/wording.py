"""Numbers, dates and works as a reader in either language expects them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from spatial.finding import PairText, WorkText
from spatial.period import day
from spatial.vocabulary import FACILITY, PRECISION, Language

MONTHS_NL = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)
MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_OPEN, _CLOSE = "\u2018", "\u2019"
_COARSE = frozenset(PRECISION.ids[PRECISION.code("month") + 1 :])
_SOFT = frozenset(("idea", "indicative"))
_LIGHT = {
    "nl": " Minstens één van beide plannen ligt nog niet vast: gebruik dit als eerste signaal.",
    "en": " At least one of the two plans is still soft: take this as a first sign.",
}
_DAYS_A_YEAR = 365.25
_SHORT_DAYS = 61
_TO_DUTCH = str.maketrans(",.", ".,")


def number(value: float, language: Language, decimals: int = 0) -> str:
    """A number with the reader's separators; no decimals that say nothing.

    >>> number(1250.04, "nl", 1), number(1250.04, "en", 1), number(7.25, "nl", 1)
    ('1.250', '1,250', '7,2')
    """
    text = _english(value, decimals)
    return text if language == "en" else text.translate(_TO_DUTCH)


@lru_cache(maxsize=256)
def _english(value: float, decimals: int) -> str:
    """Kept for the other language, which asks for the same number next."""
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text


@lru_cache(maxsize=16_384)
def date(number_of_day: int, language: Language) -> str:
    """A day as people write it.

    >>> date(20880, "nl"), date(20880, "en")
    ('3 maart 2027', '3 March 2027')
    """
    d = day(number_of_day)
    months = MONTHS_NL if language == "nl" else MONTHS_EN
    return f"{d.day} {months[d.month - 1]} {d.year}"


@lru_cache(maxsize=16_384)
def period(start: int, end: int, language: Language) -> str:
    """A half-open period as its two inclusive days.

    >>> period(20880, 20881, "nl"), period(20880, 20890, "en")
    ('op 3 maart 2027', 'from 3 March 2027 to 12 March 2027')
    """
    first, last = date(start, language), date(end - 1, language)
    if end - start == 1:
        return f"op {first}" if language == "nl" else f"on {first}"
    return f"van {first} t/m {last}" if language == "nl" else f"from {first} to {last}"


@lru_cache(maxsize=16_384)
def days(count: float, language: Language) -> str:
    """A number of days; beyond two months also as months, beyond two years as years.

    >>> days(1, "nl"), days(45, "en"), days(400, "nl"), days(1826, "en")
    ('1 dag', '45 days', '400 dagen (ongeveer 13 maanden)', '1,826 days (about 5 years)')
    """
    whole = round(count)
    nl = language == "nl"
    one, many = ("dag", "dagen") if nl else ("day", "days")
    text = f"{number(whole, language)} {one if whole == 1 else many}"
    if whole < _SHORT_DAYS:
        return text
    if whole < 2 * _DAYS_A_YEAR:
        longer = f"{round(whole * 12 / _DAYS_A_YEAR)} {'maanden' if nl else 'months'}"
    else:
        years = number(round(2 * whole / _DAYS_A_YEAR) / 2, language, 1)
        longer = f"{years} {'jaar' if nl else 'years'}"
    return f"{text} ({'ongeveer' if nl else 'about'} {longer})"


def extent(length_m: float, area_m2: float, language: Language) -> str:
    """What two works share, without what is nil.

    >>> extent(113.44, 0.0, "nl"), extent(0, 52.0, "en"), extent(30, 12, "nl")
    ('113,4 m', '52 m²', '30 m (12 m²)')
    """
    length, area = number(length_m, language, 1), number(area_m2, language, 1)
    if area == "0":
        return f"{length} m"
    return f"{area} m²" if length == "0" else f"{length} m ({area} m²)"


def near(distance_m: float, language: Language) -> str:
    """How near two works lie to each other.

    >>> near(0.0, "nl"), near(0.02, "en"), near(12.34, "nl"), near(12.34, "en")
    ('direct ernaast', 'less than 0.1 m away', '12,3 m verderop', '12.3 m away')
    """
    nl = language == "nl"
    if distance_m == 0:
        return "direct ernaast" if nl else "right beside it"
    if distance_m < 0.1:  # noqa: PLR2004 -- a tenth is the last decimal shown
        return "minder dan 0,1 m verderop" if nl else "less than 0.1 m away"
    return f"{number(distance_m, language, 1)} m {'verderop' if nl else 'away'}"


def together_or_apart(measures: Mapping[str, float], language: Language) -> str:
    """How two works lie in time, by ``shared_days`` and ``gap_days``.

    >>> together_or_apart({"shared_days": 3.0, "gap_days": 0.0}, "nl")
    '3 dagen tegelijk'
    >>> together_or_apart({"shared_days": 0.0, "gap_days": 40.0}, "en")
    '40 days apart'
    """
    nl = language == "nl"
    if measures["shared_days"]:
        together = days(measures["shared_days"], language)
        return f"{together} tegelijk" if nl else f"at the same time for {together}"
    if not measures["gap_days"]:
        return "direct ervoor of erna" if nl else "right before or after"
    apart = days(measures["gap_days"], language)
    return f"{apart} uit elkaar" if nl else f"{apart} apart"


def euros(amount: float, language: Language) -> str:
    """An estimate in euros, to hundreds; nobody knows it better.

    >>> euros(17011.3, "nl"), euros(17011.3, "en")
    ('€ 17.000', '€17,000')
    """
    rounded = number(round(amount / 100) * 100, language)
    return f"€ {rounded}" if language == "nl" else f"€{rounded}"


def work(text: WorkText, language: Language) -> str:
    """A work and whose it is.

    >>> w = WorkText("Riool Dorpsstraat", "Gemeente", "sewer", "renew", 0, 1, "day", "committed")
    >>> work(w, "nl").replace(_OPEN, "").replace(_CLOSE, "")
    'Riool Dorpsstraat van Gemeente'
    """
    title = (
        f"{_OPEN}{text.title}{_CLOSE}" if text.title else FACILITY.title(text.facility, language)
    )
    return f"{title} {'van' if language == 'nl' else 'by'} {text.organisation}"


def both(pair: PairText, language: Language) -> str:
    """The two titles of a pair; where there is none, what is worked on.

    >>> w = WorkText("", "Gemeente", "sewer", "renew", 0, 1, "day", "committed")
    >>> both(PairText(w, w, 0, 1, {}), "en")
    'sewer and sewer'
    """
    first, second = (
        side.title or FACILITY.title(side.facility, language) for side in (pair.first, pair.second)
    )
    return f"{first} {'en' if language == 'nl' else 'and'} {second}"


def is_light(text: WorkText) -> bool:
    """Whether this side makes a pair light (domain.md section 4)."""
    return text.precision in _COARSE or text.planning_status in _SOFT


def remarks(pair: PairText, language: Language) -> str:
    """What the reader should know about how sure this is; empty where all is known."""
    said = ""
    for side in pair[:2]:
        if side.facility == "unknown":
            said += (
                f" Van {work(side, 'nl')} is niet bekend waaraan wordt gewerkt."
                if language == "nl"
                else f" What {work(side, 'en')} works on is not known."
            )
    if is_light(pair.first) or is_light(pair.second):
        said += _LIGHT[language]
    return said
