"""Which of the bundles that detection proposes are known, and what became of the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import uuid4

from app.bundles.made import Made
from app.bundles.stored import StoredBundle
from spatial.bundle_identity import match


class Proposal(NamedTuple):
    """A bundle to be stored under this id; ``before`` where it is known already."""

    id: str
    made: Made
    before: StoredBundle | None
    split_from: str | None
    merged_from: tuple[str, ...]


class Identified(NamedTuple):
    """What to store, and which proposals are gone; into which other one, "" for none."""

    proposals: list[Proposal]
    gone: dict[str, str]
    refused: list[Made]


def identify(made: Sequence[Made], stored: Sequence[StoredBundle]) -> Identified:
    """Match what was made with the proposals that are stored.

    What people rejected is not proposed again while its works are the same. A
    bundle that detection dissolved comes back under its id with the same works.
    """
    rejected = {s.works for s in stored if s.state == "rejected"}
    refused = [m for m in made if m.works in rejected]
    new = [m for m in made if m.works not in rejected]
    old = [s for s in stored if s.state == "proposed"]
    vanished = {s.works: s for s in stored if s.vanished}
    found = match([s.works for s in old], [m.works for m in new])
    proposals = []
    for j, one in enumerate(new):
        before = old[found.same[j]] if j in found.same else vanished.get(one.works)
        split = found.split_from.get(j) if before is None else None
        proposals.append(
            Proposal(
                before.id if before else str(uuid4()),
                one,
                before,
                None if split is None else old[split].id,
                tuple(old[i].id for i in found.merged_from.get(j, ())),
            )
        )
    kept = set(found.same.values())
    into = {i: proposals[j].id for j, taken in found.merged_from.items() for i in taken}
    gone = {s.id: into.get(i, "") for i, s in enumerate(old) if i not in kept}
    return Identified(proposals, gone, refused)
