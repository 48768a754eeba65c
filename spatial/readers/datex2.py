"""DATEX II version 3, SituationPublication: planned works of a national access point.

A situation is a project; its MaintenanceWorks and ConstructionWorks records
are the works. PublicEvent records become constraint zones (kind event), the
ReroutingManagement records of a situation with works its diversions. Other
record types are counted. Only one situation is in memory at a time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path

from spatial.datex2_rows import COLUMNS, MAPPED, Situations
from spatial.datex2_stream import is_datex2, situations
from spatial.reader import Fault, LayerKind, RawBatch, RawLayer, ReadOptions
from spatial.reading import CRS84, named

LAYERS: tuple[LayerKind, ...] = ("works", "constraints", "diversions")


class Datex2Reader:
    """Reads ``.xml`` and ``.xml.gz``."""

    name = "datex2"
    extensions = (".xml", ".gz")

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file is DATEX II, packed with gzip or not."""
        return path.is_file() and is_datex2(head)

    def read(self, path: Path, options: ReadOptions) -> Iterator[RawLayer]:
        """Yield works, constraints and diversions.

        The pass that reads the works collects the other two, which are small;
        asked for alone, they take a pass of their own. The counts and notes of
        the whole file stand with the works.
        """
        return named(_Feed(path, options).layers(), options.layer)


class _Feed:
    """One file and the batches of its layers that are not handed out yet."""

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self.path = path
        self.options = options
        self.waiting: dict[LayerKind, deque[RawBatch]] | None = None

    def layers(self) -> Iterator[RawLayer]:
        counts: dict[str, int] = {}
        notes: list[Fault] = []
        for kind in LAYERS:
            works = kind == "works"
            yield RawLayer(
                name=kind,
                crs=CRS84,
                columns=COLUMNS[kind],
                batches=self._works(counts, notes) if works else self._others(kind),
                kind=kind,
                mapping={name: name for name in MAPPED[kind]},
                notes=notes if works else [],
                counts=counts if works else {},
            )

    def _works(self, counts: dict[str, int], notes: list[Fault]) -> Iterator[RawBatch]:
        found = Situations()
        waiting: dict[LayerKind, deque[RawBatch]] = {kind: deque() for kind in LAYERS}
        for kind, batch in self._pass(found):
            if kind == "works":
                yield batch
            else:
                waiting[kind].append(batch)
        counts.update(found.counts)
        notes.extend(found.notes)
        self.waiting = waiting

    def _others(self, kind: LayerKind) -> Iterator[RawBatch]:
        if self.waiting is not None:
            waiting = self.waiting[kind]
            while waiting:
                yield waiting.popleft()
            return
        for other, batch in self._pass(Situations()):
            if other == kind:
                yield batch

    def _pass(self, found: Situations) -> Iterator[tuple[LayerKind, RawBatch]]:
        options = self.options
        for element in situations(self.path, options.max_unpacked_bytes, options.on_progress):
            found.add(element)
            for kind, table in found.tables.items():
                if len(table) >= options.batch_rows:
                    yield kind, table.batch()
        for kind, table in found.tables.items():
            if len(table):
                yield kind, table.batch()


READER = Datex2Reader()
