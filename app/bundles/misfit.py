"""What no longer fits in bundles that were accepted.

Detection never changes what people decided. It says which works of an accepted
bundle are gone, done, moved away from the others, or can no longer keep to the
agreed days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from app.bundles.graph import Graph, among_works
from app.bundles.stored import StoredBundle
from app.findings.found import uuid_texts
from app.findings.stored_works import StoredWorks
from app.findings.write import SYSTEM
from app.tables import bundle_events, bundle_works, bundles
from spatial import wording
from spatial.common_slot import Room
from spatial.period import day_number
from spatial.traits import Traits
from spatial.work import Flags

Misfit = dict[str, str]


def note_misfits(
    connection: Connection, accepted: Sequence[StoredBundle], works: StoredWorks, graph: Graph
) -> int:
    """Store what no longer fits in these bundles; how many differ from before.

    ``works`` are those of the bundles that still take part in detection.
    """
    if not accepted:
        return 0
    state = _Now.of(works, graph)
    runs = _runs(connection, [b.id for b in accepted])
    changed = []
    for bundle in accepted:
        found = list(_misfits(bundle, runs[bundle.id], state))
        if found != bundle.misfit:
            changed.append((bundle, found))
    for bundle, found in changed:
        connection.execute(
            update(bundles).where(bundles.c.id == UUID(bundle.id)).values(misfit=found)
        )
        connection.execute(
            insert(bundle_events).values(
                bundle_id=UUID(bundle.id),
                by=SYSTEM,
                action="misfit",
                from_state="accepted",
                to_state="accepted",
                difference={"misfit": found},
            )
        )
    return len(changed)


def _runs(connection: Connection, ids: Sequence[str]) -> dict[str, list[tuple[str, int, int]]]:
    """The agreed days of each work (half-open), by bundle."""
    c = bundle_works.c
    query = (
        select(c.bundle_id, c.work_id, c.run)
        .where(c.bundle_id.in_([UUID(i) for i in ids]))
        .order_by(c.bundle_id, c.place)
    )
    found = defaultdict(list)
    for row in connection.execute(query):
        run = day_number(row.run.lower), day_number(row.run.upper)
        found[str(row.bundle_id)].append((str(row.work_id), *run))
    return found


def _linked(works: StoredWorks, graph: Graph) -> dict[int, set[int]]:
    """With which other works each work has a finding."""
    edges = among_works(graph, works.works.id)
    found: dict[int, set[int]] = defaultdict(set)
    for a, b in zip(edges.first.tolist(), edges.second.tolist(), strict=True):
        found[a].add(b)
        found[b].add(a)
    return found


class _Now(NamedTuple):
    """Works as they are now; ``at`` has the position of each by its id as text."""

    at: dict[str, int]
    room: Room
    done: Flags
    linked: dict[int, set[int]]

    @classmethod
    def of(cls, works: StoredWorks, graph: Graph) -> _Now:
        traits = Traits.of(works.works)
        at = {id_: n for n, id_ in enumerate(uuid_texts(works.works.id))}
        return cls(at, Room.of(works.works, traits), traits.completed, _linked(works, graph))


def _misfits(
    bundle: StoredBundle, runs: Sequence[tuple[str, int, int]], now: _Now
) -> Iterator[Misfit]:
    members = {now.at[work] for work in bundle.works if work in now.at}
    for work, start, end in runs:
        row, room = now.at.get(work), now.room
        if row is None:
            yield _told(
                work, "is ingetrokken of telt niet meer mee", "was withdrawn or no longer counts"
            )
        elif now.done[row]:
            yield _told(work, "is gereed", "is completed")
        elif start < room.earliest[row] or end > room.latest[row]:
            nl, en = (wording.period(start, end, language) for language in ("nl", "en"))
            yield _told(
                work,
                f"past {nl} niet meer in zijn speelruimte",
                f"no longer fits in its window {en}",
            )
        elif room.days[row] > end - start:
            over = int(room.days[row] - (end - start))
            nl, en = (wording.days(over, language) for language in ("nl", "en"))
            yield _told(
                work, f"duurt {nl} langer dan afgesproken", f"lasts {en} longer than agreed"
            )
        elif not now.linked.get(row, set()) & members:
            yield _told(
                work,
                "heeft geen bundelkans meer met de andere werken",
                "has no bundling opportunity with the other works any more",
            )


def _told(work: str, nl: str, en: str) -> Misfit:
    return {"work": work, "nl": f"Dit werk {nl}.", "en": f"This work {en}."}
