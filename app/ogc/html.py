"""The HTML pages: templates that repeat what the JSON says, for people."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader

from app.kit.links import base_url, with_query
from app.kit.media import Language

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


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
        doc=content, base=base, root=f"{base}/ogc", language=language, t=text, here=here
    )
