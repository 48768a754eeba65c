"""Deliver files in tests as an organisation would, without a network between."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Engine

    from app.settings import Settings
    from app.uploads.report import Report

LEIDEN = (93_000.0, 463_000.0)
"""A place in RD New around which the lines of tests lie."""


def line_feature(x: float, y: float, length: float = 100.0, **properties: Any) -> dict[str, Any]:
    """A feature with a line in RD New, ``x`` and ``y`` metres from Leiden, going east."""
    east, north = LEIDEN[0] + x, LEIDEN[1] + y
    coordinates = [[east, north], [east + length, north]]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "LineString", "coordinates": coordinates},
    }


def work(reference: str | None, x: float = 0.0, y: float = 0.0, **more: Any) -> dict[str, Any]:
    """A feature of a planned work with all that is needed."""
    properties = {
        "reference": reference,
        "title": f"Werk {reference}",
        "start": "2028-03-01",
        "end": "2028-05-31",
        "facility": "sewer",
        **more,
    }
    return line_feature(x, y, **{k: v for k, v in properties.items() if v is not None})


def collection(features: list[dict[str, Any]], crs: str = "EPSG:28992") -> bytes:
    """A GeoJSON file that names its CRS."""
    named = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{crs.replace(':', '::')}"}}
    return json.dumps({"type": "FeatureCollection", "crs": named, "features": features}).encode()


@dataclass
class Delivery:
    """Delivers files to one deployment and remembers what came of it."""

    engine: Engine
    settings: Settings
    ids: dict[str, UUID] = field(default_factory=dict)
    uploads: list[UUID] = field(default_factory=list)

    def organisation(self, slug: str) -> UUID:
        """The organisation with this slug, made on first use."""
        from app.organisations.add import add

        if slug not in self.ids:
            with self.engine.begin() as connection:
                self.ids[slug] = add(connection, slug, slug.title())
        return self.ids[slug]

    def __call__(
        self,
        content: bytes | list[dict[str, Any]],
        organisation: str = "leiden",
        filename: str = "plan.geojson",
        **options: Any,
    ) -> Report:
        """Store a file in the foreground; features become a GeoJSON file in RD New."""
        from app.uploads.ingest import ingest
        from app.uploads.options import UploadOptions
        from app.uploads.receive import receive

        data = content if isinstance(content, bytes) else collection(content)
        organisation_id = self.organisation(organisation)
        with self.engine.begin() as connection:
            upload_id = receive(
                connection,
                self.settings,
                stream=io.BytesIO(data),
                filename=filename,
                options=UploadOptions(**options),
                organisation_id=organisation_id,
                by="test",
            )
        self.uploads.append(upload_id)
        return ingest(self.engine, self.settings, upload_id)


@pytest.fixture
def deliver(engine: Engine, settings: Settings) -> Delivery:
    """Deliver files to a database of the test's own."""
    return Delivery(engine, settings)


@pytest.fixture
def a_work():
    """Makes a feature of a planned work."""
    return work


@pytest.fixture
def as_file():
    """Makes a GeoJSON file of features."""
    return collection
