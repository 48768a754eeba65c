"""Each owner's file, in the format and the column style of its own systems."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import openpyxl
import shapely
from shapely.geometry.base import BaseGeometry

from sample_data.make.plans import Plan
from sample_data.make.streets import HERE, RD
from spatial.crs import parse, transform

WORDS_NL = {
    "sewer": "riolering", "water": "drinkwater", "electricity": "elektriciteit", "gas": "gas",
    "heat": "warmte", "telecom": "telecom", "road": "weg", "paving": "verharding",
    "green": "groen", "trees": "bomen", "water_management": "waterkering", "housing": "woningen",
    "development": "ontwikkeling", "public_space": "openbare ruimte",
}  # fmt: skip
ACTIVITY_NL = {
    "new": "aanleg", "renew": "vervanging", "redesign": "herinrichting", "raise": "ophoging",
    "reinforce": "verzwaring", "renovate": "renovatie", "relocate": "verlegging",
}  # fmt: skip
STATUS_NL = {
    "idea": "idee", "indicative": "indicatief", "provisional": "voorlopig",
    "committed": "definitief", "under_construction": "in uitvoering", "completed": "gereed",
    "withdrawn": "vervallen",
}  # fmt: skip
STATUS_EN = {
    "idea": "idea", "indicative": "indicative", "provisional": "provisional",
    "committed": "committed",
}  # fmt: skip
IMPACT_NL = {
    "closed": "weg afgesloten", "one_direction_closed": "één richting afgesloten",
    "lane": "rijstrook afgesloten", "unknown": "",
}  # fmt: skip
IMPACT_EN = {
    "footway": "footway closed", "cycleway": "cycleway closed", "unknown": "",
}  # fmt: skip


def dutch(day: date) -> str:
    """A date as Dutch office software writes it."""
    return f"{day:%d-%m-%Y}"


def in_wgs84(plans: list[Plan]) -> list[BaseGeometry]:
    """The geometries of plans in longitude and latitude, seven decimals."""
    shapes = np.array([p.geometry for p in plans], dtype=object)
    moved = transform(shapes, parse(RD), parse("OGC:CRS84"))
    return list(shapely.set_precision(moved, 1e-7, mode="pointwise"))


def frame(plans: list[Plan], columns: dict[str, Callable[[Plan], object]]) -> gpd.GeoDataFrame:
    """The plans as a table in RD."""
    data = {name: [value(p) for p in plans] for name, value in columns.items()}
    return gpd.GeoDataFrame(data, geometry=[p.geometry for p in plans], crs=RD)


def write_gemeente(plans: list[Plan]) -> None:
    """A GeoPackage with a layer per department."""
    target = HERE / "voorbeeldgemeente.gpkg"
    target.unlink(missing_ok=True)
    columns: dict[str, Callable[[Plan], object]] = {
        "projectnummer": lambda p: p.reference,
        "projectnaam": lambda p: p.title,
        "afdeling": lambda p: p.department,
        "voorziening": lambda p: WORDS_NL[p.facility],
        "soort_werkzaamheden": lambda p: ACTIVITY_NL[p.activity],
        "planstatus": lambda p: STATUS_NL[p.status],
        "start_uitvoering": lambda p: p.start,
        "einde_uitvoering": lambda p: p.end,
        "verkeershinder": lambda p: IMPACT_NL[p.impact],
        "raming_eur": lambda p: float(p.cost_eur),
    }
    for department in sorted({p.department for p in plans}):
        layer = department.lower().replace(" ", "_")
        chosen = [p for p in plans if p.department == department]
        kinds = {p.geometry.geom_type for p in chosen}
        for kind in sorted(kinds):
            name = layer if len(kinds) == 1 else f"{layer}_{kind.lower()}"
            rows = [p for p in chosen if p.geometry.geom_type == kind]
            frame(rows, columns).to_file(target, layer=name, driver="GPKG")


def write_water(plans: list[Plan]) -> None:
    """A CSV as a planning system exports it: semicolons, Dutch dates, WKT in RD."""
    with (HERE / "voorbeeld-waterbedrijf.csv").open("w", encoding="utf-8-sig", newline="") as out:
        sheet = csv.writer(out, delimiter=";")
        sheet.writerow(
            [
                "Ordernummer",
                "Omschrijving",
                "Medium",
                "Soort werk",
                "Startdatum",
                "Einddatum",
                "Status",
                "Raming",
                "Tracé",
            ]
        )
        for p in plans:
            sheet.writerow(
                [
                    p.reference,
                    p.title,
                    WORDS_NL[p.facility],
                    ACTIVITY_NL[p.activity],
                    dutch(p.start),
                    dutch(p.end),
                    STATUS_NL[p.status],
                    f"{p.cost_eur:,}".replace(",", ".") if p.cost_eur else "",
                    shapely.to_wkt(p.geometry, rounding_precision=3),
                ]
            )


def write_net(plans: list[Plan]) -> None:
    """A zipped Shapefile with ten-character names and dates as numbers."""
    columns: dict[str, Callable[[Plan], object]] = {
        "WIORNR": lambda p: p.reference,
        "NAAM": lambda p: p.title,
        "DISCIPLINE": lambda p: WORDS_NL[p.facility].capitalize(),
        "SOORT": lambda p: ACTIVITY_NL[p.activity].capitalize(),
        "BEGINDATUM": lambda p: f"{p.start:%Y%m%d}",
        "EINDDATUM": lambda p: f"{p.end:%Y%m%d}",
        "STATUS": lambda p: STATUS_NL[p.status].upper(),
        "HINDER": lambda p: IMPACT_NL[p.impact],
    }
    with TemporaryDirectory() as folder:
        shape = Path(folder) / "werken.shp"
        frame(plans, columns).to_file(shape, driver="ESRI Shapefile", encoding="cp1252")
        with zipfile.ZipFile(HERE / "voorbeeld-netbeheer.zip", "w", zipfile.ZIP_DEFLATED) as out:
            for member in sorted(Path(folder).iterdir()):
                info = zipfile.ZipInfo(member.name, (2026, 9, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                out.writestr(info, member.read_bytes())


def write_warmte(plans: list[Plan]) -> None:
    """A workbook with quarters in words and WKT in longitude and latitude."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Planning"
    sheet.append(
        [
            "Projectcode",
            "Project",
            "Voorziening",
            "Soort",
            "Fase",
            "Planning",
            "Vroegste start",
            "Uiterste einde",
            "Raming (EUR)",
            "Geometrie",
        ]
    )
    for p, shape in zip(plans, in_wgs84(plans), strict=True):
        earliest, latest = p.window or (None, None)
        sheet.append(
            [
                p.reference,
                p.title,
                WORDS_NL[p.facility],
                ACTIVITY_NL[p.activity],
                STATUS_NL[p.status],
                p.period_text,
                earliest,
                latest,
                p.cost_eur or None,
                shapely.to_wkt(shape, rounding_precision=7),
            ]
        )
    book.save(HERE / "voorbeeld-warmtebedrijf.xlsx")


def write_telecom(plans: list[Plan]) -> None:
    """GeoJSON with English names and instants in UTC, as a web service gives it."""
    features = [
        {
            "type": "Feature",
            "id": p.reference,
            "properties": {
                "work_reference": p.reference,
                "title": p.title,
                "network": "telecom",
                "works_type": "new",
                "planned_start": f"{p.start}",
                "planned_end": f"{p.end}",
                "status": STATUS_EN[p.status],
                "traffic_impact": IMPACT_EN[p.impact],
            },
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for p, shape in zip(plans, in_wgs84(plans), strict=True)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, indent=1)
    (HERE / "voorbeeld-telecom.geojson").write_text(text + "\n")


def write_waterschap(plans: list[Plan]) -> None:
    """FlatGeobuf with only a year per measure."""
    columns: dict[str, Callable[[Plan], object]] = {
        "kenmerk": lambda p: p.reference,
        "naam": lambda p: p.title,
        "voorziening": lambda p: WORDS_NL[p.facility],
        "maatregel": lambda p: ACTIVITY_NL[p.activity],
        "jaar_uitvoering": lambda p: p.period_text,
        "planstatus": lambda p: STATUS_NL[p.status],
    }
    frame(plans, columns).to_file(HERE / "voorbeeld-waterschap.fgb", driver="FlatGeobuf")


def write_corporatie(plans: list[Plan]) -> None:
    """GeoParquet with a span of years in one column."""
    columns: dict[str, Callable[[Plan], object]] = {
        "complexnummer": lambda p: p.reference,
        "complexnaam": lambda p: p.title,
        "type_vastgoed": lambda p: WORDS_NL[p.facility],
        "ingreep": lambda p: ACTIVITY_NL[p.activity],
        "periode": lambda p: p.period_text,
        "planstatus": lambda p: STATUS_NL[p.status],
    }
    frame(plans, columns).to_parquet(HERE / "voorbeeld-woningcorporatie.parquet")


def write_ontwikkelaar(plans: list[Plan]) -> None:
    """KML as drawn in a globe viewer, with its data in ExtendedData."""
    placemarks = []
    for p, shape in zip(plans, in_wgs84(plans), strict=True):
        ring = " ".join(f"{x:.7f},{y:.7f}" for x, y in shape.exterior.coords)
        data = {
            "projectcode": p.reference,
            "soort": "nieuwbouw woningen",
            "start_bouw": f"{p.start:%Y-%m}",
            "oplevering": f"{p.end:%Y-%m}",
            "fase": STATUS_NL[p.status],
        }
        fields = "".join(f'<Data name="{k}"><value>{v}</value></Data>' for k, v in data.items())
        placemarks.append(
            f"<Placemark><name>{p.title}</name><ExtendedData>{fields}</ExtendedData>"
            f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates>"
            "</LinearRing></outerBoundaryIs></Polygon></Placemark>"
        )
    body = "\n".join(placemarks)
    (HERE / "voorbeeld-ontwikkelaar.kml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document><name>Woningbouwplannen</name>\n{body}\n</Document></kml>\n"
    )


WRITERS: dict[str, Callable[[list[Plan]], None]] = {
    "gemeente": write_gemeente,
    "water": write_water,
    "net": write_net,
    "warmte": write_warmte,
    "telecom": write_telecom,
    "waterschap": write_waterschap,
    "corporatie": write_corporatie,
    "ontwikkelaar": write_ontwikkelaar,
}
