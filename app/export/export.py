"""``kansenkaart export``: one layer to one file, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from pyproj import CRS
from sqlalchemy import ColumnElement, Engine

from app.cut import CRS84, Cut, batches_of
from app.encoder import ExportRefused, encoder_for
from app.layer import Layer
from app.organisations.viewer import Viewer
from app.qgis.styles import styles
from spatial.crs import parse
from spatial.errors import CrsUnknown
from spatial.vocabulary import Language


def export(
    engine: Engine,
    layer: Layer,
    path: Path,
    viewer: Viewer,
    *,
    storage: int,
    crs: str | None = None,
    language: Language = "nl",
    where: Sequence[ColumnElement[bool]] = (),
) -> int:
    """Write all features of a layer that ``viewer`` may see; returns how many.

    ``crs`` is any CRS that :func:`spatial.crs.parse` knows; left out it is the
    storage CRS, or CRS84 for the JSON formats. ``where`` narrows further. The
    file appears under its name only when it is complete; an older one of that
    name stays until then.
    """
    encoder = encoder_for(path)
    cut = Cut(
        layer,
        (layer.condition, layer.sees(viewer), *where),
        _target(crs or (CRS84 if encoder.lonlat else storage)),
        language,
        storage,
        styles=styles(layer, language),
    )
    if not path.parent.is_dir():
        msg = f"The folder {str(path.parent)!r} does not exist."
        raise ExportRefused(msg)
    unfinished = path.with_name(f".{path.stem}.{os.getpid()}{encoder.suffix}")
    try:
        with engine.connect() as connection, closing(batches_of(connection, cut)) as batches:
            encoder.write(unfinished, cut.extract(batches))
        unfinished.replace(path)
    except OSError as error:
        msg = f"{str(path)!r} cannot be written: {error.strerror or error}."
        raise ExportRefused(msg) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return cut.rows


def _target(crs: str | int) -> CRS:
    try:
        return parse(crs)
    except CrsUnknown as error:
        msg = f"{crs!r} is not known. Give a code, for instance --crs EPSG:28992."
        raise CrsUnknown(msg) from error
