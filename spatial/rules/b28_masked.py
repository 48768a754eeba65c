"""B28: something is found with a plan that the other party keeps to itself.

A finding shows only to who may see all its works. Whoever owns one of them but
may not see another would never hear of it. To that organisation a masked
finding says so much: there is an opportunity or a bottleneck, in this period,
somewhere in this square. Never whose plan it is, what it is, or where exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple
from uuid import UUID

import numpy as np
import shapely

from spatial import wording
from spatial.finding import (
    Explanation,
    Findings,
    WideHits,
    WideText,
    finding_id,
    ragged,
    wide_finding_id,
)
from spatial.rule import FindingRule, Kind, Threshold
from spatial.vocabulary import VISIBILITY
from spatial.work import Codes, Flags, Keys, Objects, Works

OWN = VISIBILITY.code("own")
THRESHOLDS = (
    Threshold(
        "square_m",
        500.0,
        "m",
        "[D]",
        "zijde van het vierkant waarin de plaats wordt getoond",
        "side of the square in which the place is shown",
        100.0,
        5_000.0,
    ),
)


class _Mask(NamedTuple):
    """Who is told of which finding."""

    finding: int
    organisation: int


@dataclass(frozen=True)
class Masked(FindingRule):
    """A finding with a plan that the viewer may not see: kind, period and a square."""

    code: ClassVar[str] = "B28"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Vertrouwelijk plan van een partner"
    title_en: ClassVar[str] = "Confidential plan of a partner"
    condition_nl: ClassVar[str] = (
        "Een bevinding gaat over een werk van de ontvanger en over een werk dat een andere "
        "organisatie voor zichzelf houdt. De ontvanger ziet soort, periode en een vierkant."
    )
    condition_en: ClassVar[str] = (
        "A finding is about a work of the receiver and about a work that another organisation "
        "keeps to itself. The receiver sees its kind, its period and a square."
    )
    order_nl: ClassVar[str] = "alleen de werken van de ontvanger"
    order_en: ClassVar[str] = "only the works of the receiver"
    source: ClassVar[str] = "[S] San Francisco Public Works Code (trade secrets)"

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    def hits(self, findings: Findings, works: Works, visibility: Codes) -> WideHits:
        """One masked finding for each organisation that may not see a finding about its work."""
        masks = list(_masks(findings, works, visibility))
        rows = np.array([mask.finding for mask in masks], dtype=np.int64)
        origins = [_origin(findings, works, row) for row in rows.tolist()]
        members = [_mine(findings, works, mask) for mask in masks]
        counts = np.array([len(m) for m in members], dtype=np.int64)
        kinds = ["opportunity" if code.startswith("O") else "bottleneck" for code in findings.codes]
        told = np.empty(len(rows), dtype=object)
        told[:] = [{"kind": kinds[findings.rule[row]]} for row in rows.tolist()]
        key = np.empty(len(rows), dtype=object)
        told_to = [works.organisation[m[0]] for m in members]
        key[:] = [f"{origin}:{owner}" for origin, owner in zip(origins, told_to, strict=True)]
        return WideHits(
            key=key,
            subject=np.array([origin.bytes for origin in origins], dtype="V16"),
            members=np.concatenate([np.empty(0, np.int64), *members]).astype(np.int64),
            offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
            start=findings.start[rows],
            end=findings.end[rows],
            score=findings.score[rows],
            measures={},
            geometry=self._squares(findings.geometry[rows]),
            told=told,
        )

    def _squares(self, geometry: Objects) -> Objects:
        """The square of a fixed grid in which each place has its centre."""
        side = self.value("square_m")
        centre = shapely.get_coordinates(shapely.centroid(geometry))
        west, south = (np.floor(centre / side) * side).T
        squares = np.empty(len(geometry), dtype=object)
        squares[:] = [
            shapely.MultiPolygon([box])
            for box in shapely.box(west, south, west + side, south + side).tolist()
        ]
        return squares

    def explain(self, text: WideText) -> Explanation:
        """That there is something, what kind, when and in which square."""
        mine_nl, mine_en = wording.work(text.works[0], "nl"), wording.work(text.works[0], "en")
        what_nl = "kans" if text.told.get("kind") == "opportunity" else "knelpunt"
        what_en = "an opportunity" if text.told.get("kind") == "opportunity" else "a bottleneck"
        side = (
            wording.number(self.value("square_m"), "nl"),
            wording.number(self.value("square_m"), "en"),
        )
        return Explanation(
            title_nl=f"Vertrouwelijk plan van een partner ({what_nl})",
            title_en=f"Confidential plan of a partner ({what_en})",
            nl=(
                f"Bij {mine_nl} is er {wording.period(text.start, text.end, 'nl')} een {what_nl} "
                "met een plan dat een partner voor zichzelf houdt, ergens in dit vierkant van "
                f"{side[0]} m. Vraag de coördinator van het programmeerverband om u met elkaar "
                "in contact te brengen."
            ),
            en=(
                f"Near {mine_en} there is {what_en} {wording.period(text.start, text.end, 'en')} "
                "with a plan that a partner keeps to itself, somewhere in this square of "
                f"{side[1]} m. Ask the co-ordinator of the partnership to bring you together."
            ),
        )


def _masks(findings: Findings, works: Works, visibility: Codes) -> Iterator[_Mask]:
    """Findings with a work that its owner keeps, and each other owner in them."""
    kept = visibility == OWN
    for row in np.flatnonzero(_any_of(findings, kept)).tolist():
        members = findings.members[findings.offsets[row] : findings.offsets[row + 1]]
        owners = works.organisation[members]
        keepers = set(owners[kept[members]].tolist())
        for owner in sorted(set(owners.tolist())):
            if keepers - {owner}:
                yield _Mask(row, owner)


def _any_of(findings: Findings, flags: Flags) -> Flags:
    """Findings with at least one flagged work."""
    if not len(findings):
        return np.empty(0, dtype=np.bool_)
    found: Flags = np.logical_or.reduceat(flags[findings.members], findings.offsets[:-1])
    return found


def _mine(findings: Findings, works: Works, mask: _Mask) -> Keys:
    members = findings.members[findings.offsets[mask.finding] : findings.offsets[mask.finding + 1]]
    mine: Keys = members[works.organisation[members] == mask.organisation]
    return mine


def _origin(findings: Findings, works: Works, row: int) -> UUID:
    """The id of the finding that is masked."""
    code = findings.codes[findings.rule[row]]
    if findings.key[row]:
        return wide_finding_id(code, findings.key[row])
    _, positions = ragged(findings.offsets, np.array([row]))
    first, second = (UUID(bytes=works.id[w].tobytes()) for w in findings.members[positions])
    return finding_id(code, (first, second))


RULE = Masked()
