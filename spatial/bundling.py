"""What opportunities between two works have in common: space, parties, worth and moment."""

from __future__ import annotations

import numpy as np

from spatial.facts import Facts
from spatial.period import years
from spatial.rule import Rule, Threshold
from spatial.value import SAVING_EUR_M2, TRENCH_WIDTH_M, saving_eur
from spatial.work import Flags, Floats, Ints, Keys

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
FADING = Threshold(
    "fading_days",
    years(10),
    "d",
    "[D]",
    "tussenruimte waarbij de score nul wordt",
    "gap at which the score becomes nil",
    1,
)
MOMENT = (
    Threshold(
        "base_score",
        50.0,
        "points",
        "[D]",
        "score van de kans zelf; een besparing is hier niet te berekenen",
        "score of the opportunity as such; no saving can be computed here",
        most=100.0,
    ),
    Threshold(
        "far_weight",
        0.5,
        "-",
        "[D]",
        "gewicht op de grootste afstand; waar de werken elkaar raken is het 1",
        "weight at the largest distance; it is 1 where the works meet",
        most=1.0,
    ),
    Threshold(
        "fading_days",
        years(4),
        "d",
        "[D]",
        "tussenruimte waarbij de score nul wordt",
        "gap at which the score becomes nil",
        1,
    ),
)
"""Score of an opportunity that is a moment to talk, without a surface to save."""


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


def worth(
    rule: Rule, facts: Facts, row: Keys, length_m: Floats | None = None
) -> tuple[Floats, Floats]:
    """Saving in euros of some rows, and the score that it gives: 0 to 100, times p.

    ``length_m`` is the length of the common trench, the shared length unless given.
    """
    saving = saving_eur(
        facts.shared_area_m2[row],
        facts.shared_length_m[row] if length_m is None else length_m,
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


def faded(rule: Rule, gap_days: Ints | Floats) -> Floats:
    """How much of the score is left after so many days between the works: 1 to 0."""
    left: Floats = np.maximum(0.0, 1.0 - gap_days / rule.value("fading_days"))
    return left


def moment_score(rule: Rule, facts: Facts, row: Keys, reach_m: float) -> Floats:
    """Score of a moment to talk: base x nearness x time x p, one decimal.

    Nearness falls from 1 where the footprints meet to ``far_weight`` at
    ``reach_m``; time from 1 to 0 over ``fading_days``.
    """
    away = facts.distance_m[row] / max(reach_m, 1e-9)
    near = 1.0 - (1.0 - rule.value("far_weight")) * np.minimum(1.0, away)
    score = rule.value("base_score") * near * faded(rule, facts.time.gap_days[row])
    rounded: Floats = np.round(score * facts.probability[row], 1)
    return rounded


def time_measures(facts: Facts, row: Keys) -> dict[str, Floats]:
    """Distance and days of some rows, for findings that share no surface."""
    return {
        "distance_m": facts.distance_m[row],
        "shared_days": facts.time.shared_days[row].astype(np.float64),
        "gap_days": facts.time.gap_days[row].astype(np.float64),
    }


def common_period(facts: Facts, row: Keys) -> tuple[Ints, Ints]:
    """The shared days of some rows; where there are none, from the earlier to the later.

    Then it runs from the first day of the earlier to the last of the later of
    the two nearest periods. Half-open days.
    """
    time = facts.time
    together = time.shared_days[row] > 0
    from_day = np.minimum(time.first_start[row], time.second_start[row])
    to_day = np.maximum(time.first_end[row], time.second_end[row])
    start = np.where(together, time.start[row], from_day)
    end = np.where(together, time.end[row], to_day)
    return start.astype(np.int32), end.astype(np.int32)
