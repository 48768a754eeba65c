"""Which features get which symbol: by severity and state, or by a word, with their legend."""

from __future__ import annotations

from uuid import UUID, uuid5

from app.layer import Layer, Property, Text
from app.qgis.symbols import Look, symbol
from app.qgis.words import STANDING, colour_of, colours_of, titles_of
from app.qgis.xml import Element, element
from spatial.vocabulary import Language

_SPACE = UUID("6b1c7f0e-3f2d-4e86-9a40-6d0c2f6a1e55")
MARKS = {"bottlenecks": "triangle", "opportunities": "circle"}
SEVERITIES = (
    (Text("Hoog (70-100)", "High (70-100)"), '"score" >= 70', 5.5, 0.55),
    (Text("Midden (40-70)", "Middle (40-70)"), '"score" >= 40 AND "score" < 70', 4.2, 0.4),
    (Text("Laag (onder 40)", "Low (below 40)"), '"score" < 40', 3.0, 0.25),
)
STATES = {
    "to_assess": Look("#e6ab02", "diamond", 2.2, 0, 0.4, dashed=True),
    "confirmed": Look("#111111", "cross_fill", 2.2, 0, 0.9),
    "rejected": Look("#9e9e9e", "cross2", 2.6, 0, 0.3, dashed=True),
}
"""Drawn over the severity; what is new has nothing over it."""
SURE = (
    "CASE WHEN \"planning_status\" IN ('idea', 'indicative') THEN 45 "
    "WHEN \"planning_status\" = 'provisional' THEN 70 ELSE 100 END"
)
"""How opaque a work is drawn: what is not decided yet stays pale."""


def by_severity(layer: Layer, language: Language) -> Element:
    """Findings: a sign and colour for the kind, its size for the score, a mark for the state."""
    colour, mark = colour_of(layer), MARKS.get(layer.id, "hexagon")
    words = {p.name: p for p in layer.properties}
    judged = words.get("state")
    standing = "\"state\" <> 'rejected' AND " if judged else ""
    rules = [
        (title.in_(language), f"{standing}({where})", _severity(layer, colour, mark, size, filled))
        for title, where, size, filled in SEVERITIES
    ]
    if judged:
        titles = titles_of(judged, language)
        rules += [
            (titles[state].capitalize(), f"\"state\" = '{state}'", look)
            for state, look in STATES.items()
            if state in titles
        ]
    rows = [
        element("rule", key=_key(layer, i), symbol=i, label=label, filter=where)
        for i, (label, where, _) in enumerate(rules)
    ]
    looks = [symbol(str(i), layer.geometry_type, look) for i, (_, _, look) in enumerate(rules)]
    return element(
        "renderer-v2",
        element("rules", *rows, key=_key(layer, -1)),
        element("symbols", *looks),
        type_="RuleRenderer",
        symbollevels=0,
        enableorderby=0,
        forceraster=0,
    )


def _severity(layer: Layer, colour: str, mark: str, size: float, filled: float) -> Look:
    return Look(colour, mark, size, filled, 0.5, dashed=layer.id == "bottlenecks")


def _key(layer: Layer, number: int) -> str:
    return "{" + str(uuid5(_SPACE, f"{layer.id}{number}")) + "}"


def by_word(layer: Layer, property_: Property, language: Language) -> Element:
    """A colour for every word of one property, and one for whatever else."""
    colours, titles = colours_of(property_), titles_of(property_, language)
    pale = SURE if any(p.name == "planning_status" for p in layer.properties) else ""
    pale = "" if property_.name == "planning_status" else pale
    each = [*(colours[word] for word in titles), "#bdbdbd"]
    looks = [_plain(layer, colour, pale) for colour in each]
    named = [*titles.items(), ("", STANDING.in_(language))]
    rows = [
        element("category", render="true", symbol=i, value=word, label=title.capitalize())
        for i, (word, title) in enumerate(named)
    ]
    return element(
        "renderer-v2",
        element("categories", *rows),
        element("symbols", *(symbol(str(i), layer.geometry_type, k) for i, k in enumerate(looks))),
        type_="categorizedSymbol",
        attr=property_.name,
        symbollevels=0,
        enableorderby=0,
        forceraster=0,
    )


def _plain(layer: Layer, colour: str, alpha: str) -> Look:
    if layer.id == "constraints":  # large, and never what the map is about
        return Look(colour, filled=0.08, width=0.4, dashed=True)
    return Look(colour, size=2.6, filled=0.45, width=0.5, alpha=alpha)


def one_look(layer: Layer) -> Element:
    """Every feature alike."""
    look = Look(colour_of(layer), filled=0.15)
    looks = element("symbols", symbol("0", layer.geometry_type, look))
    return element("renderer-v2", looks, type_="singleSymbol", symbollevels=0, forceraster=0)


def outlines(layer: Layer, property_: Property, language: Language) -> Element:
    """As :func:`by_word`, for what lies under everything: lines only."""
    made = by_word(layer, property_, language)
    symbols = made.find("symbols")
    assert symbols is not None
    symbols.clear()
    colours = [*colours_of(property_).values(), "#bdbdbd"]
    looks = [Look(colour, filled=0, width=0.5, dashed=True) for colour in colours]
    symbols.extend(symbol(str(i), layer.geometry_type, k) for i, k in enumerate(looks))
    return made
