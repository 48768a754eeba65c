"""How much works ask of areas and parties in each quarter: counts, crews and euros."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spatial import wide
from spatial.situation import Situation
from spatial.wide import Touching
from spatial.work import Flags, Floats, Ints, Keys


@dataclass(frozen=True, slots=True)
class Loads:
    """Works of a group in a quarter, one row a (group, quarter, work), sorted so.

    ``days`` are the days of the work in the quarter.
    """

    group: Keys
    quarter: Keys
    work: Keys
    days: Ints

    def take(self, rows: Keys | Flags) -> Loads:
        """Some of the rows."""
        return Loads(self.group[rows], self.quarter[rows], self.work[rows], self.days[rows])

    def cells(self) -> tuple[Keys, Keys]:
        """First row of each (group, quarter), and the cell of each row."""
        fresh = np.ones(len(self.group), dtype=np.bool_)
        fresh[1:] = (np.diff(self.group) != 0) | (np.diff(self.quarter) != 0)
        return np.flatnonzero(fresh), np.cumsum(fresh) - 1

    def counts(self) -> Keys:
        """How many works each cell holds."""
        heads, cell = self.cells()
        return np.bincount(cell, minlength=len(heads)).astype(np.int64)

    def sums(self, values: Floats) -> Floats:
        """Sum over each cell of a value of each row."""
        heads, cell = self.cells()
        return np.bincount(cell, weights=values, minlength=len(heads)).astype(np.float64)


def loads(situation: Situation, pairs: Touching) -> Loads:
    """The quarters in which works of a group have days; a pair must come once."""
    used, back = np.unique(pairs.work, return_inverse=True)
    row, quarter, days = wide.quarters(situation, used)
    pair, at = wide.spread(back, row)
    group, work = pairs.object[pair], pairs.work[pair]
    order = np.lexsort((work, quarter[at], group))
    return Loads(group[order], quarter[at][order], work[order], days[at][order])


@dataclass(frozen=True, slots=True)
class Peaks:
    """Runs of consecutive quarters of a group in which something was too much.

    ``cell`` are the cells of all runs and ``run`` the run of each; ``rows`` are
    the rows of the loads in them with ``row_run``. ``group``, ``first`` and
    ``last`` quarter describe each run.
    """

    cell: Keys
    run: Keys
    rows: Keys
    row_run: Keys
    group: Keys
    first: Keys
    last: Keys

    def __len__(self) -> int:
        return len(self.group)

    def most(self, values: Floats) -> Floats:
        """Largest over the quarters of each run of a value of cells; 0 where there is no run."""
        heads = np.flatnonzero(np.diff(self.run, prepend=-1))
        return np.maximum.reduceat(values[self.cell], heads) if len(heads) else np.empty(0)

    def peak(self, values: Floats) -> Keys:
        """The cell of each run with the largest value, the first of those."""
        order = np.lexsort((self.cell, -values[self.cell], self.run))
        heads = np.flatnonzero(np.diff(self.run[order], prepend=-1))
        return self.cell[order][heads]


def peaks(load: Loads, too_much: Flags) -> Peaks:
    """Runs of quarters from flags of cells."""
    heads, cell_of = load.cells()
    cell = np.flatnonzero(too_much)
    group, quarter = load.group[heads][cell], load.quarter[heads][cell]
    run = wide.runs(group, quarter)
    starts = np.flatnonzero(np.diff(run, prepend=-1))
    ends = np.append(starts[1:], len(run))[: len(starts)] - 1
    by_cell = np.full(len(heads), -1, dtype=np.int64)
    by_cell[cell] = run
    row_run = by_cell[cell_of] if len(cell_of) else np.empty(0, dtype=np.int64)
    rows = np.flatnonzero(row_run >= 0)
    return Peaks(cell, run, rows, row_run[rows], group[starts], quarter[starts], quarter[ends])
