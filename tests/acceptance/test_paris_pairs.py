"""The works in the streets of Paris: B01 against an independent count.

The count walks over all pairs in plain Python and shapely: owners differ, the
inclusive periods share a day, the footprints lie less than 10 m apart in
Lambert-93. It shares no code with the engine.
"""

import csv
import os
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

import pyproj
import pytest
import shapely

from spatial.detect import detect
from spatial.period import day_number
from spatial.rule import rules
from spatial.testing.making import Planned, works_of

SHARED = Path(os.environ.get("KANSENKAART_SHARED", Path(__file__).parents[2].parent / "shared"))
FILE = SHARED / "data/paris-chantiers-a-paris-2024-03/chantiers-a-paris.csv"
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not FILE.exists(), reason=f"{FILE} is not there"),
]


@dataclass(frozen=True)
class Row:
    number: int
    owner: str
    first: date
    last: date
    place: shapely.Geometry


@pytest.fixture(scope="module")
def rows():
    to_lambert = pyproj.Transformer.from_crs(4326, 2154, always_xy=True)

    def metres(xy):
        x, y = to_lambert.transform(xy[:, 0], xy[:, 1])
        return [[a, b] for a, b in zip(x, y, strict=True)]

    csv.field_size_limit(10**9)
    read = []
    with FILE.open(encoding="utf-8-sig", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream, delimiter=";"), start=1):
            if not row["geo_shape"]:
                continue
            place = shapely.transform(shapely.from_geojson(row["geo_shape"]), metres)
            read.append(
                Row(
                    number,
                    row["Maîtrise d'ouvrage principale"].strip(),
                    date.fromisoformat(row["Date début du chantier"]),
                    date.fromisoformat(row["Date fin du chantier"]),
                    shapely.make_valid(place),
                )
            )
    return read


@pytest.fixture(scope="module")
def counted(rows):
    """Pairs by a loop over all of them."""
    return {
        (a.number, b.number)
        for a, b in combinations(rows, 2)
        if a.owner != b.owner
        and a.first <= b.last
        and b.first <= a.last
        and a.place.distance(b.place) < 10
    }


def test_the_file_is_the_one_we_know(rows):
    assert len(rows) == 1_722
    assert len({r.owner for r in rows}) == 23


def test_b01_finds_exactly_the_pairs_of_an_independent_count(rows, counted):
    owners = sorted({r.owner for r in rows})
    works = works_of(
        [
            Planned(
                r.place,
                day_number(r.first),
                day_number(r.last) + 1,
                number=r.number,
                organisation=owners.index(r.owner),
                facility="unknown",
                activity="unknown",
                planning_status="unknown",
            )
            for r in rows
        ]
    )
    b01 = [r for r in rules() if r.code == "B01"]
    findings = detect(works, rules=b01)
    pairs = zip(findings.first.tolist(), findings.second.tolist(), strict=True)
    assert {tuple(sorted((rows[i].number, rows[j].number))) for i, j in pairs} == counted
    assert len(findings) == len(counted) == 422
