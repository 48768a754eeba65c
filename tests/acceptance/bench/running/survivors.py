"""Mutants that no case turns red, each with the reason (../survivors.yaml)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml

from tests.acceptance.bench.running.mutants import Fated

FILE = Path(__file__).parents[1] / "survivors.yaml"

Names = tuple[str, str]


def read_survivors(path: Path = FILE) -> dict[Names, str]:
    """Why, by rule or shared module and change."""
    told = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return {
        (where, change): group["why"]
        for where, groups in told.items()
        for group in groups
        for change in group["changes"]
    }


def unexplained(fates: Sequence[Fated], known: dict[Names, str]) -> list[Fated]:
    """Survivors without a reason."""
    return [f for f in fates if f.fate == "alive" and (f.where, f.change) not in known]


def stale(fates: Sequence[Fated], known: dict[Names, str]) -> list[Names]:
    """Reasons for mutants that turn a case red, or that there are not, where they were made."""
    alive = {(f.where, f.change) for f in fates if f.fate == "alive"}
    made = {f.where for f in fates}
    return [names for names in known if names[0] in made and names not in alive]
