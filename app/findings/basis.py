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

from spatial.work import Flags, Keys, Works

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
    "accepted_bundle",
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


def pack(basis: NDArray[np.void], first: Keys, second: Keys) -> list[bytes]:
    """Both works' basis of each finding as it is stored."""
    pairs = np.ascontiguousarray(np.column_stack((basis[first], basis[second])))
    return [pair.tobytes() for pair in pairs]


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
