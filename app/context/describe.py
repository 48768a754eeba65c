"""The context layers as people see them: what they are, what is loaded, who needs them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Text, column, func, select, text
from sqlalchemy.dialects.postgresql import UUID

from app.context.changed import changed_layers
from app.context.loaded import literal, loaded_layers
from app.context.sources import FED
from app.context.take_in import FROM_ELSEWHERE
from app.organisations.viewer import Viewer
from app.tables import context_loads, context_objects, organisations
from spatial.context import ContextField, ContextLayer, context_layers
from spatial.rule import rules


def describe(connection: Connection, viewer: Viewer) -> list[dict[str, object]]:
    """Every layer, loaded or not; counts are of what the viewer may see.

    Who delivered what is told to partners only.
    """
    known = loaded_layers(connection)
    counts = _counts(connection, viewer)
    pending = changed_layers(connection)
    datasets = {} if viewer.role == "public" else _datasets(connection)
    return [
        {
            **_layer(layer),
            "loaded": layer.id in known,
            "count": counts.get(layer.id, 0) if layer.id in known else None,
            "updated": _moment(known[layer.id][1]) if layer.id in known else None,
            "used_in_findings": layer.id in known and layer.id not in pending,
            "datasets": datasets.get(layer.id, []),
        }
        for layer in context_layers()
    ]


def _counts(connection: Connection, viewer: Viewer) -> dict[str, int]:
    """Objects of each layer that the viewer may see."""
    o = context_objects.c
    imported = select(o.layer, func.count()).where(viewer.sees_rows_of(context_objects))
    counts: dict[str, int] = dict(connection.execute(imported.group_by(o.layer)).all())
    for layer, query in FED.items():
        fed = (
            text(literal(query))
            .columns(column("visibility", Text), column("organisation_id", UUID))
            .subquery()
        )
        seen = select(func.count()).select_from(fed).where(viewer.sees_rows_of(fed))
        counts[layer] = counts.get(layer, 0) + connection.execute(seen).scalar_one()
    return counts


def _layer(layer: ContextLayer) -> dict[str, object]:
    return {
        "id": layer.id,
        "title": {"nl": layer.nl, "en": layer.en},
        "note": {"nl": layer.note_nl, "en": layer.note_en},
        "shape": layer.shape,
        "has_period": layer.has_period,
        "fields": [_field(f) for f in layer.fields],
        "rules": [rule.code for rule in rules() if layer.id in rule.context],
        "importable": layer.id not in FROM_ELSEWHERE,
        "also_fed_by_works_and_zones": layer.id in FED,
    }


def _field(field: ContextField) -> dict[str, object]:
    told: dict[str, object] = {
        "name": field.name,
        "type": field.type,
        "title": {"nl": field.nl, "en": field.en},
        "names": [*field.names, *(name for name, *_ in field.scaled)],
        "required": field.required,
    }
    if field.words:
        told["words"] = list(field.words)
    if field.default is not None:
        told["default"] = field.default
    return told


def _datasets(connection: Connection) -> dict[str, list[dict[str, object]]]:
    """What each organisation delivered last, by layer."""
    c = context_loads.c
    newest = select(func.max(c.key)).group_by(c.layer, c.organisation_id, c.dataset)
    query = (
        select(c.layer, organisations.c.slug, c.dataset, c.filename, c.at)
        .join(organisations, organisations.c.id == c.organisation_id)
        .where(c.key.in_(newest), c.state == "loaded")
        .order_by(c.layer, organisations.c.slug, c.dataset)
    )
    found: dict[str, list[dict[str, object]]] = {}
    for layer, slug, dataset, filename, at in connection.execute(query):
        found.setdefault(layer, []).append(
            {
                "organisation": slug,
                "dataset": dataset,
                "filename": filename,
                "updated": _moment(at),
            }
        )
    return found


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
