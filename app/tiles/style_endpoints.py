"""The style, its signs and its legend (after the draft of OGC API Styles)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.kit import media
from app.kit.links import Link
from app.kit.problems import NotFound
from app.layer import layers
from app.ogc.answer import answer
from app.ogc.endpoints import NOTHING, Reads
from app.ogc.question import check_parameters
from app.tiles.asked import TOGETHER, bounds_of, query_of, root_of, together
from app.tiles.documents import dataset_title
from app.tiles.legend import legend
from app.tiles.rels import MAPLIBRE, PNG, SVG
from app.tiles.rels import STYLE as ID
from app.tiles.signs import picture, places
from app.tiles.style import style

DAY = {"Cache-Control": "public, max-age=86400"}
"""What is the same for everybody until the next release."""
router = APIRouter(include_in_schema=False)


@router.api_route("/ogc/styles", methods=["GET", "HEAD"])
def get_styles(request: Request) -> Response:
    """The list of styles: one."""
    check_parameters(request, NOTHING)
    form = media.negotiate(request, {"json": media.JSON})
    url = f"{root_of(request)}/styles"
    links = [
        Link("stylesheet", f"{url}/{ID}?f=mapbox", MAPLIBRE),
        Link("preview", f"{url}/{ID}/legend", SVG),
    ]
    title = dataset_title(media.language(request))
    one = {"id": ID, "title": title, "links": [link.json() for link in links]}
    own = [Link("self", url, media.JSON).json()]
    return answer(request, form, {"styles": [one], "default": ID, "links": own}, "")


@router.api_route("/ogc/styles/{style_id}", methods=["GET", "HEAD"])
def get_style(request: Request, style_id: str, reading: Reads) -> Response:
    """The style for MapLibre and QGIS; a filter in its address stands in that of every tile."""
    _check(style_id)
    together(request, reading.settings)
    form = media.negotiate(request, {"mapbox": MAPLIBRE, "json": media.JSON})
    box = bounds_of(reading, [layers()[name] for name in TOGETHER])
    language = media.language(request)
    content = style(root_of(request), query_of(request), box, language)
    types = {"mapbox": MAPLIBRE, "json": media.JSON}
    return answer(request, form, content, "", type_=types[form])


@router.api_route("/ogc/styles/{style_id}/legend", methods=["GET", "HEAD"])
def get_legend(request: Request, style_id: str) -> Response:
    """The legend as a picture."""
    _check(style_id)
    check_parameters(request, NOTHING)
    media.negotiate(request, {"svg": SVG})
    language = media.language(request)
    headers = {**DAY, "Content-Language": language, "Vary": "Accept-Language, Accept-Encoding"}
    return Response(legend(language), media_type=SVG, headers=headers)


@router.api_route("/ogc/styles/{style_id}/{name}", methods=["GET", "HEAD"])
def get_sprite(request: Request, style_id: str, name: str) -> Response:
    """The signs: ``sprite.json`` and ``sprite.png``, and both with ``@2x`` for fine screens."""
    _check(style_id)
    check_parameters(request, NOTHING)
    ratio = 2 if "@2x" in name else 1
    plain = name.replace("@2x", "", 1)
    if plain == "sprite.png":
        return Response(picture(ratio), media_type=PNG, headers=DAY)
    if plain == "sprite.json":
        return answer(request, "json", places(ratio), "", headers=DAY)
    msg = f"There is no {name[:80]!r} of the style {style_id!r}."
    raise NotFound(msg)


def _check(style_id: str) -> None:
    if style_id != ID:
        msg = f"There is no style {style_id[:80]!r}. There is: {ID}."
        raise NotFound(msg)
