"""What all readers share: faults, refusals, names of columns, layers.

Readers never import each other; what two of them need stands here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Literal, NoReturn

import numpy as np

from spatial.crs import parse
from spatial.errors import CrsUnknown, FileRefused, LayerNotFound
from spatial.fault_texts import TEXTS
from spatial.reader import Fault, RawLayer
from spatial.work import Objects

CRS84 = "OGC:CRS84"
"""WGS 84 with longitude before latitude: what GeoJSON and KML are in."""


def fault(
    code: str,
    severity: Literal["error", "warning", "note"],
    *,
    detail: object = "",
    layer: str | None = None,
    row: int | None = None,
    field: str | None = None,
    value: object = None,
) -> Fault:
    """Make a fault of a known code; ``detail`` fills the place in its texts.

    >>> f = fault("too-many-cells", "error", detail=7, row=3)
    >>> f.row, f.reason["en"]
    (3, 'The row has 7 cells, more than there are column names.')
    """
    text = TEXTS[code]
    told = str(detail)
    return Fault(
        code,
        severity,
        {"nl": text.reason_nl.format(detail=told), "en": text.reason_en.format(detail=told)},
        {"nl": text.remedy_nl.format(detail=told), "en": text.remedy_en.format(detail=told)},
        layer=layer,
        row=row,
        field=field,
        value=None if value is None else str(value)[:200],
    )


def refuse(kind: type[FileRefused], message: str) -> NoReturn:
    """Refuse the file; the message says what happened and what to do.

    Raises
    ------
    FileRefused
        Always, as the kind given.
    """
    raise kind(message)


def objects(values: Sequence[object]) -> Objects:
    """Put values in a one-dimensional object array, whatever they are.

    >>> objects([[1, 2], None]).shape
    (2,)
    """
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def header_names(
    cells: Sequence[object], layer: str | None = None
) -> tuple[list[str], list[Fault]]:
    """Turn a header into unique column names, and say what was changed.

    >>> names, faults = header_names(["id", "naam", "naam", ""])
    >>> names, [f.code for f in faults]
    (['id', 'naam', 'naam_2', 'column_4'], ['duplicate-column', 'unnamed-column'])
    """
    names: list[str] = []
    faults: list[Fault] = []
    given = [" ".join(str(c).split()) if c is not None else "" for c in cells]
    taken = set(given)
    seen: Counter[str] = Counter()
    for position, text in enumerate(given, start=1):
        name = text
        if not text:
            faults.append(fault("unnamed-column", "note", detail=position, layer=layer))
            name = _free(f"column_{position}", taken)
        elif seen[text]:
            if seen[text] == 1:
                faults.append(fault("duplicate-column", "warning", detail=text, layer=layer))
            name = _free(f"{text}_{seen[text] + 1}", taken)
        seen[text] += 1
        taken.add(name)
        names.append(name)
    return names, faults


def _free(name: str, taken: set[str]) -> str:
    """Return the name, or the name with underscores until no other column has it."""
    while name in taken:
        name += "_"
    return name


@lru_cache(maxsize=256)
def normalise_crs(text: str) -> str:
    """Say a declared CRS as "EPSG:n" or "OGC:CRS84" where PROJ is sure, else as it stands.

    Axis order is not part of the answer: coordinates are always x before y.

    >>> normalise_crs("urn:ogc:def:crs:EPSG::28992"), normalise_crs("EPSG:99")
    ('EPSG:28992', 'EPSG:99')
    >>> normalise_crs("urn:ogc:def:crs:OGC:1.3:CRS84")
    'OGC:CRS84'
    """
    if text.upper().endswith("CRS84"):
        return CRS84
    try:
        authority = parse(text).to_authority(min_confidence=70)
    except CrsUnknown:
        return text
    if authority is None:
        return text
    return CRS84 if authority == ("OGC", "CRS84") else ":".join(authority)


def named(layers: Iterable[RawLayer], name: str | None) -> Iterator[RawLayer]:
    """Yield the layers, or only the one asked for.

    Raises
    ------
    LayerNotFound
        Where a name is asked for that no layer has; the message lists the names.
    """
    others = []
    for layer in layers:
        if name is None or layer.name == name:
            yield layer
            if name is not None:
                return
        others.append(layer.name)
    if name is not None:
        listed = ", ".join(f"“{n}”" for n in others) or "none"
        refuse(LayerNotFound, f"There is no layer “{name}”. The file has: {listed}.")
