"""The version of the data: it changes with every change that commits, and with nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from app.kit.data_version import data_version
from app.layer import layers
from app.organisations.add import add
from app.tables import data_changes
from app.tiles.make import tables_of


def version(engine, *tables):
    with engine.connect() as connection:
        return data_version(connection, tables)


def test_a_change_counts_when_it_commits(engine):
    before = version(engine, "organisations")
    with engine.connect() as writer:
        add(writer, "een", "Een")
        assert version(engine, "organisations") == before
        assert data_version(writer, ["organisations"]) != before
        writer.commit()
    after = version(engine, "organisations")
    assert after != before
    assert version(engine, "organisations") == after


def test_a_change_that_is_taken_back_counts_for_nothing(engine):
    before = version(engine, "organisations")
    with engine.connect() as writer:
        add(writer, "een", "Een")
        writer.rollback()
    assert version(engine, "organisations") == before


def test_other_tables_keep_their_version(engine):
    before = version(engine, "works")
    with engine.begin() as writer:
        add(writer, "een", "Een")
    assert version(engine, "works") == before
    assert version(engine, "works", "organisations") != before


def test_two_writers_at_once_do_not_wait_and_both_count(engine):
    seen = {version(engine, "organisations")}
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            connection.execute(text("set lock_timeout = '2s'"))
        add(first, "een", "Een")
        add(second, "twee", "Twee")
        add(first, "drie", "Drie")
        second.commit()
        seen.add(version(engine, "organisations"))
        first.commit()
        seen.add(version(engine, "organisations"))
    assert len(seen) == 3
    with engine.begin() as third:
        add(third, "vier", "Vier")
    with engine.connect() as connection:
        left = connection.scalars(select(data_changes.c.table_name)).all()
    assert left == ["organisations"], "old stamps are removed"


@pytest.mark.parametrize("name", layers())
def test_every_table_that_a_layer_reads_leaves_a_stamp(connection, name):
    found = connection.scalars(
        text(
            "select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid "
            "where t.tgname = 'note_change'"
        )
    )
    assert tables_of(name) <= set(found), "give the table the trigger note_change (docs/tiles.md)"
