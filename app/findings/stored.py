"""Findings as they are stored, in the columns that a comparison needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from app.findings.basis import PAIR_BYTES, unpack
from app.findings.binary import read_fixed
from spatial.finding import MEASURE_COLUMNS
from spatial.vocabulary import FINDING_STATE
from spatial.work import Codes, Floats, Ints, Keys

_STATE = " ".join(f"WHEN '{word}' THEN {code}" for code, word in enumerate(FINDING_STATE.ids))

FIELDS = (
    ("id", "V16", "id"),
    ("first_work_id", "V16", "work_ids[1]"),
    ("work_versions", ">i8", "(SELECT sum(v) FROM unnest(work_versions) AS v)"),
    ("rule_version", ">i2", "rule_version"),
    ("state", ">i4", f"CASE state {_STATE} END"),
    ("start", ">i4", "lower(period) - date '1970-01-01'"),
    ("end", ">i4", "upper(period) - date '1970-01-01'"),
    ("score", ">f8", "score"),
    *((name, ">f8", f"coalesce({name}, 'NaN')") for name in MEASURE_COLUMNS),
    ("basis", f"V{PAIR_BYTES}", "basis"),
    ("parameters", "V16", "uuid_send(md5(parameters::text)::uuid)"),
    ("solutions", "V16", "uuid_send(md5(solves::text || solved_by::text)::uuid)"),
)


@dataclass(frozen=True, slots=True)
class StoredFindings:
    """Columns of stored findings; ``basis`` has shape (n, 2), see :class:`Found`.

    ``work_versions`` is the sum of the versions: a version only ever rises, so
    for the same works it is the same only where all are. Ids and digests are
    ``V16``; ``state`` is a code of the vocabulary; days are half-open.
    """

    id: NDArray[np.void]
    first_work_id: NDArray[np.void]
    work_versions: Keys
    rule_version: Ints
    state: Codes
    start: Ints
    end: Ints
    score: Floats
    measures: dict[str, Floats]
    basis: NDArray[np.void]
    parameters: NDArray[np.void]
    solutions: NDArray[np.void]

    def __len__(self) -> int:
        return len(self.id)


def read_findings(
    connection: Connection, where: str = "true", parameters: Mapping[str, object] | None = None
) -> StoredFindings:
    """Stored findings, resolved ones too, that satisfy ``where`` (SQL of this package)."""
    table = read_fixed(connection, FIELDS, f"findings WHERE {where}", parameters)

    def whole(name: str) -> Ints:
        return table[name].astype(np.int32)

    def ids(name: str) -> NDArray[np.void]:
        return np.ascontiguousarray(table[name])

    return StoredFindings(
        id=ids("id"),
        first_work_id=ids("first_work_id"),
        work_versions=table["work_versions"].astype(np.int64),
        rule_version=whole("rule_version"),
        state=table["state"].astype(np.int8),
        start=whole("start"),
        end=whole("end"),
        score=table["score"].astype(np.float64),
        measures={name: table[name].astype(np.float64) for name in MEASURE_COLUMNS},
        basis=unpack(ids("basis")),
        parameters=ids("parameters"),
        solutions=ids("solutions"),
    )


def parameter_digests(connection: Connection, texts: Sequence[str]) -> NDArray[np.void]:
    """Digests of JSON texts as the database makes them of the stored ``parameters``."""
    fields = (("digest", "V16", "uuid_send(md5(text::jsonb::text)::uuid)"),)
    source = "unnest(%(texts)s::text[]) WITH ORDINALITY AS t(text, n) ORDER BY n"
    table = read_fixed(connection, fields, source, {"texts": list(texts)})
    return np.ascontiguousarray(table["digest"])
