"""O03: three or more organisations can do their works in one street in one slot.

Its thresholds are those of all bundles: how large they may grow, what each
avoided opening, trench and day of closure is worth, and how they are ranked.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np

from spatial import wording
from spatial.bundle import Bundles, Worth
from spatial.bundle_groups import Limits
from spatial.bundle_shape import outlines
from spatial.finding import Explanation, WideHits, WideText, ragged
from spatial.rule import BundleRule, Kind, Threshold
from spatial.value import Price, Prices
from spatial.vocabulary import Language
from spatial.work import Works

PURDUE = "[S] Purdue SPR-4156"
RENTAL = "[S] Engeland, lane rental (tot £2.500 per dag)"


def _road(name: str, value: float, nl: str, en: str) -> Threshold:
    told = f"overlastklasse van een {nl} (0 tot 5)", f"nuisance class of a {en} road (0 to 5)"
    return Threshold(name, value, "-", "[D]", *told, 0.0, 5.0)


def _price(  # noqa: PLR0917 -- a table of prices reads by columns
    name: str, value: float, unit: str, nl: str, en: str, source: str
) -> Threshold:
    return Threshold(name, value, unit, source, nl, en, 0.0, 100_000.0)


THRESHOLDS = (
    Threshold("organisations", 3, "-", "[D]", "minste organisaties", "fewest organisations", 2, 20),
    Threshold(
        "preferred_works",
        4,
        "-",
        PURDUE,
        "werken tot waar een bundel vanzelf groeit; daarboven een waarschuwing",
        "works up to which a bundle grows by itself; a warning above",
        2,
        8,
    ),
    Threshold(
        "most_works",
        8,
        "-",
        "[D]",
        "grootste aantal werken, bereikt met enkel nieuwe partijen",
        "most works, reached by new parties only",
        2,
        8,
    ),
    Threshold(
        "most_days", 364, "d", PURDUE, "langste slot (52 weken)", "longest slot (52 weeks)", 1
    ),
    _price("surface_eur_m2", 100, "€/m²", "herstel per m²", "repaving per m²", "[D]"),
    _price("surface_low_eur_m2", 60, "€/m²", "idem, laag", "idem, low", "[D]"),
    _price("surface_high_eur_m2", 160, "€/m²", "idem, hoog", "idem, high", "[D]"),
    _price("trench_eur_m3", 45, "€/m³", "graven en vullen per m³", "digging and filling", "[D]"),
    _price("trench_low_eur_m3", 25, "€/m³", "idem, laag", "idem, low", "[D]"),
    _price("trench_high_eur_m3", 80, "€/m³", "idem, hoog", "idem, high", "[D]"),
    _price("closure_eur_day", 250, "€/d", "een dag afsluiting", "a day of closure", "[D]"),
    _price("closure_low_eur_day", 100, "€/d", "idem, laag", "idem, low", "[D]"),
    _price("closure_high_eur_day", 2_500, "€/d", "idem, hoog", "idem, high", RENTAL),
    Threshold("trench_m", 1.5, "m", "[D]", "breedte van de sleuf", "width of the trench", 0.1, 10),
    Threshold(
        "trench_deep_m", 1.0, "m", "[D]", "diepte van de sleuf", "depth of the trench", 0.1, 10
    ),
    Threshold(
        "full_saving_eur",
        500_000,
        "€",
        "[D]",
        "besparing die de volle score geeft",
        "saving that gives the full score",
        1.0,
    ),
    Threshold(
        "room_weight",
        0.5,
        "-",
        "[D]",
        "deel van de score dat vervalt als een werk al zijn speelruimte gebruikt",
        "part of the score that is lost where a work uses all its room",
        0.0,
        1.0,
    ),
    _road("class_main", 5, "hoofdweg", "main"),
    _road("class_distributor", 4, "gebiedsontsluitingsweg", "distributor"),
    _road("class_access", 1, "erftoegangsweg", "access"),
    _road("class_path", 0, "pad", "path"),
    _road("class_unknown", 2, "onbekende weg", "unknown"),
)


@dataclass(frozen=True)
class MultiPartyBundle(BundleRule):
    """A bundle with a slot and works of at least three organisations."""

    code: ClassVar[str] = "O03"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "opportunity"
    title_nl: ClassVar[str] = "Meerpartijenbundel"
    title_en: ClassVar[str] = "Multi-party bundle"
    condition_nl: ClassVar[str] = (
        "Werken van drie of meer organisaties hangen door bundelkansen samen en passen alle "
        "binnen hun speelruimte in één slot."
    )
    condition_en: ClassVar[str] = (
        "Works of three or more organisations are linked by bundling opportunities and all fit "
        "in one slot within their windows."
    )
    order_nl: ClassVar[str] = "het werk dat het eerst begint staat voorop"
    order_en: ClassVar[str] = "the work that starts first comes first"
    source: ClassVar[str] = "[S] Purdue SPR-4156; Londen, Sunnyhill Road"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    def limits(self) -> Limits:
        """How large bundles may grow; never fewer works than preferred."""
        preferred = int(self.value("preferred_works"))
        most = max(preferred, int(self.value("most_works")))
        return Limits(preferred, most, int(self.value("most_days")))

    def worth(self) -> Worth:
        """What bundles are worth by these thresholds."""
        prices = Prices(
            _range(
                self.value("surface_low_eur_m2"),
                self.value("surface_eur_m2"),
                self.value("surface_high_eur_m2"),
            ),
            _range(
                self.value("trench_low_eur_m3"),
                self.value("trench_eur_m3"),
                self.value("trench_high_eur_m3"),
            ),
            _range(
                self.value("closure_low_eur_day"),
                self.value("closure_eur_day"),
                self.value("closure_high_eur_day"),
            ),
        )
        return Worth(
            prices,
            self.value("trench_m"),
            self.value("trench_deep_m"),
            self.value("full_saving_eur"),
            self.value("room_weight"),
        )

    def road_classes(self) -> dict[str, float]:
        """The class of nuisance of each class of road (:mod:`spatial.nuisance`)."""
        return {
            "main": self.value("class_main"),
            "distributor": self.value("class_distributor"),
            "access": self.value("class_access"),
            "path": self.value("class_path"),
            "unknown": self.value("class_unknown"),
        }

    def hits(self, bundles: Bundles, works: Works) -> WideHits:
        """Bundles that fit, of enough organisations."""
        row = np.flatnonzero(
            bundles.feasible & (bundles.organisations >= self.value("organisations"))
        )
        offsets, positions = ragged(bundles.offsets, row)
        members = bundles.members[positions]
        names = works.id[members].tobytes().hex()
        key = np.empty(len(row), dtype=object)
        key[:] = [names[32 * a : 32 * b] for a, b in pairwise(offsets.tolist())]
        bundle = np.repeat(np.arange(len(row)), np.diff(offsets))
        members = members[np.lexsort((works.end[members], works.start[members], bundle))]
        nothing = np.full(len(row), None, dtype=object)
        return WideHits(
            key=key,
            subject=np.zeros(len(row), dtype="V16"),
            members=members,
            offsets=offsets,
            start=bundles.slots.start[row],
            end=bundles.slots.end[row],
            score=bundles.score[row],
            measures={
                "shift_days": bundles.shift_days[row].astype(np.float64),
                "saving_eur": bundles.saving_eur[row],
                "saving_low_eur": bundles.saving_low_eur[row],
                "saving_high_eur": bundles.saving_high_eur[row],
            },
            geometry=outlines(works.footprint, members, offsets),
            told=nothing,
        )

    def explain(self, text: WideText) -> Explanation:
        """Who can work together, when, and what that asks and saves."""
        parties = len({work.organisation for work in text.works})
        nl, en = (self._said(text, parties, language) for language in ("nl", "en"))
        return Explanation(
            title_nl=f"Meerpartijenbundel: {parties} organisaties, {len(text.works)} werken",
            title_en=f"Multi-party bundle: {parties} organisations, {len(text.works)} works",
            nl=nl,
            en=en,
        )

    def _said(self, text: WideText, parties: int, language: Language) -> str:
        works = "; ".join(wording.work(work, language) for work in text.works)
        when = wording.period(text.start, text.end, language)
        m = text.measures
        usual, low, high = (
            wording.euros(m[name], language)
            for name in ("saving_eur", "saving_low_eur", "saving_high_eur")
        )
        shift = wording.days(m["shift_days"], language)
        many = len(text.works) > self.value("preferred_works")
        if language == "nl":
            move = f"Samen schuiven zij {shift}" if m["shift_days"] else "Niemand hoeft te schuiven"
            warning = (
                " Let op: bij meer dan vier werken haken aannemers af; overweeg twee bestekken."
                if many
                else ""
            )
            return (
                f"{parties} organisaties hebben werk in dezelfde straat: {works}. {when[0].upper()}"
                f"{when[1:]} passen zij in één slot, binnen ieders speelruimte. {move}. Samen "
                f"uitvoeren scheelt naar schatting {usual} ({low} tot {high}).{warning}"
            )
        move = f"Together they move {shift}" if m["shift_days"] else "Nobody has to move"
        warning = (
            " Mind: above four works bidders drop out; consider two contracts." if many else ""
        )
        return (
            f"{parties} organisations have works in the same street: {works}. {when[0].upper()}"
            f"{when[1:]} they fit in one slot, within every window. {move}. Doing them together "
            f"saves an estimated {usual} ({low} to {high}).{warning}"
        )


def _range(low: float, usual: float, high: float) -> Price:
    """A price whose range holds it, whatever was set."""
    return Price(min(low, usual), usual, max(high, usual))


RULE = MultiPartyBundle()
