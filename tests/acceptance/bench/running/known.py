"""Cases that a rule does not get right, each with the reason (../known_misses.yaml)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml

from tests.acceptance.bench.running.match import Outcome

FILE = Path(__file__).parents[1] / "known_misses.yaml"

Names = tuple[str, str]


def read_known(path: Path = FILE) -> dict[Names, str]:
    """Why, by case and rule."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    return {(row["case"], row["rule"]): row["why"] for row in rows}


def unknown_failures(outcomes: Sequence[Outcome], known: dict[Names, str]) -> list[Outcome]:
    """Failed outcomes that nobody has explained."""
    return [o for o in outcomes if not o.passed and (o.case, o.rule) not in known]


def stale(outcomes: Sequence[Outcome], known: dict[Names, str]) -> list[Names]:
    """Explained misses that are none: the case passes, or there is no such case."""
    failed = {(o.case, o.rule) for o in outcomes if not o.passed}
    return [names for names in known if names not in failed]
