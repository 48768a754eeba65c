"""Absolute addresses and link objects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from fastapi import Request


def base_url(request: Request) -> str:
    """The address of the service without a slash at the end.

    The setting ``BASE_URL`` wins; else the request tells, through the
    ``X-Forwarded-*`` headers that uvicorn takes from a trusted proxy.
    """
    fixed: str = request.app.state.settings.base_url
    return fixed or str(request.base_url).rstrip("/")


def with_query(url: str, parameters: Iterable[tuple[str, str]]) -> str:
    """An address with its query.

    >>> with_query("http://a/b", [("f", "json"), ("bbox", "4.4,52.1,4.5,52.2")])
    'http://a/b?f=json&bbox=4.4,52.1,4.5,52.2'
    >>> with_query("http://a/b", [])
    'http://a/b'
    """
    text = urlencode(list(parameters), safe=",:/", quote_via=quote)
    return f"{url}?{text}" if text else url


def repeated(request: Request) -> list[tuple[str, str]]:
    """What stands in the address of a list and must stand in that of its next page.

    Without the key of ``?apikey=`` the next page would silently be the public's.
    """
    return [(k, v) for k, v in request.query_params.items() if k in {"apikey", "lang"}]


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of ``links``."""

    rel: str
    href: str
    type: str
    title: str = ""
    hreflang: str = ""

    def json(self) -> dict[str, str]:
        """As it stands in a document; empty members are left out."""
        members = {
            "rel": self.rel,
            "type": self.type,
            "title": self.title,
            "hreflang": self.hreflang,
            "href": self.href,
        }
        return {name: value for name, value in members.items() if value}
