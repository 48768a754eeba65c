"""Where the objects of each layer come from: imported files, and tables that we have anyway.

Every source is a SELECT of the same columns: id, key, name, attributes (JSONB),
period, visibility, organisation_id, geometry (storage CRS). An object with
several periods comes once for each, the first under its own id.
"""

from __future__ import annotations

from collections.abc import Mapping

_PERIODS = """LEFT JOIN LATERAL unnest(coalesce({t}.valid_periods, datemultirange({t}.period)))
    WITH ORDINALITY AS u(period, n) ON true"""
_ID = "CASE WHEN coalesce(u.n, 1) = 1 THEN {t}.id ELSE md5({t}.id::text || u.n)::uuid END"


def _zones(
    kinds: str, attributes: str, *, period: str = "u.period", shape: str = "geometry"
) -> str:
    """Constraint zones of some kinds as objects of a layer."""
    several = _PERIODS.format(t="z") if period == "u.period" else ""
    id_ = _ID.format(t="z") if several else "z.id"
    return f"""SELECT {id_} AS id, z.key, z.title AS name,
        jsonb_strip_nulls(jsonb_build_object({attributes})) AS attributes,
        {period} AS period, z.visibility, z.organisation_id, {shape} AS geometry, z.updated_at
    FROM constraint_zones z {several}
    WHERE NOT z.withdrawn AND z.kind IN ({kinds})"""  # noqa: S608  constants of this module


_NO_DIG = """'completed_on', (lower(u.period) - 1)::text,
    'no_dig_days', upper(u.period) - lower(u.period)"""
_SEASON = """'closed_from', to_char(lower(z.period), 'MM-DD'),
    'closed_to', to_char(upper(z.period) - 1, 'MM-DD')"""
_TREE = """'crown_radius_m', round(sqrt(st_area(z.geometry) / pi())::numeric, 2),
    'is_protected', true"""

FED: Mapping[str, str] = {
    "areas": """SELECT a.id, a.key, a.name,
        jsonb_build_object(
            'level', a.level, 'code', a.code, 'parent', coalesce(p.code, '')) AS attributes,
        NULL::daterange AS period, 'public' AS visibility,
        '00000000-0000-0000-0000-000000000000'::uuid AS organisation_id, a.geometry, a.updated_at
    FROM areas a LEFT JOIN areas p ON p.id = a.parent_id""",
    "budgets": """SELECT md5(concat_ws('|', b.project_id, b.year, b.organisation_id))::uuid AS id,
        p.key * 1000 + b.year %% 1000 AS key, p.title AS name,
        jsonb_build_object('organisation', o.slug, 'project_key', p.key, 'year', b.year,
            'amount_eur', b.amount_eur, 'state', b.state) AS attributes,
        NULL::daterange AS period, p.visibility, b.organisation_id, NULL::geometry AS geometry,
        p.updated_at
    FROM budgets b JOIN projects p ON p.id = b.project_id
    JOIN organisations o ON o.id = b.organisation_id
    WHERE NOT p.withdrawn""",
    "dike_zones": _zones("'closed_season'", _SEASON, period="NULL::daterange"),
    "diversions": f"""SELECT {_ID.format(t="d")} AS id, d.key, d.title AS name,
        jsonb_build_object('project_reference', p.reference, 'project_key', p.key,
            'state', d.state) AS attributes,
        u.period, d.visibility, d.organisation_id, d.geometry, d.updated_at
    FROM diversions d JOIN projects p ON p.id = d.project_id {_PERIODS.format(t="d")}
    WHERE NOT d.withdrawn AND d.geometry IS NOT NULL""",  # noqa: S608  constants of this module
    "events": _zones("'event', 'embargo'", "'kind', z.kind"),
    "recent_paving": _zones("'no_dig'", _NO_DIG),
    "soil": _zones("'soil'", "'theme', 'polluted_soil'", period="NULL::daterange"),
    "trees": _zones(
        "'protected_tree'", _TREE, period="NULL::daterange", shape="st_centroid(z.geometry)"
    ),
}
"""Sources beside ``context_objects``, by layer; the data stay where they are."""

_IMPORTED = """SELECT id, key, name, attributes, period, visibility, organisation_id, geometry,
        updated_at
    FROM context_objects WHERE layer = %(layer)s"""


_IMPORTED_DIVERSIONS = """SELECT c.id, c.key, c.name,
        c.attributes || jsonb_build_object('project_key', coalesce((
            SELECT min(p.key) FROM projects p WHERE p.organisation_id = c.organisation_id
            AND p.reference = c.attributes ->> 'project_reference'
            AND NOT p.withdrawn), -1)) AS attributes,
        c.period, c.visibility, c.organisation_id, c.geometry, c.updated_at
    FROM context_objects c WHERE c.layer = %(layer)s"""
"""A diversion in a file belongs to its organisation's project of that reference."""


def source_of(layer: str) -> str:
    """All objects of a layer as one SELECT, with ``%(layer)s`` to be given."""
    imported = _IMPORTED_DIVERSIONS if layer == "diversions" else _IMPORTED
    fed = FED.get(layer)
    return f"{imported} UNION ALL {fed}" if fed else imported
