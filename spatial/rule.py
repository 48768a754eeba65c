"""What a rule is, and how one is found.

A rule is one file in ``spatial/rules`` with a frozen dataclass and an instance
``RULE``: its code, texts, sources and thresholds, and ``hits`` over the whole
table of pair facts. Rules hold no loop over pairs, never import one another,
and make text only for hits.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from spatial.facts import Facts
    from spatial.finding import Explanation, Hits, PairText

Kind = Literal["opportunity", "bottleneck"]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number that decides, with its unit and where it comes from.

    ``source`` starts with its mark: "[S]" a published source, "[M]" common
    knowledge of the field, "[D]" our own default. Values marked M or D are
    shown as "default".
    """

    name: str
    value: float
    unit: str
    source: str
    nl: str
    en: str

    @property
    def is_default(self) -> bool:
        """Whether the value still waits for confirmation by the partnership."""
        return not self.source.startswith("[S]")


class Rule(Protocol):
    """A detector over pairs of works (catalogue: domain.md section 4)."""

    code: str
    version: int
    kind: Kind
    title_nl: str
    title_en: str
    source: str
    thresholds: tuple[Threshold, ...]

    @property
    def reach_m(self) -> float:
        """Largest distance between two footprints that can give a finding, in metres."""

    @property
    def reach_days(self) -> int:
        """Largest number of days between two periods that can give a finding."""

    def wants(self, facts: Facts) -> object:
        """Rows that may still give a finding, judged by the cheap facts alone (boolean mask)."""

    def hits(self, facts: Facts) -> Hits:
        """The findings among the rows, with their measures."""

    def explain(self, text: PairText) -> Explanation:
        """Say in Dutch and English why this pair is a finding, with its numbers."""


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of their codes."""
    import spatial.rules as package

    names = sorted(m.name for m in pkgutil.iter_modules(package.__path__))
    modules = [importlib.import_module(f"{package.__name__}.{name}") for name in names]
    return tuple(sorted((m.RULE for m in modules if hasattr(m, "RULE")), key=lambda r: r.code))
