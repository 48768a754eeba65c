"""Streets of the extract as lines in RD, and the shapes that plans take along them."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import shapely
from lxml import etree
from shapely import LineString
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from spatial.crs import parse, transform

HERE = Path(__file__).parents[1]
SITUATION = "{http://datex2.eu/schema/3/situation}"
POSITIONS = "{http://datex2.eu/schema/3/locationReferencing}posList"
RD = "EPSG:28992"

STREETS: dict[str, tuple[str, int]] = {
    "Agaatlaan": ("NDW03_539311", 0),
    "Akkerhoornbloem": ("NDW03_597594", 2),
    "Anthony Fokkerweg": ("NDW03_581706", 0),
    "Brahmslaan": ("NDW03_472344", 3),
    "Breestraat": ("NDW03_507529", 0),
    "Burggravenlaan": ("NDW03_601314", 2),
    "Churchilllaan": ("NDW03_421780", 5),
    "Cobetstraat": ("NDW03_600921", 0),
    "Darwinweg": ("NDW03_474391", 1),
    "Dobbedreef": ("NDW03_576297", 1),
    "Doctor Lelylaan": ("NDW03_581023", 0),
    "Einsteinweg": ("NDW03_592698", 2),
    "Europaweg": ("NDW03_588918", 4),
    "Haarlemmerstraat": ("NDW03_589959", 1),
    "Haarlemmerweg": ("NDW03_524607", 0),
    "Hoge Rijndijk": ("NDW03_563900", 0),
    "Hooglandse Kerkgracht": ("NDW03_521225", 0),
    "Jacob Catslaan": ("NDW03_601421", 0),
    "Kanaalstraat": ("NDW03_602289", 2),
    "Kanaalweg": ("NDW03_510256", 0),
    "Ketelmeerlaan": ("NDW03_518692", 2),
    "Lage Rijndijk": ("NDW03_519019", 2),
    "Lammenschansweg": ("NDW03_347828", 0),
    "Lange Mare": ("NDW03_462709", 1),
    "Narmstraat": ("NDW03_551284", 1),
    "Oegstgeesterweg": ("NDW03_602441", 0),
    "Oude Singel": ("NDW03_597601", 11),
    "Plesmanlaan": ("NDW03_573617", 5),
    "Rapenburg": ("NDW03_326134", 1),
    "Rijnsburgerweg": ("NDW03_581808", 13),
    "Sandifortdreef": ("NDW03_597974", 6),
    "Steenschuur": ("NDW03_603337", 1),
    "Stieltjesstraat": ("NDW03_590490", 0),
    "Telderskade": ("NDW03_544453", 0),
    "Tiboel Siegenbeekstraat": ("NDW03_599291", 0),
    "Vijf Meilaan": ("NDW03_536260", 8),
    "Vondellaan": ("NDW03_420816", 0),
    "Voorschoterweg": ("NDW03_275265", 2),
    "Vrouwenweg": ("NDW03_585759", 2),
    "Waardgracht": ("NDW03_547152", 2),
    "Wassenaarseweg": ("NDW03_601102", 0),
    "Willem Klooslaan": ("NDW03_417028", 0),
    "Willem de Zwijgerlaan": ("NDW03_468577", 0),
    "Zeemanlaan": ("NDW03_597631", 2),
}


def street_lines(streets: Mapping[str, tuple[str, int]] = STREETS) -> dict[str, LineString]:
    """Streets as lines in RD, metres, cut to at most 420 m around their middle."""
    extract = etree.fromstring(gzip.decompress((HERE / "leiden-planned-works.xml.gz").read_bytes()))
    by_id = {s.get("id"): s for s in extract.iter(SITUATION + "situation")}
    lines = []
    for situation, index in streets.values():
        text = list(by_id[situation].iter(POSITIONS))[index].text
        lines.append(LineString(np.array(text.split(), dtype=float).reshape(-1, 2)[:, ::-1]))
    in_rd = transform(np.array(lines, dtype=object), parse("OGC:CRS84"), parse(RD))
    return {name: middle(line) for name, line in zip(streets, in_rd, strict=True)}


def middle(line: LineString, longest_m: float = 420.0) -> LineString:
    """The middle part of a line, in metres of RD."""
    spare = max(0.0, line.length - longest_m) / 2
    return substring(line, spare, line.length - spare)


def beside(line: LineString, offset_m: float) -> LineString:
    """A line parallel to the street; left of its direction where positive."""
    moved = shapely.offset_curve(line, offset_m, join_style="mitre") if offset_m else line
    parts = list(getattr(moved, "geoms", [moved]))
    return shapely.set_precision(max(parts, key=lambda part: part.length), 0.001)


def part(line: LineString, first: float, last: float) -> LineString:
    """The part of a line between two fractions of its length."""
    return substring(line, first, last, normalized=True)


def profile(line: LineString, width_m: float = 11.0) -> BaseGeometry:
    """The street from front to front, as a polygon in RD."""
    shape = shapely.buffer(line, width_m / 2, cap_style="flat")
    return shapely.set_precision(shape, 0.001)


def block(line: LineString, offset_m: float, depth_m: float = 12.0) -> BaseGeometry:
    """A block of houses beside the street, as a polygon in RD."""
    return profile(beside(part(line, 0.15, 0.85), offset_m), depth_m)
