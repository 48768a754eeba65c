"""The project: every layer styled and in groups, time set, findings tied to their works."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.layer import Layer, Text, layers
from app.ogc.documents import TITLE
from app.qgis.forms import linked
from app.qgis.maplayers import (
    Relations,
    layer_id,
    map_layer,
    tile_layer,
    tree_group,
    tree_layer,
)
from app.qgis.source import Source
from app.qgis.styles import DOCTYPE, VERSION
from app.qgis.tile_styles import tile_styles
from app.qgis.xml import Element, document, element, reference_system, texts
from spatial.crs import Bounds, parse, transform_bounds

GROUPS = (
    Text("Kansen en knelpunten", "Opportunities and bottlenecks"),
    Text("Geplande werken", "Planned works"),
    Text("Omgeving", "Surroundings"),
)
SHOWN = {"opportunities", "bottlenecks", "works", "constraints"}
FROM_AFAR = Text("Alles als vectortegels (vlug)", "All as vector tiles (fast)")
NUMBERS = (Text("als eerste werk", "as first work"), Text("als tweede werk", "as second work"))
NAME = "kansenkaart"
_PROJECTED = element(
    "properties",
    element("SpatialRefSys", element("ProjectionsEnabled", text="1", type_="int")),
)
"""Without this QGIS does not read the CRS of the project."""


@dataclass(frozen=True, slots=True)
class View:
    """What the project starts with: the box in degrees and the days of what is there."""

    box: Bounds | None
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Relation:
    """Findings of one layer that name a work in one of their fields."""

    id: str
    title: str
    finding: Layer
    field: str


def relations_of(source: Source) -> list[Relation]:
    """The relations from findings to works."""
    found = []
    for layer in layers().values():
        for name, number in zip(linked(layer), NUMBERS, strict=False):
            title = f"{layer.title.in_(source.language)}, {number.in_(source.language)}"
            found.append(Relation(f"{layer_id(layer.id)}_{name}", title, layer, name))
    return found


def _group_of(layer: Layer) -> int:
    if any(p.name == "score" for p in layer.properties):
        return 0
    return 1 if layer.id.startswith("works") else 2


def project(source: Source, view: View, storage: int, *, editing: bool) -> bytes:
    """The project as XML (.qgs), in the CRS of the deployment."""
    title = TITLE.in_(source.language)
    related = relations_of(source)
    named: Relations = tuple((r.id, r.title) for r in related)
    of_features = [
        map_layer(layer, source, named if layer.id == "works" else (), editing=editing)
        for layer in _drawn()
    ]
    from_afar = tile_layer(source, FROM_AFAR.in_(source.language), tile_styles())
    root = element(
        "qgis",
        element("title", text=title),
        reference_system("projectCrs", storage, parse(storage).to_wkt()),
        tree_group("", _tree(source, editing=editing)),
        element("relations", *(_relation(r) for r in related)),
        _canvas(view, storage),
        element("projectlayers", *of_features, from_afar),
        element("layerorder", *(element("layer", id=layer_id(la.id)) for la in _drawn())),
        _PROJECTED,
        _view(view, storage),
        _time(view),
        projectname=title,
        version=VERSION,
    )
    return document(DOCTYPE, root)


def archive(written: bytes) -> bytes:
    """The project as QGIS keeps it in one file (.qgz)."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo(f"{NAME}.qgs"), written, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _drawn() -> list[Layer]:
    """Layers from what lies on top to what lies under; small before large."""
    rank = {"works-points": 0, "works-lines": 1, "works-polygons": 2, "works": 3}
    return sorted(layers().values(), key=lambda la: (_group_of(la), rank.get(la.id, 0)))


def _tree(source: Source, *, editing: bool) -> list[Element]:
    """The list of layers; who may edit starts with the layers that can be edited."""
    groups = []
    for number, title in enumerate(GROUPS):
        inside = [
            tree_layer(
                layer_id(layer.id),
                source.features(layer),
                layer.title.in_(source.language),
                "OAPIF",
                checked=_starts_on(layer, editing=editing),
            )
            for layer in _drawn()
            if _group_of(layer) == number
        ]
        groups.append(tree_group(title.in_(source.language), inside))
    tiles = FROM_AFAR.in_(source.language)
    id_ = layer_id(f"{NAME}-tiles")
    return [*groups, tree_layer(id_, source.tiles(), tiles, "vectortile", checked=False)]


def _starts_on(layer: Layer, *, editing: bool) -> bool:
    if editing and layer.id.startswith("works"):
        return layer.editable
    return layer.id in SHOWN


def _relation(relation: Relation) -> Element:
    return element(
        "relation",
        element("fieldRef", referencedField="id", referencingField=relation.field),
        id=relation.id,
        name=relation.title,
        referencingLayer=layer_id(relation.finding.id),
        referencedLayer=layer_id("works"),
        strength="Association",
    )


def _sides(view: View, storage: int) -> Mapping[str, str]:
    if view.box is None:
        return {}
    west, south, east, north = transform_bounds(view.box, "OGC:CRS84", storage)
    sides = {"xmin": west, "ymin": south, "xmax": east, "ymax": north}
    return {name: f"{value:.2f}" for name, value in sides.items()}


def _canvas(view: View, storage: int) -> Element:
    sides = _sides(view, storage)
    extent = element("extent", *texts(list(sides.items()))) if sides else None
    system = reference_system("destinationsrs", storage, parse(storage).to_wkt())
    return element("mapcanvas", extent, system, name="theMapCanvas", annotationsVisible=1)


def _view(view: View, storage: int) -> Element:
    sides = _sides(view, storage)
    if not sides:
        return element("ProjectViewSettings")
    inside = reference_system("s", storage, parse(storage).to_wkt())
    extent = element("DefaultViewExtent", *inside, **sides)
    return element("ProjectViewSettings", extent, UseProjectScales=0)


def _time(view: View) -> Element:
    """The temporal controller: from the first day to the last, a month a step."""
    days = {}
    if view.first and view.last:
        days = {"start": f"{view.first}T00:00:00Z", "end": f"{view.last}T23:59:59Z"}
    span = element("TemporalRange", *texts(list(days.items()))) if days else None
    return element(
        "ProjectTimeSettings",
        span,
        timeStep=1,
        timeStepUnit="mon",
        frameRate=1,
        cumulativeTemporalRange=0,
    )
