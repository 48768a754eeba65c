"""The HTML pages: templates that repeat what the JSON says, for people."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader

from app.kit.links import base_url, with_query
from app.kit.media import Language
from app.layer import Property
from spatial import vocabulary
from spatial.vocabulary import Vocabulary

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_VOCABULARIES = {v.ids: v for v in vars(vocabulary).values() if isinstance(v, Vocabulary)}


def shown(property_: Property, value: Any, language: Language) -> str:
    """A value as a person reads it: words of vocabularies in the language of the page.

    >>> from app.layer import layer
    >>> facility = layer("works").filters["facility"]
    >>> shown(facility, "sewer", "nl"), shown(facility, "sewer", "en"), shown(facility, None, "en")
    ('riool', 'sewer', '')
    """
    if value is None:
        return ""
    words = _VOCABULARIES.get(property_.words)
    return words.title(value, language) if words and value in words else str(value)


def render(template: str, request: Request, language: Language, content: Mapping[str, Any]) -> str:
    """The page of a document; ``t(nl, en)`` in a template gives the text of the language."""

    def text(nl: str, en: str) -> str:
        return nl if language == "nl" else en

    def here(**changes: str) -> str:
        """The address asked with some parameters changed."""
        kept = [(n, v) for n, v in request.query_params.multi_items() if n not in changes]
        url = base_url(request) + request.url.path.removeprefix(request.scope["root_path"])
        return with_query(url, [*kept, *changes.items()])

    page = _ENVIRONMENT.get_template(template)
    base = base_url(request)
    return page.render(
        doc=content,
        base=base,
        root=f"{base}/ogc",
        language=language,
        t=text,
        here=here,
        shown=lambda property_, value: shown(property_, value, language),
    )
