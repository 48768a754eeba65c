"""The parameters of filtering, sorting and selection as the OpenAPI document has them."""

from __future__ import annotations

from typing import Any

from app.ogc.filtering.nodes import MOST_CHARACTERS
from app.ogc.filtering.read import PARSERS

Schema = dict[str, Any]


def filter_parameters(crs: Schema) -> dict[str, tuple[str, Schema]]:
    """What each parameter is, and its schema; ``crs`` is that of a CRS of the list."""
    names: Schema = {"type": "array", "minItems": 1, "items": {"type": "string"}}
    keys = {"type": "string", "pattern": r"^[+-]?[^+\-\s].*$"}
    return {
        "filter": (
            f"Condition in CQL2 over the queryables, of at most {MOST_CHARACTERS} characters",
            {"type": "string"},
        ),
        "filter-lang": (
            "Encoding of the filter",
            {"type": "string", "enum": list(PARSERS), "default": next(iter(PARSERS))},
        ),
        "filter-crs": ("CRS of coordinates in the filter; CRS84 where left out", crs),
        "sortby": ("Sortables, each after a minus for high to low", {**names, "items": keys}),
        "properties": ("Properties to answer with; all where left out", names),
    }
