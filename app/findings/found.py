"""Findings of a detection with what storing them takes: ids, basis, what solves what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import md5, sha1

import numpy as np
import orjson
from numpy.typing import NDArray

from app.findings.basis import basis_of_findings
from app.findings.stored_works import StoredWorks
from spatial.detect import solutions
from spatial.finding import FINDING_NAMESPACE, Findings, wide_finding_id
from spatial.rule import Rule
from spatial.work import Keys, Objects

Ids = NDArray[np.void]
"""UUIDs as 16 bytes each, dtype ``V16``."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a detection found in some stored works.

    ``findings.members`` point into ``works``, which holds only works that have
    a finding; ``work_id`` and ``owner_id`` are their ids as text. ``basis`` has
    two columns: of a pair each work's, of any other finding that of all its
    works together and zeros.
    ``solves`` and ``solved_by`` are PostgreSQL array texts by row, for the rows
    that have any. ``rules`` has a rule per code, ``parameters`` its thresholds
    as JSON text.
    """

    findings: Findings
    works: StoredWorks
    work_id: Objects
    owner_id: Objects
    rules: tuple[Rule, ...]
    parameters: tuple[str, ...]
    floor: tuple[int, ...]
    id: Ids
    basis: NDArray[np.void]
    solves: dict[int, str]
    solved_by: dict[int, str]

    def __len__(self) -> int:
        return len(self.findings)

    def solution_digest(self) -> NDArray[np.void]:
        """Digest of both arrays of each row, as PostgreSQL's ``md5`` of their texts gives."""
        nothing = md5(b"{}{}", usedforsecurity=False).digest()
        digests = np.full(len(self), np.void(nothing), dtype="V16")
        for row in self.solves.keys() | self.solved_by.keys():
            text = self.solves.get(row, "{}") + self.solved_by.get(row, "{}")
            digests[row] = np.void(md5(text.encode(), usedforsecurity=False).digest())
        return digests


def uuid_texts(ids: Ids) -> list[str]:
    """UUIDs as text.

    >>> uuid_texts(np.array([bytes(16)], dtype="V16"))
    ['00000000-0000-0000-0000-000000000000']
    """
    hexes = [i.hex() for i in np.frombuffer(ids.tobytes(), "S16").tolist()]
    if any(len(h) < 32 for h in hexes):  # noqa: PLR2004 - NumPy drops trailing zero bytes
        hexes = [h.ljust(32, "0") for h in hexes]
    return [f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}" for h in hexes]


def finding_ids(codes: Sequence[str], first: Sequence[str], second: Sequence[str]) -> Ids:
    """Ids as :func:`spatial.finding.finding_id` gives them, without an object for each.

    >>> from uuid import UUID
    >>> from spatial.finding import finding_id
    >>> a, b = UUID(int=1), UUID(int=2)
    >>> finding_ids(["B01"], [str(b)], [str(a)])[0].tobytes() == finding_id("B01", (a, b)).bytes
    True
    """
    start = sha1(FINDING_NAMESPACE.bytes, usedforsecurity=False)
    digests = bytearray()
    for code, a, b in zip(codes, first, second, strict=True):
        seen = start.copy()
        seen.update(f"{code}:{a}:{b}".encode() if a < b else f"{code}:{b}:{a}".encode())
        digests += seen.digest()[:16]
    table = np.frombuffer(digests, dtype=np.uint8).reshape(-1, 16).copy()
    table[:, 6] = (table[:, 6] & 0x0F) | 0x50
    table[:, 8] = (table[:, 8] & 0x3F) | 0x80
    return table.view("V16").ravel()


def _ids(findings: Findings, work_ids: Objects) -> Ids:
    """The id of each finding, made from its works or from the key of its subject."""
    codes = np.array(findings.codes or ("",), dtype=object)[findings.rule]
    ids = np.zeros(len(findings), dtype="V16")
    pair = findings.is_pair
    works = work_ids[findings.first[pair]].tolist(), work_ids[findings.second[pair]].tolist()
    ids[pair] = finding_ids(codes[pair].tolist(), *works)
    for row in np.flatnonzero(~pair).tolist():
        ids[row] = np.void(wide_finding_id(codes[row], findings.key[row]).bytes)
    return ids


def _arrays(rows: Keys, others: Keys, ids: Sequence[str]) -> dict[int, str]:
    by_row: dict[int, set[str]] = defaultdict(set)
    for row, other in zip(rows.tolist(), others.tolist(), strict=True):
        by_row[row].add(ids[other])
    return {row: "{" + ",".join(sorted(found)) + "}" for row, found in by_row.items()}


def thresholds(rule: Rule) -> str:
    """The thresholds that a finding was made with, as JSON text."""
    return orjson.dumps({t.name: t.value for t in rule.thresholds}).decode()


def make_found(
    findings: Findings,
    works: StoredWorks,
    rules: Sequence[Rule],
    floor: Mapping[str, int] | None = None,
) -> Found:
    """Add to findings what storing them takes; keeps only works that have a finding.

    ``floor`` has by rule the widest visibility (a code) that its findings may have.
    """
    used, places = np.unique(findings.members, return_inverse=True)
    works = works.take(used)
    findings = replace(findings, members=places.astype(np.int64))
    texts = np.array(uuid_texts(works.works.id), dtype=object)
    owners, owner = np.unique(works.organisation_id.view("S16"), return_inverse=True)
    ids = _ids(findings, texts)
    opportunities, bottlenecks = solutions(findings)
    names = uuid_texts(ids)
    by_code = {rule.code: rule for rule in rules}
    ordered = tuple(by_code[code] for code in findings.codes)
    return Found(
        findings=findings,
        works=works,
        work_id=texts,
        owner_id=np.array(uuid_texts(owners), dtype=object)[owner],
        rules=ordered,
        parameters=tuple(thresholds(rule) for rule in ordered),
        floor=tuple((floor or {}).get(code, 0) for code in findings.codes),
        id=ids,
        basis=basis_of_findings(findings, works.works),
        solves=_arrays(opportunities, bottlenecks, names),
        solved_by=_arrays(bottlenecks, opportunities, names),
    )
