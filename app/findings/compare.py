"""What changed between the findings that are stored and those just found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.findings.basis import MOVED_M, MOVED_SHARE, differs
from app.findings.found import Found
from app.findings.stored import StoredFindings
from spatial.finding import MEASURE_COLUMNS
from spatial.vocabulary import FINDING_STATE
from spatial.work import Flags, Floats, Keys

RESOLVED = FINDING_STATE.code("resolved")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows to insert, to rewrite and to resolve.

    ``new`` and ``changed`` are rows of what was found; ``before`` has for each
    changed row its position in what is stored, ``reopens`` whether the change
    is one that people must look at again. ``attributes`` and ``places`` say
    why, per changed row and per work (shape (n, 2), first and second work of a
    pair as found; of any other finding only the first column, for all works).
    ``gone`` are positions in what is stored.
    """

    new: Keys
    changed: Keys
    before: Keys
    reopens: Flags
    attributes: Flags
    places: Flags
    gone: Keys


def _positions(ids: NDArray[np.void], among: NDArray[np.void]) -> Keys:
    """Position of each id in ``among``, -1 where it is not there."""
    if not len(among):
        return np.full(len(ids), -1, dtype=np.int64)
    wanted, known = ids.view("S16"), among.view("S16")
    order = np.argsort(known, kind="stable")
    places = np.minimum(np.searchsorted(known, wanted, sorter=order), len(known) - 1)
    found = order[places]
    return np.where(known[found] == wanted, found, -1).astype(np.int64)


def _same(old: Floats, new: Floats) -> Flags:
    """Equal but for the rounding of one computation done in another order."""
    return np.isclose(new, old, rtol=1e-9, atol=1e-6, equal_nan=True)


def _moved(old: Floats, new: Floats, name: str) -> Flags:
    """Where a measure changed by more than 1 m, 1 m², 1 day, or else 1%."""
    unknown: Flags = np.isnan(old) != np.isnan(new)
    in_units = name.endswith(("_m", "_m2", "_days"))
    allowed = MOVED_M if in_units else MOVED_SHARE * np.abs(np.nan_to_num(old))
    return unknown | (np.abs(np.nan_to_num(new - old)) > allowed)


def _aligned(found: Found, rows: Keys, stored: StoredFindings, before: Keys) -> Flags:
    """Where the stored pair names its works in the other order."""
    first = found.works.works.id[found.findings.first[rows]].view("S16")
    swapped: Flags = stored.first_work_id[before].view("S16") != first
    return swapped & found.findings.is_pair[rows]


def _rewrites(
    found: Found,
    rows: Keys,
    stored: StoredFindings,
    before: Keys,
    parameters: NDArray[np.void],
) -> Flags:
    """Where any stored column would get another value."""
    findings = found.findings
    versions = found.works.works.version[findings.members].astype(np.int64)
    sums = np.add.reduceat(versions, findings.offsets[:-1]) if len(versions) else versions
    rule_versions = np.array([rule.version for rule in found.rules], dtype=np.int32)
    differs_at: Flags = (
        (sums[rows] != stored.work_versions[before])
        | (rule_versions[findings.rule[rows]] != stored.rule_version[before])
        | (parameters[findings.rule[rows]].view("S16") != stored.parameters[before].view("S16"))
        | (findings.start[rows] != stored.start[before])
        | (findings.end[rows] != stored.end[before])
        | ~_same(stored.score[before], findings.score[rows])
        | (found.solution_digest()[rows].view("S16") != stored.solutions[before].view("S16"))
    )
    for name in MEASURE_COLUMNS:
        differs_at |= ~_same(stored.measures[name][before], findings.measures[name][rows])
    return differs_at


def compare(found: Found, stored: StoredFindings, parameters: NDArray[np.void]) -> Comparison:
    """Compare a detection with the stored findings about the same works.

    A finding that is stored but not found is gone, unless it was resolved
    before; one that is found again re-opens. ``parameters`` has the digest of
    each rule's thresholds (:func:`app.findings.stored.parameter_digests`).
    """
    before = _positions(found.id, stored.id)
    new = np.flatnonzero(before < 0)
    rows = np.flatnonzero(before >= 0)
    before = before[rows]
    swapped = _aligned(found, rows, stored, before)
    findings = found.findings
    now = found.basis[rows]
    then = np.where(swapped[:, None], stored.basis[before][:, ::-1], stored.basis[before])
    attributes, places = differs(then, now)
    moved = np.zeros(len(rows), dtype=bool)
    for name in MEASURE_COLUMNS:
        moved |= _moved(stored.measures[name][before], findings.measures[name][rows], name)
    came_back = stored.state[before] == RESOLVED
    reopens = came_back | moved | attributes.any(axis=1) | places.any(axis=1)
    changed = reopens | _rewrites(found, rows, stored, before, parameters)
    gone = np.ones(len(stored), dtype=bool)
    gone[before] = False
    gone &= stored.state != RESOLVED
    return Comparison(
        new=new,
        changed=rows[changed],
        before=before[changed],
        reopens=reopens[changed],
        attributes=attributes[changed],
        places=places[changed],
        gone=np.flatnonzero(gone),
    )
