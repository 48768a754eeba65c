"""The stories that the plans tell, one per street."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from shapely import LineString

from sample_data.make.near_misses import just_not
from sample_data.make.plans import Drawing
from sample_data.make.stories_pairs import (
    PAIR_STREETS,
    pipes_just_apart,
    plans_just_too_far,
)
from sample_data.make.streets import beside, block, part, profile, street_lines


def sewer_and_water(d: Drawing, name: str, line: LineString, year: int) -> None:
    """Sewer and water main in one season; redesign after it; fibre in the new paving."""
    d.add(
        "gemeente",
        date(year, 3, 1),
        end=date(year, 9, 30),
        status="committed",
        title=f"Vervangen riolering {name}",
        facility="sewer",
        activity="renew",
        geometry=line,
        impact="closed",
        department="Water en riolering",
        cost_eur=1_150_000,
    )
    d.add(
        "water",
        date(year, 5, 10),
        end=date(year, 7, 23),
        status="provisional",
        title=f"Vervangen waterleiding {name}",
        facility="water",
        activity="renew",
        geometry=beside(line, 3.0),
        cost_eur=310_000,
    )
    d.add(
        "gemeente",
        date(year, 10, 1),
        end=date(year + 1, 3, 31),
        status="provisional",
        title=f"Herinrichting {name}",
        facility="public_space",
        activity="redesign",
        geometry=profile(line),
        impact="one_direction_closed",
        department="Openbare ruimte",
        cost_eur=890_000,
    )
    d.add(
        "telecom",
        date(year + 2, 2, 5),
        end=date(year + 2, 3, 16),
        status="provisional",
        title=f"Fibre roll-out {name}",
        facility="telecom",
        activity="new",
        geometry=beside(part(line, 0.1, 0.9), -3.5),
        impact="footway",
    )


def heat_could_wait(d: Drawing, name: str, line: LineString, year: int) -> None:
    """A heat network and a sewer a year apart, both with room to shift."""
    d.add(
        "warmte",
        date(year, 4, 1),
        end=date(year, 10, 1),
        status="provisional",
        title=f"Aanleg warmtenet {name}",
        facility="heat",
        activity="new",
        geometry=beside(line, -1.5),
        period_text=f"Q2 {year} - Q3 {year}",
        window=(date(year - 1, 4, 1), date(year + 2, 9, 30)),
        cost_eur=1_900_000,
    )
    d.add(
        "gemeente",
        date(year + 1, 1, 1),
        end=date(year + 1, 12, 31),
        status="indicative",
        title=f"Rioolvervanging {name}",
        facility="sewer",
        activity="renew",
        geometry=line,
        department="Water en riolering",
        cost_eur=1_300_000,
    )
    d.add(
        "net",
        date(year, 6, 1),
        end=date(year, 8, 27),
        status="provisional",
        title=f"Verzwaren middenspanning {name}",
        facility="electricity",
        activity="reinforce",
        geometry=beside(part(line, 0.0, 0.7), 4.0),
    )


def closed_together(d: Drawing, name: str, line: LineString, year: int) -> None:
    """Gas renewal and a closed road beside a plan that is only an idea."""
    d.add(
        "net",
        date(year, 9, 7),
        end=date(year, 12, 18),
        status="committed",
        title=f"Saneren gasleiding {name}",
        facility="gas",
        activity="renew",
        geometry=beside(line, -2.0),
        impact="closed",
    )
    d.add(
        "telecom",
        date(year, 11, 2),
        end=date(year, 12, 4),
        status="committed",
        title=f"Fibre connection {name}",
        facility="telecom",
        activity="new",
        geometry=beside(part(line, 0.2, 0.6), 4.5),
        impact="cycleway",
    )
    d.add(
        "gemeente",
        date(year, 1, 1),
        end=date(year, 12, 31),
        status="idea",
        title=f"Vergroenen {name}",
        facility="green",
        activity="new",
        geometry=profile(part(line, 0.3, 0.8), 9.0),
        department="Groen",
        cost_eur=140_000,
    )


def fresh_paving(d: Drawing, name: str, line: LineString, year: int) -> None:
    """New paving, opened again for a water main, a cable and a house connection."""
    d.add(
        "gemeente",
        date(year, 2, 1),
        end=date(year, 6, 30),
        status="committed",
        title=f"Nieuwe verharding {name}",
        facility="paving",
        activity="renew",
        geometry=profile(line, 9.0),
        impact="closed",
        department="Openbare ruimte",
        cost_eur=640_000,
    )
    d.add(
        "water",
        date(year + 1, 3, 8),
        end=date(year + 1, 4, 30),
        status="indicative",
        title=f"Nieuwe transportleiding {name}",
        facility="water",
        activity="new",
        geometry=beside(line, 2.0),
        cost_eur=420_000,
    )
    d.add(
        "net",
        date(year + 3, 5, 6),
        end=date(year + 3, 6, 18),
        status="indicative",
        title=f"Vervangen laagspanning {name}",
        facility="electricity",
        activity="renew",
        geometry=beside(line, -3.0),
    )


def housing(d: Drawing, name: str, line: LineString, year: int) -> None:
    """A corporation renovates, a developer builds, the street is raised."""
    d.add(
        "corporatie",
        date(year, 1, 1),
        end=date(year + 2, 12, 31),
        status="provisional",
        title=f"Renovatie complex {name}",
        facility="housing",
        activity="renovate",
        geometry=block(line, 14.0),
        period_text=f"{year}-{year + 2}",
    )
    d.add(
        "ontwikkelaar",
        date(year + 1, 4, 1),
        end=date(year + 3, 3, 31),
        status="indicative",
        title=f"Woningbouw {name}",
        facility="development",
        activity="new",
        geometry=block(line, -18.0, 22.0),
    )
    d.add(
        "gemeente",
        date(year + 2, 4, 1),
        end=date(year + 2, 11, 30),
        status="indicative",
        title=f"Ophogen {name}",
        facility="road",
        activity="raise",
        geometry=profile(line),
        department="Openbare ruimte",
        impact="closed",
        cost_eur=980_000,
    )
    d.add(
        "warmte",
        date(year + 2, 7, 1),
        end=date(year + 2, 12, 31),
        status="indicative",
        title=f"Warmteaansluiting {name}",
        facility="heat",
        activity="new",
        geometry=beside(part(line, 0.1, 0.9), 5.0),
        period_text=f"tweede helft {year + 2}",
    )


def waterside(d: Drawing, name: str, line: LineString, year: int) -> None:
    """The water board renews a quay while a cable is laid along it."""
    d.add(
        "waterschap",
        date(year, 1, 1),
        end=date(year, 12, 31),
        status="provisional",
        title=f"Kadeverbetering {name}",
        facility="water_management",
        activity="renew",
        geometry=profile(beside(line, 6.0), 4.0),
        period_text=str(year),
    )
    d.add(
        "net",
        date(year, 4, 6),
        end=date(year, 6, 30),
        status="committed",
        title=f"Vervangen middenspanning {name}",
        facility="electricity",
        activity="renew",
        geometry=beside(line, 3.0),
        impact="lane",
    )
    d.add(
        "waterschap",
        date(year + 2, 1, 1),
        end=date(year + 2, 12, 31),
        status="idea",
        title=f"Vervangen duiker {name}",
        facility="water_management",
        activity="renew",
        geometry=part(line, 0.45, 0.55),
        period_text=str(year + 2),
    )
    d.add(
        "gemeente",
        date(year, 5, 1),
        end=date(year, 5, 31),
        status="committed",
        title=f"Vervangen bomen {name}",
        facility="trees",
        activity="renew",
        geometry=line.interpolate(0.5, normalized=True),
        department="Groen",
        cost_eur=35_000,
    )


def already_running(d: Drawing, name: str, line: LineString, year: int) -> None:
    """Paving just finished, a sewer under construction, a plan that was withdrawn."""
    d.add(
        "gemeente",
        date(2025, 9, 1),
        end=date(2026, 3, 27),
        status="completed",
        title=f"Herstraten {name}",
        facility="paving",
        activity="renew",
        geometry=profile(part(line, 0.0, 0.5), 8.0),
        department="Openbare ruimte",
        cost_eur=210_000,
    )
    d.add(
        "gemeente",
        date(2026, 8, 24),
        end=date(2027, 2, 26),
        status="under_construction",
        title=f"Vervangen riolering {name}",
        facility="sewer",
        activity="renew",
        geometry=part(line, 0.5, 1.0),
        impact="closed",
        department="Water en riolering",
        cost_eur=730_000,
    )
    d.add(
        "water",
        date(2027, 1, 18),
        end=date(2027, 4, 16),
        status="committed",
        title=f"Vervangen waterleiding {name}",
        facility="water",
        activity="renew",
        geometry=beside(line, 2.5),
        cost_eur=260_000,
    )
    d.add(
        "net",
        date(year, 3, 1),
        end=date(year, 4, 30),
        status="withdrawn",
        title=f"Verleggen gasleiding {name}",
        facility="gas",
        activity="relocate",
        geometry=beside(line, -2.5),
    )
    d.add(
        "warmte",
        date(year, 4, 1),
        end=date(year, 6, 2),
        status="provisional",
        title=f"Aanleg warmteleiding {name}",
        facility="heat",
        activity="new",
        geometry=beside(part(line, 0.2, 0.9), 4.0),
        period_text=f"week 14 {year} - week 22 {year}",
    )


Story = Callable[[Drawing, str, LineString, int], None]
NEAR_MISS_EVERY, NEAR_MISS_FIRST = 11, 4
STORIES: tuple[Story, ...] = (
    sewer_and_water,
    heat_could_wait,
    closed_together,
    fresh_paving,
    housing,
    waterside,
    already_running,
)


def draw() -> Drawing:
    """Tell a story in every street; every eleventh street holds the near misses.

    Two streets of their own, told last, hold those of the other rules over pairs.
    """
    drawing = Drawing()
    for i, (name, line) in enumerate(street_lines().items()):
        story = just_not if i % NEAR_MISS_EVERY == NEAR_MISS_FIRST else STORIES[i % len(STORIES)]
        story(drawing, name, line, 2027 + (i * 5) % 8)
    pairs = street_lines(PAIR_STREETS).items()
    for story, (name, line) in zip((pipes_just_apart, plans_just_too_far), pairs, strict=True):
        story(drawing, name, line, 2029)
    return drawing
