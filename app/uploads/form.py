"""Read the multipart form of an upload without taking in more than the limit."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO

import orjson
from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from app.kit.problems import BadRequest
from app.kit.texts import storable, storable_text
from app.uploads.options import UploadOptions
from spatial.errors import FileTooLarge

FORM_BYTES = 2_000_000
"""Room for the fields beside the file, a mapping among them."""
DRAINED = 4
"""A body of up to so many times the limit is read to its end and dropped, so that the client
sees the answer and not a broken connection."""
TEXTS = ("dataset", "layer", "source_crs", "encoding", "visibility", "kind")
FLAGS = ("complete", "yes", "dry_run")
_TRUE, _FALSE = {"true", "1", "yes", "on"}, {"false", "0", "no", "off", ""}


class _TooLarge(MultiPartException):
    """Of the parser's own kind, so that it closes what it opened."""


@dataclass(frozen=True, slots=True)
class UploadForm:
    """A file with what the uploader says about it."""

    file: IO[bytes]
    filename: str
    organisation: str | None
    options: UploadOptions


@asynccontextmanager
async def reading_form(request: Request, max_bytes: int) -> AsyncGenerator[UploadForm, None]:
    """The form of ``POST /api/uploads``, whose file is closed at the end of the block.

    Raises
    ------
    FileTooLarge
        The body is larger than the limit; nothing is kept.
    BadRequest
        It is no multipart form, has no file, or a field cannot be understood.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        msg = "Send multipart/form-data with the file in the field `file`."
        raise BadRequest(msg)
    parser = MultiPartParser(
        request.headers,
        _limited(request, max_bytes + FORM_BYTES),
        max_files=1,
        max_fields=50,
        max_part_size=FORM_BYTES,
    )
    try:
        form = await parser.parse()
    except _TooLarge as error:
        msg = (
            f"The file is larger than the {max_bytes / 1e6:,.0f} MB that this service takes. "
            "Split it, zip it, or ask the administrator to raise MAX_UPLOAD_MB."
        )
        raise FileTooLarge(msg) from error
    except (MultiPartException, KeyError) as error:
        msg = f"The multipart form cannot be read: {error}."
        raise BadRequest(msg) from error
    try:
        yield _upload_form(form)
    finally:
        await form.close()


def _upload_form(form: FormData) -> UploadForm:
    file = form.get("file")
    if not isinstance(file, UploadFile):
        msg = "The form has no file: send it in the field `file`."
        raise BadRequest(msg)
    fields = {k: storable_text(v) for k, v in form.items() if isinstance(v, str)}
    options = read_options(fields)
    return UploadForm(file.file, file.filename or "", fields.get("organisation"), options)


async def _limited(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= limit:
            yield chunk
        elif size > DRAINED * limit:
            break
    if size > limit:
        reason = "too large"
        raise _TooLarge(reason)


def read_options(fields: Mapping[str, str]) -> UploadOptions:
    """The options in the fields of a form; what is empty counts as not given.

    >>> read_options({"dry_run": "true", "dataset": "gas"}).dataset
    'gas'
    """
    unknown = set(fields) - {*TEXTS, *FLAGS, "mapping", "organisation"}
    if unknown:
        msg = f"Unknown field(s): {', '.join(sorted(unknown))}."
        raise BadRequest(msg)
    said: dict[str, object] = {n: fields[n].strip() for n in TEXTS if fields.get(n, "").strip()}
    said |= {n: _flag(n, fields[n]) for n in FLAGS if n in fields}
    if fields.get("mapping", "").strip():
        said["mapping"] = _mapping(fields["mapping"])
    return UploadOptions.from_json(said)


def _flag(name: str, text: str) -> bool:
    word = text.strip().lower()
    if word not in _TRUE | _FALSE:
        msg = f"{name} must be true or false, not {text!r}."
        raise BadRequest(msg)
    return word in _TRUE


def _mapping(text: str) -> dict[str, object]:
    try:
        mapping = storable(orjson.loads(text))
    except orjson.JSONDecodeError as error:
        msg = f"mapping is not JSON: {error}."
        raise BadRequest(msg) from error
    if not isinstance(mapping, dict):
        msg = "mapping must be a JSON object."
        raise BadRequest(msg)
    return mapping
