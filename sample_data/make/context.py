"""Draw what surrounds the invented plans: streets, trees, dwellings, congestion, budgets.

    python -m sample_data.make.context

The streets are the road lines of the extract of the national planning feed,
and therefore only part of a network; everything else is invented and drawn
along them. One file per context layer lies in ``sample_data/context``. The
same input always gives the same files.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from lxml import etree
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from sample_data.make.streets import (
    HERE,
    POSITIONS,
    RD,
    beside,
    block,
    part,
    profile,
    street_lines,
)
from spatial.crs import parse, transform

TARGET = HERE / "context"
INVENTED = "verzonnen"
LARGE_BYTES = 200_000
"""Files over this size are packed."""
SAME_M = 3.0
"""A line of the feed that lies this near another is the same street, told twice."""
MAIN = ("Willem de Zwijgerlaan", "Europaweg", "Plesmanlaan", "Churchilllaan", "Voorschoterweg")
DISTRIBUTOR = ("Lammenschansweg", "Hoge Rijndijk", "Rijnsburgerweg", "Kanaalweg", "Vijf Meilaan")
USES = {4: "winkelfunctie", 7: "onderwijsfunctie", 13: "winkelfunctie"}
HOMES = {5: 12}
"""Every sixth front door is that of a block of flats."""
ALLOTTED_UNTIL = 2029
Row = dict[str, Any]
Lines = dict[str, LineString]


def feed_lines() -> list[LineString]:
    """Every different road line of the extract, in RD."""
    root = etree.fromstring(gzip.decompress((HERE / "leiden-planned-works.xml.gz").read_bytes()))
    texts = sorted({e.text for e in root.iter(POSITIONS) if e.text})
    points = [np.array(t.split(), dtype=float).reshape(-1, 2)[:, ::-1] for t in texts]
    lines = np.array([LineString(p) for p in points if len(p) > 1], dtype=object)
    return list(transform(lines, parse("OGC:CRS84"), parse(RD)))


def streets(named: Lines) -> Iterator[Row]:
    """Pieces of the feed's lines between their meetings, each stretch of road once."""
    kept: list[LineString] = []
    for line in sorted(feed_lines(), key=lambda g: -g.length):
        known = shapely.union_all([g.buffer(SAME_M) for g in kept if g.dwithin(line, SAME_M)])
        fresh = shapely.difference(line, known)
        parts = [g for g in shapely.get_parts(fresh) if g.length > 2 * SAME_M]
        kept += [_reaching(g, kept) for g in parts]
    network = shapely.line_merge(shapely.node(shapely.union_all(kept, grid_size=0.01)))
    for piece in shapely.get_parts(network):
        name = _name_of(piece, named)
        yield {
            "straatnaam": name or None,
            "wegklasse": _class_of(name),
            "breedte_m": {"main": 24.0, "distributor": 16.0}.get(_class_of(name), 11.0),
            "calamiteitenroute": name in MAIN or name in DISTRIBUTOR,
            "afsluitgroep": "brug" if name in {"Churchilllaan", "Voorschoterweg"} else None,
            "herkomst": "NDW planningsfeed, onvolledig net",
            "geometry": piece,
        }


def _reaching(line: LineString, others: list[LineString]) -> LineString:
    """The line with its ends drawn to the street they were cut off from."""
    points = list(line.coords)
    for at, end in ((0, shapely.Point(points[0])), (-1, shapely.Point(points[-1]))):
        near = [g for g in others if g.dwithin(end, SAME_M + 0.1)]
        if near:
            other = min(near, key=end.distance)
            touch = other.interpolate(other.project(end)).coords[0]
            points = [touch, *points] if at == 0 else [*points, touch]
    return LineString(points)


def _name_of(piece: BaseGeometry, named: Lines) -> str:
    half = piece.length / 2
    found = [n for n, g in named.items() if piece.intersection(g.buffer(5)).length > half]
    return min(found, key=lambda n: named[n].distance(piece), default="")


def _class_of(name: str) -> str:
    if name in MAIN:
        return "main"
    return "distributor" if name in DISTRIBUTOR else "access" if name else "unknown"


def transit_routes(named: Lines) -> Iterator[Row]:
    """Bus lines through streets where much is planned."""
    for line, street in (
        ("1", "Breestraat"), ("2", "Lammenschansweg"), ("3", "Hoge Rijndijk"),
        ("4", "Rijnsburgerweg"), ("5", "Vijf Meilaan"), ("6", "Willem de Zwijgerlaan"),
    ):  # fmt: skip
        yield {"lijn": line, "soort": "bus", "ritten": 64, "geometry": named[street]}


def transit_stops(named: Lines) -> Iterator[Row]:
    """A stop half-way each bus line."""
    for row in transit_routes(named):
        place = row["geometry"].interpolate(0.5, normalized=True)
        yield {"naam": f"Halte lijn {row['lijn']}", "lijnen": row["lijn"], "geometry": place}


def events(named: Lines) -> Iterator[Row]:
    """A yearly feast, shops that sell in December, and the building holiday."""
    for title, kind, street, width, first, last in (
        ("Voorbeeldfeest", "event", "Lange Mare", 40, "10-02", "10-04"),
        ("Winkelstraat in december", "embargo", "Breestraat", 40, "11-15", "01-06"),
        ("Bouwvak", "building_holiday", "Burggravenlaan", 60, "07-26", "08-13"),
    ):
        yield {
            "naam": f"{title} ({INVENTED})", "soort": kind, "jaarlijks_van": first,
            "jaarlijks_tot": last, "geometry": profile(named[street], width),
        }  # fmt: skip


def recent_paving(named: Lines) -> Iterator[Row]:
    """Streets that were paved lately."""
    for street, done, years in (
        ("Agaatlaan", "2026-03-31", 5), ("Cobetstraat", "2026-05-29", 5),
        ("Zeemanlaan", "2025-11-14", 5), ("Darwinweg", "2024-06-28", 5),
        ("Vondellaan", "2026-06-12", 3), ("Kanaalstraat", "2025-09-30", 5),
    ):  # fmt: skip
        yield {
            "straat": street, "opgeleverd": done, "graafrust_jaren": years,
            "verharding": "asfalt", "geometry": profile(named[street], 10),
        }  # fmt: skip


def _squares(level: str) -> gpd.GeoDataFrame:
    areas = gpd.read_file(HERE / "areas.gpkg")
    found: gpd.GeoDataFrame = areas[areas.level == level]
    return found


def grid_congestion(_: Lines) -> Iterator[Row]:
    """Two stations that are full, one until 2029 and one until 2031."""
    for square, ready, station in zip(
        _squares("district").geometry, ("2031-12-31", None, "2029-06-30", "2031-12-31"), "ABCD",
        strict=True,
    ):  # fmt: skip
        if ready:
            yield {
                "onderstation": f"Station {station} ({INVENTED})", "richting": "afname",
                "verzwaring_gereed": ready, "beschikbaar_kw": 0, "geometry": square,
            }  # fmt: skip


def gas_end_dates(_: Lines) -> Iterator[Row]:
    """Districts that leave gas, two of them by a decision."""
    for square, year, state in zip(
        _squares("district").geometry, (2035, 2038, 2045, 2040),
        ("vastgesteld", "vastgesteld", "voorstel", "voorstel"), strict=True,
    ):  # fmt: skip
        yield {
            "aardgasvrij": year, "besluit": state, "warmteoplossing": "warmtenet",
            "geometry": square,
        }  # fmt: skip


def climate_scores(_: Lines) -> Iterator[Row]:
    """Classes of heat and rain per neighbourhood."""
    for i, square in enumerate(_squares("neighbourhood").geometry):
        yield {
            "hitteklasse": 1 + (i * 3) % 5,
            "wateroverlastklasse": 1 + (i * 2 + 1) % 5,
            "geometry": square,
        }


def subsidence(_: Lines) -> Iterator[Row]:
    """Soft ground in the south, firm ground in the north."""
    for i, square in enumerate(_squares("neighbourhood").geometry):
        sinks = (1.0, 2.5, 5.0, 8.0)[i // 4]
        yield {"bodemdaling_mm_jr": sinks, "geometry": square}


def trees(named: Lines) -> Iterator[Row]:
    """Trees along every third street, a quarter of them protected."""
    for name in sorted(named)[::3]:
        row = beside(named[name], 5.5)
        for i, at in enumerate(np.arange(6.0, row.length, 14.0)):
            yield {
                "boomsoort": ("linde", "iep", "plataan", "es")[i % 4],
                "kroondiameter": 4 + i % 5,
                "beschermd": i % 4 == 0,
                "geometry": row.interpolate(at),
            }


def dike_zones(named: Lines) -> Iterator[Row]:
    """Quays in which nobody digs in winter."""
    for street in ("Hoge Rijndijk", "Lage Rijndijk", "Telderskade"):
        yield {
            "naam": f"Kade {street} ({INVENTED})", "zonering": "beschermingszone",
            "gesloten_van": "10-01", "gesloten_tot": "03-31",
            "geometry": profile(named[street], 40),
        }  # fmt: skip


def pipes(named: Lines) -> Iterator[Row]:
    """What lies in each street: a sewer, water, gas and electricity, some of it brittle."""
    for i, (name, line) in enumerate(sorted(named.items())):
        for theme, offset, depth, materials in (
            ("riool", 0.0, 2.4, ("beton", "PVC")),
            ("waterleiding", 3.2, 1.0, ("asbestcement", "PVC", "PE")),
            ("gas", -3.2, 0.8, ("grijs gietijzer", "PE", "staal")),
            ("laagspanning", -4.2, 0.6, ("koper",)),
        ):
            yield {
                "thema": theme, "materiaal": materials[i % len(materials)], "diepte_m": depth,
                "aanlegjaar": 1950 + (i * 7) % 70, "straat": name,
                "geometry": beside(line, offset),
            }  # fmt: skip


def dwellings(named: Lines) -> Iterator[Row]:
    """Front doors along every street, and here and there a shop or a school."""
    for name, line in sorted(named.items()):
        for side, offset in (("even", 8.0), ("oneven", -8.0)):
            row = beside(line, offset)
            for i, at in enumerate(np.arange(5.0, row.length, 12.0)):
                use = USES.get(i % 20, "woonfunctie")
                yield {
                    "straatnaam": name,
                    "huisnummer": str(2 * i + (2 if side == "even" else 1)),
                    "gebruiksdoel": use,
                    "woningen": HOMES.get(i % 6, 1) if use == "woonfunctie" else 0,
                    "geometry": row.interpolate(at),
                }


def soil(named: Lines) -> Iterator[Row]:
    """Places where somebody should look before digging."""
    for theme, street, surveyed in (
        ("bodemverontreiniging", "Waardgracht", "nee"),
        ("archeologie", "Hooglandse Kerkgracht", "nee"),
        ("explosieven", "Stieltjesstraat", "nee"), ("natuur", "Kanaalweg", "nee"),
        ("grondwaterbescherming", "Wassenaarseweg", "nee"), ("archeologie", "Rapenburg", "ja"),
        ("bodemverontreiniging", "Narmstraat", "ja"),
    ):  # fmt: skip
        yield {"thema": theme, "onderzocht": surveyed, "geometry": profile(named[street], 30)}


def peil_areas(_: Lines) -> Iterator[Row]:
    """One water level per district, two of them with water still to be stored."""
    for i, square in enumerate(_squares("district").geometry):
        yield {
            "peilgebied": f"VB-{i + 1:02d}", "waterschap": "Voorbeeld Waterschap",
            "zomerpeil": -0.6 - i / 10, "winterpeil": -0.7 - i / 10,
            "bergingsopgave_m3": (4200, None, 1500, None)[i], "geometry": square,
        }  # fmt: skip


def development_sites(named: Lines) -> Iterator[Row]:
    """Homes that third parties are to build, with and without anyone who speaks with them."""
    for street, year, homes, contact, agreement in (
        ("Sandifortdreef", 2029, 240, "ja", "ja"), ("Willem Klooslaan", 2028, 60, "nee", "nee"),
        ("Einsteinweg", 2030, 410, "ja", "nee"), ("Dobbedreef", 2031, 95, "nee", "nee"),
    ):  # fmt: skip
        yield {
            "naam": f"Locatie {street} ({INVENTED})", "ontwikkelaar": "Voorbeeld Ontwikkelaar",
            "van": f"{year}-03-01", "tot": f"{year + 2}-12-31", "woningen": homes,
            "vermogen_kw": homes * 2.5, "aansluiting_vanaf": f"{year + 1}-06-01",
            "contact": contact, "overeenkomst": agreement,
            "geometry": block(named[street], 26.0, 24.0),
        }  # fmt: skip


def partnership_areas(_: Lines) -> Iterator[Row]:
    """The example municipality, less a strip in the west that belongs to its neighbour."""
    [whole] = _squares("municipality").geometry
    west, south, east, north = whole.bounds
    yield {
        "programmeerverband": f"Programmeerverband Voorbeeld ({INVENTED})",
        "overeenkomst": "Samenwerkingsovereenkomst 2026",
        "geometry": shapely.box(west + (east - west) * 0.15, south, east, north),
    }


def diversions(named: Lines) -> Iterator[Row]:
    """Where traffic goes while a bridge is closed."""
    for street, first, last in (
        ("Lammenschansweg", "2028-03-01", "2028-09-30"), ("Kanaalweg", "2029-01-15", "2029-06-30"),
    ):  # fmt: skip
        yield {
            "naam": f"Omleiding over {street} ({INVENTED})", "van": first, "tot": last,
            "verkeer": "auto", "status": "in aanvraag",
            "geometry": part(named[street], 0.0, 1.0),
        }  # fmt: skip


DRAWN: dict[str, Callable[[Lines], Iterator[Row]]] = {
    f.__name__: f
    for f in (
        streets, diversions, transit_routes, transit_stops, events, recent_paving,
        grid_congestion, gas_end_dates, climate_scores, subsidence, trees, dike_zones, pipes,
        dwellings, soil, peil_areas, development_sites, partnership_areas,
    )
}  # fmt: skip


def write_capacity() -> None:
    """Crews of the water company and the municipality in 2027 to 2030."""
    rows = [
        (slug, discipline, year, quarter, 2 if quarter in {1, 4} else 3)
        for slug, discipline in (
            ("voorbeeldgemeente", "riool"), ("voorbeeld-waterbedrijf", "drinkwater"),
            ("voorbeeld-netbeheer", "elektriciteit"), ("voorbeeld-warmtebedrijf", "warmte"),
        )
        for year in range(2027, 2031)
        for quarter in range(1, 5)
    ]  # fmt: skip
    _table("capacity", ("organisatie", "vakgebied", "jaar", "kwartaal", "capaciteit"), rows)


def write_budgets() -> None:
    """Money per organisation and year, some of it not allotted yet."""
    rows = [
        (slug, year, amount, "toegekend" if year < ALLOTTED_UNTIL else "aangevraagd")
        for slug, amount in (
            ("voorbeeldgemeente", 4_500_000), ("voorbeeld-waterbedrijf", 1_800_000),
            ("voorbeeld-netbeheer", 2_200_000), ("voorbeeld-warmtebedrijf", 2_600_000),
        )
        for year in range(2027, 2034)
    ]  # fmt: skip
    _table("budgets", ("organisatie", "jaar", "bedrag", "stand"), rows)


def write_decisions() -> None:
    """When the parties decide on their budgets, and who signs for them on which mandate."""
    parties = (
        ("voorbeeldgemeente", "begroting", "11-09", "wethouder", "Mandaatbesluit 2026-014"),
        ("voorbeeld-waterbedrijf", "investeringsplan", "12-15", "directeur", "Volmacht 2025-3"),
        ("voorbeeld-netbeheer", "investeringsplan", "12-01", "regiomanager", ""),
        ("voorbeeld-warmtebedrijf", "investeringsplan", "10-20", "directeur", "Volmacht 2026-1"),
    )
    moments = [
        (slug, f"{year}-{day}", document, "ja" if year < ALLOTTED_UNTIL - 2 else "nee")
        for slug, document, day, *_ in parties
        for year in range(2026, 2032)
    ]
    _table("decision_moments", ("organisatie", "datum", "stuk", "besloten"), moments)
    signers = [(slug, who, mandate) for slug, _, _, who, mandate in parties]
    _table("signatures", ("organisatie", "ondertekenaar", "mandaat"), signers)


def _table(name: str, header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    with (TARGET / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
        sheet = csv.writer(out, delimiter=";", lineterminator="\n")
        sheet.writerow(header)
        sheet.writerows(rows)


def main() -> None:
    """Write every file."""
    TARGET.mkdir(exist_ok=True)
    named = street_lines()
    for layer, draw in DRAWN.items():
        rows = list(draw(named))
        table = gpd.GeoDataFrame(rows, geometry="geometry", crs=RD)
        table.insert(0, "id", [f"{layer}-{i:04d}" for i in range(1, len(rows) + 1)])
        shapes = transform(np.array(table.geometry, dtype=object), parse(RD), parse("OGC:CRS84"))
        target = TARGET / f"{layer}.geojson"
        for old in TARGET.glob(f"{layer}.geojson*"):
            old.unlink()
        table.set_geometry(list(shapes), crs="OGC:CRS84").to_file(
            target, driver="GeoJSON", COORDINATE_PRECISION=7, RFC7946="YES"
        )
        if target.stat().st_size > LARGE_BYTES:
            packed = gzip.compress(target.read_bytes(), mtime=0)
            target.with_suffix(".geojson.gz").write_bytes(packed)
            target.unlink()
        print(f"{layer}: {len(rows)}")  # noqa: T201  a script
    write_capacity()
    write_budgets()
    write_decisions()


if __name__ == "__main__":
    main()
