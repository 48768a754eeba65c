"""What people can say of a finding, as it comes over the web."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.kit.texts import Storable

Verdict = Literal["to_assess", "confirmed", "rejected"]
MOST_ITEMS = 500
MOST_LETTERS = 2_000
MOST_LETTERS_OF_A_NAME = 200


class Judgement(BaseModel):
    """A state, an assignment, a snooze, a comment: one of them or several at once.

    A rejection gives its ``reason``. ``assign_to`` names who looks into it, an
    organisation or a person; null takes that back. ``snooze_until`` keeps the
    finding out of the lists of the caller's organisation before that day; null
    brings it back now. Comments, names and reasons are read by the
    organisations concerned alone.
    """

    model_config = ConfigDict(extra="forbid")

    state: Verdict | None = None
    reason: Storable = Field(default="", max_length=MOST_LETTERS)
    assign_to: Storable | None = Field(default=None, max_length=MOST_LETTERS_OF_A_NAME)
    snooze_until: date | None = None
    comment: Storable = Field(default="", max_length=MOST_LETTERS)

    @property
    def assigns(self) -> bool:
        """Whether it says who looks into it, be it nobody."""
        return "assign_to" in self.model_fields_set

    @property
    def snoozes(self) -> bool:
        """Whether it says until when the finding is out of sight, be it no longer."""
        return "snooze_until" in self.model_fields_set

    @model_validator(mode="after")
    def _rejection_has_reason(self) -> Judgement:
        if self.state == "rejected" and not self.reason.strip():
            msg = "say in 'reason' why the finding is rejected"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _says_something(self) -> Judgement:
        if not (self.state or self.assigns or self.snoozes or self.comment.strip()):
            msg = "say at least one of 'state', 'assign_to', 'snooze_until' and 'comment'"
            raise ValueError(msg)
        return self


class Item(Judgement):
    """A judgement of one finding among several; ``etag`` refuses it where it changed meanwhile."""

    id: UUID
    etag: str | None = None


class Items(BaseModel):
    """Judgements of several findings, each of which stands or falls by itself."""

    model_config = ConfigDict(extra="forbid")

    items: list[Item] = Field(min_length=1, max_length=MOST_ITEMS)
