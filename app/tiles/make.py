"""Make a tile: each layer in it drawn or counted, one after the other, then compressed."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from app.ogc.question import Question
from app.organisations.viewer import Viewer
from app.tiles import content
from app.tiles.area_points import AreaPoints, levels_loaded, read_areas
from app.tiles.cache import Cache
from app.tiles.counted import Counted, Named, count, encode, read_middles
from app.tiles.grid import Tile
from app.tiles.projected import compile_projected, run_projected
from app.tiles.shapes import Kind, compile_for

GZIP_LEVEL = 3
"""6 takes 2.5 times as long and saves 5% (a tile of 67 kB: 2.3 ms for 32.1 kB, 0.9 for 33.8)."""

_FOR_READS = (
    "select set_config('max_parallel_workers_per_gather', '0', true), "
    "set_config('statement_timeout', '60s', true)"
)
"""A tile is small: starting helpers takes longer than making it, and takes cores from others."""


@dataclass(frozen=True, slots=True)
class Made:
    """A tile, compressed; ``left_out`` counts the features that did not fit."""

    gzipped: bytes
    left_out: int

    def __len__(self) -> int:
        """Bytes."""
        return len(self.gzipped)


@dataclass(frozen=True, slots=True)
class Making:
    """What a tile is made with; ``version`` was read before anything else.

    ``parts`` keeps what many tiles are made from: statements, areas, counts.
    """

    connection: Connection
    tiles: Cache
    parts: Cache
    viewer: Viewer
    storage: int
    version: str

    def tile(self, tile: Tile, questions: Sequence[Question]) -> Made:
        """The tile, kept for whoever asks the same and may see the same."""
        asked = tuple((q.subject, q.language) for q in questions)
        key = ("tile", tile, asked, self.viewer.cache_class, self.version)
        return self.tiles.get(key, lambda: self._make(tile, questions))

    def _make(self, tile: Tile, questions: Sequence[Question]) -> Made:
        self.connection.exec_driver_sql(_FOR_READS)
        parts = [self._layer(tile, question) for question in questions]
        raw = b"".join(part for part, _ in parts)
        left_out = sum(number for _, number in parts)
        return Made(gzip.compress(raw, GZIP_LEVEL, mtime=0) if raw else b"", left_out)

    def _layer(self, tile: Tile, question: Question) -> tuple[bytes, int]:
        if content.is_counted(question.layer, tile.scale):
            return self._counts(tile, question), 0
        kind = Kind(
            question=question,
            viewer=self.viewer,
            grid=tile.grid,
            scale=tile.scale,
            storage=self.storage,
            loaded=self._levels() if content.is_areas(question.layer) else frozenset(),
        )
        key = (
            "statement", question.subject, question.language, self.viewer.cache_class,
            tile.grid.id, tile.scale, kind.loaded,
        )  # fmt: skip
        connection = self.connection
        if kind.is_projected:
            statement = self.parts.get(key, lambda: compile_projected(connection, kind))
            return run_projected(connection, statement, kind, tile)
        statement = self.parts.get(key, lambda: compile_for(connection, kind))
        return statement.run(connection, kind, tile)

    def _levels(self) -> frozenset[str]:
        key = ("levels", self.version)
        return self.parts.get(key, lambda: levels_loaded(self.connection))

    def _counts(self, tile: Tile, question: Question) -> bytes:
        level = content.wanted_level(tile.scale)
        areas = self.parts.get(
            ("areas", level, self.version), lambda: read_areas(self.connection, level)
        )
        key = (
            "counts", level, tile.grid.id, tile.zoom, question.subject,
            self.viewer.cache_class, self.version,
        )  # fmt: skip
        counted = self.parts.get(key, lambda: self._count(tile, question, areas))
        named = Named(question.layer.id, content.score(question.layer) is not None, level, areas)
        return encode(self.connection, counted, tile, named)

    def _count(self, tile: Tile, question: Question, areas: AreaPoints) -> Counted:
        middles = read_middles(self.connection, question, self.viewer, self.storage)
        return count(middles, areas, tile.grid, tile.zoom)
