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
from spatial.rule import Rule, rules, wide_parts


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
        "rules": [r.code for r in rules() if layer.id in r.context | r.any_context],
        "may_be_used_by": [r.code for r in rules() if layer.id in _may_use(r)],
        "importable": layer.id not in FROM_ELSEWHERE,
        "also_fed_by_works_and_zones": layer.id in FED,
    }


def _may_use(rule: Rule) -> frozenset[str]:
    """Layers that sharpen a rule that can do without them."""
    layers = (part.may_use | part.context for part in wide_parts([rule]))
    return frozenset().union(*layers) - rule.context


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


def markdown() -> str:
    """The page docs/context-layers.md: every layer with its fields, in English."""
    lines = [
        "# Context layers",
        "",
        "Made by `kansenkaart context list --markdown`; a test keeps it true. How to import a file",
        "of a layer: [context.md](context.md). Every layer also takes the columns `reference` and",
        "`name`, and `start` and `end` (inclusive days) where it has a period.",
    ]
    for layer in context_layers():
        lines += ["", f"## {layer.id}: {layer.en} ({layer.nl})", "", layer.note_en, ""]
        place = "No places" if layer.shape == "none" else f"Geometry: {layer.shape}"
        lines += [f"{place}; has a period." if layer.has_period else f"{place}.", ""]
        lines += ["| field | type | what | names in files |"]
        lines += ["|---|---|---|---|"]
        lines += [_line(f) for f in layer.fields if not f.computed]
    return "\n".join(lines) + "\n"


def _line(field: ContextField) -> str:
    names = [f"`{n}`" for n in field.names]
    names += [f"`{n}` ({_scale(factor, offset)})" for n, factor, offset in field.scaled]
    what = field.en + (f": {', '.join(f'`{w}`' for w in field.words)}" if field.words else "")
    what += ", required" if field.required else ""
    what += f", default `{field.default}`" if field.default is not None else ""
    return f"| `{field.name}` | {field.type} | {what} | {', '.join(names)} |"


def _scale(factor: float, offset: float) -> str:
    """What is done with a column in another unit.

    >>> _scale(0.5, 0.0), _scale(0.25, -0.25)
    ('x 0.5', 'x 0.25 - 0.25')
    """
    shift = f" - {-offset:g}" if offset < 0 else f" + {offset:g}" if offset else ""
    return f"x {factor:g}{shift}"
