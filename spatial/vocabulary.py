"""The controlled words of the domain, with their Dutch and English texts.

Identifiers follow domain.md section 3.1. A column of works holds the position
of a term in its vocabulary as ``int8``; everything outside holds the
identifier.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Language = Literal["nl", "en"]


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a vocabulary."""

    id: str
    nl: str
    en: str


@dataclass(frozen=True)
class Vocabulary:
    """An ordered list of terms; the position of a term is its code.

    >>> FACILITY.code("sewer"), FACILITY.ids[0], FACILITY.title("sewer", "nl")
    (0, 'sewer', 'riool')
    >>> "unicorn" in FACILITY
    False
    """

    name: str
    terms: tuple[Term, ...]
    ids: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """Identifiers in the order of their codes."""
    codes: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", tuple(t.id for t in self.terms))
        object.__setattr__(self, "codes", {t.id: i for i, t in enumerate(self.terms)})

    def code(self, term_id: str) -> int:
        """Position of a term; KeyError for a word that is not in the vocabulary."""
        return self.codes[term_id]

    def title(self, term_id: str, language: Language) -> str:
        """The word as a person reads it."""
        term = self.terms[self.codes[term_id]]
        return term.nl if language == "nl" else term.en

    def __contains__(self, term_id: object) -> bool:
        return term_id in self.codes

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)


def _vocabulary(name: str, *terms: tuple[str, str, str]) -> Vocabulary:
    return Vocabulary(name, tuple(Term(*t) for t in terms))


FACILITY = _vocabulary(
    "facility",
    ("sewer", "riool", "sewer"),
    ("water", "drinkwater", "drinking water"),
    ("electricity", "elektriciteit", "electricity"),
    ("gas", "gas", "gas"),
    ("heat", "warmte", "heat"),
    ("telecom", "telecom", "telecom"),
    ("lighting", "verlichting", "lighting"),
    ("road", "weg", "road"),
    ("paving", "verharding", "paving"),
    ("green", "groen", "green"),
    ("trees", "bomen", "trees"),
    ("water_management", "waterbeheer", "water management"),
    ("structure", "kunstwerk", "structure"),
    ("housing", "woningen", "housing"),
    ("development", "ontwikkeling", "development"),
    ("public_space", "openbare ruimte", "public space"),
    ("unknown", "onbekend", "unknown"),
)

ACTIVITY = _vocabulary(
    "activity",
    ("new", "aanleg", "new"),
    ("renew", "vervanging", "renewal"),
    ("repair", "reparatie", "repair"),
    ("urgent_repair", "spoedreparatie", "urgent repair"),
    ("remove", "verwijdering", "removal"),
    ("relocate", "verlegging", "relocation"),
    ("maintain", "onderhoud", "maintenance"),
    ("redesign", "herinrichting", "redesign"),
    ("raise", "ophoging", "raising"),
    ("reinforce", "verzwaring", "reinforcement"),
    ("renovate", "renovatie", "renovation"),
    ("new_connection", "nieuwe aansluiting", "new connection"),
    ("survey", "onderzoek", "survey"),
    ("unknown", "onbekend", "unknown"),
)

EXCAVATION = _vocabulary(
    "excavation",
    ("open", "open ontgraving", "open trench"),
    ("trenchless", "sleufloos", "trenchless"),
    ("none", "geen ontgraving", "no excavation"),
    ("unknown", "onbekend", "unknown"),
)

ROAD_IMPACT = _vocabulary(
    "road_impact",
    ("none", "geen", "none"),
    ("footway", "trottoir", "footway"),
    ("cycleway", "fietspad", "cycleway"),
    ("parking", "parkeerplaatsen", "parking"),
    ("lane", "rijstrook", "lane"),
    ("carriageway_occupied", "rijbaan deels bezet", "carriageway occupied"),
    ("alternating", "om en om", "alternating traffic"),
    ("one_direction_closed", "één richting dicht", "one direction closed"),
    ("closed", "afgesloten", "closed"),
    ("unknown", "onbekend", "unknown"),
)

PRECISION = _vocabulary(
    "precision",
    ("day", "dag", "day"),
    ("week", "week", "week"),
    ("month", "maand", "month"),
    ("quarter", "kwartaal", "quarter"),
    ("half_year", "halfjaar", "half-year"),
    ("year", "jaar", "year"),
    ("period", "periode", "period"),
)
"""From fine to coarse; what is coarser than a month is light (domain.md section 4)."""

PLANNING_STATUS = _vocabulary(
    "planning_status",
    ("idea", "idee", "idea"),
    ("indicative", "indicatief", "indicative"),
    ("provisional", "voorlopig", "provisional"),
    ("committed", "definitief", "committed"),
    ("under_construction", "in uitvoering", "under construction"),
    ("completed", "gereed", "completed"),
    ("withdrawn", "vervallen", "withdrawn"),
    ("unknown", "onbekend", "unknown"),
)

COMMITMENT = _vocabulary(
    "commitment",
    ("none", "geen", "none"),
    ("informational", "informatief", "informational"),
    ("best_efforts", "inspanningsverplichting", "best-efforts obligation"),
    ("result_obligation", "resultaatsverplichting", "result obligation"),
)

VISIBILITY = _vocabulary(
    "visibility",
    ("public", "openbaar", "public"),
    ("partners", "partners", "partners"),
    ("own", "eigen organisatie", "own organisation"),
)

ORGANISATION_KIND = _vocabulary(
    "kind",
    ("municipality", "gemeente", "municipality"),
    ("province", "provincie", "province"),
    ("water_board", "waterschap", "water board"),
    ("state", "rijk", "national government"),
    ("network_operator", "netbeheerder", "network operator"),
    ("housing_corporation", "woningcorporatie", "housing corporation"),
    ("developer", "projectontwikkelaar", "developer"),
    ("other", "overig", "other"),
    ("unknown", "onbekend", "unknown"),
)

FINDING_STATE = _vocabulary(
    "state",
    ("new", "nieuw", "new"),
    ("to_assess", "te beoordelen", "to assess"),
    ("confirmed", "bevestigd", "confirmed"),
    ("rejected", "verworpen", "rejected"),
    ("resolved", "opgelost", "resolved"),
)

FINDING_KIND = _vocabulary(
    "kind",
    ("opportunity", "kans", "opportunity"),
    ("bottleneck", "knelpunt", "bottleneck"),
)

BUDGET_STATE = _vocabulary(
    "state",
    ("requested", "aangevraagd", "requested"),
    ("reserved", "gereserveerd", "reserved"),
    ("allotted", "toegekend", "allotted"),
)

AREA_LEVEL = _vocabulary(
    "level",
    ("neighbourhood", "buurt", "neighbourhood"),
    ("district", "wijk", "district"),
    ("municipality", "gemeente", "municipality"),
    ("province", "provincie", "province"),
    ("own", "eigen gebied", "own area"),
)

CONSTRAINT_KIND = _vocabulary(
    "kind",
    ("event", "evenement", "event"),
    ("embargo", "embargo", "embargo"),
    ("closed_season", "gesloten seizoen", "closed season"),
    ("no_dig", "graafrust", "no-dig period"),
    ("protected_tree", "beschermde boom", "protected tree"),
    ("soil", "bodem", "soil"),
    ("other", "overig", "other"),
)
