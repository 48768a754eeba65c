"""Objects of a context file as columns: joined, taken apart, numbered."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from app.uploads.report import Report
from spatial import context_faults as faults
from spatial.context import ContextLayer
from spatial.context_faults import tell
from spatial.context_values import empty
from spatial.work import Ints, Keys, Objects

NATURAL_KEYS: Mapping[str, tuple[str, ...]] = {
    "capacity": ("organisation", "discipline", "area", "year", "quarter", "unit"),
    "budgets": ("organisation", "year", "state", "name"),
    "decision_moments": ("organisation", "document", "decided_on"),
    "signatures": ("organisation", "signer"),
}
"""What names an object where the file gives no reference and there is no place."""


@dataclass(frozen=True, slots=True)
class ContextRows:
    """Objects of a file as columns of equal length; half-open days, geometry in storage CRS."""

    row: Keys
    reference: Objects
    name: Objects
    start: Ints
    end: Ints
    columns: Mapping[str, NDArray[Any]]
    geometry: Objects

    def __len__(self) -> int:
        return len(self.row)

    def take(self, at: NDArray[Any]) -> ContextRows:
        """The rows at these positions, in that order."""
        columns = {name: column[at] for name, column in self.columns.items()}
        return ContextRows(
            self.row[at],
            self.reference[at],
            self.name[at],
            self.start[at],
            self.end[at],
            columns,
            self.geometry[at],
        )


def explode(layer: ContextLayer, rows: ContextRows) -> ContextRows:
    """One row for each single line or point; what has no place is left out."""
    if layer.shape not in {"line", "point"}:
        return rows
    placed = np.flatnonzero(rows.geometry != None)  # noqa: E711  # elementwise
    single, at = shapely.get_parts(rows.geometry[placed], return_index=True)
    at = placed[at]
    return replace(rows.take(at), geometry=single)


def join(layer: ContextLayer, parts: Sequence[ContextRows], zone: tzinfo) -> ContextRows:
    """Several tables of rows as one; an empty one where there is none."""
    if parts:
        names = parts[0].columns

        def column(name: str) -> NDArray[Any]:
            return np.concatenate([getattr(p, name) for p in parts])

        return ContextRows(
            column("row"),
            column("reference"),
            column("name"),
            column("start"),
            column("end"),
            {name: np.concatenate([p.columns[name] for p in parts]) for name in names},
            column("geometry"),
        )
    none = np.zeros(0, dtype=object)
    days = np.zeros(0, dtype=np.int32)
    fields = [f for f in layer.fields if not f.computed]
    columns = {f.name: empty(f, 0, zone) for f in fields}
    return ContextRows(np.zeros(0, dtype=np.int64), none, none, days, days, columns, none)


def named(layer: ContextLayer, rows: ContextRows) -> ContextRows:
    """Objects without a name are called as the field says that names them."""
    if not layer.name_field:
        return rows
    name = np.where(rows.name == "", rows.columns[layer.name_field], rows.name)
    return replace(rows, name=name)


def numbered(layer: ContextLayer, rows: ContextRows, report: Report) -> ContextRows:
    """References that are there and differ: what has none is named by what it says.

    Rows that say the same twice are stored once; different rows with one
    reference are numbered.
    """
    reference = rows.reference.copy()
    nameless = np.flatnonzero(reference == "")
    reference[nameless] = [_digest(layer, rows, i) for i in nameless.tolist()]
    unnamed = np.zeros(len(rows), dtype=np.bool_)
    unnamed[nameless] = True
    first: dict[str, int] = {}
    times: Counter[str] = Counter()
    kept, repeated = [], []
    for i, text in enumerate(reference.tolist()):
        earlier = first.setdefault(text, i)
        if earlier == i:
            kept.append(i)
        elif unnamed[i]:
            repeated.append((i, earlier))
        else:
            times[text] += 1
            reference[i] = f"{text}#{times[text] + 1}"
            kept.append(i)
    _tell_repeated(layer, rows, repeated, report)
    if times:
        report.add(tell(faults.SAME_REFERENCE, field="reference", count=times.total()))
    return replace(rows, reference=reference).take(np.array(kept, dtype=np.intp))


def _tell_repeated(
    layer: ContextLayer, rows: ContextRows, repeated: list[tuple[int, int]], report: Report
) -> None:
    report.counts["repeated"] += len(repeated)
    for i, j in repeated:
        same = all(c[i] == c[j] for c in rows.columns.values())
        wrong = faults.REPEATED if layer.id not in NATURAL_KEYS or same else faults.CONTRADICTING
        report.add(tell(wrong, [int(rows.row[i])], other=int(rows.row[j])))


def _digest(layer: ContextLayer, rows: ContextRows, i: int) -> str:
    names = NATURAL_KEYS.get(layer.id)
    told = {**{n: c[i] for n, c in rows.columns.items()}, "name": rows.name[i]}
    if names is not None:
        said = [str(told[n]) for n in names]
    else:
        said = [*map(str, told.values()), str(rows.start[i]), str(rows.end[i])]
    place = rows.geometry[i].wkb if rows.geometry[i] is not None else b""
    content = "\x1f".join(said).encode() + place
    return "auto-" + hashlib.blake2b(content, digest_size=12).hexdigest()
