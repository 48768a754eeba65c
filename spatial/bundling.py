"""What the bundling rules (O01, O02) have in common: space, parties and worth."""

from __future__ import annotations

import numpy as np

from spatial.facts import Facts
from spatial.rule import Rule, Threshold
from spatial.value import SAVING_EUR_M2, TRENCH_WIDTH_M, saving_eur
from spatial.work import Flags, Floats, Keys

DRAWN_MARGIN_M = 5.0
"""By how much both footprints are widened for the geometry of the finding."""

SPACE = (
    Threshold(
        "shared_length_m",
        25.0,
        "m",
        "[D]",
        "kleinste gedeelde lengte langs de straat",
        "least shared length along the street",
    ),
    Threshold(
        "shared_area_m2",
        50.0,
        "m²",
        "[S] GIPOD, categorie 1",
        "kleinste gedeelde oppervlakte",
        "least shared area",
    ),
)
WORTH = (
    Threshold(
        "saving_eur_m2",
        SAVING_EUR_M2,
        "€/m²",
        "[D]",
        "besparing per m² die één keer minder opengaat",
        "saving per m² that is opened once less",
    ),
    Threshold(
        "trench_m",
        TRENCH_WIDTH_M,
        "m",
        "[D]",
        "breedte van de gezamenlijke sleuf",
        "width of the common trench",
    ),
    Threshold(
        "full_saving_eur",
        250_000.0,
        "€",
        "[D]",
        "besparing die de volle score geeft",
        "saving that gives the full score",
        1.0,
    ),
)


def two_parties_open(facts: Facts) -> Flags:
    """Other party, neither completed nor withdrawn, and both open the surface."""
    opens = facts.subject.traits.opens_surface
    both: Flags = opens[facts.first] & opens[facts.second]
    return facts.other_party & facts.active & both


def enough_in_common(rule: Rule, facts: Facts) -> Flags:
    """Enough shared length or enough shared area."""
    enough: Flags = (facts.shared_length_m >= rule.value("shared_length_m")) | (
        facts.shared_area_m2 >= rule.value("shared_area_m2")
    )
    return enough


def worth(rule: Rule, facts: Facts, row: Keys) -> tuple[Floats, Floats]:
    """Saving in euros of some rows, and the score that it gives: 0 to 100, times p."""
    saving = saving_eur(
        facts.shared_area_m2[row],
        facts.shared_length_m[row],
        rule.value("saving_eur_m2"),
        rule.value("trench_m"),
    )
    share = np.minimum(1.0, saving / rule.value("full_saving_eur"))
    return saving, 100.0 * share * facts.probability[row]


def space_measures(facts: Facts, row: Keys) -> dict[str, Floats]:
    """The measures of place and time that every bundling finding carries."""
    return {
        "distance_m": facts.distance_m[row],
        "shared_area_m2": facts.shared_area_m2[row],
        "shared_length_m": facts.shared_length_m[row],
        "shared_days": facts.time.shared_days[row].astype(np.float64),
        "gap_days": facts.time.gap_days[row].astype(np.float64),
    }
