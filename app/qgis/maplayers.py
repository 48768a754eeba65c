"""A layer as it stands in a project or a layer definition: source, CRS, style."""

from __future__ import annotations

from typing import Any

from app.layer import Layer
from app.qgis.forms import expression_fields
from app.qgis.source import DEGREES, Source
from app.qgis.styles import GEOMETRY_TYPES, renderers, style
from app.qgis.symbols import KINDS
from app.qgis.xml import Element, document, element, reference_system, texts
from app.tiles.rels import STYLE as TILES
from spatial.crs import parse

Relations = tuple[tuple[str, str], ...]
GEOMETRY_NAMES = {"marker": "Point", "line": "Line", "fill": "Polygon"}


def layer_id(name: str) -> str:
    """The id of a layer within a project.

    >>> layer_id("works-points")
    'kansenkaart_works_points'
    """
    return "kansenkaart_" + name.replace("-", "_")


def map_layer(layer: Layer, source: Source, relations: Relations = (), *, editing: bool) -> Element:
    """A layer of features with all its styles; read-only unless it is editable and ``editing``."""
    language = source.language
    kind = KINDS[layer.geometry_type]
    made = renderers(layer, language)
    first, *others = made
    current = style(layer, made[first](), language, relations)
    return element(
        "maplayer",
        *_head(layer_id(layer.id), source.features(layer), layer.title.in_(language)),
        element("abstract", text=layer.description.in_(language)),
        reference_system("srs", DEGREES, parse(DEGREES).to_wkt()),
        element("provider", text="OAPIF", encoding="UTF-8"),
        expression_fields(layer),
        element(
            "map-layer-style-manager",
            element("map-layer-style", name=first),
            *(
                element("map-layer-style", _kept(layer, made[name](), source, relations), name=name)
                for name in others
            ),
            current=first,
        ),
        *(part for part in current if part.tag != "expressionfields"),
        type_="vector",
        geometry=GEOMETRY_NAMES[kind],
        wkbType=layer.geometry_type,
        styleCategories="AllStyleCategories",
        labelsEnabled=1,
        readOnly=int(not (layer.editable and editing)),
    )


def _kept(layer: Layer, renderer: Element, source: Source, relations: Relations) -> Element:
    """Another style of the layer, which is there to choose."""
    kind = GEOMETRY_TYPES[KINDS[layer.geometry_type]]
    parts = style(layer, renderer, source.language, relations)
    return element("qgis", *parts, version="3.22.16", labelsEnabled=1, layerGeometryType=kind)


def _head(id_: str, source: str, title: str) -> list[Element]:
    return texts([("id", id_), ("datasource", source), ("layername", title)])


def tile_layer(source: Source, title: str, styles: list[Element]) -> Element:
    """The vector tiles of all layers together."""
    return element(
        "maplayer",
        *_head(layer_id(TILES + "-tiles"), source.tiles(), title),
        reference_system("srs", 3857, parse(3857).to_wkt()),
        element("provider", text="vectortile"),
        element("renderer", element("styles", *styles), type_="basic"),
        type_="vector-tile",
        styleCategories="AllStyleCategories",
    )


def tree_layer(id_: str, source: str, title: str, provider: str, *, checked: bool) -> Element:
    """A layer in the list of layers."""
    return element(
        "layer-tree-layer",
        id=id_,
        name=title,
        source=source,
        providerKey=provider,
        checked=_checked(checked),
        expanded=0,
    )


def tree_group(title: str, inside: list[Element], *, checked: bool = True) -> Element:
    """A group in the list of layers."""
    return element("layer-tree-group", *inside, name=title, checked=_checked(checked), expanded=1)


def _checked(on: bool) -> str:
    return "Qt::Checked" if on else "Qt::Unchecked"


def definition(layer: Layer, source: Source, *, editing: bool) -> bytes:
    """The file that adds one layer to any project (.qlr)."""
    in_tree: dict[str, Any] = {"provider": "OAPIF", "checked": True}
    title = layer.title.in_(source.language)
    listed = tree_layer(layer_id(layer.id), source.features(layer), title, **in_tree)
    return document(
        "qgis-layer-definition",
        element(
            "qlr",
            tree_group("", [listed]),
            element("maplayers", map_layer(layer, source, editing=editing)),
        ),
    )
