"""Errors as RFC 9457 problem objects, from one table of class to status."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Self

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route

from spatial import errors
from spatial.vocabulary import Language

MEDIA_TYPE = "application/problem+json"
log = structlog.get_logger()


class NotFound(errors.KansenkaartError):
    """There is nothing here, or you may not see it."""


class BadRequest(errors.KansenkaartError):
    """The request is not well formed."""

    def __init__(self, said: str = "", nl: str = "") -> None:
        super().__init__(said)
        self._said = {"en": said, "nl": nl or said}

    def told_in(self, language: Language) -> Self:
        """The same refusal in the language asked, where it can say it in that one.

        >>> str(BadRequest("too many", nl="te veel").told_in("nl"))
        'te veel'
        """
        self.args = (self._said[language],)
        return self


class BodyRefused(errors.KansenkaartError):
    """The body of the request breaks a rule.

    It can be read, but a value in it is missing, unknown or contradicts another;
    ``errors`` in the answer names each place with a JSON pointer.
    """


class Unauthenticated(errors.KansenkaartError):
    """The API key of an organisation is needed."""


class Forbidden(errors.KansenkaartError):
    """Your organisation may not do this."""


class Conflict(errors.KansenkaartError):
    """Something changed meanwhile, so this cannot be done."""


class UnsupportedMediaType(errors.KansenkaartError):
    """The body is of a type that is not read here."""


class PreconditionRequired(errors.KansenkaartError):
    """Say which version you change, with the header If-Match."""


class PreconditionFailed(errors.KansenkaartError):
    """The thing is no longer as you last saw it."""


STATUS: dict[type[errors.KansenkaartError], HTTPStatus] = {
    errors.FileTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.KansenkaartError: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFound: HTTPStatus.NOT_FOUND,
    BadRequest: HTTPStatus.BAD_REQUEST,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    UnsupportedMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    PreconditionRequired: HTTPStatus.PRECONDITION_REQUIRED,
    PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
}


def status_of(error: errors.KansenkaartError) -> HTTPStatus:
    """The status of an error: that of its nearest ancestor in the table."""
    return next(STATUS[c] for c in type(error).__mro__ if c in STATUS)


def kebab(name: str) -> str:
    """The class name as it stands in the problem's ``type``.

    >>> kebab("FileTooLarge")
    'file-too-large'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def problem(error: errors.KansenkaartError, instance: str = "") -> dict[str, object]:
    """The problem object of a domain error."""
    title = (type(error).__doc__ or "").strip().splitlines()[0].rstrip(".")
    return {
        "type": f"/problems/{kebab(type(error).__name__)}",
        "title": title,
        "status": int(status_of(error)),
        "detail": str(error) or title,
        **({"instance": instance} if instance else {}),
    }


def _answer(content: dict[str, object], headers: dict[str, str] | None = None) -> Response:
    status = int(str(content["status"]))
    return Response(orjson.dumps(content), status, headers, MEDIA_TYPE)


def _domain(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.KansenkaartError)
    content = problem(error, request.url.path)
    log.info("refused", path=request.url.path, problem=content["type"], detail=content["detail"])
    headers = {"WWW-Authenticate": "Basic"} if isinstance(error, Unauthenticated) else None
    return _answer(content, headers)


class MethodNotAllowed(HTTPException):
    """A resource of this kind knows no such method; ``methods`` are those it knows."""

    def __init__(self, detail: str, methods: Iterable[str]) -> None:
        super().__init__(HTTPStatus.METHOD_NOT_ALLOWED, detail, {"Allow": ", ".join(methods)})


def _not_allowed(request: Request) -> HTTPException:
    """405 with the methods of every route at this address, not of the first alone.

    Where nothing but a catch-all for OPTIONS answers, there is nothing: 404.
    """
    routes: Iterable[BaseRoute] = getattr(request.app.state, "routes", request.app.routes)
    there = [r for r in routes if isinstance(r, Route) and r.path_regex.match(_path(request))]
    methods = sorted({m for route in there for m in route.methods or ()})
    if methods in ([], ["OPTIONS"]):
        return HTTPException(HTTPStatus.NOT_FOUND)
    return MethodNotAllowed(f"{request.method} is not possible here.", methods)


def _path(request: Request) -> str:
    """The path within the service, as routes see it behind a proxy."""
    path: str = request.scope["path"]
    return path.removeprefix(request.scope.get("root_path", "")) or "/"


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not isinstance(
        error, MethodNotAllowed
    ):
        error = _not_allowed(request)
    content: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(error.status_code).phrase,
        "status": error.status_code,
        "detail": error.detail,
        "instance": request.url.path,
    }
    return _answer(content, dict(error.headers or {}))


def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    readable = all(e["type"] != "json_invalid" for e in error.errors())
    found = [
        {
            "detail": e["msg"].removeprefix("Value error, "),
            # broken JSON has no places yet: what follows "body" is then a count of letters
            ("pointer" if e["loc"][0] == "body" else "parameter"): (
                _place(e["loc"] if readable else e["loc"][:1])
            ),
        }
        for e in error.errors()
    ]
    in_body = any("pointer" in e for e in found)
    kind = BodyRefused if in_body and readable else BadRequest
    detail = "; ".join(f"{place}: {said}" for said, place in map(dict.values, found))
    return _answer({**problem(kind(detail), request.url.path), "errors": found})


def _place(loc: tuple[object, ...]) -> str:
    parts = [str(part) for part in loc[1:]]
    return "/" + "/".join(parts) if loc[0] == "body" else ".".join(parts)


def install(app: FastAPI) -> None:
    """Make ``app`` answer every error as a problem object."""
    app.add_exception_handler(errors.KansenkaartError, _domain)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
