"""What a request asks of tiles, and what every page about them needs."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from fastapi import Request

from app.kit.links import base_url
from app.kit.problems import BadRequest
from app.layer import Layer, layers
from app.ogc.endpoints import Reading
from app.ogc.filtering.read import PARAMETERS
from app.ogc.question import Question, read_question
from app.settings import Settings

TOGETHER = ("areas", "constraints", "works", "bottlenecks", "opportunities")
"""The layers of a tile of all, in the order in which they are drawn."""
TOGETHER_ASKED = frozenset({"datetime"})
ASKED = TOGETHER_ASKED | PARAMETERS
"""A filter in CQL2 names properties of one layer, so it is not asked of several."""
Bounds4 = tuple[float, float, float, float]


def root_of(request: Request) -> str:
    """Address of the landing page."""
    return f"{base_url(request)}/ogc"


def query_of(request: Request) -> str:
    """What was asked, to be repeated in the address of each tile."""
    given = [(n, v) for n, v in request.query_params.multi_items() if n != "f"]
    return "".join(f"&{quote(name)}={quote(value, safe=',:/.')}" for name, value in given)


def bounds_of(reading: Reading, chosen: Sequence[Layer]) -> Bounds4 | None:
    """West, south, east and north of all that these layers hold; None where that is nothing."""
    summaries = [reading.counts.summary(reading.connection, x, reading.viewer) for x in chosen]
    boxes = [summary.bounds for summary in summaries if summary.bounds]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def together(request: Request, settings: Settings) -> list[Question]:
    """The question to each layer of a tile of several.

    A filter is asked of every layer that has it; the others are not narrowed.
    """
    names = request.query_params.get("collections", ",".join(TOGETHER)).split(",")
    chosen = [layers()[name] for name in names if name in layers()]
    if len(chosen) != len(names) or len(set(names)) != len(names):
        msg = f"collections must be some of {', '.join(layers())}, each once, separated by commas."
        raise BadRequest(msg)
    known = TOGETHER_ASKED | {"collections"} | {name for one in chosen for name in one.filters}
    return [read_question(request, one, settings, frozenset(known)) for one in chosen]
