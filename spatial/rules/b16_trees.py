"""B16: digging in the roots of protected trees.

Exactly: a work that digs, neither completed nor withdrawn, whose footprint
comes to at most ``margin_m`` from the crown of a protected tree; a survey or a
trenchless work does not dig. The crown of a tree that is a point is a disc of
its crown radius, ``crown_m`` where the register gives none. One finding for
each work, with the number of trees. Period: that of the work. Score: base x
exposure x p, with exposure from 0.5 for one tree to 1 at ``full_trees``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import shapely

from spatial import overlay
from spatial.finding import Explanation, WideHits, WideText
from spatial.overlay_words import called, counted, named, remark, the_work, when
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.vocabulary import Language
from spatial.wide import no_hits
from spatial.work import Floats

THRESHOLDS = (
    Threshold(
        "margin_m",
        1.5,
        "m",
        "[M] COB; Handboek Bomen",
        "zo ver buiten de kroon reiken de wortels",
        "so far beyond the crown reach the roots",
        most=10.0,
    ),
    Threshold(
        "crown_m",
        4.0,
        "m",
        "[D]",
        "kroonstraal van een boom waarvan die niet bekend is",
        "crown radius of a tree of which it is not known",
        most=15.0,
    ),
    overlay.base_score(70.0),
    Threshold(
        "full_trees",
        5,
        "trees",
        "[D]",
        "aantal bomen dat de volle score geeft",
        "trees that give the full score",
        1,
    ),
)
MOST_CROWN_M = 25.0
"""No crown in a register is wider (the layer refuses it)."""


@dataclass(frozen=True)
class Trees(WideRule):
    """A dig within the root zone of a protected tree."""

    code: ClassVar[str] = "B16"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Bomen"
    title_en: ClassVar[str] = "Trees"
    condition_nl: ClassVar[str] = (
        "Een werk graaft ten hoogste 1,5 m buiten de kroon van een beschermde boom."
    )
    condition_en: ClassVar[str] = "A work digs at most 1.5 m beyond the crown of a protected tree."
    order_nl: ClassVar[str] = "het werk alleen"
    order_en: ClassVar[str] = "the work alone"
    source: ClassVar[str] = "[S] COB bomen; Handboek Bomen; margin [M]"
    context: ClassVar[frozenset[str]] = frozenset({"trees"})
    about: ClassVar[str] = "works"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """The widest crown and the margin."""
        return MOST_CROWN_M + self.value("margin_m")

    def hits(self, situation: Situation) -> WideHits:
        """Digging works with protected trees too near."""
        trees = situation.objects("trees")
        protected = trees.columns["is_protected"].astype(np.bool_)
        crown = self._crown_m(situation)
        digs = overlay.judged_works(situation) & situation.subject.traits.digs
        widest = float(crown[protected].max(initial=0.0))
        rows = overlay.meetings(
            situation, "trees", digs, protected, widest + self.value("margin_m")
        )
        away = shapely.distance(
            trees.geometry[rows.object], situation.subject.works.footprint[rows.work]
        )
        into = crown[rows.object] + self.value("margin_m") - away
        near = into >= 0
        rows, into = rows.take(near), into[near]
        if not len(rows):
            return no_hits()
        cases = overlay.Cases.of(rows.work)
        count = cases.count()
        works = situation.subject.works
        exposure = 0.5 + 0.5 * np.minimum(1.0, count / self.value("full_trees"))
        root_m = crown[rows.object] + self.value("margin_m")
        zones = shapely.buffer(trees.geometry[rows.object], root_m, quad_segs=4)
        pieces = shapely.intersection(zones, works.footprint[rows.work])
        return overlay.findings(
            situation,
            cases,
            subject=cases.subject(trees.id[rows.object]),
            start=works.start[cases.work],
            end=works.end[cases.work],
            score=self.value("base_score") * exposure,
            measures={"trees": count, "into_root_zone_m": cases.most(into)},
            pieces=cases.union(pieces),
            told=[{"species": n} for n in cases.names(trees.columns["species"][rows.object])],
        )

    def _crown_m(self, situation: Situation) -> Floats:
        """From the geometry of each tree to the edge of its crown."""
        trees = situation.objects("trees")
        given = trees.columns["crown_radius_m"]
        point = shapely.get_dimensions(trees.geometry) == 0
        known = np.where(np.isnan(given), self.value("crown_m"), given)
        crown: Floats = np.where(point, known, 0.0)
        return crown

    def explain(self, text: WideText) -> Explanation:
        """How many trees, which, and when the digging is."""
        trees_nl, trees_en = _trees(text, "nl"), _trees(text, "en")
        return Explanation(
            title_nl=f"Wortelzone van {trees_nl}: {called(text, 'nl')}",
            title_en=f"Root zone of {trees_en}: {called(text, 'en')}",
            nl=(
                f"{the_work(text, 'nl')} graaft in de wortelzone van {trees_nl}"
                f"{_species(text, 'nl')} ({when(text, 'nl')}). Kies een ander tracé, boor eronder "
                f"door of laat een boomeffectanalyse doen.{remark(text, 'nl')}"
            ),
            en=(
                f"{the_work(text, 'en')} digs in the root zone of {trees_en}"
                f"{_species(text, 'en')} ({when(text, 'en')}). Choose another route, drill below "
                f"or have the effect on the trees assessed.{remark(text, 'en')}"
            ),
        )


def _trees(text: WideText, language: Language) -> str:
    one, many = ("boom", "bomen") if language == "nl" else ("tree", "trees")
    protected = "beschermde" if language == "nl" else "protected"
    return counted(text.measures["trees"], f"{protected} {one}", f"{protected} {many}", language)


def _species(text: WideText, language: Language) -> str:
    names = named(text.told["species"], language)
    return f": {names}" if names else ""


RULE = Trees()
