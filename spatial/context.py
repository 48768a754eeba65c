"""What detection may know beside works: streets, bus routes, trees, dikes, budgets.

A context layer is one file in ``spatial/context_layers`` with an instance
``LAYER``: its titles, what geometry it takes, and its fields with the names by
which files call them. Its objects come as columns. A layer that was never
loaded is missing from the :data:`Context`; a rule that needs it is then not
assessed, which is another thing than finding nothing.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from spatial.period import NO_DAY
from spatial.work import Codes, Ints, Keys, Objects

Shape = Literal["point", "line", "polygon", "any", "none"]
FieldType = Literal["text", "number", "integer", "boolean", "day", "month_day"]
"""``month_day`` is a day of every year as month * 100 + day: 1 October is 1001."""

EMPTY: Mapping[FieldType, Any] = {
    "text": "",
    "number": np.nan,
    "integer": -1,
    "boolean": False,
    "day": NO_DAY,
    "month_day": -1,
}
"""What stands for "not given" in a column of this type."""
DTYPES: Mapping[FieldType, Any] = {
    "text": object,
    "number": np.float64,
    "integer": np.int64,
    "boolean": np.bool_,
    "day": np.int32,
    "month_day": np.int64,
}


@dataclass(frozen=True, slots=True)
class ContextField:
    """One property of the objects of a layer.

    ``names`` are spellings by which files know it, beside ``name`` itself.
    ``words`` limits a text to some values. ``least`` and ``most`` bound a
    number; NaN and infinity are never values. A ``required`` field must be
    given for every object.

    ``spellings`` are (spelling, word) pairs for a field with ``words``.
    ``scaled`` are (name, factor, offset) of columns that say the same in
    another unit: the value is what stands there times factor plus offset.
    ``default`` stands where a file says nothing. A ``computed`` field comes from
    the service and not from files.
    """

    name: str
    type: FieldType
    nl: str
    en: str
    names: tuple[str, ...] = ()
    required: bool = False
    words: tuple[str, ...] = ()
    least: float = -np.inf
    most: float = np.inf
    spellings: tuple[tuple[str, str], ...] = ()
    scaled: tuple[tuple[str, float, float], ...] = ()
    default: str | float | bool | None = None
    computed: bool = False


@dataclass(frozen=True, slots=True)
class ContextLayer:
    """A kind of context: ``id`` as in URLs and commands, what it is, what it holds.

    ``shape`` "none" is a table without places (budgets). ``has_period`` says
    whether an object may be limited to some days (an event, an embargo).
    ``note_*`` tell the reader where such data are found and what they decide.
    ``name_field`` is the field that names an object where the file has no name.
    """

    id: str
    nl: str
    en: str
    shape: Shape
    fields: tuple[ContextField, ...]
    note_nl: str
    note_en: str
    has_period: bool = False
    name_field: str = ""


@dataclass(frozen=True, slots=True)
class ContextObjects:
    """Objects of one layer as columns of equal length.

    ``id`` is the 16 bytes of each object's UUID (``V16``); ``name`` what people
    call it, "" where it has no name. ``geometry`` is in the storage CRS (None
    in a layer without places). ``start`` and ``end`` are half-open days,
    ``NO_DAY`` where the object is not bound to days. ``columns`` has every
    field of the layer in the dtype of :data:`DTYPES`, ``EMPTY`` where not given.
    ``visibility`` holds codes of that vocabulary and ``organisation_id`` whose
    object it is (``V16``, zero bytes where nobody's): a finding made with an
    object may not show to who cannot see it. Public and nobody's by default.
    """

    layer: str
    id: NDArray[np.void]
    name: Objects
    geometry: Objects
    start: Ints
    end: Ints
    columns: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    visibility: Codes = field(default_factory=lambda: np.zeros(0, dtype=np.int8))
    organisation_id: NDArray[np.void] = field(default_factory=lambda: np.zeros(0, dtype="V16"))

    def __post_init__(self) -> None:
        n = len(self.id)
        if len(self.visibility) != n:
            object.__setattr__(self, "visibility", np.zeros(n, dtype=np.int8))
        if len(self.organisation_id) != n:
            object.__setattr__(self, "organisation_id", np.zeros(n, dtype="V16"))

    def __len__(self) -> int:
        return len(self.id)

    def take(self, rows: Keys) -> ContextObjects:
        """The objects at these positions, in that order."""
        return ContextObjects(
            self.layer,
            self.id[rows],
            self.name[rows],
            self.geometry[rows],
            self.start[rows],
            self.end[rows],
            {name: column[rows] for name, column in self.columns.items()},
            self.visibility[rows],
            self.organisation_id[rows],
        )


Context = Mapping[str, ContextObjects]
"""Objects by the id of their layer; a layer that is not loaded is not there."""


def objects(
    layer: str,
    geometry: Sequence[Any],
    *,
    ids: Sequence[bytes] | None = None,
    names: Sequence[str] | None = None,
    start: Sequence[int] | None = None,
    end: Sequence[int] | None = None,
    **columns: Sequence[Any],
) -> ContextObjects:
    """Columns of a layer from plain values; fields that are not given are empty.

    KeyError where there is no such layer or field.

    >>> some = objects("streets", [None, None], names=["Dorpsstraat", ""])
    >>> len(some), some.columns["road_class"].tolist()
    (2, ['', ''])
    """
    n = len(geometry)
    definition = context_layer(layer)
    known = {f.name: f for f in definition.fields}
    unknown = sorted(set(columns) - set(known))
    if unknown:
        raise KeyError(unknown[0])
    shapes, called = np.empty(n, dtype=object), np.empty(n, dtype=object)
    shapes[:] = list(geometry)
    called[:] = list(names) if names is not None else [""] * n
    numbered = [i.to_bytes(16, "big") for i in range(1, n + 1)]
    table = {}
    for name, told in known.items():
        column = np.empty(n, dtype=DTYPES[told.type])
        column[:] = list(columns[name]) if name in columns else [EMPTY[told.type]] * n
        table[name] = column
    return ContextObjects(
        layer,
        np.array(list(ids) if ids is not None else numbered, dtype="V16"),
        called,
        shapes,
        np.array(start if start is not None else [NO_DAY] * n, dtype=np.int32),
        np.array(end if end is not None else [NO_DAY] * n, dtype=np.int32),
        table,
    )


@cache
def context_layers() -> tuple[ContextLayer, ...]:
    """All context layers, in the order of their ids."""
    import spatial.context_layers as package

    modules = [
        importlib.import_module(f"{package.__name__}.{m.name}")
        for m in pkgutil.iter_modules(package.__path__)
    ]
    return tuple(sorted((m.LAYER for m in modules if hasattr(m, "LAYER")), key=lambda x: x.id))


def context_layer(id_: str) -> ContextLayer:
    """The layer of this id; KeyError where there is none."""
    return {layer.id: layer for layer in context_layers()}[id_]
