"""Pairs that stay just below a threshold of the rules added to the first four.

Told in two streets of their own, so that no other plan is drawn or numbered
anew. Each pair has a stretch of street to itself. Findings of these rules are
plenty in the other streets, but for heat that crosses drinking water.
"""

from __future__ import annotations

from datetime import date, timedelta

from shapely import LineString

from sample_data.make.plans import Drawing
from sample_data.make.streets import beside, block, part, profile

PAIR_STREETS = {"Singelroute": ("NDW03_597503", 2), "Leidseweg": ("NDW03_512557", 3)}
"""Which line of the extract is which street."""


def pipes_just_apart(d: Drawing, name: str, line: LineString, year: int) -> None:
    """Pipes that lie just too far apart, plans that are just alike enough."""
    _trench_too_wide(d, name, part(line, 0.0, 0.23), year)
    _far_enough_from_heat(d, name, part(line, 0.26, 0.49), year)
    _heat_long_before_gas(d, name, part(line, 0.52, 0.74), year)
    _one_step_softer(d, name, part(line, 0.77, 1.0), year)


def _trench_too_wide(d: Drawing, name: str, line: LineString, year: int) -> None:
    sewer = d.add(
        "gemeente",
        date(year, 4, 1),
        end=date(year, 6, 30),
        status="committed",
        title=f"Riool {name} begin",
        facility="sewer",
        activity="renew",
        geometry=line,
        department="Water en riolering",
        cost_eur=180_000,
    )
    main = d.add(
        "water",
        date(year, 5, 1),
        end=date(year, 6, 15),
        status="committed",
        title=f"Waterleiding {name} begin",
        facility="water",
        activity="renew",
        geometry=beside(line, 2.1),
    )
    d.near_misses.append(("O04", sewer, main, "lines 2.1 m apart, 2 m is asked"))


def _far_enough_from_heat(d: Drawing, name: str, line: LineString, year: int) -> None:
    heat = d.add(
        "warmte",
        date(year, 7, 1),
        end=date(year, 9, 30),
        status="provisional",
        title=f"Warmteleiding {name}",
        facility="heat",
        activity="new",
        geometry=line,
        period_text=f"Q3 {year}",
    )
    beside_it = d.add(
        "water",
        date(year + 1, 3, 1),
        end=date(year + 1, 4, 15),
        status="provisional",
        title=f"Waterleiding {name} midden",
        facility="water",
        activity="renew",
        geometry=beside(part(line, 0.0, 0.6), 1.6),
    )
    d.near_misses.append(("B14", heat, beside_it, "lines 1.6 m apart, less than 1.5 m is a risk"))
    middle = line.interpolate(0.8, normalized=True)
    d.add(
        "water",
        date(year + 2, 3, 1),
        end=date(year + 2, 3, 20),
        status="indicative",
        title=f"Kruisende waterleiding {name}",
        facility="water",
        activity="new",
        geometry=LineString([(middle.x - 6, middle.y - 8), (middle.x + 6, middle.y + 8)]),
    )


def _heat_long_before_gas(d: Drawing, name: str, line: LineString, year: int) -> None:
    heat = d.add(
        "warmte",
        date(year, 4, 1),
        end=date(year, 6, 30),
        status="provisional",
        title=f"Warmteleiding {name} oost",
        facility="heat",
        activity="new",
        geometry=line,
        period_text=f"Q2 {year}",
    )
    start = date(year, 7, 1) + timedelta(days=1_096)
    gas = d.add(
        "net",
        start,
        end=start + timedelta(days=40),
        status="committed",
        title=f"Saneren gasleiding {name} oost",
        facility="gas",
        activity="renew",
        geometry=beside(line, 3.0),
    )
    d.near_misses.append(("O08", heat, gas, "1,096 days apart, at most 1,095 are asked"))


def _one_step_softer(d: Drawing, name: str, line: LineString, year: int) -> None:
    sewer = d.add(
        "gemeente",
        date(year, 2, 1),
        end=date(year, 5, 31),
        status="provisional",
        title=f"Riool {name} eind",
        facility="sewer",
        activity="renew",
        geometry=line,
        department="Water en riolering",
        cost_eur=190_000,
    )
    paving = d.add(
        "gemeente",
        date(year, 7, 1),
        end=date(year, 9, 30),
        status="committed",
        title=f"Verharding {name} eind",
        facility="paving",
        activity="renew",
        geometry=profile(line, 5.0),
        department="Openbare ruimte",
        cost_eur=160_000,
    )
    d.near_misses.append(("B22", sewer, paving, "one step apart on the ladder, two are asked"))


def plans_just_too_far(d: Drawing, name: str, line: LineString, year: int) -> None:
    """Plans that lie just too far apart in time or in place."""
    _dig_after_the_redesign(d, name, part(line, 0.0, 0.23), year)
    _dig_that_cannot_come_forward(d, name, part(line, 0.26, 0.49), year)
    _a_year_and_a_day(d, name, part(line, 0.52, 0.74), year)
    _homes_across_the_field(d, name, part(line, 0.77, 1.0), year)


def _dig_after_the_redesign(d: Drawing, name: str, line: LineString, year: int) -> None:
    redesign = d.add(
        "gemeente",
        date(year, 3, 1),
        end=date(year, 8, 31),
        status="committed",
        title=f"Herinrichting {name} west",
        facility="public_space",
        activity="redesign",
        geometry=profile(line, 8.0),
        department="Openbare ruimte",
        cost_eur=240_000,
    )
    start = date(year, 9, 1) + timedelta(days=1_827)
    cable = d.add(
        "net",
        start,
        end=start + timedelta(days=30),
        status="committed",
        title=f"Vervangen laagspanning {name} west",
        facility="electricity",
        activity="renew",
        geometry=beside(line, 2.0),
    )
    d.near_misses.append(("O05", redesign, cable, "1,827 days after it, at most 1,826 are asked"))


def _dig_that_cannot_come_forward(d: Drawing, name: str, line: LineString, year: int) -> None:
    paving = d.add(
        "gemeente",
        date(year, 3, 1),
        end=date(year, 8, 31),
        status="committed",
        title=f"Verharding {name} midden",
        facility="paving",
        activity="renew",
        geometry=profile(line, 6.0),
        department="Openbare ruimte",
        cost_eur=150_000,
    )
    start = date(year, 9, 1) + timedelta(days=52)
    main = d.add(
        "water",
        start,
        end=start + timedelta(days=39),
        status="committed",
        title=f"Waterleiding {name} midden",
        facility="water",
        activity="renew",
        geometry=beside(line, 1.0),
    )
    d.near_misses.append(("O06", paving, main, "92 days forward, its window allows 91"))


def _a_year_and_a_day(d: Drawing, name: str, line: LineString, year: int) -> None:
    road = d.add(
        "gemeente",
        date(year, 3, 1),
        end=date(year, 5, 31),
        status="committed",
        title=f"Herstraten {name} oost",
        facility="paving",
        activity="renew",
        geometry=profile(line, 6.0),
        impact="closed",
        department="Openbare ruimte",
        cost_eur=140_000,
    )
    start = date(year, 6, 1) + timedelta(days=92)
    gas = d.add(
        "net",
        start,
        end=start + timedelta(days=30),
        status="committed",
        title=f"Verleggen gasleiding {name} oost",
        facility="gas",
        activity="relocate",
        geometry=beside(line, 1.5),
        impact="closed",
    )
    d.near_misses.append(("O12", road, gas, "92 days between the closures, at most 91 are asked"))
    start = date(year, 6, 1) + timedelta(days=366)
    cable = d.add(
        "net",
        start,
        end=start + timedelta(days=40),
        status="provisional",
        title=f"Vervangen middenspanning {name} oost",
        facility="electricity",
        activity="renew",
        geometry=beside(line, -1.5),
    )
    d.near_misses.append(("B04", road, cable, "366 days after it, at most 365 are asked"))


def _homes_across_the_field(d: Drawing, name: str, line: LineString, year: int) -> None:
    cable = d.add(
        "net",
        date(year, 4, 1),
        end=date(year, 6, 30),
        status="committed",
        title=f"Verzwaren laagspanning {name} eind",
        facility="electricity",
        activity="reinforce",
        geometry=line,
    )
    homes = d.add(
        "corporatie",
        date(year, 1, 1),
        end=date(year, 12, 31),
        status="provisional",
        title=f"Renovatie complex {name}",
        facility="housing",
        activity="renovate",
        geometry=block(line, 32.0),
        period_text=f"{year}",
    )
    d.near_misses.append(("O11", homes, cable, "25.6 m apart, at most 25 m is asked"))
    plot = d.add(
        "ontwikkelaar",
        date(year, 1, 1),
        end=date(year + 1, 12, 31),
        status="indicative",
        title=f"Woningbouw {name}",
        facility="development",
        activity="new",
        geometry=block(line, -62.0, 22.0),
    )
    d.near_misses.append(("O15", plot, cable, "50.6 m apart, at most 50 m is asked"))
