"""The legend of the style as a picture (SVG), with what it says as text in it."""

from __future__ import annotations

from html import escape

from app.kit.media import Language
from app.layer import Text
from app.tiles.signs import AREAS, COLOURS, CONSTRAINTS, WORKS

_BLUE, _RED = COLOURS["opportunities"], COLOURS["bottlenecks"]
ROW = 30
WIDTH = 340


def _circle(x: float, radius: float) -> str:
    return f'<circle cx="{x}" cy="15" r="{radius}" fill="{_BLUE}" stroke="#fff"/>'


def _triangle(x: float, half: float) -> str:
    top, foot = 15 - half, 15 + half * 0.8
    points = f"{x},{top} {x + half},{foot} {x - half},{foot}"
    return f'<polygon points="{points}" fill="{_RED}" stroke="#fff"/>'


def _number(x: float, y: float, number: int) -> str:
    return f'<text x="{x}" y="{y}" font-size="10" fill="#fff" text-anchor="middle">{number}</text>'


def _box(stroke: str, more: str) -> str:
    return f'<rect x="4" y="8" width="44" height="14" stroke="{stroke}" {more}/>'


ENTRIES: tuple[tuple[str, Text], ...] = (
    (
        _circle(8, 5) + _circle(24, 7) + _circle(44, 10),
        Text("Kans: groter is een hogere score", "Opportunity: larger is a higher score"),
    ),
    (
        _triangle(8, 6) + _triangle(24, 8) + _triangle(44, 11),
        Text("Knelpunt: groter is een hogere score", "Bottleneck: larger is a higher score"),
    ),
    (
        _circle(12, 11) + _number(12, 19, 24) + _triangle(40, 13) + _number(40, 22, 7),
        Text("Aantal per gebied, van veraf", "Number per area, from afar"),
    ),
    (
        _box(WORKS, f'fill="{WORKS}" fill-opacity=".28"'),
        Text("Gepland werk", "Planned work"),
    ),
    (
        f'<circle cx="26" cy="15" r="12" fill="{WORKS}" opacity=".75"/>' + _number(26, 19, 310),
        Text("Aantal geplande werken per gebied", "Number of planned works per area"),
    ),
    (
        _box(CONSTRAINTS, f'fill="{CONSTRAINTS}" fill-opacity=".12" stroke-dasharray="2 3"'),
        Text("Beperking (evenement, embargo)", "Constraint (event, embargo)"),
    ),
    (
        _box(AREAS, 'fill="none" stroke-width="1.5" stroke-dasharray="4 3"'),
        Text("Gebied", "Area"),
    ),
)


def legend(language: Language) -> str:
    """The legend.

    >>> "Kans" in legend("nl"), legend("en").startswith("<svg")
    (True, True)
    """
    title = Text("Legenda", "Legend").in_(language)
    rows = "".join(
        f'<g transform="translate(0 {i * ROW})">{sign}'
        f'<text x="64" y="19">{escape(text.in_(language))}</text></g>'
        for i, (sign, text) in enumerate(ENTRIES)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" lang="{language}" width="{WIDTH}" '
        f'height="{ROW * len(ENTRIES)}" font-family="sans-serif" font-size="13" fill="#1c2733">'
        f"<title>{title}</title>{rows}</svg>"
    )
