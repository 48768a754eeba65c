"""The parameters ``filter``, ``filter-lang`` and ``filter-crs`` of a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import ColumnElement

from app.kit.problems import BadRequest
from app.layer import Layer
from app.ogc.crs import read_crs
from app.ogc.filtering.compile import clause_of
from app.ogc.filtering.nodes import MOST_CHARACTERS
from app.ogc.filtering.operands import Terms
from app.ogc.filtering.parse_json import parse_json
from app.ogc.filtering.parse_text import parse_text
from app.ogc.filtering.refusal import FilterRefused
from app.settings import Settings
from spatial.vocabulary import Language

PARAMETERS = frozenset({"filter", "filter-lang", "filter-crs"})
PARSERS = {"cql2-text": parse_text, "cql2-json": parse_json}


@dataclass(frozen=True, slots=True, eq=False)
class Filter:
    """A filter as a clause. ``subject`` is what was asked, to know it again by."""

    clause: ColumnElement[bool]
    subject: tuple[str, ...]


def read_filter(
    given: Mapping[str, str], layer: Layer, language: Language, settings: Settings
) -> Filter | None:
    """The filter of a request; None where it has none.

    BadRequest, in the language of the request, for a filter that is not
    well-formed, asks what is not there, or is too large.
    """
    how = given.get("filter-lang", "cql2-text")
    if how not in PARSERS:
        msg = f"filter-lang must be one of {', '.join(PARSERS)}, not {how[:40]!r}."
        raise BadRequest(msg)
    crs = read_crs(given.get("filter-crs"), "filter-crs", settings.storage_crs)
    text = given.get("filter")
    if text is None:
        return None
    terms = Terms(layer, language, crs, settings.storage_crs, settings.zone)
    try:
        clause = _clause(text, how, terms)
    except FilterRefused as refused:
        raise refused.told_in(language) from refused
    digest = blake2b(text.encode(errors="replace")).hexdigest()
    return Filter(clause, (digest, how, crs.uri, language))


def _clause(text: str, how: str, terms: Terms) -> ColumnElement[bool]:
    if len(text) > MOST_CHARACTERS:
        nl = f"de filter heeft {len(text)} tekens; hier worden er hoogstens {MOST_CHARACTERS} "
        en = f"the filter has {len(text)} characters; at most {MOST_CHARACTERS} are read here. "
        raise FilterRefused(f"{nl}gelezen. Vereenvoudig hem.", f"{en}Simplify it.")
    return clause_of(PARSERS[how](text), terms)
