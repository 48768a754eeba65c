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
        said, choices = unknown[0][:40], ", ".join(sorted(known))
        msg = f"properties names {said!r}; {layer.id} has: {choices}."
        raise BadRequest(msg, f"properties noemt {said!r}; {layer.id} heeft: {choices}.")
    return tuple(p for p in layer.properties if p.name in asked)
