"""What is asked of an export: read from the body of a request, checked, kept, read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.cut import Cut
from app.encoder import Encoder, by_name
from app.kit.problems import BadRequest, BodyRefused
from app.layer import layers
from app.ogc.forms import default_crs, layer_cut
from app.ogc.question import QUERY, question_of
from app.organisations.viewer import Viewer
from app.settings import Settings

FILTERS = QUERY | {"properties"}


class Asked(BaseModel):
    """The body of a request for an export.

    ``filters`` are the parameters of ``/layers/{layer}``: `bbox`, `datetime`,
    `filter` in CQL2, `properties` and the properties of the layer.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    layer: str = Field(examples=["works"], max_length=100)
    format: str = Field(examples=["gpkg"], max_length=20)
    crs: str = Field(default="", examples=["EPSG:28992"], max_length=200)
    lang: Literal["nl", "en"] = "nl"
    filters: dict[str, str] = Field(default_factory=dict, examples=[{"facility": "sewer"}])


@dataclass(frozen=True, slots=True)
class Wanted:
    """An export that can be made: how, and of what."""

    encoder: Encoder
    cut: Cut


def read_asked(asked: Asked, viewer: Viewer, settings: Settings) -> Wanted:
    """What was asked as something to make, as far as ``viewer`` may see.

    BodyRefused for a layer or format that is not there and for a filter that
    cannot be.
    """
    _choose("layer", asked.layer, layers())
    _choose("format", asked.format, by_name())
    layer, encoder = layers()[asked.layer], by_name()[asked.format]
    for name in asked.filters:
        _choose("filters", name, dict.fromkeys([*sorted(FILTERS), *layer.filters]))
    given = dict(asked.filters) | ({"crs": asked.crs} if asked.crs else {})
    try:
        question = question_of(given, layer, settings, asked.lang)
    except BadRequest as error:
        raise BodyRefused(str(error.told_in(asked.lang))) from error
    storage = settings.storage_crs
    target = question.crs.uri if asked.crs else default_crs(encoder, storage)
    return Wanted(encoder, layer_cut(question, viewer, storage, target))


def _choose(name: str, value: str, choices: Mapping[str, Any]) -> None:
    if value not in choices:
        msg = f"{name} knows {', '.join(choices)}, not {value[:40]!r}."
        raise BodyRefused(msg)
