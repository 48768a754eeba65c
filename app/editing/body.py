"""Read the feature, or the change of one, that an editor sends."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.kit.media import GEOJSON, JSON, MERGE_PATCH
from app.kit.problems import UnsupportedMediaType
from app.kit.texts import storable
from app.projects.facts import Facts
from app.projects.schemas import Day
from spatial.errors import FileTooLarge

MOST_BYTES = 5_000_000
"""Room for a work with as many vertices as may be stored."""
FEATURE_TYPES = (GEOJSON, JSON)
PATCH_TYPES = (MERGE_PATCH, GEOJSON, JSON)


class GivenProperties(BaseModel):
    """Properties as the layers of works serve them; null stands for nothing known.

    ``id``, ``project`` and ``updated`` are the service's: clients that send a
    feature back as they got it send them too, and they are left alone.
    """

    model_config = ConfigDict(extra="forbid")

    title: str | None = Field(default=None, max_length=500)
    reference: str | None = Field(default=None, max_length=200)
    organisation: str | None = Field(default=None, max_length=80)
    department: str | None = Field(default=None, max_length=200)
    facility: str | None = Field(default=None, max_length=80)
    activity: str | None = Field(default=None, max_length=80)
    excavation: str | None = Field(default=None, max_length=80)
    planning_status: str | None = Field(default=None, max_length=80)
    commitment: str | None = Field(default=None, max_length=80)
    road_impact: str | None = Field(default=None, max_length=80)
    precision: str | None = Field(default=None, max_length=80)
    visibility: str | None = Field(default=None, max_length=80)
    start: Day = None
    end: Day = None
    earliest: Day = None
    latest: Day = None
    project_cost_eur: float | None = Field(
        default=None, ge=0, lt=1_000_000_000_000, allow_inf_nan=False
    )
    id: Any = None
    project: Any = None
    updated: Any = None

    def said(self) -> Facts:
        """What is given, texts trimmed and storable, days as ISO texts, blanks as None."""
        given = self.model_dump(mode="json", exclude_unset=True, exclude=LEFT_ALONE)
        texts = storable(given)
        assert isinstance(texts, dict)
        return {n: (v.strip() or None) if isinstance(v, str) else v for n, v in texts.items()}


Body = TypeVar("Body", bound=BaseModel)
LEFT_ALONE = {"id", "project", "updated"}


class GivenFeature(BaseModel):
    """A GeoJSON feature; members that GeoJSON does not know are left alone."""

    type: Literal["Feature"]
    geometry: dict[str, Any] | None = None
    properties: GivenProperties | None = None


class GivenChange(BaseModel):
    """A merge patch (RFC 7396) of a GeoJSON feature: what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["Feature"] = "Feature"
    id: Any = None
    bbox: Any = None
    links: Any = None
    geometry: dict[str, Any] | None = None
    properties: GivenProperties = Field(default_factory=GivenProperties)


async def read_bytes(request: Request) -> bytes:
    """Dependency: the body as it came; FileTooLarge before all of it is read."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            msg = (
                f"One feature may take at most {MOST_BYTES // 1_000_000} MB. "
                "Send files to /api/uploads."
            )
            raise FileTooLarge(msg)
    return body


RawBody = Annotated[bytes, Depends(read_bytes)]


def check_type(request: Request, types: tuple[str, ...]) -> None:
    """Refuse a body that says to be of another type than one of these."""
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if said and said not in types:
        msg = f"Send the body as {' or '.join(types)}, not as {said}."
        raise UnsupportedMediaType(msg)


def parse(raw: bytes, kind: type[Body]) -> Body:
    """The body as a value; what is wrong with it is told by place."""
    try:
        return kind.model_validate_json(raw)
    except ValidationError as error:
        told = [
            {"loc": ("body", *e["loc"]), "msg": e["msg"], "type": e["type"]}
            for e in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise RequestValidationError(told) from error
