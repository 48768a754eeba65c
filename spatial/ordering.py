"""In which order works in one street should be done: deep before shallow, paving after.

The ranks of B04 (domain.md section 4.2 [M]): relocation of high-risk mains 0,
sewer 1, heat 2, drinking water and gas 3, electricity and telecom 4, paving 5,
green and trees 6. Read as: every relocation has the rank of relocation, for no
column tells the risk; lighting is a cable like electricity; road, paving and
public space are paving; all other facilities have no rank and no order.
"""

from __future__ import annotations

import numpy as np

from spatial.rule import Rule, Threshold
from spatial.vocabulary import ACTIVITY, FACILITY
from spatial.work import Flags, Floats, Keys, Works

SURVEY = ACTIVITY.code("survey")
_RELOCATE = ACTIVITY.code("relocate")
_SOURCE = "[M] RWS, risky first; San Francisco, sewer before pavement"


def _rank(name: str, value: float, nl: str, en: str) -> Threshold:
    return Threshold(name, value, "rank", _SOURCE, f"rang van {nl}", f"rank of {en}", most=99.0)


RANKS = (
    _rank("rank_relocation", 0.0, "een verlegging", "a relocation"),
    _rank("rank_sewer", 1.0, "riool", "sewer"),
    _rank("rank_heat", 2.0, "warmte", "heat"),
    _rank("rank_water_gas", 3.0, "drinkwater en gas", "drinking water and gas"),
    _rank(
        "rank_cables",
        4.0,
        "elektriciteit, telecom en verlichting",
        "electricity, telecom and lighting",
    ),
    _rank(
        "rank_paving",
        5.0,
        "verharding, weg en openbare ruimte",
        "paving, road and public space",
    ),
    _rank("rank_green", 6.0, "groen en bomen", "green and trees"),
)
"""A lower rank goes first."""


def ranks(rule: Rule, works: Works, rows: Keys) -> Floats:
    """The rank of works at some positions; NaN for what has no order."""
    table = np.full(len(FACILITY), np.nan)
    for facilities, rank in (
        (("sewer",), rule.value("rank_sewer")),
        (("heat",), rule.value("rank_heat")),
        (("water", "gas"), rule.value("rank_water_gas")),
        (("electricity", "telecom", "lighting"), rule.value("rank_cables")),
        (("road", "paving", "public_space"), rule.value("rank_paving")),
        (("green", "trees"), rule.value("rank_green")),
    ):
        table[[FACILITY.code(f) for f in facilities]] = rank
    found: Floats = table[works.facility[rows]]
    relocated = works.activity[rows] == _RELOCATE
    return np.where(relocated, rule.value("rank_relocation"), found)


def is_survey(works: Works, rows: Keys) -> Flags:
    """Where a work only looks and builds nothing."""
    survey: Flags = works.activity[rows] == SURVEY
    return survey
