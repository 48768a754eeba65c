"""The migrations make what ``app.tables`` says, go down and up, and guard the deployment."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from geoalchemy2 import alembic_helpers
from sqlalchemy import event, inspect, text

from app.findings.rule_sets import RuleSet, read_version
from app.kit.db import make_engine
from app.runtime import DatabaseUnfit, DeploymentDiffers, alembic_config, is_migrated, migrate
from app.settings import SettingRefused, Settings
from app.tables import metadata


def _ours(item, name, kind, reflected, compare_to):
    if kind == "table" and name.startswith("procrastinate_"):
        return False
    return alembic_helpers.include_object(item, name, kind, reflected, compare_to)


def _differences(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_object": _ours, "compare_type": True, "compare_server_default": True},
        )
        found = compare_metadata(context, metadata)
    flat = [d for entry in found for d in (entry if isinstance(entry, list) else [entry])]
    return [d for d in flat if not _only_srid(d)]


def _only_srid(difference):
    """The SRID is the deployment's: unknown to the metadata, set by the migration."""
    if difference[0] != "modify_type":
        return False
    old, new = difference[5], difference[6]
    kinds = getattr(old, "geometry_type", None), getattr(new, "geometry_type", "other")
    return kinds[0] == kinds[1] and new.srid == -1


def _step(engine, settings, target):
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes.update(connection=connection, settings=settings)
        (command.downgrade if target == "base" else command.upgrade)(config, target)


def test_migrations_make_what_the_tables_say(engine):
    assert _differences(engine) == []


def test_a_missing_index_would_be_noticed(engine):
    with engine.begin() as connection:
        connection.execute(text("drop index ix_works_footprint_period"))
    assert [d[0] for d in _differences(engine)] == ["add_index"]


def test_down_leaves_nothing_and_up_again_makes_all(engine, settings):
    _step(engine, settings, "base")
    left = set(inspect(engine).get_table_names()) - {"spatial_ref_sys", "alembic_version"}
    assert left == set()
    with engine.connect() as connection:
        functions = text("select count(*) from pg_proc where proname like 'procrastinate%'")
        assert connection.scalar(functions) == 0
        assert not is_migrated(connection)
    _step(engine, settings, "head")
    assert _differences(engine) == []
    with engine.connect() as connection:
        assert is_migrated(connection)


def test_storage_crs_is_that_of_the_deployment(clone, url_of):
    settings = Settings(home=Path("/nonexistent"), storage_crs=2154)
    engine = make_engine(clone())
    _step(engine, settings, "base")
    migrate(engine, settings)
    with engine.connect() as connection:
        srids = connection.execute(
            text("select f_geometry_column, srid from geometry_columns where f_table_name='works'")
        )
        assert dict(srids.all()) == {
            "geometry": 2154,
            "footprint": 2154,
            "geometry_4326": 4326,
            "footprint_4326": 4326,
        }
    engine.dispose()


def test_another_storage_crs_is_refused(engine, settings):
    with pytest.raises(DeploymentDiffers, match=r"stores EPSG:28992.*EPSG:2154"):
        migrate(engine, replace(settings, storage_crs=2154))


def test_another_time_zone_is_refused(engine, settings):
    with pytest.raises(DeploymentDiffers, match="Europe/Paris"):
        migrate(engine, replace(settings, time_zone="Europe/Paris"))


@pytest.mark.parametrize(("code", "why"), [(4326, "not projected"), (99, "not a known")])
def test_a_storage_crs_that_cannot_serve_is_refused(engine, settings, code, why):
    _step(engine, settings, "base")
    with pytest.raises(SettingRefused, match=why):
        migrate(engine, replace(settings, storage_crs=code))


def test_how_the_rules_were_set_becomes_their_first_version(engine, settings):
    before = {"rule_parameters": '{"B02": {"no_dig_days": 1500}}', "rules_switched_off": '["O01"]'}
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes.update(connection=connection, settings=settings)
        command.downgrade(config, "0007")
        for name, value in before.items():
            connection.execute(
                text("insert into deployment (name, value) values (:name, :value)"),
                {"name": name, "value": value},
            )
        command.upgrade(config, "head")
        version = read_version(connection)
        assert version.version == 1
        assert version.rule_set == RuleSet({"B02": {"no_dig_days": 1500}}, frozenset({"O01"}))
        names = set(connection.scalars(text("select name from deployment")))
        assert not names & before.keys()
        command.downgrade(config, "0007")
        rows = dict(connection.execute(text("select name, value from deployment")).all())
        assert {name: json.loads(rows[name]) for name in before} == {
            name: json.loads(value) for name, value in before.items()
        }
        command.upgrade(config, "head")


def test_migrating_twice_changes_nothing(engine, settings):
    assert migrate(engine, settings) == migrate(engine, settings) == newest()


def test_a_database_without_postgis_and_without_the_right_to_make_it_is_explained(url_of, settings):
    admin = make_engine(url_of("postgres"))
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("create role guest login"))
        connection.execute(text("create database guests owner guest"))
    engine = make_engine(url_of("guests"))
    event.listen(
        engine, "connect", lambda dbapi, _: dbapi.execute("set session authorization guest")
    )
    try:
        with pytest.raises(DatabaseUnfit, match="CREATE EXTENSION postgis"):
            migrate(engine, settings)
    finally:
        engine.dispose()
        with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("drop database guests with (force)"))
            connection.execute(text("drop role guest"))
        admin.dispose()


def newest():
    files = (Path(__file__).parents[2] / "migrations" / "versions").glob("[0-9]*.py")
    return max(path.name.split("_")[0] for path in files)
