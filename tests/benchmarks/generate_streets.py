"""Streets and neighbourhoods under the works of :mod:`tests.benchmarks.generate`, from the same towns.

A street is cut into segments of about 160 m at every other crossing, so that a
million works at national density have some 300,000 segments; a town has four
neighbourhoods. Dwellings stand 15 m beside the axis, capacity and budgets are stated
for every organisation.
"""

from __future__ import annotations

import numpy as np
import shapely

from spatial.context import Context, objects
from spatial.situation import Organisations, Shares
from spatial.work import Works
from tests.benchmarks import generate

PARTIES = 350
KINDS = ("municipality", "network_operator", "water_board")
FIRST_YEAR, YEARS = 2026, 11
TOWN_GAP_M = 400.0
CORNER = (100_000.0, 400_000.0)


def corners_of(n: int, streets: int) -> np.ndarray:
    """South-west corner of each of the towns of ``n`` works, in metres."""
    towns = max(1, round(n / 1_000))
    per_row = int(np.ceil(np.sqrt(towns)))
    town = np.arange(towns)
    side = streets * 100.0 + TOWN_GAP_M
    return np.column_stack((town % per_row, town // per_row)) * side + CORNER


def context(n: int, *, streets: int = 22, segments: int = 7) -> Context:
    """The surroundings of ``n`` works at national density: 308 segments a town.

    >>> made = context(1_000)
    >>> len(made["streets"]), len(made["areas"]), len(made["dwellings"])
    (308, 4, 616)
    """
    corners = corners_of(n, streets)
    side = streets * 100.0
    cuts = np.linspace(0.0, side, segments + 1)
    cuts[1:-1] = np.round(cuts[1:-1] / 100.0) * 100.0
    axis, piece = np.meshgrid(np.arange(streets) * 100.0, np.arange(segments), indexing="ij")
    along = np.column_stack(
        (cuts[piece.ravel()], axis.ravel(), cuts[piece.ravel() + 1], axis.ravel())
    )
    lines = np.concatenate((along, along[:, [1, 0, 3, 2]])).reshape(-1, 2, 2)
    everywhere = (lines[None] + corners[:, None, None, :]).reshape(-1, 2, 2)
    middle = everywhere.mean(axis=1)
    homes = np.concatenate((middle + 15.0, middle + np.array((15.0, -15.0))))
    half = side / 2
    quarters = [
        shapely.box(x + i * half, y + j * half, x + (i + 1) * half, y + (j + 1) * half)
        for x, y in corners
        for i in (0, 1)
        for j in (0, 1)
    ]
    names = [f"Straat {i}" for i in range(len(everywhere))]
    shapes = shapely.linestrings(everywhere)
    codes = [f"BU{i:08d}" for i in range(len(quarters))]
    return {
        "streets": objects("streets", shapes, street=names),
        "areas": objects(
            "areas", quarters, names=codes, code=codes, level=["neighbourhood"] * len(codes)
        ),
        "dwellings": objects("dwellings", shapely.points(homes), dwellings=[12] * len(homes)),
        "peil_areas": objects("peil_areas", quarters, names=codes, code=codes),
        "diversions": objects("diversions", shapes[::50], project_key=[-1] * len(shapes[::50])),
        **_money(),
    }


def _money() -> Context:
    grid = [
        (o, y, q)
        for o in range(PARTIES)
        for y in range(FIRST_YEAR, FIRST_YEAR + YEARS)
        for q in (1, 2, 3, 4)
    ]
    return {
        "capacity": objects(
            "capacity",
            [None] * len(grid),
            organisation_key=[o for o, _, _ in grid],
            discipline=["electricity"] * len(grid),
            year=[y for _, y, _ in grid],
            quarter=[q for _, _, q in grid],
            capacity=[20.0] * len(grid),
            unit=["works"] * len(grid),
        ),
        "budgets": objects(
            "budgets",
            [None] * (PARTIES * YEARS),
            organisation_key=[o for o in range(PARTIES) for _ in range(YEARS)],
            project_key=[-1] * (PARTIES * YEARS),
            year=[y for _ in range(PARTIES) for y in range(FIRST_YEAR, FIRST_YEAR + YEARS)],
            amount_eur=[1e6] * (PARTIES * YEARS),
            state=["allotted"] * (PARTIES * YEARS),
        ),
    }


def organisations() -> Organisations:
    """The owners of generated works."""
    keys = np.arange(PARTIES, dtype=np.int64)
    ids = np.zeros((PARTIES, 16), dtype=np.uint8)
    ids[:, 14], ids[:, 15] = keys // 256, keys % 256
    names, kinds = np.empty(PARTIES, dtype=object), np.empty(PARTIES, dtype=object)
    names[:], kinds[:] = [f"Partij {k}" for k in keys], [KINDS[k % 3] for k in keys]
    never = np.full(PARTIES, -(2**31), dtype=np.int32)
    return Organisations(keys, ids.view("V16").ravel(), names, kinds, never)


def shares(works: Works) -> Shares:
    """One share of every project, in the year in which its first work begins."""
    project, first = np.unique(works.project, return_index=True)
    year = (
        works.start[first].astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    )
    state = np.full(len(project), "requested", dtype=object)
    amount = np.full(len(project), 20_000.0)
    return Shares(project, works.organisation[first], year.astype(np.int32), amount, state)


def measure(n: int) -> None:
    """Run the rules about streets, areas and networks over ``n`` works and print the cost."""
    import resource
    import time

    from rich.console import Console

    from spatial.detect_wide import detect_wide
    from spatial.facts import Subject
    from spatial.rule import rules
    from spatial.situation import Situation

    codes = {"B03", "B05", "B06", "B07", "B08", "B09", "B10", "O10", "O13", "O14", "O16"}
    works = generate.works(n)
    known = context(n)
    situation = Situation.of(
        Subject.of(works), known, organisations=organisations(), shares=shares(works)
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    seconds: dict[str, float] = {}
    console = Console(highlight=False, width=120)
    begin = time.perf_counter()
    found = detect_wide(
        situation,
        [r for r in rules() if r.code in codes],
        on_stage=seconds.__setitem__,
    )
    total = time.perf_counter() - begin
    extra = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6 - peak
    counts = dict(
        zip(found.codes, np.bincount(found.rule, minlength=len(found.codes)).tolist(), strict=True)
    )
    console.print(
        f"{n} works, {len(known['streets'])} segments: {total:.1f} s, {total / n * 1e6:.0f} us a work, +{extra:.2f} GB"
    )
    for code in found.codes:
        console.print(
            f"  {code} {seconds[code]:8.2f} s {seconds[code] / n * 1e6:8.1f} us a work {counts[code]:8d} findings"
        )


if __name__ == "__main__":
    import sys

    for size in sys.argv[1:] or ["10000", "100000"]:
        measure(int(size))
