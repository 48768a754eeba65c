"""One object or a few of every context layer, around the small world of the tests of findings."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

import numpy as np
import shapely
from geoalchemy2.shape import from_shape
from shapely.affinity import translate
from sqlalchemy import Connection, insert

from app.tables import areas, context_loads, context_objects
from spatial.crs import transform
from spatial.finding import FINDING_NAMESPACE

STORAGE = 28992


def _street(x: float, y: float, length: float, **fields: Any) -> tuple[Any, dict[str, Any]]:
    return shapely.LineString([(x, y), (x + length, y)]), fields


def _box(x: float, y: float, width: float, height: float, **fields: Any) -> tuple[Any, Any]:
    return shapely.box(x, y, x + width, y + height), fields


def _point(x: float, y: float, **fields: Any) -> tuple[Any, dict[str, Any]]:
    return shapely.Point(x, y), fields


AROUND: dict[str, list[tuple[Any, dict[str, Any]]]] = {
    "streets": [
        _street(0, 0, 90, street="Dorpsstraat", road_class="access", width_m=8.0),
        _street(90, 0, 110, street="Dorpsstraat", road_class="access", width_m=8.0),
        _street(200, 0, 250, street="Kerkstraat", road_class="main", width_m=12.0),
        (shapely.LineString([(90, 0), (90, 80), (200, 80), (200, 0)]), {"street": "Omweg"}),
    ],
    "climate_scores": [_box(-50, -50, 300, 200, heat_score=0.8, flood_score=0.3)],
    "development_sites": [
        _box(120, 30, 40, 40, developer="Bouwer", dwellings=40, connected_from="2028-06-01")
    ],
    "dike_zones": [_box(280, -50, 200, 100, closed_from=1001, closed_to=401)],
    "dwellings": [_point(x, 12, dwellings=5) for x in (10, 60, 110, 160)],
    "events": [_box(-20, -20, 200, 60, kind="event")],
    "gas_end_dates": [_box(-50, -50, 400, 200, gas_ends_on="2035-01-01")],
    "grid_congestion": [_box(-50, -50, 400, 200, reinforced_on="2031-01-01")],
    "peil_areas": [_box(-50, -50, 400, 200, water_board="Waterschap")],
    "pipes": [
        _street(0, 4, 100, facility="gas", material="grey_cast_iron"),
        _street(0, 1, 100, facility="water", material="pe"),
    ],
    "recent_paving": [_box(-20, -5, 150, 10, completed_on="2027-06-01", no_dig_days=1826)],
    "soil": [_box(80, -10, 60, 40, theme="polluted_soil")],
    "subsidence": [_box(-50, -50, 400, 200, subsidence_mm_per_year=8.0)],
    "transit_routes": [_street(-10, 10, 400, line="4", mode="bus")],
    "transit_stops": [_point(95, 16, mode="bus")],
    "trees": [_point(x, 3, crown_radius_m=2.0, is_protected=True) for x in (5, 45, 95, 305)],
    "partnership_areas": [_box(-100, -100, 250, 300, partnership="Verband")],
    "budgets": [(None, {"organisation": "gemeente", "year": 2028, "amount_eur": 1000.0})],
    "capacity": [
        (
            None,
            {
                "organisation": "water",
                "discipline": "water",
                "year": 2028,
                "quarter": 2,
                "capacity": 1.0,
                "unit": "works",
            },
        )
    ],
}
"""Objects by layer; metres from the corner of the world. The days of an event are in 2028."""
NEIGHBOURHOODS = {"BU1": shapely.box(-50, -50, 95, 150), "BU2": shapely.box(95, -50, 500, 150)}


def surround(connection: Connection, organisation: UUID, east: float, north: float) -> None:
    """Store these objects as an import would, shared among partners."""
    for code, square in NEIGHBOURHOODS.items():
        place = shapely.MultiPolygon([translate(square, east, north)])
        values = {"level": "neighbourhood", "code": code, "name": f"Buurt {code}"}
        connection.execute(insert(areas).values(**values, **_shapes(place)))
    for layer, objects in AROUND.items():
        load = {"layer": layer, "organisation_id": organisation, "dataset": "main"}
        id_ = connection.execute(
            insert(context_loads).values(**load, state="loaded").returning(context_loads.c.id)
        ).scalar_one()
        for n, (shape, fields) in enumerate(objects):
            values = {
                **load,
                "id": uuid5(FINDING_NAMESPACE, f"{layer}{n}"),
                "reference": str(n),
                "name": fields.get("street", ""),
                "attributes": fields,
                "period": "[2028-04-01,2028-05-15)" if layer == "events" else None,
                "load_id": id_,
            }
            if shape is not None:
                values |= _shapes(translate(shape, east, north))
            connection.execute(insert(context_objects).values(values))


def _shapes(place: Any) -> dict[str, Any]:
    served = transform(np.array([place], dtype=object), STORAGE, 4326)[0]
    return {"geometry": from_shape(place, STORAGE), "geometry_4326": from_shape(served, 4326)}
