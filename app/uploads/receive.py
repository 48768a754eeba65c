"""Take in a file: keep the original, note the upload, put its job in the queue."""

from __future__ import annotations

import re
from uuid import UUID

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app import files
from app.kit.texts import storable_text
from app.settings import Settings
from app.tables import datasets, uploads
from app.uploads.options import UploadOptions
from spatial.errors import EmptyFile

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def receive(
    connection: Connection,
    settings: Settings,
    *,
    stream: files.Stream,
    filename: str,
    options: UploadOptions,
    organisation_id: UUID,
    by: str,
) -> UUID:
    """Keep the file and note the upload as queued; give the upload's id.

    Who defers the job does so on the same ``connection``: the job exists
    exactly when the upload does.

    Raises
    ------
    FileTooLarge, EmptyFile
        Nothing is kept.
    """
    stored = files.store(settings.files, stream, max_bytes=settings.max_upload_bytes)
    if stored.size_bytes == 0:
        msg = "The file is empty (0 bytes). Export it again and send it anew."
        raise EmptyFile(msg)
    made: UUID = connection.execute(
        insert(uploads)
        .values(
            dataset_id=dataset_id(connection, organisation_id, options.dataset),
            organisation_id=organisation_id,
            filename=clean_name(filename),
            digest=stored.digest,
            size_bytes=stored.size_bytes,
            options=options.to_json(),
            by=by,
        )
        .returning(uploads.c.id)
    ).scalar_one()
    return made


def dataset_id(connection: Connection, organisation_id: UUID, name: str) -> UUID:
    """The dataset of that name of an organisation, made on first use."""
    connection.execute(
        upsert(datasets).values(organisation_id=organisation_id, name=name).on_conflict_do_nothing()
    )
    found: UUID = connection.execute(
        select(datasets.c.id).where(
            datasets.c.organisation_id == organisation_id, datasets.c.name == name
        )
    ).scalar_one()
    return found


def clean_name(filename: str) -> str:
    r"""The name without folders and control characters, at most 200 characters.

    >>> clean_name("C:\\werk\\plan 2027.gpkg"), clean_name("../../etc/passwd"), clean_name("")
    ('plan 2027.gpkg', 'passwd', 'upload')
    """
    name = _CONTROL.sub("", storable_text(filename).replace("\\", "/").rsplit("/", 1)[-1]).strip()
    return name[-200:] or "upload"
