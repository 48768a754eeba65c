"""A database filled with works, findings, areas and zones whose every value is known.

Tests of what the service serves compare its answers with the rows returned
here; the expectations are worked out in Python, never by the SQL under test.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid5

import numpy as np
import shapely
from sqlalchemy import Engine, insert, text

from app.bundles.refresh import refresh_bundles
from app.findings.parameters import switch_off
from app.organisations.add import add
from app.organisations.issue_key import issue_key
from app.tables import (
    areas,
    constraint_zones,
    datasets,
    departments,
    findings,
    projects,
    uploads,
    works,
)
from spatial.crs import transform
from spatial.vocabulary import ACTIVITY, FACILITY

STORAGE = 28992
SPACE = UUID("3d0c0f1e-8a86-4c39-9a9e-0d6f4f9e2a11")
SLUGS = ("gemeente", "waterbedrijf", "netbeheerder")
FIRST_DAY = date(2026, 1, 1)


@dataclass(frozen=True)
class Filled:
    """The engine and what it holds: rows as dictionaries, in the order of their keys."""

    engine: Engine
    organisations: dict[str, UUID]
    keys: dict[str, str]
    works: list[dict]
    findings: list[dict]


def an_id(kind: str, number: int) -> UUID:
    return uuid5(SPACE, f"{kind}{number}")


def fill(engine: Engine, count: int = 2600, pairs: int = 1300) -> Filled:
    """Fill a migrated database."""
    with engine.begin() as connection:
        owners = {slug: add(connection, slug, slug.title(), "other") for slug in SLUGS}
        keys = {slug: issue_key(connection, slug, label="test") for slug in SLUGS}
        for i, slug in enumerate(SLUGS):
            connection.execute(
                insert(datasets).values(id=an_id("dataset", i), organisation_id=owners[slug])
            )
            connection.execute(
                insert(departments).values(
                    id=an_id("department", i), organisation_id=owners[slug], name="Beheer"
                )
            )
            connection.execute(
                insert(uploads).values(
                    id=an_id("upload", i), dataset_id=an_id("dataset", i),
                    organisation_id=owners[slug], filename="x", digest="x", size_bytes=1,
                    state="done",
                )
            )  # fmt: skip
        made = _works(count, owners)
        connection.execute(insert(projects), [_project(w) for w in made])
        connection.execute(insert(works), [_work(w) for w in made])
        found = _findings(made, pairs)
        connection.execute(insert(findings), [_finding(f) for f in found])
        switch_off(connection, ["O03"])  # only what is in found are findings here
        refresh_bundles(connection, storage_crs=STORAGE)
        _places(connection, owners)
        connection.execute(text("analyze"))
    return Filled(engine, owners, keys, made, found)


def _shapes(count: int) -> np.ndarray:
    rng = np.random.default_rng(5)
    x, y = rng.uniform(88_000, 98_000, count), rng.uniform(458_000, 468_000, count)
    points = shapely.points(x, y)
    bends = np.stack([x, y, x + 60, y + 10, x + 90, y + 70], axis=1).reshape(count, 3, 2)
    lines = shapely.linestrings(bends)
    squares = shapely.box(x, y, x + 40, y + 25)
    made = np.array([points, lines, squares], dtype=object)[np.arange(count) % 3, np.arange(count)]
    made[::30] = [shapely.MultiPoint([g, shapely.affinity.translate(g, 5)]) for g in made[::30]]
    made[7] = shapely.GeometryCollection([points[7], lines[7]])
    return made


def _visibility(i: int) -> str:
    return ("public", "public", "public", "partners", "own")[i % 5]


def _works(count: int, owners: dict[str, UUID]) -> list[dict]:
    shapes = _shapes(count)
    footprints = np.array([shapely.MultiPolygon([g]) for g in _widened(shapes)], dtype=object)
    degrees = transform(shapes, STORAGE, "OGC:CRS84")
    footprint_degrees = transform(footprints, STORAGE, "OGC:CRS84")
    return [
        {
            "number": i,
            "id": an_id("work", i),
            "slug": SLUGS[i % 3],
            "owner": owners[SLUGS[i % 3]],
            "title": f"Werk {i}" if i else '<script>alert("x")</script> & co',
            "facility": FACILITY.ids[i % len(FACILITY)],
            "activity": ACTIVITY.ids[i % len(ACTIVITY)],
            "visibility": _visibility(i),
            "withdrawn": i % 97 == 96,
            "start": None if i % 53 == 52 else FIRST_DAY + timedelta(days=i % 1400),
            "end": None if i % 53 == 52 else FIRST_DAY + timedelta(days=i % 1400 + i % 90),
            "halves": i % 53 != 52 and i % 29 == 3 and i % 90 > 20,
            "window": i > 100 and i % 4 == 0,
            "cost": None if i < 50 else i + 0.5 * (i % 2),
            "geometry": shapes[i],
            "footprint": footprints[i],
            "degrees": degrees[i],
            "footprint_degrees": footprint_degrees[i],
        }
        for i in range(count)
    ]


def _widened(shapes: np.ndarray) -> np.ndarray:
    """One polygon around each shape, that holds it."""
    hulls = shapely.convex_hull(shapely.buffer(shapes, 2.5, quad_segs=4))
    return np.where(shapely.get_type_id(shapes) == 3, shapes, hulls)


def half_periods(work: dict) -> list[tuple[date, date]]:
    """The inclusive valid periods of a work: its first and its last five days, or all of it."""
    if not work["halves"]:
        return [(work["start"], work["end"])]
    days = timedelta(days=4)
    return [(work["start"], work["start"] + days), (work["end"] - days, work["end"])]


def _range(first: date | None, last: date | None) -> str | None:
    return None if first is None else f"[{first},{last}]"


def _project(w: dict) -> dict:
    owner = SLUGS.index(w["slug"])
    return {
        "id": an_id("project", w["number"]),
        "dataset_id": an_id("dataset", owner),
        "organisation_id": w["owner"],
        "department_id": an_id("department", owner) if w["number"] % 2 else None,
        "reference": f"R-{w['number']}",
        "title": w["title"],
        "visibility": w["visibility"],
        "cost_eur": w["cost"],
        "upload_id": an_id("upload", owner),
    }


def _ewkt(shape: shapely.Geometry, srid: int) -> str:
    return f"SRID={srid};{shapely.to_wkt(shape, rounding_precision=-1)}"


def _work(w: dict) -> dict:
    halves = "{" + ",".join(_range(a, b) for a, b in half_periods(w)) + "}" if w["halves"] else None
    return {
        "id": w["id"],
        "project_id": an_id("project", w["number"]),
        "organisation_id": w["owner"],
        "title": w["title"],
        "facility": w["facility"],
        "activity": w["activity"],
        "visibility": w["visibility"],
        "withdrawn": w["withdrawn"],
        "period": _range(w["start"], w["end"]),
        "valid_periods": halves,
        "flexibility_window": "[2026-01-01,2031-12-31]" if w["window"] else None,
        "geometry": _ewkt(w["geometry"], STORAGE),
        "footprint": _ewkt(w["footprint"], STORAGE),
        "geometry_4326": _ewkt(w["degrees"], 4326),
        "footprint_4326": _ewkt(w["footprint_degrees"], 4326),
    }


def _findings(made: list[dict], pairs: int) -> list[dict]:
    standing = [w for w in made if not w["withdrawn"] and w["start"]]
    found = []
    for i in range(pairs):
        a, b = standing[i], standing[i + 1]
        own = sorted({w["owner"] for w in (a, b) if w["visibility"] == "own"})
        seen = {a["visibility"], b["visibility"]}
        strictest = next(v for v in ("own", "partners", "public") if v in seen)
        found.append(
            {
                "id": an_id("finding", i),
                "kind": ("opportunity", "bottleneck")[i % 2],
                "rule": ("O01", "B01", "O02", "B02")[i % 4],
                "state": "resolved" if i % 20 == 19 else "new",
                "works": (a, b),
                "own": own,
                "visibility": strictest,
                "score": float(i % 101),
                "start": min(a["start"], b["start"]),
                "end": max(a["end"], b["end"]),
            }
        )
    return found


def _finding(f: dict) -> dict:
    a, b = f["works"]
    return {
        "id": f["id"], "rule": f["rule"], "rule_version": 1, "kind": f["kind"],
        "work_ids": [a["id"], b["id"]],
        "work_versions": [1, 1], "basis": b"",
        "organisation_ids": [a["owner"], b["owner"]],
        "visibility": f["visibility"], "own_organisation_ids": f["own"],
        "period": _range(f["start"], f["end"]), "score": f["score"], "state": f["state"],
        "title_nl": f"Kans of knelpunt {f['score']}", "title_en": f"Finding {f['score']}",
        "explanation_nl": "Uitleg in het Nederlands.", "explanation_en": "In English.",
        "distance_m": 0.0, "shared_area_m2": 12.0, "shared_length_m": 30.0,
        "shared_days": 3.0, "gap_days": 0.0, "shift_days": None,
        "saving_eur": 1500.0 if f["kind"] == "opportunity" else None,
        "measures": {"own": 1}, "parameters": {},
        "geometry": _ewkt(a["footprint"], STORAGE),
        "geometry_4326": _ewkt(a["footprint_degrees"], 4326),
    }  # fmt: skip


def _places(connection, owners: dict[str, UUID]) -> None:
    square = shapely.MultiPolygon([shapely.box(88_000, 458_000, 98_000, 468_000)])
    shapes = {
        "geometry": _ewkt(square, STORAGE),
        "geometry_4326": _ewkt(transform(np.array([square]), STORAGE, "OGC:CRS84")[0], 4326),
    }
    for i, name in enumerate(("Leiden", "Leiderdorp")):
        connection.execute(
            insert(areas).values(level="municipality", code=f"GM{i}", name=name, **shapes)
        )
    for i, visibility in enumerate(("public", "partners", "own")):
        connection.execute(
            insert(constraint_zones).values(
                dataset_id=an_id("dataset", 0), organisation_id=owners[SLUGS[0]],
                reference=f"Z{i}", kind="event", title="Kermis", visibility=visibility,
                period="[2027-10-01,2027-10-04]", **shapes,
            )
        )  # fmt: skip


def visible(row: dict, who: UUID | str | None) -> bool:
    """Whether a work or finding may be seen by the public (None), an organisation or "all"."""
    if who == "all" or row["visibility"] == "public":
        return True
    if who is None:
        return False
    if row["visibility"] == "partners":
        return True
    owners = set(row["own"]) if "own" in row else {row["owner"]}
    return owners <= {who}
