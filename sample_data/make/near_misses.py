"""Pairs that stay just on the other side of a threshold."""

from __future__ import annotations

from datetime import date

from shapely import LineString
from shapely.ops import substring

from sample_data.make.plans import Drawing
from sample_data.make.streets import beside, part, profile


def just_not(d: Drawing, name: str, line: LineString, year: int) -> None:
    """Pairs that stay just on the other side of a threshold."""
    first = d.add(
        "water",
        date(year, 1, 11),
        end=date(year, 3, 31),
        status="committed",
        title=f"Relinen waterleiding {name} noord",
        facility="water",
        activity="renew",
        geometry=beside(part(line, 0.0, 0.45), 3.0),
    )
    next_day = d.add(
        "net",
        date(year, 4, 1),
        end=date(year, 5, 14),
        status="committed",
        title=f"Vervangen kabel {name} noord",
        facility="electricity",
        activity="renew",
        geometry=beside(part(line, 0.0, 0.45), 1.0),
    )
    d.near_misses.append(("B01", first, next_day, "begins the day after the other ended"))
    far = d.add(
        "telecom",
        date(year, 2, 1),
        end=date(year, 2, 28),
        status="committed",
        title=f"Fibre duct {name} north",
        facility="telecom",
        activity="new",
        geometry=beside(part(line, 0.0, 0.45), 14.0),
    )
    d.near_misses.append(("B01", first, far, "footprints 10.1 m apart"))
    short = d.add(
        "warmte",
        date(year, 1, 11),
        end=date(year, 3, 31),
        status="committed",
        title=f"Kruising warmtenet {name}",
        facility="heat",
        activity="new",
        geometry=beside(substring(line, 0.0, 22.0), 5.0),
        period_text=f"Q1 {year}",
    )
    d.near_misses.append(("O01", first, short, "22 m of shared length, 25 m is asked"))
    fixed = d.add(
        "net",
        date(year + 1, 9, 1),
        end=date(year + 1, 12, 17),
        status="committed",
        title=f"Vervangen gas {name} noord",
        facility="gas",
        activity="renew",
        geometry=beside(part(line, 0.0, 0.45), 0.0),
    )
    d.near_misses.append(("O02", first, fixed, "both committed: the windows leave no joint slot"))
    paved = d.add(
        "gemeente",
        date(year - 1, 8, 1),
        end=date(year - 1, 9, 30),
        status="committed",
        title=f"Herstraten {name} zuid",
        facility="paving",
        activity="renew",
        geometry=profile(part(line, 0.6, 1.0), 8.0),
        department="Openbare ruimte",
        cost_eur=120_000,
    )
    late = d.add(
        "net",
        date(year + 4, 10, 1),
        end=date(year + 4, 11, 12),
        status="indicative",
        title=f"Vervangen laagspanning {name} zuid",
        facility="electricity",
        activity="renew",
        geometry=beside(part(line, 0.6, 1.0), 1.5),
    )
    d.near_misses.append(("B02", paved, late, "the no-dig period of 1,826 days is just over"))
    small = d.add(
        "telecom",
        date(year + 1, 3, 1),
        end=date(year + 1, 3, 12),
        status="provisional",
        title=f"Cabinet feed {name}",
        facility="telecom",
        activity="new",
        geometry=beside(substring(line, line.length - 3.2, line.length), -1.0),
    )
    d.near_misses.append(("B02", paved, small, "2.6 m2 of shared area, 3 m2 is asked"))
