"""What doing works together is worth: openings, trench and closures avoided.

The default [D] of domain.md section 4, "Score": a surface that is opened and
closed once instead of twice saves its repaving, taken as an area that is at
least the common trench. A bundle adds the trench that two parties dig together
and the days of closure that are no longer needed. Each price is a parameter of
the partnership with a low and a high value: no amount is given without its range.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from spatial.work import Floats

SAVING_EUR_M2 = 100.0
TRENCH_WIDTH_M = 1.5


def saving_eur(
    shared_area_m2: Floats,
    shared_length_m: Floats,
    price_eur_m2: float = SAVING_EUR_M2,
    trench_m: float = TRENCH_WIDTH_M,
) -> Floats:
    """Avoided repaving in euros: price times the larger of area and trench.

    >>> saving_eur(np.array([10.0, 80.0]), np.array([40.0, 40.0])).tolist()
    [6000.0, 8000.0]
    """
    saving: Floats = price_eur_m2 * np.maximum(shared_area_m2, trench_m * shared_length_m)
    return saving


class Price(NamedTuple):
    """A unit price in euros with the range in which it is believed to lie."""

    low: float
    usual: float
    high: float


class Prices(NamedTuple):
    """What one unit of each saving is worth."""

    surface_m2: Price
    trench_m3: Price
    closure_day: Price


class Quantities(NamedTuple):
    """What bundles avoid, one position a bundle.

    ``surface_m2`` that is opened once less, ``trench_m3`` that is dug once less,
    ``closure_days`` on which a road is no longer closed.
    """

    surface_m2: Floats
    trench_m3: Floats
    closure_days: Floats


def savings(quantities: Quantities, prices: Prices) -> tuple[Floats, Floats, Floats]:
    """Low, usual and high saving in euros of each bundle.

    >>> prices = Prices(Price(60, 100, 160), Price(25, 45, 80), Price(100, 250, 2500))
    >>> one = Quantities(np.array([150.0]), np.array([100.0]), np.array([20.0]))
    >>> [x.tolist() for x in savings(one, prices)]
    [[13500.0], [24500.0], [82000.0]]
    """
    amounts = np.column_stack(quantities)
    low, usual, high = (amounts @ np.array(level) for level in zip(*prices, strict=True))
    return low, usual, high
