"""What the rules saw of a work, small enough to keep beside every finding.

A version number moves with a title or a price. To know whether the change of
a work concerns a finding, the finding keeps of both its works a digest of the
attributes and days that rules look at, and the box and area of the footprint.
"""

from __future__ import annotations

from hashlib import blake2b
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.finding import Findings
from spatial.work import Flags, Works

BASIS = np.dtype([("attributes", "<u8"), ("box_dm", "<i4", 4), ("area_m2", "<f8")])
"""32 bytes: digest, box in whole decimetres (min x, min y, max x, max y), area."""
PAIR_BYTES = 2 * BASIS.itemsize

MOVED_M = 1.0
MOVED_M2 = 1.0
MOVED_SHARE = 0.01
"""What counts as a change (DESIGN section 2): 1 m, 1 m², 1 day, or 1%."""

_ATTRIBUTES = (
    "organisation",
    "department",
    "project",
    "facility",
    "activity",
    "excavation",
    "road_impact",
    "planning_status",
    "commitment",
    "precision",
    "start",
    "end",
    "earliest",
    "latest",
    "duration_days",
)


def _attributes(works: Works) -> NDArray[np.uint64]:
    """Digest of everything but the place, one of 8 bytes a work."""
    columns = [np.asarray(getattr(works, name)).astype("<i8") for name in _ATTRIBUTES]
    packed = np.ascontiguousarray(np.column_stack(columns)).view(f"V{8 * len(columns)}").ravel()
    periods = works.valid_periods
    offsets = periods.offsets.tolist()
    digests = bytearray()
    for row, (begin, end) in enumerate(pairwise(offsets)):
        seen = blake2b(packed[row].tobytes(), digest_size=8)
        if end > begin:
            seen.update(periods.starts[begin:end].tobytes())
            seen.update(periods.ends[begin:end].tobytes())
        digests += seen.digest()
    return np.frombuffer(bytes(digests), dtype="<u8")


def basis_of(works: Works) -> NDArray[np.void]:
    """The basis of each work, of dtype :data:`BASIS`."""
    basis = np.zeros(len(works), dtype=BASIS)
    basis["attributes"] = _attributes(works)
    basis["box_dm"] = np.round(shapely.bounds(works.footprint) * 10.0).astype(np.int32)
    basis["area_m2"] = shapely.area(works.footprint)
    return basis


def basis_of_findings(findings: Findings, works: Works) -> NDArray[np.void]:
    """The basis of each finding, shape (n, 2) of :data:`BASIS`.

    Of a pair each work's; of any other finding first what all its works have
    together (a digest of theirs, the box around them, the sum of their areas),
    whatever their order, then zeros.
    """
    each = basis_of(works)
    pairs = np.column_stack((each[findings.first], each[findings.second]))
    wide = np.flatnonzero(~findings.is_pair)
    pairs[wide] = np.zeros(2, dtype=BASIS)
    ids = works.id.view("S16")
    for row in wide.tolist():
        members = findings.members[findings.offsets[row] : findings.offsets[row + 1]]
        some = each[members]
        seen = blake2b(digest_size=8)
        for at in np.argsort(ids[members], kind="stable").tolist():
            seen.update(works.id[members[at]].tobytes() + some["attributes"][at].tobytes())
        box = some["box_dm"]
        pairs[row, 0] = (
            int.from_bytes(seen.digest(), "little"),
            (*box[:, :2].min(axis=0), *box[:, 2:].max(axis=0)),
            some["area_m2"].sum(),
        )
    return pairs


def unpack(stored: NDArray[np.void]) -> NDArray[np.void]:
    """Stored bytes (``V64``) as an array of shape (n, 2) of :data:`BASIS`."""
    return np.frombuffer(stored.tobytes(), dtype=BASIS).reshape(len(stored), 2)


def differs(old: NDArray[np.void], new: NDArray[np.void]) -> tuple[Flags, Flags]:
    """Where the attributes or days differ, and where the place moved noticeably.

    A footprint that was written with other rounding has not moved: a side of
    its box must shift by more than 1 m, or its area change by more than 1 m²
    and 1%.
    """
    attributes: Flags = old["attributes"] != new["attributes"]
    shift_m = np.abs(old["box_dm"] - new["box_dm"]).max(axis=-1) / 10.0
    change_m2 = np.abs(old["area_m2"] - new["area_m2"])
    allowed_m2 = np.maximum(MOVED_M2, MOVED_SHARE * old["area_m2"])
    place: Flags = (shift_m > MOVED_M) | (change_m2 > allowed_m2)
    return attributes, place
