"""The context objects of a case as columns of the layers of the product.

A case speaks the words of the catalogue (``public_width_m``, ``end_date``); the
product its own fields. The values go through the code that reads files, so
that words, spellings and defaults are those of an import.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np

from spatial.context import Context, ContextLayer, ContextObjects, context_layer
from spatial.context_checks import no_dig
from spatial.context_values import Cells, empty, read_field
from spatial.period import NO_DAY
from spatial.period import day as date_of
from tests.acceptance.bench.running.cases import Case, placed, span
from tests.acceptance.bench.running.works import ZONE, Numbering, project_of

FIRST_OBJECT = 1_000
"""Ids of objects begin here; those of works are smaller, so an id tells what it is of."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One object: its layer in the product, its name in the case, and what is known of it."""

    layer: str
    name: str
    told: Mapping[str, Any]
    item: Case


RENAMED: Mapping[str, Mapping[str, str]] = {
    "streets": {"name": "street", "public_width_m": "width_m"},
    "transit_routes": {"kind": "mode", "name": "line"},
    "transit_stops": {"kind": "mode", "name": ""},
    "events": {"name": ""},
    "grid_congestion": {"completion_day": "reinforced_on"},
    "gas_end_dates": {"end_date": "gas_ends_on"},
    "trees": {"protected": "is_protected"},
    "dike_zones": {"name": ""},
    "pipes": {"renewal_day": "renewal_on"},
    "dwellings": {"name": ""},
    "development_sites": {
        "name": "developer",
        "kw": "demand_kw",
        "power_needed_from": "connected_from",
        "contact": "has_contact",
        "agreement": "has_agreement",
    },
}
"""Attributes of cases by the fields that hold them; "" is the name of the object alone."""
WORDS = {
    "shopping_area": "embargo",
    "permitted": "granted",
    "contamination": "polluted_soil",
    "cost_eur": "eur",
}
"""Words of cases for which the layers have another."""


def things(case: Case) -> Iterator[Thing]:
    """Every context object of a case under the layer of the product that holds it."""
    pairs = case.get("parameters", {}).get("B06", {}).get("pairs", ())
    groups = {name: f"{pair}" for pair in pairs for name in pair}
    for layer, objects in case.get("context", {}).items():
        into = SPLIT.get(layer, _renamed)
        for name, item in objects.items():
            for thing in into(layer, name, item):
                group = groups.get(name) if layer == "streets" else None
                yield thing if group is None else _in_group(thing, group)


def _in_group(thing: Thing, group: str) -> Thing:
    """A street that may not be closed together with the others of its group."""
    return replace(thing, told={**thing.told, "closure_group": group})


def _renamed(layer: str, name: str, item: Case) -> Iterator[Thing]:
    names = RENAMED.get(layer, {})
    told = {names.get(k, k): _word(v) for k, v in item.get("attributes", {}).items()}
    yield Thing(layer, name, {k: v for k, v in told.items() if k}, item)


def _word(value: Any) -> Any:
    return WORDS.get(value, value) if isinstance(value, str) else value


def _sites(layer: str, name: str, item: Case) -> Iterator[Thing]:
    """A case names the contact and the agreement; the layer says that there is one."""
    (thing,) = _renamed(layer, name, item)
    said = {k: bool(v) for k, v in thing.told.items() if k in {"has_contact", "has_agreement"}}
    yield replace(thing, told={**thing.told, **said})


def _areas(_: str, name: str, item: Case) -> Iterator[Thing]:
    told = item["attributes"]
    if told["level"] == "peilgebied":
        yield Thing("peil_areas", name, {"code": told["name"]}, item)
    else:
        yield Thing("areas", name, {"level": told["level"], "code": told["name"]}, item)


def _climate(layer: str, name: str, item: Case) -> Iterator[Thing]:
    told = item["attributes"]
    yield Thing(layer, name, {f"{told['theme']}_score": told["score"]}, item)


def _soil(layer: str, name: str, item: Case) -> Iterator[Thing]:
    told = item["attributes"]
    if told["theme"] == "subsidence":
        sinks = {"subsidence_mm_per_year": told["subsidence_mm_per_year"]}
        yield Thing("subsidence", name, sinks, item)
    else:
        fields = {"theme": _word(told["theme"]), "is_surveyed": told.get("surveyed")}
        yield Thing(layer, name, fields, item)


def _capacity(layer: str, name: str, item: Case) -> Iterator[Thing]:
    """A row for each quarter of the period of a statement."""
    start, end = span(item)
    months = range(*(d.year * 12 + d.month - 1 for d in (date_of(start), date_of(end))), 3)
    for month in months:
        told = {k: _word(v) for k, v in item["attributes"].items()}
        when = {"year": month // 12, "quarter": month % 12 // 3 + 1}
        yield Thing(layer, name, told | when, {"attributes": item["attributes"]})


def _partnership(_: str, name: str, item: Case) -> Iterator[Thing]:
    told = item["attributes"]
    if told["kind"] == "boundary":
        members = "; ".join(told.get("members", ()))
        yield Thing("partnership_areas", name, {"members": members}, item)
    elif told["kind"] == "signature":
        fields = {k: told[k] for k in ("organisation", "signer", "mandate")}
        yield Thing("signatures", name, fields, item)
    elif told["kind"] == "decision_moment":
        fields = {
            "organisation": told["organisation"],
            "decided_on": told["day"],
            "document": told["document"],
            "is_decided": told.get("decided"),
        }
        yield Thing("decision_moments", name, fields, item)


SPLIT: Mapping[str, Callable[[str, str, Case], Iterator[Thing]]] = {
    "development_sites": _sites,
    "areas": _areas,
    "climate_scores": _climate,
    "soil": _soil,
    "capacity": _capacity,
    "partnership": _partnership,
}


def context_of(case: Case, numbering: Numbering) -> tuple[Context, dict[bytes, Thing]]:
    """The layers of a case, and what each id of an object stands for."""
    by_layer: dict[str, list[Thing]] = defaultdict(list)
    for thing in things(case):
        by_layer[thing.layer].append(thing)
    context, known, number = {}, {}, FIRST_OBJECT
    for layer, some in by_layer.items():
        ids = [UUID(int=number + i).bytes for i in range(len(some))]
        number += len(some)
        known |= dict(zip(ids, some, strict=True))
        context[layer] = _columns(case, context_layer(layer), some, ids, numbering)
    return context, known


def _columns(
    case: Case, layer: ContextLayer, some: list[Thing], ids: list[bytes], numbering: Numbering
) -> ContextObjects:
    n = len(some)
    days = [span(t.item) if "first_day" in t.item else (NO_DAY, NO_DAY) for t in some]
    start, end = np.array(days, dtype=np.int32).T
    names = np.empty(n, dtype=object)
    names[:] = [t.item.get("attributes", {}).get("name", t.name) for t in some]
    columns = {}
    for field in layer.fields:
        if field.computed:
            columns[field.name] = _computed(field.name, some, case, numbering)
        elif any(field.name in t.told for t in some):
            cells = Cells([_cell(t.told.get(field.name)) for t in some])
            columns[field.name], faults = read_field(field, cells, np.arange(n), ZONE)
            assert not faults, (case["id"], faults)
        else:
            columns[field.name] = empty(field, n, ZONE)
    if layer.id == "recent_paving":
        columns["completed_on"], columns["no_dig_days"], start, end = no_dig(
            columns["completed_on"], columns["no_dig_days"], start, end
        )
    geometry = placed(case, [t.item.get("geometry") for t in some])
    return ContextObjects(
        layer.id, np.array(ids, dtype="V16"), names, geometry, start.copy(), end.copy(), columns
    )


def _cell(value: Any) -> Any:
    """A value as a file would have it."""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    return value.isoformat() if isinstance(value, date) else value


def _computed(field: str, some: list[Thing], case: Case, numbering: Numbering) -> Any:
    """Keys of the organisation or project that an object speaks of, -1 for none."""
    if field == "organisation_key":
        found = [numbering.organisations.index(t.told["organisation"]) for t in some]
    else:
        projects = [_project(t, case) for t in some]
        found = [-1 if p is None else numbering.projects.index(p) for p in projects]
    return np.array(found, dtype=np.int64)


def _project(thing: Thing, case: Case) -> str | None:
    told = thing.item.get("attributes", {})
    if "work" in told:
        return project_of(told["work"], case["works"][told["work"]])
    return told.get("project")
