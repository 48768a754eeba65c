"""Works and all that surrounds them, as rules beyond pairs see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from spatial.context import Context, ContextObjects
from spatial.facts import Subject
from spatial.period import NO_DAY
from spatial.work import Flags, Floats, Ints, Keys, Objects

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Organisations:
    """Organisations as columns; ``key`` is what works carry in ``organisation``.

    ``id`` is ``V16``, ``kind`` the word of the vocabulary.
    ``declared_on`` is the day of the last declaration that its plans are
    complete, ``NO_DAY`` where there was none.
    """

    key: Keys
    id: NDArray[np.void]
    name: Objects
    kind: Objects
    declared_on: Ints

    @classmethod
    def none(cls) -> Organisations:
        """No organisation is known."""
        nothing = np.empty(0, dtype=object)
        days = np.empty(0, dtype=np.int32)
        return cls(np.empty(0, np.int64), np.empty(0, "V16"), nothing, nothing, days)

    def __len__(self) -> int:
        return len(self.key)


@dataclass(frozen=True, slots=True)
class Shares:
    """What each organisation pays for each project in each year, as columns.

    ``project`` and ``organisation`` are keys as works carry them; ``state`` is
    "requested", "reserved" or "allotted".
    """

    project: Keys
    organisation: Keys
    year: Ints
    amount_eur: Floats
    state: Objects

    @classmethod
    def none(cls) -> Shares:
        """No budget is known."""
        keys = np.empty(0, dtype=np.int64)
        years, amounts = np.empty(0, np.int32), np.empty(0, np.float64)
        return cls(keys, keys, years, amounts, np.empty(0, object))

    def __len__(self) -> int:
        return len(self.project)


@dataclass(frozen=True, slots=True)
class Noted:
    """What owners say of their works beside the columns, one position a work.

    ``climate_measure``: the work has a measure against heat or flooding;
    ``safety_urgent``: it cannot wait for the sake of safety. ``power_kw`` is the
    power that it will take from the grid, NaN where not told, and
    ``power_from`` the day from which, ``NO_DAY`` where not told. ``crews`` are
    those that it keeps busy, NaN where not told, ``contractor_class`` the
    kind of contractor that can do it, "" where not told.
    """

    climate_measure: Flags
    safety_urgent: Flags
    power_kw: Floats
    power_from: Ints
    crews: Floats = field(default_factory=lambda: np.zeros(0))
    contractor_class: Objects = field(default_factory=lambda: np.zeros(0, dtype=object))

    def __post_init__(self) -> None:
        n = len(self.climate_measure)
        if len(self.crews) != n:
            object.__setattr__(self, "crews", np.full(n, np.nan))
        if len(self.contractor_class) != n:
            object.__setattr__(self, "contractor_class", np.full(n, "", dtype=object))

    @classmethod
    def nothing(cls, n: int) -> Noted:
        """Nothing was said of ``n`` works."""
        no = np.zeros(n, dtype=np.bool_)
        return cls(no, no, np.full(n, np.nan), np.full(n, NO_DAY, dtype=np.int32))


@dataclass(frozen=True, slots=True)
class Situation:
    """All works that may matter, with their surroundings.

    ``judged`` flags what a rule must look at: works for a rule about works,
    objects of its layer for a rule about a layer, organisations for one about
    organisations; None is all of them. Only findings about these are asked,
    but every work that touches them is here. ``cost_eur`` of the project of a
    work is NaN where unknown; ``confirmed_on`` is the day on which its owner
    last confirmed it (``NO_DAY``: never); ``noted`` is what owners say besides.
    ``as_of`` is the day that counts as today, None where none was given.
    ``memory`` keeps what several rules derive from the same works and objects.
    """

    subject: Subject
    context: Context
    organisations: Organisations
    shares: Shares
    cost_eur: Floats
    confirmed_on: Ints
    noted: Noted
    as_of: int | None = None
    judged: Flags | None = None
    memory: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        subject: Subject,
        context: Context | None = None,
        **known: Any,
    ) -> Situation:
        """A situation in which only what is given is known."""
        n = len(subject.works)
        usual: Mapping[str, Any] = {
            "organisations": Organisations.none(),
            "shares": Shares.none(),
            "cost_eur": np.full(n, np.nan),
            "confirmed_on": np.full(n, NO_DAY, dtype=np.int32),
            "noted": Noted.nothing(n),
        }
        return cls(subject, context or {}, **{**usual, **known})

    def judging(self, flags: Flags | None) -> Situation:
        """The same situation with something else to judge; what was derived is kept."""
        return replace(self, judged=flags)

    def objects(self, layer: str) -> ContextObjects:
        """The objects of a layer; KeyError where it is not loaded."""
        return self.context[layer]

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What ``make`` gives, made at the first call of this name in this situation."""
        if name not in self.memory:
            self.memory[name] = make()
        found: T = self.memory[name]
        return found
