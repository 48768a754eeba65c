"""What a person says about a context file."""

from __future__ import annotations

from dataclasses import dataclass

from app.kit.problems import BadRequest
from spatial.vocabulary import VISIBILITY

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class ContextOptions:
    """The options of one import; a file replaces what its dataset held before.

    ``layer`` is the layer of the file. ``allow_empty`` says that a file without
    rows is meant so: then it is known that there is nothing.
    """

    dataset: str = "main"
    layer: str | None = None
    mapping: dict[str, object] | None = None
    source_crs: str | None = None
    encoding: str | None = None
    visibility: str = "partners"
    allow_empty: bool = False
    dry_run: bool = False

    def __post_init__(self) -> None:
        if self.visibility not in VISIBILITY:
            msg = f"visibility must be one of {', '.join(VISIBILITY.ids)}, not {self.visibility!r}."
            raise BadRequest(msg)
        if not self.dataset.strip() or len(self.dataset) > LONGEST_NAME:
            msg = f"dataset must be a name of at most {LONGEST_NAME} characters."
            raise BadRequest(msg)
