"""A catalogue of shapes that files really hold, with what must become of each."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
import shapely

ORIGIN = np.array([93_000, 463_000])


class Shape(NamedTuple):
    """A geometry near Leiden in RD New, its kind once clean, and what is told of it."""

    name: str
    wkt: str | None
    kind: str | None
    codes: tuple[str, ...] = ()

    @property
    def geometry(self) -> shapely.Geometry | None:
        with np.errstate(invalid="ignore"):
            return None if self.wkt is None else shapely.from_wkt(self.wkt)


def _at(wkt: str) -> str:
    """The same shape, moved from the origin to Leiden."""
    moved = shapely.transform(shapely.from_wkt(wkt), lambda xy: xy + ORIGIN)
    return str(moved.wkt)


SHAPES = (
    Shape("point", _at("POINT (0 0)"), "point"),
    Shape("point with height", "POINT Z (93000 463000 1.5)", "point"),
    Shape("many points", _at("MULTIPOINT (0 0, 10 0, 10 0)"), "point"),
    Shape("line", _at("LINESTRING (0 0, 100 0)"), "line"),
    Shape(
        "line with height and measure", "LINESTRING ZM (93000 463000 1 0, 93100 463000 2 9)", "line"
    ),
    Shape("line that crosses itself", _at("LINESTRING (0 0, 10 10, 10 0, 0 10)"), "line"),
    Shape("line there and back", _at("LINESTRING (0 0, 10 0, 0 0)"), "line"),
    Shape("closed line", _at("LINESTRING (0 0, 10 0, 10 10, 0 0)"), "line"),
    Shape("ring", _at("LINEARRING (0 0, 10 0, 10 10, 0 0)"), "line"),
    Shape("line with repeated points", _at("LINESTRING (0 0, 0 0, 10 0, 10 0)"), "line"),
    Shape("many lines", _at("MULTILINESTRING ((0 0, 10 0), (20 0, 30 0))"), "line"),
    Shape("one micrometre of line", _at("LINESTRING (0 0, 0.000001 0)"), "line"),
    Shape("line without length", _at("LINESTRING (5 5, 5 5)"), "point", ("line-without-length",)),
    Shape(
        "line with a part without length",
        _at("MULTILINESTRING ((0 0, 10 0), (5 5, 5 5))"),
        "line",
        ("line-parts-without-length",),
    ),
    Shape("square", _at("POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))"), "polygon"),
    Shape("square clockwise", _at("POLYGON ((0 0, 0 10, 10 10, 10 0, 0 0))"), "polygon"),
    Shape(
        "square with hole",
        _at("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (3 3, 6 3, 6 6, 3 3))"),
        "polygon",
    ),
    Shape("square with repeated points", _at("POLYGON ((0 0, 10 0, 10 0, 10 10, 0 0))"), "polygon"),
    Shape("long strip", _at("POLYGON ((0 0, 1000 0, 1000 0.01, 0 0.01, 0 0))"), "polygon"),
    Shape(
        "islands", _at("MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))"), "polygon"
    ),
    Shape("bow tie", _at("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))"), "polygon", ("geometry-repaired",)),
    Shape(
        "hole outside",
        _at("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 1 6, 2 6, 2 1, 1 1))"),
        "polygon",
        ("geometry-repaired",),
    ),
    Shape(
        "overlapping parts",
        _at("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((1 1, 5 1, 5 5, 1 5, 1 1)))"),
        "polygon",
        ("geometry-repaired",),
    ),
    Shape(
        "spike", _at("POLYGON ((0 0, 4 0, 9 0, 4 0, 4 4, 0 0))"), "polygon", ("geometry-repaired",)
    ),
    Shape("flat polygon", _at("POLYGON ((0 0, 1 0, 2 0, 0 0))"), None, ("zero-area",)),
    Shape("polygon of one point", _at("POLYGON ((1 1, 1 1, 1 1, 1 1))"), None, ("zero-area",)),
    Shape(
        "sliver of rounding",
        "POLYGON ((93000 463000, 93100 463000.00000001, 93050 463000, 93000 463000))",
        None,
        ("zero-area",),
    ),
    Shape("collection of one", _at("GEOMETRYCOLLECTION (LINESTRING (0 0, 5 0))"), "line"),
    Shape(
        "mixed collection",
        _at("GEOMETRYCOLLECTION (POINT (0 0), LINESTRING (0 0, 5 0), LINESTRING (9 0, 9 9))"),
        "line",
        ("mixed-geometry",),
    ),
    Shape(
        "nested mixed collection",
        _at(
            "GEOMETRYCOLLECTION (GEOMETRYCOLLECTION (POLYGON ((0 0, 1 0, 1 1, 0 0)), POINT (3 3)),"
            " MULTIPOINT (0 0, 1 1))"
        ),
        "polygon",
        ("mixed-geometry",),
    ),
    Shape("nothing", None, None, ("geometry-missing",)),
    Shape("empty point", "POINT EMPTY", None, ("geometry-empty",)),
    Shape("empty polygon", "POLYGON EMPTY", None, ("geometry-empty",)),
    Shape("empty collection", "GEOMETRYCOLLECTION EMPTY", None, ("geometry-empty",)),
    Shape("no number", "POINT (nan 463000)", None, ("coordinates-not-numbers",)),
    Shape(
        "no number in a line",
        "LINESTRING (93000 463000, nan 463000)",
        None,
        ("coordinates-not-numbers",),
    ),
    Shape("endless", "LINESTRING (93000 463000, inf 463000)", None, ("coordinates-not-numbers",)),
)


@pytest.fixture(params=SHAPES, ids=lambda shape: shape.name)
def shape(request: pytest.FixtureRequest) -> Shape:
    """One shape of the catalogue at a time."""
    return request.param  # type: ignore[no-any-return]  # pytest does not type its parameters


@pytest.fixture(scope="session")
def shapes() -> tuple[Shape, ...]:
    """The whole catalogue."""
    return SHAPES
