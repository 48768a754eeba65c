"""Features in every format: a page of them, or a whole layer, as a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import Request
from sqlalchemy import Connection, Engine

from app.cut import CRS84, Cut, batches_of
from app.encoder import Encoder, StreamingEncoder, by_name, cut_names, streams
from app.kit import media
from app.kit.problems import BadRequest
from app.layer import Layer
from app.ogc.clauses import clauses
from app.ogc.page import Page
from app.ogc.question import Question
from app.ogc.sorting import order_by
from app.organisations.viewer import Viewer
from app.qgis.styles import styles
from spatial.crs import parse

CHUNK_BYTES = 1_048_576
GEOJSON = "geojson"
NAMES_CUT = "Kansenkaart-Names-Cut"
"""Tells which properties have another name in the file, as ``name=short``."""


def offers() -> dict[str, str]:
    """Every form of a page of features: value of ``f`` to media type."""
    files = {name: encoder.media_type for name, encoder in by_name().items() if name != GEOJSON}
    return {"json": media.GEOJSON, "html": media.HTML, **files, GEOJSON: media.GEOJSON}


def form_of(request: Request) -> str:
    """The form a page is asked in; GeoJSON is "json"."""
    form = media.negotiate(request, offers())
    return "json" if form == GEOJSON else form


def names_only(question: Question) -> Question:
    """The same question where only the keys of the page matter."""
    if question.skip_geometry:
        msg = "skipGeometry goes with f=json only: the other formats carry geometry."
        raise BadRequest(msg)
    return replace(question, skip_geometry=True)


def page_cut(question: Question, page: Page, viewer: Viewer, storage: int) -> Cut:
    """The features of a page that was read, as something to write."""
    layer = question.layer
    where = (layer.condition, layer.sees(viewer), layer.key.in_(page.keys))
    order = order_by(question.order, question.language, layer.key)
    return replace(layer_cut(question, viewer, storage), where=where, order=order)


def layer_cut(question: Question, viewer: Viewer, storage: int, target: str = "") -> Cut:
    """All features that answer a question; in its CRS, or in ``target``."""
    return Cut(
        question.layer,
        clauses(question, viewer, storage),
        parse(target or question.crs.uri),
        question.language,
        storage,
        selected=question.selected,
        styles=styles(question.layer, question.language),
    )


def default_crs(encoder: Encoder, storage: int) -> str:
    """The CRS of a file for which none was asked."""
    return CRS84 if encoder.lonlat else f"EPSG:{storage}"


def written(connection: Connection, cut: Cut, encoder: Encoder) -> bytes:
    """A page as a file; for a whole layer this would take too much memory."""
    with closing(batches_of(connection, cut)) as batches:
        if streams(encoder):
            return b"".join(encoder.pieces(cut.extract(batches)))
        with TemporaryDirectory(prefix="kansenkaart-page-") as folder:
            path = Path(folder) / f"page{encoder.suffix}"
            encoder.write(path, cut.extract(batches))
            return path.read_bytes()


def streamed(engine: Engine, cut: Cut, encoder: StreamingEncoder) -> Iterator[bytes]:
    """A whole layer, handed out while it is read."""
    with engine.connect() as connection, closing(batches_of(connection, cut)) as batches:
        yield from encoder.pieces(cut.extract(batches))


def from_file(engine: Engine, cut: Cut, encoder: Encoder) -> tuple[int, Iterator[bytes]]:
    """A whole layer by way of a file that has no name any more once this returns: size, pieces."""
    with TemporaryDirectory(prefix="kansenkaart-layer-") as folder:
        path = Path(folder) / f"layer{encoder.suffix}"
        with engine.connect() as connection, closing(batches_of(connection, cut)) as batches:
            encoder.write(path, cut.extract(batches))
        file = path.open("rb")

    def pieces() -> Iterator[bytes]:
        with file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk

    size = file.seek(0, 2)
    file.seek(0)
    return size, pieces()


def file_headers(layer: Layer, encoder: Encoder, cut: Cut) -> dict[str, str]:
    """What a file is called, and which of its names are not those of the layer."""
    short = cut_names(encoder, cut.extract(iter(())).schema)
    told = ", ".join(f"{name}={other}" for name, other in short.items())
    name = f"{layer.id}{encoder.suffix}"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return disposition | ({NAMES_CUT: told} if told else {})


def tag_of(*parts: object) -> str:
    """The ETag of what these parts decide, without making it."""
    return f'W/"{blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'
