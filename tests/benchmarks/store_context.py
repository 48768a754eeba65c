"""Puts what surrounds generated works straight into the tables, one town after another.

Every layer at a density as one finds it: 308 street segments, 2 lines of a bus and 12
stops, 616 blocks of 12 dwellings, 200 trees, 60 pipes, two events a year, four
neighbourhoods ... in a town of 1,000 works; budgets and capacity that suffice, so
that most organisations have nothing to be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, text

from spatial.crs import transform
from spatial.period import day
from spatial.work import Objects
from tests.benchmarks.generate import FIRST_DAY, HORIZON_DAYS
from tests.benchmarks.generate_streets import FIRST_YEAR, PARTIES, YEARS, corners_of
from tests.benchmarks.store_works import _copy, _uuid

STREETS, SIDE_M = 22, 2_200.0
SEGMENTS = 7
CLASSES = ("main", *["access"] * 5, "distributor", *["access"] * 4)
OBJECT_COLUMNS = (
    "id layer organisation_id dataset reference name attributes period load_id geometry "
    "geometry_4326"
)
AREA_COLUMNS = "id level code name geometry geometry_4326"
NO_VALUE = "\\N"


@dataclass(frozen=True, slots=True)
class Table:
    """Objects of a layer: shapes, or None, and for each its fields; half-open days or nothing."""

    layer: str
    shapes: Objects | None
    fields: list[dict[str, Any]]
    days: list[tuple[int, int]] | None = None


@dataclass(frozen=True)
class Towns:
    """The towns of so many works, and the chances drawn for them."""

    works: int
    rng: np.random.Generator

    @property
    def corners(self) -> NDArray[np.float64]:
        """South-west corner of each town in metres."""
        return corners_of(self.works, STREETS)

    def some(self, each: float) -> NDArray[np.float64]:
        """Corners for ``each`` objects a town on average; below 1, of every so many-th town."""
        corners = self.corners
        return corners[:: round(1 / each)] if each < 1 else np.repeat(corners, round(each), axis=0)

    def anywhere(self, each: float) -> NDArray[np.float64]:
        """Places spread over the towns."""
        corners = self.some(each)
        return corners + self.rng.uniform(0, SIDE_M - 200, corners.shape)

    def along(self, each: float, beside_m: float) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Places so far beside the axis of a street, and whether that street runs north."""
        corners = self.some(each)
        n = len(corners)
        axis = self.rng.integers(0, STREETS, n) * 100.0 + beside_m
        at = np.column_stack((self.rng.uniform(0, SIDE_M - 200, n), axis))
        north = self.rng.random(n) < 0.5
        at[north] = at[north][:, ::-1]
        return corners + at, north


def boxes(at: NDArray[np.float64], width: float, height: float) -> Objects:
    """Rectangles from their south-west corners, in metres."""
    found: Objects = np.asarray(
        shapely.box(at[:, 0], at[:, 1], at[:, 0] + width, at[:, 1] + height)
    )
    return found


def lines(at: NDArray[np.float64], north: NDArray[np.bool_], length_m: float) -> Objects:
    """Straight lines from these places, north or east."""
    step = np.where(north[:, None], (0.0, length_m), (length_m, 0.0))
    found: Objects = shapely.linestrings(np.stack((at, at + step), axis=1))
    return found


def streets(towns: Towns) -> Table:
    """Axes cut into pieces of 300 to 400 m, with names and classes."""
    corners = towns.corners
    cuts = np.round(np.linspace(0.0, SIDE_M, SEGMENTS + 1) / 100.0) * 100.0
    axis, piece = np.meshgrid(np.arange(STREETS), np.arange(SEGMENTS), indexing="ij")
    axis, piece = axis.ravel(), piece.ravel()
    east = np.column_stack((cuts[piece], axis * 100.0, cuts[piece + 1], axis * 100.0))
    both = np.concatenate((east, east[:, [1, 0, 3, 2]])).reshape(-1, 2, 2)
    shapes = shapely.linestrings((both[None] + corners[:, None, None, :]).reshape(-1, 2, 2))
    fields = [
        {
            "street": f"{'Laan' if n else 'Straat'} {a}",
            "road_class": CLASSES[a % len(CLASSES)],
            "is_emergency_route": a % len(CLASSES) == 0,
        }
        for n in (0, 1)
        for a in axis.tolist()
    ]
    return Table("streets", shapes, fields * len(corners))


def dwellings(towns: Towns) -> Table:
    """Blocks of 12 dwellings, 15 m beside the middle of every segment."""
    middle = shapely.get_coordinates(shapely.centroid(streets(towns).shapes))
    at = np.concatenate((middle + 15.0, middle + np.array((15.0, -15.0))))
    return Table("dwellings", shapely.points(at), [{"dwellings": 12}] * len(at))


def surroundings(towns: Towns) -> Iterator[Table]:
    """All other layers with places."""
    rng = towns.rng
    at, north = towns.along(2, 3.0)
    yield Table(
        "transit_routes", lines(at, north, 1_500.0), [{"line": "4", "mode": "bus"}] * len(at)
    )
    at, _ = towns.along(12, 6.0)
    yield Table("transit_stops", shapely.points(at), [{"mode": "bus"}] * len(at))
    at, _ = towns.along(200, 5.0)
    trees = [{"crown_radius_m": 3.0, "is_protected": bool(p)} for p in rng.random(len(at)) < 0.1]
    yield Table("trees", shapely.points(at), trees)
    at, north = towns.along(60, 1.5)
    kinds = [("gas", "grey_cast_iron"), ("water", "pvc"), ("sewer", "concrete"), ("gas", "pe")]
    pipes = [dict(zip(("facility", "material"), kinds[i % 4], strict=True)) for i in range(len(at))]
    yield Table("pipes", lines(at, north, 160.0), pipes)
    at = towns.anywhere(20)
    first = (FIRST_DAY + rng.integers(0, HORIZON_DAYS, len(at))).tolist()
    yield Table(
        "events", boxes(at, 250, 250), [{"kind": "event"}] * len(at), [(d, d + 4) for d in first]
    )
    at, north = towns.along(5, -3.0)
    laid = (FIRST_DAY - rng.integers(0, 1_500, len(at))).tolist()
    yield Table(
        "recent_paving",
        shapely.buffer(lines(at, north, 160.0), 3.0, cap_style="flat"),
        [{"completed_on": str(day(d)), "no_dig_days": 1_826} for d in laid],
        [(d + 1, d + 1_827) for d in laid],
    )
    yield from _zones(towns)


def _zones(towns: Towns) -> Iterator[Table]:
    """Areas with something to be known of them."""
    quarters = boxes(towns.some(1), SIDE_M, SIDE_M)
    scores = [
        {"heat_score": h, "flood_score": f}
        for h, f in towns.rng.random((len(quarters), 2)).tolist()
    ]
    yield Table("climate_scores", quarters, scores)
    yield Table("peil_areas", quarters, [{"water_board": "Waterschap"}] * len(quarters))
    yield Table("partnership_areas", quarters, [{"partnership": "Verband"}] * len(quarters))
    few = boxes(towns.some(0.1), SIDE_M / 2, SIDE_M / 2)
    yield Table("gas_end_dates", few, [{"gas_ends_on": "2034-01-01"}] * len(few))
    yield Table("grid_congestion", few, [{"reinforced_on": "2031-01-01"}] * len(few))
    yield Table("subsidence", few, [{"subsidence_mm_per_year": 8.0}] * len(few))
    some = boxes(towns.anywhere(0.2), SIDE_M, 40)
    yield Table("dike_zones", some, [{"closed_from": "10-01", "closed_to": "04-01"}] * len(some))
    some = boxes(towns.anywhere(2), 100, 100)
    yield Table("soil", some, [{"theme": "polluted_soil"}] * len(some))
    some = boxes(towns.anywhere(0.5), 100, 100)
    sites = [{"developer": "Bouwer", "dwellings": 40, "connected_from": "2029-06-01"}] * len(some)
    yield Table("development_sites", some, sites)


def money(works: int) -> Iterator[Table]:
    """Capacity for twice and money for all of the works of an even year of every organisation."""
    a_quarter = max(2.0, 2 * works / (PARTIES * YEARS * 4))
    parties = [f"bench-{o}" for o in range(PARTIES)]
    years = range(FIRST_YEAR, FIRST_YEAR + YEARS)
    capacity = [
        {"organisation": o, "discipline": "electricity", "year": y, "quarter": q}
        | {"capacity": float(round(a_quarter)), "unit": "works"}
        for o in parties
        for y in years
        for q in (1, 2, 3, 4)
    ]
    yield Table("capacity", None, capacity)
    budgets = [{"organisation": o, "year": y, "amount_eur": 1e8} for o in parties for y in years]
    yield Table("budgets", None, budgets)
    moments = [
        {"organisation": o, "decided_on": f"{y}-11-10", "document": "programme_budget"}
        for o in parties[:20]
        for y in years
    ]
    yield Table("decision_moments", None, moments)


def _neighbourhoods(connection: Connection, towns: Towns, srid: int) -> None:
    half = SIDE_M / 2
    corners = towns.corners
    inside = np.array([(0.0, 0.0), (0.0, half), (half, 0.0), (half, half)])
    each = (inside[:, None, :] + corners).reshape(-1, 2)
    shapes = shapely.multipolygons(boxes(each, half, half).reshape(-1, 1))
    places, served = _hex(shapes, srid), _hex(transform(shapes, srid, 4326), 4326)
    rows = zip(range(len(each)), places, served, strict=True)
    _copy(
        connection,
        "areas",
        AREA_COLUMNS,
        (f"{_uuid(5, n)}\tneighbourhood\tBU{n:08}\tBuurt {n}\t{p}\t{s}" for n, p, s in rows),
    )


def _hex(shapes: Objects, srid: int) -> list[str]:
    found: list[str] = shapely.to_wkb(
        shapely.set_srid(shapes, srid), hex=True, include_srid=True
    ).tolist()
    return found


def _store(connection: Connection, number: int, table: Table, srid: int) -> None:
    """One load and its objects, as an import leaves them."""
    owner, load = _uuid(1, 0), _uuid(6, number)
    connection.execute(
        text(
            "INSERT INTO context_loads (id, layer, organisation_id, dataset, state)"
            " VALUES (:load, :layer, :owner, 'main', 'loaded')"
        ),
        {"load": load, "layer": table.layer, "owner": owner},
    )
    n = len(table.fields)
    none = [NO_VALUE] * n
    places, served = none, none
    if table.shapes is not None:
        places = _hex(table.shapes, srid)
        served = _hex(transform(table.shapes, srid, 4326), 4326)
    periods = [f"[{day(a)},{day(b)})" for a, b in table.days] if table.days else none
    texts = [orjson.dumps(f).decode() for f in table.fields]
    rows = zip(range(n), table.fields, texts, periods, places, served, strict=True)
    _copy(
        connection,
        "context_objects",
        OBJECT_COLUMNS,
        (
            f"{_uuid(100 + number, i)}\t{table.layer}\t{owner}\tmain\t{i}\t{f.get('street', '')}"
            f"\t{t}\t{p}\t{load}\t{place}\t{shown}"
            for i, f, t, p, place, shown in rows
        ),
    )


def store_context(engine: Engine, works: int, *, seed: int = 1, srid: int = 28992) -> int:
    """Write the surroundings of so many stored works; how many objects there are."""
    towns = Towns(works, np.random.default_rng(seed))
    stored = 0
    with engine.begin() as connection:
        _neighbourhoods(connection, towns, srid)
        tables = [streets(towns), dwellings(towns), *surroundings(towns), *money(works)]
        for number, table in enumerate(tables):
            _store(connection, number, table, srid)
            stored += len(table.fields)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE context_objects, areas"))
    return stored
