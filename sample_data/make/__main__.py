"""Draw the invented plans of eight example organisations, 2026-2036.

    python -m sample_data.make

Nothing here is anybody's plan. The works are drawn along streets that occur in
the extract of the national planning feed, and tell stories
that occur in every city: a sewer and a water main in one season, a heat
network that could come a year later, fibre in paving that is one year old.
``streets`` says where each line comes from; ``stories`` says which works lie
there; ``expected/near_misses.csv`` lists the pairs that stay just
below a threshold. The same input always gives the same works.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict

from sample_data.make.formats import WRITERS
from sample_data.make.places import write_areas, write_constraints
from sample_data.make.plans import Plan
from sample_data.make.stories import draw
from sample_data.make.streets import HERE, street_lines

NEAR_SUBJECTS = (
    ("B25", "", "Locatie Einsteinweg (verzonnen)", "there is contact, though no agreement"),
    ("B25", "", "Locatie Sandifortdreef (verzonnen)", "there is contact and an agreement"),
)
"""What lies among works and is not found by a rule: rule, works, subject, why."""


def main() -> None:
    """Write every file of the invented plans and the list of near misses."""
    drawing = draw()
    by_owner: dict[str, list[Plan]] = defaultdict(list)
    for plan in drawing.plans:
        by_owner[plan.owner].append(plan)
    for owner, write in WRITERS.items():
        write(by_owner[owner])
    write_areas(drawing.plans)
    write_constraints(street_lines())
    expected = HERE / "expected"
    expected.mkdir(exist_ok=True)
    with (expected / "near_misses.csv").open("w", encoding="utf-8", newline="") as out:
        sheet = csv.writer(out, lineterminator="\n")
        sheet.writerow(["rule", "works", "subject", "why"])
        pairs = ((rule, f"{one};{other}", "", why) for rule, one, other, why in drawing.near_misses)
        sheet.writerows(sorted([*pairs, *NEAR_SUBJECTS]))
    for owner, plans in by_owner.items():
        sys.stdout.write(f"{owner}: {len(plans)} works\n")


if __name__ == "__main__":
    main()
