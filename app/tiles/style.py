"""The MapLibre style that draws the tiles of all layers.

Opportunities are blue circles, bottlenecks vermillion triangles with dashed outlines; the
higher the score, the larger the sign. Where things are counted, the sign grows with the
number, which stands in it. Expressions are those that QGIS can convert too: get,
interpolate and comparisons.
"""

from __future__ import annotations

from typing import Any

from app.kit.media import Language
from app.layer import layers
from app.ogc.documents import DESCRIPTION, TITLE, Document
from app.tiles.content import FEATURES_FROM
from app.tiles.grid import WEB_MERCATOR_QUAD
from app.tiles.rels import STYLE as ID
from app.tiles.signs import AREAS, COLOURS, CONSTRAINTS, WORKS
from spatial.rule import WideRule, rules

FINDINGS = ("bottlenecks", "opportunities")
ASIDE = {"bottlenecks": 13, "opportunities": -13}
"""Pixels to the right: both signs of one area stay in sight."""
WHOLE = {"areas", "peil_areas", "organisations"}
"""What rules are about whose findings are drawn as an outline only."""
GROUND = "#eef1f3"
FONT = ["Noto Sans Regular"]
Bounds4 = tuple[float, float, float, float]
_COUNTED = ["has", "count"]
_IS_POLYGON = ["==", ["geometry-type"], "Polygon"]


def style(root: str, query: str, box: Bounds4 | None, language: Language) -> Document:
    """The style; ``query`` is what the address of each tile repeats."""
    url = f"{root}/tiles/{WEB_MERCATOR_QUAD.id}/{{z}}/{{y}}/{{x}}?f=mvt{query}"
    source: Document = {
        "type": "vector",
        "tiles": [url],
        "minzoom": 0,
        "maxzoom": WEB_MERCATOR_QUAD.detailed,
        **({"bounds": list(box)} if box else {}),
    }
    middle = {"center": [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]} if box else {}
    return {
        "version": 8,
        "name": TITLE.in_(language),
        "metadata": {"description": DESCRIPTION.in_(language)},
        **middle,
        "sprite": f"{root}/styles/{ID}/sprite",
        "sources": {ID: source},
        "layers": _layers(language),
    }


def _layers(language: Language) -> list[Document]:
    """From what lies under to what lies on top."""
    found = [
        {"id": "ground", "type": "background", "paint": {"background-color": GROUND}},
        *_places(),
        *(one for kind in FINDINGS for one in _outlines(kind)),
        *_counts("works"),
        *(one for kind in FINDINGS for one in _counts(kind)),
        *(_sign(kind) for kind in FINDINGS),
    ]
    for one in found:
        name = str(one.get("source-layer", "")).removesuffix("-markers")
        if name:
            one["metadata"] = {"title": layers()[name].title.in_(language)}
    return found


def _layer(id_: str, kind: str, of: str, filter_: list[Any] | None = None) -> Document:
    narrowed = {} if filter_ is None else {"filter": filter_}
    return {"id": id_, "type": kind, "source": ID, "source-layer": of, **narrowed}


def _by_zoom(*stops: float) -> list[Any]:
    return ["interpolate", ["linear"], ["zoom"], *stops]


def _places() -> list[Document]:
    """Areas, constraint zones and works."""
    return [
        _layer("constraints-fill", "fill", "constraints", _IS_POLYGON)
        | {"paint": {"fill-color": CONSTRAINTS, "fill-opacity": 0.12}},
        _layer("constraints-line", "line", "constraints", ["!", _COUNTED])
        | {"paint": {"line-color": CONSTRAINTS, "line-width": 1.2, "line-dasharray": [1, 1.5]}},
        _layer("areas-line", "line", "areas")
        | {"paint": {"line-color": AREAS, "line-width": 1.2, "line-dasharray": [3, 2]}},
        _layer("works-fill", "fill", "works", _IS_POLYGON)
        | {"paint": {"fill-color": WORKS, "fill-opacity": 0.28}},
        _layer("works-line", "line", "works", ["!", _COUNTED])
        | {"paint": {"line-color": WORKS, "line-width": _by_zoom(10, 1.5, 16, 1)}},
        _layer("works-point", "circle", "works", _uncounted_points())
        | {
            "paint": {
                "circle-color": WORKS,
                "circle-opacity": 0.7,
                "circle-radius": _by_zoom(10, 1.5, 16, 4),
            }
        },
    ]


def _uncounted_points() -> list[Any]:
    return ["all", ["==", ["geometry-type"], "Point"], ["!", _COUNTED]]


def _is_place() -> list[Any]:
    """A finding that fills its place; one about a whole area would cover all others."""
    wide = [rule for rule in rules() if isinstance(rule, WideRule) and rule.about in WHOLE]
    return ["all", _IS_POLYGON, *(["!=", ["get", "rule"], rule.code] for rule in wide)]


def _outlines(kind: str) -> list[Document]:
    dashed = {"line-dasharray": [2, 1.2]} if kind == "bottlenecks" else {}
    return [
        _layer(f"{kind}-fill", "fill", kind, _is_place())
        | {"paint": {"fill-color": COLOURS[kind], "fill-opacity": 0.35}},
        _layer(f"{kind}-line", "line", kind, ["!", _COUNTED])
        | {"paint": {"line-color": COLOURS[kind], "line-width": 2, **dashed}},
    ]


_NUMBER = {
    "text-field": ["to-string", ["get", "count"]],
    "text-font": FONT,
    "text-size": 11,
    "text-allow-overlap": True,
    "text-ignore-placement": True,
}


def _counts(name: str) -> list[Document]:
    """Numbers from afar: findings in their signs, works in grey circles below them."""
    if name == "works":
        below = [0, 22]
        circle = _layer("works-count", "circle", name, _COUNTED) | {
            "paint": {
                "circle-color": WORKS,
                "circle-opacity": 0.75,
                "circle-radius": _by_count(7, 10, 13, 17),
                "circle-translate": below,
            }
        }
        number = _layer("works-count-number", "symbol", name, _COUNTED) | {
            "layout": dict(_NUMBER),
            "paint": {"text-color": "#ffffff", "text-translate": below},
        }
        return [circle, number]
    aside = ASIDE[name]
    sign = _layer(f"{name}-count", "symbol", name, _COUNTED) | {
        "layout": {
            "icon-image": name,
            "icon-size": _by_count(0.8, 1.1, 1.45, 1.8),
            "icon-allow-overlap": True,
            "icon-ignore-placement": True,
            "symbol-sort-key": ["get", "score_max"],
        },
        "paint": {"icon-translate": [aside, 0]},
    }
    number = _layer(f"{name}-count-number", "symbol", name, _COUNTED) | {
        "layout": dict(_NUMBER),
        "paint": {
            "text-color": "#ffffff",
            "text-halo-color": COLOURS[name],
            "text-halo-width": 1.4,
            "text-translate": [aside, 3 if name == "bottlenecks" else 0],
        },
    }
    return [sign, number]


def _by_count(few: float, tens: float, hundreds: float, thousands: float) -> list[Any]:
    return ["interpolate", ["linear"], ["get", "count"],
            1, few, 10, tens, 100, hundreds, 1000, thousands]  # fmt: skip


def _sign(kind: str) -> Document:
    """One sign for each finding, larger with its score."""
    return _layer(f"{kind}-sign", "symbol", f"{kind}-markers") | {
        "minzoom": FEATURES_FROM,
        "layout": {
            "icon-image": kind,
            "icon-size": ["interpolate", ["linear"], ["get", "score"], 0, 0.5, 100, 1],
            "icon-allow-overlap": True,
            "icon-ignore-placement": True,
            "symbol-sort-key": ["get", "score"],
        },
        "paint": {"icon-translate": [ASIDE[kind] * 0.6, 0]},
    }
