"""The refusals of every operation, added to the OpenAPI document in one place."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from app.kit.problems import MEDIA_TYPE

PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}
READING = {
    "400": "The request is not well formed",
    "401": "The API key is missing or not known",
    "404": "There is nothing here, or you may not see it",
    "422": "A value breaks a rule",
    "503": "The database does not answer, or not in time",
}
WRITING = {
    "403": "Your organisation may not do this",
    "409": "Something changed meanwhile",
    "412": "The thing is no longer as you last saw it",
    "413": "The body is too large",
    "428": "Say which version you change, with If-Match",
}


def _refusals(method: str) -> dict[str, Any]:
    said = READING if method == "get" else {**READING, **WRITING}
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": text, "content": content} for status, text in said.items()}


def describe(app: FastAPI) -> None:
    """Make the OpenAPI document of ``app`` tell every refusal as a problem object (RFC 9457)."""
    made = app.openapi

    def told() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = made()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas["Problem"] = PROBLEM
            for path in document["paths"].values():
                for method, operation in path.items():
                    operation["responses"].update(_refusals(method))
        return made()

    app.openapi = told  # type: ignore[method-assign]  # the way FastAPI prescribes
