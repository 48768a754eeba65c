"""Which column of a file fills which field of a context layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from spatial.context import ContextField, ContextLayer
from spatial.errors import MappingRefused
from spatial.words import normalise

NAME = ContextField(
    "name", "text", "Naam", "Name", ("naam", "title", "titel", "label", "omschrijving")
)
REFERENCE = ContextField(
    "reference",
    "text",
    "Referentie",
    "Reference",
    (
        "referentie",
        "id",
        "identificatie",
        "identifier",
        "@id",
        "osm_id",
        "wvk_id",
        "gml_id",
        "lokaalid",
        "objectid",
        "gid",
        "fid",
    ),
)
START = ContextField(
    "start",
    "day",
    "Eerste dag",
    "First day",
    ("begin", "van", "vanaf", "startdatum", "begindatum", "start_date", "from", "datum_van"),
)
END = ContextField(
    "end",
    "day",
    "Laatste dag",
    "Last day",
    ("eind", "einde", "tot", "tot_en_met", "einddatum", "end_date", "to", "until", "datum_tot"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """A column with the factor and offset of its unit."""

    column: str
    factor: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class ContextMapping:
    """Sources and constants by field; ``values`` translates words of a field.

    ``unused`` are the columns that fill nothing.
    """

    fields: Mapping[str, Source]
    constants: Mapping[str, Any]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unused: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """In the form in which a mapping file gives it."""
        return {
            "columns": {s.column: name for name, s in self.fields.items()},
            "constants": dict(self.constants),
            "values": {name: dict(words) for name, words in self.values.items()},
            "unused": list(self.unused),
        }


def fields_of(layer: ContextLayer) -> tuple[ContextField, ...]:
    """What a file can fill: the layer's own fields first, then name, reference and period."""
    period = (START, END) if layer.has_period else ()
    own = tuple(f for f in layer.fields if not f.computed)
    return (*own, NAME, REFERENCE, *period)


def propose(
    layer: ContextLayer, columns: Sequence[str], given: Mapping[str, object] | None = None
) -> ContextMapping:
    """Columns to fields by their names, unless a mapping says otherwise.

    ``given`` may have "columns" (column to field, or null for "leave it"),
    "constants" (field to value) and "values" (field to a table of words).
    MappingRefused where it names what is not there, or where a required field
    stays without a source.

    >>> from spatial.context import context_layer
    >>> found = propose(context_layer("trees"), ["Kroondiameter", "kleur"])
    >>> found.fields["crown_radius_m"], found.unused
    (Source(column='Kroondiameter', factor=0.5, offset=0.0), ('kleur',))
    """
    known = {f.name: f for f in fields_of(layer)}
    told = _Given.of(given or {}, known, columns)
    found = {name: _source(known[name], column) for column, name in told.columns.items() if name}
    free = [c for c in columns if c not in told.columns]
    for target in known.values():
        if target.name in found or target.name in told.constants:
            continue
        source = _named(target, free)
        if source is not None:
            found[target.name] = source
            free.remove(source.column)
    missing = [f for f in known.values() if f.required and f.name not in {*found, *told.constants}]
    if missing:
        msg = (
            f"Nothing in the file fills {missing[0].name} ({missing[0].en}). It has the columns "
            f"{', '.join(columns) or '(none)'}; say which one it is, with a mapping such as "
            f'{{"columns": {{"COLUMN": "{missing[0].name}"}}}}, or give a constant.'
        )
        raise MappingRefused(msg)
    return ContextMapping(found, told.constants, told.values, tuple(free))


@dataclass(frozen=True, slots=True)
class _Given:
    """A mapping as a person wrote it, checked."""

    columns: dict[str, str | None]
    constants: dict[str, Any]
    values: dict[str, dict[str, str]]

    @classmethod
    def of(
        cls,
        given: Mapping[str, object],
        known: Mapping[str, ContextField],
        columns: Sequence[str],
    ) -> _Given:
        parts = {}
        for part in ("columns", "constants", "values"):
            told = given.get(part, {})
            if not isinstance(told, dict):
                msg = f"{part} in the mapping must be a JSON object."
                raise MappingRefused(msg)
            parts[part] = told
        _refuse_unknown("part", set(given) - {*parts, "unused"}, [*parts])
        _refuse_unknown("column", set(parts["columns"]) - set(columns), columns)
        named = {n for n in parts["columns"].values() if n is not None}
        _refuse_unknown(
            "field", {*named, *parts["constants"], *parts["values"]} - set(known), known
        )
        for name, words in parts["values"].items():
            if not isinstance(words, dict):
                msg = f"values of {name} must be a JSON object of words."
                raise MappingRefused(msg)
            _refuse_unknown(
                f"word of {name}", set(words.values()) - set(known[name].words), known[name].words
            )
        return cls(parts["columns"], parts["constants"], parts["values"])


def _refuse_unknown(what: str, unknown: set[Any], known: Any) -> None:
    if unknown:
        msg = f"There is no {what} {min(map(str, unknown))!r}; there are {', '.join(known)}."
        raise MappingRefused(msg)


def _joined(name: str) -> str:
    return normalise(name).replace(" ", "")


def _source(target: ContextField, column: str) -> Source:
    """The column with the unit that its name says."""
    scales = {_joined(name): (factor, offset) for name, factor, offset in target.scaled}
    factor, offset = scales.get(_joined(column), (1.0, 0.0))
    return Source(column, factor, offset)


def _named(target: ContextField, columns: Sequence[str]) -> Source | None:
    """The column that is called as the field: by its own name first, then by others."""
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(_joined(column), column)
    names = (target.name, *target.names, *(name for name, *_ in target.scaled))
    found = next((by_name[_joined(n)] for n in names if _joined(n) in by_name), None)
    return None if found is None else _source(target, found)
