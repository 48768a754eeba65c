"""Where the rows of an upload go."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.projects.write import Author
from app.settings import Settings
from app.uploads.options import UploadOptions


@dataclass(frozen=True, slots=True)
class Target:
    """Where the rows go: the dataset, its organisation, and by whom."""

    dataset_id: UUID
    organisation_id: UUID
    author: Author
    options: UploadOptions
    settings: Settings
