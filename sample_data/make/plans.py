"""What an invented plan is, and the numbering of each owner."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from shapely.geometry.base import BaseGeometry

PREFIXES = {
    "gemeente": "VG",
    "water": "WB",
    "net": "NB",
    "warmte": "WA",
    "telecom": "TC",
    "waterschap": "WS",
    "corporatie": "WC",
    "ontwikkelaar": "PO",
}


@dataclass(frozen=True)
class Plan:
    """One invented work, before it takes the shape of its owner's file."""

    owner: str
    reference: str
    title: str
    facility: str
    activity: str
    geometry: BaseGeometry
    start: date
    end: date
    status: str
    impact: str = "unknown"
    department: str = ""
    period_text: str = ""
    cost_eur: int = 0
    window: tuple[date, date] | None = None


@dataclass
class Drawing:
    """The plans drawn so far, with the numbering of each owner."""

    plans: list[Plan] = field(default_factory=list)
    near_misses: list[tuple[str, str, str, str]] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, owner: str, start: date, **facts: object) -> str:
        """Draw one plan and give it the next number of its owner."""
        self.numbers[owner] += 1
        reference = f"{PREFIXES[owner]}-{start.year}-{self.numbers[owner]:03d}"
        self.plans.append(Plan(owner=owner, reference=reference, start=start, **facts))  # type: ignore[arg-type]  # facts are the fields of Plan
        return reference
