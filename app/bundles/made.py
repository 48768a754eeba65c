"""Bundles as they are to be stored: one plain row each, with a digest of all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from hashlib import blake2b
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import orjson
import shapely
from sqlalchemy import Connection, text

from app.context.loaded import known_layers
from app.findings.explain import work_texts
from app.findings.found import uuid_texts
from app.findings.stored_works import StoredWorks
from spatial.bundle import Bundles
from spatial.bundle_text import BundleText, Tight, tell
from spatial.common_slot import Room
from spatial.finding import Explanation, WorkText
from spatial.traits import Traits
from spatial.vocabulary import VISIBILITY
from spatial.work import Objects

OWN = VISIBILITY.code("own")
STREET_M = 30.0
_STREET = """
SELECT p.n, street.name
FROM unnest(CAST(:n AS int[]), CAST(:x AS float8[]), CAST(:y AS float8[])) AS p(n, x, y)
CROSS JOIN LATERAL (
    SELECT c.name FROM context_objects c
    WHERE c.layer = 'streets' AND c.name <> '' AND c.visibility = 'public'
      AND c.geometry && ST_Expand(ST_SetSRID(ST_MakePoint(p.x, p.y), :srid), :reach_m)
    ORDER BY c.geometry <-> ST_SetSRID(ST_MakePoint(p.x, p.y), :srid), c.name LIMIT 1
) street
"""


class Member(NamedTuple):
    """What a work does in a bundle; ``start`` and ``end`` are half-open days."""

    work: str
    version: int
    start: int
    end: int
    shift_days: int


@dataclass(frozen=True, slots=True)
class Made:
    """One bundle as detection sees it now; ids are texts, days half-open."""

    position: int
    members: tuple[Member, ...]
    organisations: tuple[str, ...]
    keeping: tuple[str, ...]
    visibility: str
    feasible: bool
    start: int
    end: int
    numbers: Mapping[str, float]
    text: BundleText
    digest: bytes = b""

    def said(self) -> Explanation:
        """Title and explanation, made only for what is written."""
        return tell(self.text)

    @property
    def works(self) -> frozenset[str]:
        """Ids of its works."""
        return frozenset(m.work for m in self.members)


def make(
    connection: Connection,
    bundles: Bundles,
    stored: StoredWorks,
    names: Mapping[bytes, str],
    outlines: Objects,
    *,
    most_days: int,
    parameters: str,
    storage_crs: int,
) -> list[Made]:
    """Rows of these bundles with their ``outlines``.

    ``parameters`` is JSON text of what they were made with.
    """
    if not len(bundles):
        return []
    works = stored.works
    told = list(work_texts(stored, bundles.members, names))
    members = _members(bundles, stored)
    tight = _tight(bundles, Room.of(works, Traits.of(works)).take(bundles.members), told)
    streets = street_names(connection, outlines, storage_crs)
    owners = np.array(uuid_texts(stored.organisation_id[bundles.members]), dtype=object)
    kept = stored.visibility[bundles.members]
    numbers = _numbers(bundles)
    made = []
    for n, (a, b) in enumerate(pairwise(bundles.offsets.tolist())):
        start, end = _period(bundles, works.start, works.end, n)
        saving = [numbers[n][f"saving_{level}eur"] for level in ("", "low_", "high_")]
        words = BundleText(
            works=tuple(told[a:b]),
            shifts=tuple(m.shift_days for m in members[a:b]),
            start=start,
            end=end,
            saving=(saving[0], saving[1], saving[2]),
            lacking_days=int(bundles.slots.lacking_days[n]),
            too_long_days=int(bundles.too_long_days[n]),
            most_days=most_days,
            tight=tight[n],
            street=streets[n],
        )
        row = Made(
            position=n,
            members=tuple(members[a:b]),
            organisations=tuple(sorted(set(owners[a:b]))),
            keeping=tuple(sorted(set(owners[a:b][kept[a:b] == OWN]))),
            visibility=VISIBILITY.ids[int(kept[a:b].max())],
            feasible=bool(bundles.feasible[n]),
            start=start,
            end=end,
            numbers=numbers[n],
            text=words,
        )
        made.append(replace(row, digest=_digest(row, parameters)))
    return made


def _digest(row: Made, parameters: str) -> bytes:
    """Of everything that is stored but the place, which goes with the versions of the works."""
    told = [getattr(row, f.name) for f in fields(row) if f.name not in {"position", "digest"}]
    return blake2b(orjson.dumps([*told, parameters], default=list), digest_size=16).digest()


def _members(bundles: Bundles, stored: StoredWorks) -> list[Member]:
    works, slots = stored.works, bundles.slots
    rows = bundles.members
    days = Traits.of(works).duration_days[rows]
    return [
        Member(*values)
        for values in zip(
            uuid_texts(works.id[rows]),
            works.version[rows].tolist(),
            slots.run_start.tolist(),
            (slots.run_start + days).tolist(),
            slots.shift_days.tolist(),
            strict=True,
        )
    ]


def _tight(bundles: Bundles, room: Room, told: Sequence[WorkText]) -> list[Tight]:
    """The members whose windows face each other; the one that is too narrow for itself twice."""
    late, early = bundles.slots.opens_last.copy(), bundles.slots.closes_first.copy()
    short = room.short_days
    for n in np.flatnonzero(bundles.slots.lacking_days).tolist():
        a, b = bundles.offsets[n], bundles.offsets[n + 1]
        widest = a + int(short[a:b].argmax())
        if short[widest] == bundles.slots.lacking_days[n]:
            late[n] = early[n] = widest
    ready, begin = (room.earliest + room.days)[late], (room.latest - room.days)[early]
    return [
        Tight(told[a], told[b], r, s)
        for a, b, r, s in zip(
            late.tolist(), early.tolist(), ready.tolist(), begin.tolist(), strict=True
        )
    ]


def _numbers(bundles: Bundles) -> list[dict[str, float]]:
    """Every number of each bundle, rounded so that one computation gives one digest."""
    columns = {
        "score": bundles.score,
        "probability": np.round(bundles.probability, 4),
        "room_used": np.round(bundles.room_used, 4),
        "shift_days": bundles.shift_days,
        "lacking_days": bundles.slots.lacking_days + bundles.too_long_days,
        "saving_eur": np.round(bundles.saving_eur, 1),
        "saving_low_eur": np.round(bundles.saving_low_eur, 1),
        "saving_high_eur": np.round(bundles.saving_high_eur, 1),
        "surface_m2": np.round(bundles.quantities.surface_m2, 2),
        "trench_m3": np.round(bundles.quantities.trench_m3, 2),
        "closure_days": bundles.quantities.closure_days,
    }
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _period(bundles: Bundles, start: Any, end: Any, n: int) -> tuple[int, int]:
    """The slot; of a near miss the days that its works take together."""
    if bundles.feasible[n]:
        return int(bundles.slots.start[n]), int(bundles.slots.end[n])
    members = bundles.members[bundles.offsets[n] : bundles.offsets[n + 1]]
    return int(start[members].min()), int(end[members].max())


def street_names(connection: Connection, shapes: Objects, storage_crs: int) -> list[str]:
    """The street in which each outline lies; "" where no public street of a name is near."""
    found = [""] * len(shapes)
    if "streets" not in known_layers(connection):
        return found
    points = shapely.point_on_surface(shapes)
    parameters = {
        "n": list(range(len(shapes))),
        "x": shapely.get_x(points).tolist(),
        "y": shapely.get_y(points).tolist(),
        "srid": storage_crs,
        "reach_m": STREET_M,
    }
    for n, name in connection.execute(text(_STREET), parameters):
        found[n] = name
    return found
