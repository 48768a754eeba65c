"""``/problems/{name}``: what a problem means, made from the docstring of its class."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from html import escape

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from app.kit.problems import NotFound, kebab, status_of
from spatial.errors import KansenkaartError

router = APIRouter(tags=["problems"])


def problem_classes() -> dict[str, type[KansenkaartError]]:
    """Every kind of problem that the loaded service knows, by its name in a URL."""

    def below(cls: type[KansenkaartError]) -> Iterator[type[KansenkaartError]]:
        yield cls
        for child in cls.__subclasses__():
            yield from below(child)

    return {kebab(cls.__name__): cls for cls in below(KansenkaartError)}


@router.get("/problems", response_class=HTMLResponse, include_in_schema=False)
def list_problems() -> HTMLResponse:
    """All problems, with links."""
    rows = "".join(
        f'<li><a href="/problems/{name}">{escape(title(cls))}</a></li>'
        for name, cls in sorted(problem_classes().items())
    )
    return page("Problems", f"<ul>{rows}</ul>")


@router.get("/problems/{name}", response_class=HTMLResponse, include_in_schema=False)
def explain_problem(name: str) -> HTMLResponse:
    """One problem: its title, its status, what it means."""
    cls = problem_classes().get(name)
    if cls is None:
        msg = f"There is no problem called {name!r}; /problems lists them all."
        raise NotFound(msg)
    paragraphs = inspect.cleandoc(cls.__doc__ or "").split("\n\n")
    text = "".join(f"<p>{escape(p)}</p>" for p in paragraphs)
    return page(title(cls), f"<p>HTTP status {int(status_of(cls()))}.</p>{text}")


def title(cls: type[KansenkaartError]) -> str:
    """The first line of the docstring, without its full stop.

    >>> title(NotFound)
    'There is nothing here, or you may not see it'
    """
    return inspect.cleandoc(cls.__doc__ or "").splitlines()[0].rstrip(".")


def page(heading: str, body: str) -> HTMLResponse:
    """A plain page."""
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(heading)}'
        f"</title></head><body><h1>{escape(heading)}</h1>{body}</body></html>"
    )
