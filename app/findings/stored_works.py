"""Works for detection, and beside them what only the stored finding needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spatial.work import Codes, Keys, Objects, ValidPeriods, Works


class StoredWorks(NamedTuple):
    """Works as columns with their keys, owners, visibility and titles.

    Rows are in the order of ``key``, the same in a full run and around one
    work, so that a rule that treats both works alike names them in one order.
    ``organisation_id`` is ``V16``; ``visibility`` a code of the vocabulary.
    """

    works: Works
    key: Keys
    organisation_id: NDArray[np.void]
    visibility: Codes
    title: Objects

    def take(self, rows: Keys) -> StoredWorks:
        """The works at these positions, in that order."""
        return StoredWorks(
            self.works.take(rows),
            self.key[rows],
            self.organisation_id[rows],
            self.visibility[rows],
            self.title[rows],
        )


def join_periods(parts: Sequence[ValidPeriods]) -> ValidPeriods:
    """The valid periods of several tables of works, one after another."""
    counts = np.concatenate([np.diff(part.offsets) for part in parts])
    return ValidPeriods(
        np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        np.concatenate([part.starts for part in parts]),
        np.concatenate([part.ends for part in parts]),
    )


def join(parts: Sequence[StoredWorks]) -> StoredWorks:
    """Several tables of works as one, in this order."""
    columns = {
        f.name: np.concatenate([getattr(part.works, f.name) for part in parts])
        for f in fields(Works)
        if f.name != "valid_periods"
    }
    periods = join_periods([part.works.valid_periods for part in parts])
    works = Works(**columns, valid_periods=periods)
    rest = [np.concatenate(column) for column in zip(*(part[1:] for part in parts), strict=True)]
    return StoredWorks(works, *rest)
