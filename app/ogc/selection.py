"""The parameter ``properties``: which properties an answer carries."""

from __future__ import annotations

from app.kit.problems import BadRequest
from app.layer import Layer, Property


def read_selection(text: str, layer: Layer) -> tuple[Property, ...]:
    """The properties named, in the order of the layer; BadRequest for one that is not there.

    >>> from app.layer import layer
    >>> [p.name for p in read_selection("title,id", layer("works"))]
    ['id', 'title']
    """
    asked = {name.strip() for name in text.split(",")} - {""}
    known = {p.name for p in layer.properties}
    unknown = sorted(asked - known)
    if unknown:
        msg = f"properties names {unknown[0][:40]!r}; {layer.id} has: {', '.join(sorted(known))}."
        raise BadRequest(msg)
    return tuple(p for p in layer.properties if p.name in asked)
