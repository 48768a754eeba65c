"""The labelled cases are well formed. Nothing is detected here: only the files are read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely
import yaml
from jsonschema import Draft202012Validator
from pyproj import CRS
from shapely.geometry import shape

HERE = Path(__file__).parent
FILES = sorted((HERE / "cases").glob("*.yaml"))
RULES = [f"O{n:02}" for n in range(1, 18)] + [f"B{n:02}" for n in range(1, 28)]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Case = dict[str, Any]


def _plain(value: Any) -> Any:
    """YAML reads bare days as dates; the schema speaks of their text."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _read(path: Path) -> list[Case]:
    return [_plain(case) for case in yaml.load(path.read_text(encoding="utf-8"), LOADER)]


CASES = {path.name: _read(path) for path in FILES}
ALL = [case for cases in CASES.values() for case in cases]


def _objects(case: Case) -> Iterator[tuple[str, Case]]:
    for objects in case.get("context", {}).values():
        yield from objects.items()


def _spans(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for first, last in (("first_day", "last_day"), ("start", "end")):
            if first in value:
                yield value[first], value[last]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _spans(item)


def _is_day(key: str) -> bool:
    named = {"as_of", "day", "start", "end", "end_date", "power_needed_from", "last_confirmed"}
    return key in named or key.endswith("_day")


def _days(value: Any) -> Iterator[str]:
    """Every text in a place for days, at any depth."""
    if isinstance(value, list):
        value = dict(enumerate(value))
    if isinstance(value, dict):
        for key, item in value.items():
            if _is_day(str(key)):
                yield item
            else:
                yield from _days(item)


def _geometry(value: Any) -> shapely.Geometry:
    return shapely.from_wkt(value) if isinstance(value, str) else shape(value)


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    content = json.loads((HERE / "case.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(content)
    return Draft202012Validator(content)


@pytest.mark.parametrize("name", CASES)
def test_a_file_keeps_the_format(name: str, schema: Draft202012Validator) -> None:
    faults = [
        f"{case.get('id')}: {error.json_path}: {error.message}"
        for case in CASES[name]
        for error in schema.iter_errors(case)
    ]
    assert faults == []


def test_ids_are_unique() -> None:
    assert [name for name, n in Counter(case["id"] for case in ALL).items() if n > 1] == []


def test_a_case_of_a_rule_stands_in_its_file() -> None:
    strays = [
        case["id"]
        for name, cases in CASES.items()
        for case in cases
        if Path(name).stem.upper() in RULES and Path(name).stem.upper() not in case["rules"]
    ]
    assert strays == []


def test_geometry_is_valid_and_not_empty() -> None:
    faults = []
    for case in ALL:
        named = [*case["works"].items(), *_objects(case)]
        for name, item in named:
            if "geometry" not in item:
                continue
            geometry = _geometry(item["geometry"])
            if geometry.is_empty or not geometry.is_valid:
                faults.append(f"{case['id']}: {name}")
    assert faults == []


def test_only_objects_without_a_place_lack_geometry() -> None:
    placeless = {"budgets", "partnership"}
    faults = [
        f"{case['id']}: {name}"
        for case in ALL
        for layer, objects in case.get("context", {}).items()
        for name, item in objects.items()
        if "geometry" not in item and layer not in placeless
    ]
    assert faults == []


def test_reference_systems_are_known_and_metres_are_metres() -> None:
    named = {case["crs"] for case in ALL}
    metres = {case.get("storage_crs", case["crs"]) for case in ALL}
    assert all(CRS.from_user_input(code) for code in named)
    units = {code: CRS.from_user_input(code).axis_info[0].unit_name for code in metres}
    assert set(units.values()) == {"metre"}, units


def test_days_are_real_and_in_order() -> None:
    for case in ALL:
        for day in _days(case):
            date.fromisoformat(day)
        for first, last in _spans(case):
            assert date.fromisoformat(first) <= date.fromisoformat(last), case["id"]


def test_a_window_holds_its_period() -> None:
    faults = [
        f"{case['id']}: {name}"
        for case in ALL
        for name, work in case["works"].items()
        if (window := work.get("window"))
        and not (
            window["first_day"] <= work["period"]["first_day"]
            and work["period"]["last_day"] <= window["last_day"]
        )
    ]
    assert faults == []


def test_names_lead_somewhere() -> None:
    faults = []
    for case in ALL:
        objects = {name for name, _ in _objects(case)}
        works = set(case["works"])
        entries = [*case["expected"], *case["absent"], *case.get("bundles", [])]
        faults += [case["id"] for entry in entries if not set(entry.get("works", [])) <= works]
        faults += [case["id"] for entry in entries if not set(entry.get("context", [])) <= objects]
        faults += [
            case["id"]
            for item in case.get("context", {}).get("diversions", {}).values()
            if item["attributes"]["work"] not in works
        ]
    assert faults == []


def test_a_label_is_complete_and_does_not_contradict_itself() -> None:
    faults = []
    for case in ALL:
        told = {entry["rule"] for entry in [*case["expected"], *case["absent"]]}
        if told != set(case["rules"]):
            faults.append(f"{case['id']}: tells of {sorted(told)}")
        found = [(entry["rule"], set(entry["works"])) for entry in case["expected"]]
        for entry in case["absent"]:
            for rule, works in found:
                if rule == entry["rule"] and works <= set(entry.get("works", works)):
                    faults.append(f"{case['id']}: {rule} is expected and absent")
    assert faults == []


def test_every_rule_has_both_signs() -> None:
    found = {entry["rule"] for case in ALL for entry in case["expected"]}
    absent = {entry["rule"] for case in ALL for entry in case["absent"]}
    assert found == set(RULES)
    assert absent == set(RULES)


def test_there_are_enough_cases_and_a_third_is_real() -> None:
    assert len(ALL) >= 300
    assert sum("source" in case for case in ALL) * 3 >= len(ALL)
