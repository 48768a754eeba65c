"""What one opening of the street less is worth.

The default [D] of domain.md section 4, "Score": a surface that is opened and
closed once instead of twice saves its repaving, taken as an area that is at
least the common trench.
"""

from __future__ import annotations

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
