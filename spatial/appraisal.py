"""What a bundle is worth, amount by amount: each with its range and with how it was computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from spatial import wording
from spatial.nuisance import Hindrance, avoided_index_days
from spatial.value import Price, Prices
from spatial.vocabulary import Language

NEAR_M = (10.0, 25.0, 50.0)
"""Within how many metres dwellings count: low, usual and high [D]."""


class Amount(NamedTuple):
    """One avoided thing with its range; None where it was not assessed, and why in the formula."""

    id: str
    unit: str
    low: float | None
    usual: float | None
    high: float | None
    formula_nl: str
    formula_en: str


class Slot(NamedTuple):
    """Durations in days of the works of a bundle, and of its slot."""

    works: tuple[int, ...]
    days: int

    @property
    def avoided_days(self) -> int:
        """Days of work in the street that are no longer needed."""
        return sum(self.works) - self.days


def saving_amounts(
    surface_m2: float, trench_m3: float, closure_days: float, prices: Prices
) -> list[Amount]:
    """The three savings in euros."""
    return [
        _priced(
            "surface",
            surface_m2,
            prices.surface_m2,
            ("m² die één keer minder opengaat", "m² that is opened once less"),
        ),
        _priced(
            "trench",
            trench_m3,
            prices.trench_m3,
            ("m³ sleuf die één keer minder gegraven wordt", "m³ of trench dug once less"),
        ),
        _priced(
            "closure",
            closure_days,
            prices.closure_day,
            ("dagen afsluiting minder", "days of closure less"),
        ),
    ]


def _priced(id_: str, amount: float, price: Price, what: tuple[str, str]) -> Amount:
    low, usual, high = (round(amount * each, 1) for each in price)
    nl, en = _times(amount, price, what[0], "nl"), _times(amount, price, what[1], "en")
    return Amount(id_, "EUR", low, usual, high, nl, en)


def _times(amount: float, price: Price, what: str, language: Language) -> str:
    low, usual, high = (wording.number(each, language) for each in price)
    to = "tot" if language == "nl" else "to"
    return f"{wording.number(amount, language, 1)} {what} x {usual} euro ({low} {to} {high})"


def dwelling_days(counts: tuple[int, int, int] | None, slot: Slot) -> Amount:
    """Dwelling-days without work in the street; ``counts`` within each of ``NEAR_M``.

    >>> dwelling_days((10, 20, 40), Slot((30, 60), 60)).usual
    600.0
    """
    if counts is None:
        return Amount(
            "dwelling_days",
            "d",
            None,
            None,
            None,
            "Niet beoordeeld: er zijn geen woningen of adressen geladen.",
            "Not assessed: no dwellings or addresses are loaded.",
        )
    low, usual, high = (float(n * slot.avoided_days) for n in counts)
    works = " + ".join(map(str, slot.works))
    return Amount(
        "dwelling_days",
        "d",
        low,
        usual,
        high,
        f"{counts[1]} woningen binnen 25 m ({counts[0]} binnen 10 m, {counts[2]} binnen 50 m) x "
        f"({works} - {slot.days}) dagen werk in de straat minder",
        f"{counts[1]} dwellings within 25 m ({counts[0]} within 10 m, {counts[2]} within 50 m) x "
        f"({works} - {slot.days}) days of work in the street less",
    )


def nuisance(apart: Sequence[Hindrance] | None, together: Hindrance | None) -> Amount:
    """Index-days of car nuisance avoided (:mod:`spatial.nuisance`)."""
    if apart is None or together is None:
        return Amount(
            "nuisance",
            "index-days",
            None,
            None,
            None,
            "Niet beoordeeld: er zijn geen straten geladen.",
            "Not assessed: no streets are loaded.",
        )
    low, usual, high = avoided_index_days(list(apart), together)
    return Amount(
        "nuisance",
        "index-days",
        low,
        usual,
        high,
        "Haitaton-index x dagen van elk werk apart, min die van het slot: 0,10 duur + 0,20 "
        "wegklasse + 0,25 verkeer (aangenomen als de wegklasse, ± 1) + 0,25 rijstroken + "
        "0,20 lengte",
        "Haitaton index x days of each work apart, less that of the slot: 0.10 duration + 0.20 "
        "road class + 0.25 traffic (taken as the road class, ± 1) + 0.25 lanes + 0.20 length",
    )
