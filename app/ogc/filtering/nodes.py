"""A filter as a tree of plain data, the same from CQL2 text and from CQL2 JSON.

``at`` is where each part stands in what was sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from shapely.geometry.base import BaseGeometry

from app.ogc.filtering.refusal import FilterRefused, Place

MOST_CHARACTERS = 60_000
"""About 2,500 vertices in degrees."""
MOST_DEPTH = 50
MOST_PARTS = 2_000
MOST_VERTICES = 5_000


@dataclass(frozen=True, slots=True)
class Name:
    """A property."""

    name: str
    at: Place


@dataclass(frozen=True, slots=True)
class Value:
    """A text, a number or a truth value."""

    value: str | float | bool
    at: Place


@dataclass(frozen=True, slots=True)
class Instant:
    """A day, or a moment with its offset."""

    value: date | datetime
    at: Place


@dataclass(frozen=True, slots=True)
class Interval:
    """From a first to a last instant, both included; None is an open end."""

    first: Name | Instant | None
    last: Name | Instant | None
    at: Place


@dataclass(frozen=True, slots=True)
class Shape:
    """A geometry as written: in the CRS and axis order of the filter."""

    geometry: BaseGeometry
    at: Place


@dataclass(frozen=True, slots=True)
class Box:
    """Four or six numbers as written: in the CRS and axis order of the filter."""

    sides: tuple[float, ...]
    at: Place


@dataclass(frozen=True, slots=True)
class Items:
    """A list of values."""

    items: tuple[Node, ...]
    at: Place


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or function with its arguments; ``op`` in lower case."""

    op: str
    args: tuple[Node, ...]
    at: Place


Node = Name | Value | Instant | Interval | Shape | Box | Items | Call


@dataclass(slots=True)
class Budget:
    """How much of a filter was read; refuses what goes over the limits."""

    depth: int = 0
    parts: int = field(default=0)

    def enter(self, at: Place) -> None:
        """One level deeper."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            nl = f"de filter is dieper genest dan {MOST_DEPTH} niveaus. Maak hem vlakker."
            en = f"the filter is nested deeper than {MOST_DEPTH} levels. Make it flatter."
            raise FilterRefused(nl, en, at)

    def leave(self) -> None:
        """One level back."""
        self.depth -= 1

    def count(self, at: Place) -> None:
        """One more value, property or operator."""
        self.parts += 1
        if self.parts > MOST_PARTS:
            nl = f"de filter heeft meer dan {MOST_PARTS} onderdelen. Splits de vraag."
            en = f"the filter has more than {MOST_PARTS} parts. Split the question."
            raise FilterRefused(nl, en, at)


def joined(op: str, parts: tuple[Node, ...], at: Place) -> Node:
    """``and`` or ``or`` of parts; parts of the same operator become one list.

    Clients nest a long row of conditions one by one, which says the same.
    """
    flat: list[Node] = []
    for part in parts:
        same = isinstance(part, Call) and part.op == op
        flat += part.args if same and isinstance(part, Call) else (part,)
    return flat[0] if len(flat) == 1 else Call(op, tuple(flat), at)
