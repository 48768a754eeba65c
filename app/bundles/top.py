"""The best bundles of each area."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from app.kit.problems import BadRequest
from app.organisations.viewer import Viewer
from app.tables import areas, bundles
from spatial.vocabulary import Language

MOST = 100


def read_top(
    connection: Connection, viewer: Viewer, *, level: str, most: int, language: Language
) -> list[dict[str, Any]]:
    """Up to ``most`` bundles with the highest scores that touch each area of a level.

    BadRequest where there are no areas of this level. A bundle on a border
    counts in both areas; a near miss in none.
    """
    levels = list(connection.scalars(select(areas.c.level).distinct().order_by(areas.c.level)))
    if level not in levels:
        msg = f"level must be one of {', '.join(levels) or 'none, as no areas are loaded'}."
        raise BadRequest(msg)
    title = bundles.c.title_nl if language == "nl" else bundles.c.title_en
    place = func.row_number().over(
        partition_by=areas.c.id, order_by=(bundles.c.score.desc(), bundles.c.key)
    )
    ranked = (
        select(
            areas.c.code,
            areas.c.name,
            place.label("rank"),
            bundles.c.id,
            title.label("title"),
            bundles.c.score,
            bundles.c.state,
            bundles.c.saving_eur,
            bundles.c.saving_low_eur,
            bundles.c.saving_high_eur,
        )
        .join(bundles, func.ST_Intersects(areas.c.geometry, bundles.c.geometry))
        .where(
            areas.c.level == level,
            bundles.c.feasible,
            bundles.c.state.in_(("proposed", "accepted")),
            viewer.sees_findings(bundles),
        )
        .subquery()
    )
    query = select(ranked).where(ranked.c.rank <= most).order_by(ranked.c.code, ranked.c.rank)
    found: dict[str, dict[str, Any]] = {}
    for row in connection.execute(query).mappings():
        plain = {str(k): v for k, v in row.items() if k not in {"code", "name"}}
        area = found.setdefault(
            row["code"], {"area": row["code"], "name": row["name"], "bundles": []}
        )
        area["bundles"].append(plain)
    return list(found.values())
