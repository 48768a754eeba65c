"""Schematic areas and constraint zones around the invented plans."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from sample_data.make.plans import Plan
from sample_data.make.streets import HERE, RD, profile


def grid(plans: list[Plan], columns: int, rows: int) -> Iterator[BaseGeometry]:
    """Rectangles in RD that cover the plans, row by row from the north-west."""
    west, south, east, north = shapely.total_bounds([p.geometry for p in plans])
    west, south, east, north = west - 400, south - 400, east + 400, north + 400
    xs = np.linspace(west, east, columns + 1).round()
    ys = np.linspace(north, south, rows + 1).round()
    for top, bottom in pairwise(ys):
        for left, right in pairwise(xs):
            yield shapely.box(left, bottom, right, top)


def write_areas(plans: list[Plan]) -> None:
    """Schematic areas: one municipality, four districts, sixteen neighbourhoods."""
    shapes: list[tuple[str, str, str, BaseGeometry]] = []
    for (level, prefix, title), (columns, rows) in zip(
        (("municipality", "GM", "Voorbeeldgemeente"), ("district", "WK", "Voorbeeldwijk"),
         ("neighbourhood", "BU", "Voorbeeldbuurt")),
        ((1, 1), (2, 2), (4, 4)), strict=True,
    ):  # fmt: skip
        for i, shape in enumerate(grid(plans, columns, rows), start=1):
            name = title if level == "municipality" else f"{title} {i}"
            shapes.append((level, f"{prefix}{i:02d}", name, shape))
    table = {
        "level": [s[0] for s in shapes],
        "code": [s[1] for s in shapes],
        "name": [f"{s[2]} (schematisch)" for s in shapes],
    }
    target = HERE / "areas.gpkg"
    target.unlink(missing_ok=True)
    gpd.GeoDataFrame(table, geometry=[s[3] for s in shapes], crs=RD).to_file(target, layer="areas")


def write_constraints(lines: dict[str, LineString]) -> None:
    """Schematic constraint zones: an event, a shopping embargo, a closed dike season."""
    zones = (
        ("EV-01", "event", "Voorbeeldmarkt", "Breestraat", 25.0, "2027-10-02", "2027-10-04"),
        ("EV-02", "event", "Voorbeeldloop", "Rapenburg", 20.0, "2028-05-13", "2028-05-14"),
        ("EM-01", "embargo", "Winkelgebied, geen werk in december", "Haarlemmerstraat", 30.0,
         "2027-11-15", "2028-01-06"),
        ("GS-01", "closed_season", "Kade, gesloten seizoen", "Hoge Rijndijk", 40.0,
         "2028-10-01", "2029-03-31"),
        ("ND-01", "no_dig", "Graafrust na herinrichting", "Lammenschansweg", 8.0,
         "2026-09-01", "2031-08-31"),
    )  # fmt: skip
    table = {
        "reference": [z[0] for z in zones],
        "kind": [z[1] for z in zones],
        "title": [f"{z[2]} (schematisch)" for z in zones],
        "start": [z[5] for z in zones],
        "end": [z[6] for z in zones],
    }
    shapes = [profile(lines[z[3]], 2 * z[4]) for z in zones]
    target = HERE / "constraints.gpkg"
    target.unlink(missing_ok=True)
    gpd.GeoDataFrame(table, geometry=shapes, crs=RD).to_file(target, layer="constraints")
