"""Labelled cases as they stand in their files (format: ../README.md)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import yaml
from shapely.geometry import shape

from spatial.crs import transform
from spatial.period import day_number
from spatial.work import Objects

FOLDER = Path(__file__).parents[1] / "cases"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Case = dict[str, Any]


def read_cases(folder: Path = FOLDER) -> list[Case]:
    """Every case of every file of a folder, in the order of the files."""
    return [case for path in sorted(folder.glob("*.yaml")) for case in _read(path)]


def _read(path: Path) -> Iterator[Case]:
    yield from yaml.load(path.read_text(encoding="utf-8"), LOADER)


def day(value: date | str) -> int:
    """A day of a case as a day number; YAML reads bare days as dates.

    >>> day("1970-01-02"), day(date(1970, 1, 2))
    (1, 1)
    """
    return day_number(value if isinstance(value, date) else date.fromisoformat(value))


def span(value: Case) -> tuple[int, int]:
    """``first_day`` and ``last_day`` of a case, both inclusive, as half-open day numbers."""
    return day(value["first_day"]), day(value["last_day"]) + 1


def storage_of(case: Case) -> str:
    """The reference system in metres in which a case is detected."""
    return str(case.get("storage_crs", case["crs"]))


def placed(case: Case, geometries: list[Any]) -> Objects:
    """Geometries of a case in its storage CRS; None stays None."""
    column = np.empty(len(geometries), dtype=object)
    column[:] = [_shape(g) for g in geometries]
    return transform(column, case["crs"], storage_of(case))


def _shape(value: Any) -> Any:
    if value is None:
        return None
    return shapely.from_wkt(value) if isinstance(value, str) else shape(value)
