"""What a rule is, how its thresholds are set, and how rules are found.

A rule is one file in ``spatial/rules`` with a frozen dataclass and an instance
``RULE``: its code, texts, sources and thresholds, and ``hits``. A
:class:`PairRule` judges the whole table of pair facts at once; a
:class:`WideRule` all works together with what surrounds them. Rules hold no
loop over pairs, never import one another, and make text only for hits.
"""

from __future__ import annotations

import importlib
import math
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from spatial.errors import KansenkaartError
from spatial.work import Codes, Flags, Works

if TYPE_CHECKING:
    from spatial.bundle import Bundles
    from spatial.facts import Facts, Subject
    from spatial.finding import Explanation, Findings, Hits, PairText, WideHits, WideText
    from spatial.situation import Situation

Kind = Literal["opportunity", "bottleneck"]


class ParameterRefused(KansenkaartError):
    """A parameter of a rule cannot have this value."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number that decides, with its unit and where it comes from.

    ``source`` starts with its mark: "[S]" a published source, "[C]" the card
    that asked for this map, "[M]" common knowledge of the field, "[D]" our own
    default. Values marked M or D are shown as "default". A parameter must lie
    in ``least`` to ``most``.
    """

    name: str
    value: float
    unit: str
    source: str
    nl: str
    en: str
    least: float = 0.0
    most: float = math.inf

    @property
    def is_default(self) -> bool:
        """Whether the value still waits for confirmation by the partnership."""
        return not self.source.startswith(("[S]", "[C]"))


@dataclass(frozen=True, slots=True)
class Search:
    """Pairs that a rule looks for: so near in place and time, around these works.

    ``among`` flags works of which each pair holds at least one; None is all.
    """

    reach_m: float
    reach_days: int
    among: Flags | None = None


@dataclass(frozen=True)
class Rule(ABC):
    """What every detector says of itself (catalogue: domain.md section 4).

    ``condition_nl`` and ``condition_en`` say the rule in one sentence,
    ``order_nl`` and ``order_en`` in which order it names its works. ``context``
    names the context layers without which it cannot be assessed, ``any_context``
    those of which one is enough; ``asks_today`` says that it needs a day that
    counts as today.
    """

    code: ClassVar[str]
    version: ClassVar[int]
    kind: ClassVar[Kind]
    title_nl: ClassVar[str]
    title_en: ClassVar[str]
    condition_nl: ClassVar[str]
    condition_en: ClassVar[str]
    order_nl: ClassVar[str]
    order_en: ClassVar[str]
    source: ClassVar[str]
    context: ClassVar[frozenset[str]] = frozenset()
    any_context: ClassVar[frozenset[str]] = frozenset()
    asks_today: ClassVar[bool] = False

    thresholds: tuple[Threshold, ...]

    @property
    @abstractmethod
    def reach_m(self) -> float:
        """Largest distance in metres between what can make a finding together."""

    def value(self, name: str) -> float:
        """The value of a threshold; KeyError where there is none of that name."""
        return {t.name: t.value for t in self.thresholds}[name]

    def with_parameters(self, values: Mapping[str, float]) -> Self:
        """The same rule with other values for some thresholds.

        ParameterRefused where a name is unknown or a value is out of bounds.
        """
        unknown = sorted(set(values) - {t.name for t in self.thresholds})
        if unknown:
            names = ", ".join(t.name for t in self.thresholds)
            msg = f"{self.code} has no parameter {', '.join(unknown)}; it has {names}."
            raise ParameterRefused(msg)
        changed = (_changed(self.code, t, values) for t in self.thresholds)
        return replace(self, thresholds=tuple(changed))


class PairRule(Rule):
    """A detector over pairs of works, at most 50 m apart.

    ``needs`` names the costly facts that ``hits`` uses; they are measured only
    in the rows that ``wants`` keeps. ``solves`` names the bottlenecks of the
    same pair that are gone once the opportunity is taken.
    """

    needs: ClassVar[frozenset[str]]
    solves: ClassVar[frozenset[str]] = frozenset()

    @property
    @abstractmethod
    def reach_days(self) -> int:
        """Largest number of days between two periods that can give a finding."""

    def searches(self, subject: Subject) -> tuple[Search, ...]:  # noqa: ARG002 -- of use to rules about few works
        """Where candidates can lie; a rule about few works searches around these alone."""
        return (Search(self.reach_m, self.reach_days),)

    @property
    def companion(self) -> WideRule | None:
        """The same rule over what is no work, with the same code and thresholds; few have one."""
        return None

    @abstractmethod
    def wants(self, facts: Facts) -> Flags:
        """Rows that may still give a finding, judged by the cheap facts alone."""

    @abstractmethod
    def hits(self, facts: Facts) -> Hits:
        """The findings among the rows, with their measures."""

    @abstractmethod
    def explain(self, text: PairText) -> Explanation:
        """Say in Dutch and English why this pair is a finding, with its numbers."""


class WideRule(Rule):
    """A detector over works and their surroundings: streets, areas, budgets, seasons.

    ``about`` says what a finding is about: "works" (each work by itself), the
    id of a context layer (each of its objects with the works that touch it), or
    "organisations" (each with all its works). What changes a finding is then
    known: a change of one of those works, or of that object. ``reach_m`` is how
    far a work may lie from an object and still count. ``may_use`` names layers
    that it takes into account where they are loaded. A rule about works that
    looks at other works too says in ``neighbours_m`` how far.
    """

    about: ClassVar[str]
    may_use: ClassVar[frozenset[str]] = frozenset()
    neighbours_m: ClassVar[float] = 0.0

    @abstractmethod
    def hits(self, situation: Situation) -> WideHits:
        """The findings about what is to be judged, vectorised over all of it."""

    @abstractmethod
    def explain(self, text: WideText) -> Explanation:
        """Say in Dutch and English why this is a finding, with its numbers."""


class FindingRule(Rule):
    """A detector over what other rules found."""

    @property
    def reach_m(self) -> float:
        """It looks no further than the findings do."""
        return 0.0

    @abstractmethod
    def hits(self, findings: Findings, works: Works, visibility: Codes) -> WideHits:
        """What follows from these findings; ``visibility`` has a code of each work."""

    @abstractmethod
    def explain(self, text: WideText) -> Explanation:
        """Say in Dutch and English what follows, with its numbers."""


def wide_parts(rules: Sequence[Rule]) -> tuple[WideRule, ...]:
    """The rules beyond pairs, and the companions of rules over pairs.

    >>> [part.code for part in wide_parts([r for r in rules() if r.code in {"B01", "B14"}])]
    ['B14']
    """
    parts = (rule.companion if isinstance(rule, PairRule) else rule for rule in rules)
    return tuple(part for part in parts if isinstance(part, WideRule))


class BundleRule(Rule):
    """A detector over bundles of findings (:mod:`spatial.bundle`)."""

    @property
    def reach_m(self) -> float:
        """It looks no further than the findings do."""
        return 0.0

    @abstractmethod
    def hits(self, bundles: Bundles, works: Works) -> WideHits:
        """The findings among these bundles; their members are positions in ``works``."""

    @abstractmethod
    def explain(self, text: WideText) -> Explanation:
        """Say in Dutch and English what the bundle offers, with its numbers."""


def _changed(code: str, threshold: Threshold, values: Mapping[str, float]) -> Threshold:
    if threshold.name not in values:
        return threshold
    value = values[threshold.name]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        msg = f"{code}.{threshold.name} must be a number, not {value!r}."
        raise ParameterRefused(msg)
    if not threshold.least <= value <= threshold.most:
        msg = (
            f"{code}.{threshold.name} must lie between {threshold.least:g} and "
            f"{threshold.most:g} {threshold.unit}, not {value:g}."
        )
        raise ParameterRefused(msg)
    if threshold.unit == "d" and value != int(value):
        msg = f"{code}.{threshold.name} counts whole days, not {value:g}."
        raise ParameterRefused(msg)
    return replace(threshold, value=float(value))


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of their codes."""
    import spatial.rules as package

    names = sorted(m.name for m in pkgutil.iter_modules(package.__path__))
    modules = [importlib.import_module(f"{package.__name__}.{name}") for name in names]
    return tuple(sorted((m.RULE for m in modules if hasattr(m, "RULE")), key=lambda r: r.code))


def configured(
    chosen: Sequence[Rule] | None = None,
    parameters: Mapping[str, Mapping[str, float]] | None = None,
) -> tuple[Rule, ...]:
    """Rules (all, unless some are chosen) with the parameters of a partnership.

    ``parameters`` maps rule codes to values by threshold name. ParameterRefused
    where a code, a name or a value is wrong; a rule that is merely not among
    the chosen may have parameters.

    >>> configured(parameters={"B02": {"shared_area_m2": 5}})[1].value("shared_area_m2")
    5.0
    """
    parameters = parameters or {}
    known = {r.code for r in rules()} | {r.code for r in chosen or ()}
    unknown = sorted(set(parameters) - known)
    if unknown:
        msg = f"there is no rule {', '.join(unknown)}; there are {', '.join(sorted(known))}."
        raise ParameterRefused(msg)
    picked = rules() if chosen is None else chosen
    return tuple(r.with_parameters(parameters.get(r.code, {})) for r in picked)
