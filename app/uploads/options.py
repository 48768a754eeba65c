"""What the uploader says about a file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from app.kit.problems import BadRequest
from app.kit.texts import storable
from spatial.vocabulary import VISIBILITY

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class UploadOptions:
    """The options of one upload; the same options and rows change nothing.

    ``complete``: the file is the whole dataset, so what it does not hold is
    withdrawn; ``yes`` confirms that even where that is more than a fifth.
    ``kind`` says that the layers of a file hold constraint zones, not works.
    """

    dataset: str = "main"
    layer: str | None = None
    mapping: dict[str, object] | None = None
    source_crs: str | None = None
    encoding: str | None = None
    visibility: str = "partners"
    kind: str | None = None
    complete: bool = False
    yes: bool = False
    dry_run: bool = False

    def __post_init__(self) -> None:
        if self.visibility not in VISIBILITY:
            msg = f"visibility must be one of {', '.join(VISIBILITY.ids)}, not {self.visibility!r}."
            raise BadRequest(msg)
        if self.kind not in {None, "works", "constraints"}:
            msg = f"kind must be works or constraints, not {self.kind!r}."
            raise BadRequest(msg)
        if not self.dataset.strip() or len(self.dataset) > LONGEST_NAME:
            msg = f"dataset must be a name of at most {LONGEST_NAME} characters."
            raise BadRequest(msg)

    def to_json(self) -> dict[str, object]:
        """As kept with the upload: without what the database cannot keep."""
        told = storable(asdict(self))
        assert isinstance(told, dict)
        return told

    @classmethod
    def from_json(cls, kept: dict[str, object]) -> UploadOptions:
        """From what was kept with an upload; what is unknown is left out."""
        names = {f.name for f in fields(cls)}
        return cls(**{k: v for k, v in kept.items() if k in names})  # type: ignore[arg-type]  # written by to_json
