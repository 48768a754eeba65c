"""Writes bundles that are new, changed or gone; what did not change is not written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import orjson
import shapely
from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from app.bundles.identify import Identified, Proposal
from app.findings.binary import driver
from app.findings.write import SYSTEM, escape
from spatial.crs import transform
from spatial.period import day
from spatial.work import Objects

COLUMNS = (
    "id",
    "feasible",
    "digest",
    "work_ids",
    "organisation_ids",
    "visibility",
    "own_organisation_ids",
    "period",
    "score",
    "probability",
    "room_used",
    "shift_days",
    "lacking_days",
    "saving_eur",
    "saving_low_eur",
    "saving_high_eur",
    "surface_m2",
    "trench_m3",
    "closure_days",
    "parameters",
    "title_nl",
    "title_en",
    "explanation_nl",
    "explanation_en",
    "split_from",
    "merged_from",
    "geometry",
    "geometry_4326",
)
NUMBERS = COLUMNS[COLUMNS.index("score") : COLUMNS.index("parameters")]
_KEPT = {"id", "split_from", "merged_from"}
_UPSERT = f"""
INSERT INTO bundles ({", ".join(COLUMNS)}) SELECT {", ".join(COLUMNS)} FROM incoming_bundles
ON CONFLICT (id) DO UPDATE SET
    {", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name not in _KEPT)},
    merged_from = bundles.merged_from || excluded.merged_from,
    split_from = coalesce(bundles.split_from, excluded.split_from),
    state = 'proposed', updated_at = now()
"""  # noqa: S608 - constants of this package


@dataclass(frozen=True, slots=True)
class BundleChanges:
    """How many proposed bundles a detection changed, and how many accepted ones fit otherwise."""

    new: int = 0
    changed: int = 0
    gone: int = 0
    unchanged: int = 0
    misfits: int = 0

    def to_json(self) -> dict[str, int]:
        """The counts by name."""
        return asdict(self)


def write(
    connection: Connection,
    identified: Identified,
    outlines: Objects,
    *,
    parameters: str,
    storage_crs: int,
) -> BundleChanges:
    """Write what differs; ``outlines`` has the place of every bundle that was made."""
    differs = [
        p
        for p in identified.proposals
        if p.before is None or p.before.digest != p.made.digest or p.before.vanished
    ]
    if differs:
        _upsert(connection, differs, outlines, parameters, storage_crs)
    if identified.gone:
        _dissolve(connection, identified.gone)
    _tell(connection, differs, identified.gone)
    new = sum(p.before is None for p in differs)
    return BundleChanges(
        new=new,
        changed=len(differs) - new,
        gone=len(identified.gone),
        unchanged=len(identified.proposals) - len(differs),
    )


def _upsert(
    connection: Connection,
    proposals: Sequence[Proposal],
    outlines: Objects,
    parameters: str,
    storage_crs: int,
) -> None:
    rows = np.array([p.made.position for p in proposals], dtype=np.int64)
    shapes = shapely.set_srid(outlines[rows], 0)
    places = _hex(shapes, storage_crs), _hex(transform(shapes, storage_crs, 4326), 4326)
    connection.execute(
        text(
            "CREATE TEMP TABLE incoming_bundles ON COMMIT DROP AS"  # noqa: S608 - constants
            f" SELECT {', '.join(COLUMNS)} FROM bundles LIMIT 0"
        )
    )
    told = escape(parameters)
    lines = (
        "\t".join((*_line(p, told), a, b)) + "\n"
        for p, a, b in zip(proposals, *places, strict=True)
    )
    _copy(connection, f"incoming_bundles ({', '.join(COLUMNS)})", lines)
    connection.execute(text(_UPSERT))
    connection.execute(text("DROP TABLE incoming_bundles"))
    known = [p.id for p in proposals if p.before is not None]
    if known:
        _by_ids(connection, "DELETE FROM bundle_works WHERE bundle_id = ANY(:ids)", known)
    members = (
        f"{p.id}\t{m.work}\t{place}\t{m.version}\t[{day(m.start)},{day(m.end)})\t{m.shift_days}\n"
        for p in proposals
        for place, m in enumerate(p.made.members)
    )
    columns = "bundle_id, work_id, place, work_version, run, shift_days"
    _copy(connection, f"bundle_works ({columns})", members)


def _line(proposal: Proposal, parameters: str) -> tuple[str, ...]:
    made = proposal.made
    said = made.said()
    return (
        proposal.id,
        "t" if made.feasible else "f",
        f"\\\\x{made.digest.hex()}",
        _array(m.work for m in made.members),
        _array(made.organisations),
        made.visibility,
        _array(made.keeping),
        f"[{day(made.start)},{day(made.end)})",
        *(repr(made.numbers[name]) for name in NUMBERS),
        parameters,
        *(escape(told) for told in (said.title_nl, said.title_en, said.nl, said.en)),
        proposal.split_from or "\\N",
        _array(proposal.merged_from),
    )


def _array(texts: Iterable[str]) -> str:
    return "{" + ",".join(texts) + "}"


def _hex(shapes: Objects, srid: int) -> list[str]:
    marked = shapely.set_srid(shapes, srid)
    found: list[str] = shapely.to_wkb(marked, hex=True, include_srid=True).tolist()
    return found


def _copy(connection: Connection, target: str, lines: Iterable[str]) -> None:
    with driver(connection).cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        copy.write("".join(lines))


def _by_ids(connection: Connection, statement: str, ids: Sequence[str]) -> None:
    typed = bindparam("ids", list(ids), ARRAY(UUID(as_uuid=False)))
    connection.execute(text(statement).bindparams(typed))


def _dissolve(connection: Connection, gone: Mapping[str, str]) -> None:
    statement = (
        "UPDATE bundles SET state = 'dissolved', updated_at = now() WHERE id = ANY(:ids)"
        " AND state = 'proposed'"
    )
    _by_ids(connection, statement, [*gone])


def _tell(connection: Connection, written: Sequence[Proposal], gone: Mapping[str, str]) -> None:
    """Note in the history what detection did, and to which works."""
    lines = [*_events_of(written)]
    for id_, into in gone.items():
        told = orjson.dumps({"merged_into": into} if into else {}).decode()
        action = "merge" if into else "vanish"
        lines.append(f"{id_}\t{SYSTEM}\t{action}\tproposed\tdissolved\t{escape(told)}\n")
    if lines:
        columns = "bundle_id, by, action, from_state, to_state, difference"
        _copy(connection, f"bundle_events ({columns})", lines)


def _events_of(written: Sequence[Proposal]) -> Iterable[str]:
    for p in written:
        before = p.before
        told: dict[str, object] = {}
        if before is not None and before.works != p.made.works:
            told["added"] = sorted(p.made.works - before.works)
            told["removed"] = sorted(before.works - p.made.works)
        if p.split_from:
            told["split_from"] = p.split_from
        if p.merged_from:
            told["merged_from"] = p.merged_from
        if not told and not (before and before.vanished):
            continue
        action = "return" if before and before.vanished else "members"
        state = "\\N" if before is None else before.state
        difference = escape(orjson.dumps(told).decode())
        yield f"{p.id}\t{SYSTEM}\t{action}\t{state}\tproposed\t{difference}\n"
