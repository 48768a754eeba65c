"""What controlled words look like and are called, wherever QGIS shows them."""

from __future__ import annotations

from functools import cache

from app.layer import Layer, Property, Text
from app.tiles.signs import AREAS, COLOURS, CONSTRAINTS, WORKS
from spatial import vocabulary
from spatial.vocabulary import Language, Vocabulary

FACILITY_COLOURS = {
    "sewer": "#8c510a",
    "water": "#2b8cbe",
    "electricity": "#d73027",
    "gas": "#d8a600",
    "heat": "#f46d43",
    "telecom": "#1b9e77",
    "lighting": "#c2a5cf",
    "road": "#4a5560",
    "paving": "#969696",
    "green": "#4daf4a",
    "trees": "#006d2c",
    "water_management": "#08519c",
    "structure": "#6a51a3",
    "housing": "#e377c2",
    "development": "#ae017e",
    "public_space": "#bcbd22",
    "unknown": "#bdbdbd",
}
"""After the colours that pipes and cables have on Dutch maps, where they have one."""
STATUS_COLOURS = ("#bdd7e7", "#6baed6", "#3182bd", "#08519c", "#e6550d", "#31a354", "#969696")
OTHERS = ("#1b9e77", "#d95f02", "#7570b3", "#e7298a", "#66a61e", "#e6ab02", "#a6761d", "#666666",
          "#1f78b4", "#b15928")  # fmt: skip
GREEN = "#009e73"
OPEN, STANDING = Text("Onbekend", "Unknown"), Text("Overige", "Other")


def colour_of(layer: Layer) -> str:
    """The colour of a layer as a whole, the same as in the tiles."""
    known = {"constraints": CONSTRAINTS, "areas": AREAS, **COLOURS}
    return known.get(layer.id, WORKS if layer.id.startswith("works") else GREEN)


def colours_of(property_: Property) -> dict[str, str]:
    """A colour for every word a property can have."""
    if property_.name == "facility":
        return {word: FACILITY_COLOURS.get(word, WORKS) for word in property_.words}
    row = STATUS_COLOURS if property_.name == "planning_status" else OTHERS
    return {word: row[i % len(row)] for i, word in enumerate(property_.words)}


@cache
def _known() -> tuple[Vocabulary, ...]:
    return tuple(v for v in vars(vocabulary).values() if isinstance(v, Vocabulary))


def titles_of(property_: Property, language: Language) -> dict[str, str]:
    """What each word of a property is called, by the word; itself where no list has it.

    >>> from app.layer import layer
    >>> titles_of(layer("works").filters["facility"], "nl")["sewer"]
    'riool'
    """
    fits = (v for v in _known() if set(property_.words) <= set(v.ids))
    found = min(fits, key=len, default=None)
    if found is None:
        return {word: word for word in property_.words}
    return {word: found.title(word, language) for word in property_.words}
