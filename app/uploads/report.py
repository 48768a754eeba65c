"""The report of an upload: one object, shown as JSON, as a page and as CSV."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from spatial.reader import Fault

MOST_FAULTS = 20_000
"""More faults than this are counted but not told one by one."""

COUNTS = (
    "read",
    "stored",
    "new",
    "changed",
    "unchanged",
    "restored",
    "withdrawn",
    "repeated",
    "refused",
    "projects",
    "constraints",
    "diversions",
)
"""``read`` is ``stored`` + ``repeated`` + ``refused`` + ``constraints`` + ``diversions``;
``stored`` is ``new`` + ``changed`` + ``unchanged`` + ``restored``."""


def _counts() -> dict[str, int]:
    return dict.fromkeys(COUNTS, 0)


@dataclass
class Report:
    """What an upload did, or would do.

    ``problem`` is an RFC 9457 object where nothing was done. ``faults`` are in
    the order of the file. ``timings_s`` holds seconds per stage.
    """

    id: str = ""
    state: str = "running"
    counts: dict[str, int] = field(default_factory=_counts)
    layers: list[dict[str, object]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    fault_counts: Counter[str] = field(default_factory=Counter)
    unknown_words: Counter[tuple[str, str]] = field(default_factory=Counter)
    organisations: list[dict[str, object]] = field(default_factory=list)
    doubles: list[dict[str, object]] = field(default_factory=list)
    findings: dict[str, object] = field(default_factory=dict)
    timings_s: dict[str, float] = field(default_factory=dict)
    problem: dict[str, object] | None = None

    def add(self, faults: Sequence[Fault]) -> None:
        """Take faults into the report, at most ``MOST_FAULTS`` in full."""
        self.faults.extend(faults[: max(0, MOST_FAULTS - len(self.faults))])
        self.fault_counts.update(f"{f.severity} {f.code}" for f in faults)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time spent in the block to a stage."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - begun
            self.timings_s[stage] = round(self.timings_s.get(stage, 0.0) + spent, 3)

    @property
    def exit_code(self) -> int:
        """0 done, 1 some rows or a layer refused, 2 nothing done."""
        if self.problem is not None or self.state == "refused":
            return 2
        errors = any(name.startswith("error ") for name in self.fault_counts)
        return 1 if errors or self.counts["refused"] else 0

    def to_json(self) -> dict[str, object]:
        """As kept with the upload and given by the API."""
        told = len(self.faults)
        return {
            "id": self.id,
            "state": self.state,
            "counts": self.counts,
            "layers": self.layers,
            "faults": [fault_json(f) for f in self.faults],
            "faults_left_off": self.fault_counts.total() - told,
            "fault_counts": dict(self.fault_counts),
            "unknown_words": [
                {"field": name, "word": word, "count": count}
                for (name, word), count in self.unknown_words.most_common(500)
            ],
            "organisations": self.organisations,
            "doubles": self.doubles,
            "findings": self.findings,
            "timings_s": self.timings_s,
            "problem": self.problem,
        }


def fault_json(fault: Fault) -> dict[str, object]:
    """A fault as JSON: layer, row, field, value, reason and remedy in both languages."""
    return {
        "code": fault.code,
        "severity": fault.severity,
        "layer": fault.layer,
        "row": fault.row,
        "field": fault.field,
        "value": fault.value,
        "reason": dict(fault.reason),
        "remedy": dict(fault.remedy),
    }
