"""Bring a drawn geometry into the storage CRS, checked and cleaned like one of an upload."""

from __future__ import annotations

from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from app.layer import Layer
from app.ogc.crs import ServedCrs, is_in_world
from app.projects.shapes import objects
from app.settings import Settings
from spatial.crs import far_outside, parse, region_of, transform
from spatial.crs.faults import far
from spatial.errors import GeometryRefused
from spatial.geojson_geometry import build
from spatial.geometry import clean

LAYERS = ("works-points", "works-lines", "works-polygons")
ROUNDING_M = {True: 0.02, False: 0.002}
"""How far served coordinates lie from the stored ones: degrees of 7 digits, metres of 3."""


def place(
    geometry: dict[str, Any] | None, crs: ServedCrs, layer: Layer, settings: Settings
) -> BaseGeometry:
    """The shape in the storage CRS; ``GeometryRefused`` says what is wrong with it.

    Coordinates are in the axis order of ``crs``; heights are left out. The
    shape must be of the dimension of the layer.
    """
    if geometry is None:
        msg = "A work needs a geometry: draw it, or leave geometry out of the change."
        raise GeometryRefused(msg)
    shapes, flaws = build([geometry])
    if shapes[0] is None:
        msg = f"The geometry is not GeoJSON: {flaws[0].detail}."
        raise GeometryRefused(msg)
    shapes = shapely.force_2d(shapes)
    if crs.flipped:
        shapes = shapely.transform(shapes, lambda xy: xy[:, ::-1])
    if crs.way == "degrees" and not is_in_world(shapely.bounds(shapes[0]).tolist()):
        msg = "The geometry lies outside the world: longitude is -180 to 180, latitude -90 to 90."
        raise GeometryRefused(msg)
    storage = settings.storage_crs
    cleaned, faults = clean(transform(shapes, crs.uri, storage), [1], settings.max_vertices)
    shape: BaseGeometry | None = cleaned[0]
    if shape is None:
        msg = " ".join(f"{f.reason['en']} {f.remedy['en']}" for f in faults)
        raise GeometryRefused(msg)
    if far_outside(shapely.bounds(cleaned), storage, region_of(storage))[0]:
        fault = far(parse(storage))
        msg = f"{fault.reason['en']} {fault.remedy['en']}"
        raise GeometryRefused(msg)
    _check_dimension(shape, layer)
    return shape


def _check_dimension(shape: BaseGeometry, layer: Layer) -> None:
    dimension = int(shapely.get_dimensions(shape))
    if dimension != layer.dimension:
        msg = (
            f"{layer.id} takes a {layer.geometry_type} or one part of it; "
            f"a {shape.geom_type} belongs in {LAYERS[dimension]}."
        )
        raise GeometryRefused(msg)


def is_as_served(new: BaseGeometry, stored: BaseGeometry, crs: ServedCrs) -> bool:
    """Whether a shape is the stored one as it was served in ``crs``, digits left out and all.

    Who sends a feature back as they got it moves nothing.
    """
    parts = shapely.get_parts(stored)
    dimension = shapely.get_dimensions(stored)
    served = parts[shapely.get_dimensions(parts) == dimension]
    sent = shapely.get_parts(new)
    if len(sent) != len(served):
        return False
    tolerance = ROUNDING_M[parse(crs.uri).is_geographic]
    return bool(shapely.equals_exact(objects(list(sent)), objects(list(served)), tolerance).all())
