"""Read the body of a change without taking in more than a change can be."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from app.projects.schemas import WorkPatch
from spatial.errors import FileTooLarge

MOST_BYTES = 1_000_000
BODY = {
    "required": True,
    "content": {"application/json": {"schema": WorkPatch.model_json_schema()}},
}
"""For the documentation: the body is read by hand."""


async def read_patch(request: Request) -> WorkPatch:
    """Dependency: the change in the body; FileTooLarge before all of it is read."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            msg = f"A change of a work may take at most {MOST_BYTES // 1_000_000} MB."
            raise FileTooLarge(msg)
    try:
        return WorkPatch.model_validate_json(body)
    except ValidationError as error:
        told = [
            {"loc": ("body", *e["loc"]), "msg": e["msg"], "type": e["type"]}
            for e in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise RequestValidationError(told) from error


PatchBody = Annotated[WorkPatch, Depends(read_patch)]
