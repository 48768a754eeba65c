"""What a change of a work may say."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.kit.texts import storable
from app.projects.facts import Facts

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
Day = Annotated[date | None, Field(ge=FIRST_DAY, le=LAST_DAY)]
"""Days beyond these are slips of the pen; the last day of all has no day after it."""


class WorkPatch(BaseModel):
    """A merge patch (RFC 7396): what is left out stays, ``null`` empties.

    Days are inclusive. ``geometry`` is GeoJSON in WGS 84. Planning status,
    commitment and visibility are the project's and change for all its works.
    """

    model_config = ConfigDict(extra="forbid")

    title: str = Field(default="", min_length=1, max_length=500)
    facility: str = ""
    activity: str = ""
    excavation: str = ""
    road_impact: str = ""
    planning_status: str = ""
    commitment: str = ""
    visibility: str = ""
    precision: str = ""
    start: Day = None
    end: Day = None
    earliest: Day = None
    latest: Day = None
    duration_days: int | None = Field(default=None, ge=1, le=36_525)
    geometry: dict[str, Any] = Field(default_factory=dict)

    def facts(self) -> Facts:
        """What was said, as facts of a work."""
        said = storable(self.model_dump(mode="json", exclude_unset=True))
        assert isinstance(said, dict)
        return said
