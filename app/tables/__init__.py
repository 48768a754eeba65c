"""Every table and index, as SQLAlchemy Core.

The migrations make these tables; a contract test compares the two. Geometry
columns named ``geometry`` and ``footprint`` are in the storage CRS of the
deployment, whose SRID the migration sets; columns ending in ``_4326`` are
copies for serving, longitude before latitude. Periods are half-open
``daterange``; ``key`` columns are the order of paging.
"""

from app.tables.base import metadata
from app.tables.bundles import bundle_events, bundle_works, bundles
from app.tables.context import context_loads, context_objects
from app.tables.deployment import data_changes, deployment
from app.tables.exports import exports
from app.tables.findings import finding_events, finding_snoozes, findings
from app.tables.parties import api_keys, departments, organisation_spellings, organisations
from app.tables.rules import rule_sets
from app.tables.surroundings import areas, constraint_zones
from app.tables.uploads import datasets, mappings, uploads
from app.tables.works import budgets, diversions, project_versions, projects, work_versions, works

__all__ = [
    "api_keys",
    "areas",
    "budgets",
    "bundle_events",
    "bundle_works",
    "bundles",
    "constraint_zones",
    "context_loads",
    "context_objects",
    "data_changes",
    "datasets",
    "departments",
    "deployment",
    "diversions",
    "exports",
    "finding_events",
    "finding_snoozes",
    "findings",
    "mappings",
    "metadata",
    "organisation_spellings",
    "organisations",
    "project_versions",
    "projects",
    "rule_sets",
    "uploads",
    "work_versions",
    "works",
]
