"""The full run: all works read, detected, compared with what is stored, and written."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, text

from app.bundles.refresh import refresh_bundles
from app.context.changed import changed_layers, settle
from app.findings.detection import detect_and_write, silent, stage
from app.findings.parameters import note_rules, read_rules
from app.findings.read_works import read_works
from app.findings.sync_owners import sync_owners
from app.findings.turns import take_turn
from app.findings.write import Changes
from app.settings import Settings
from spatial.stages import OnStage


def detect_all(engine: Engine, settings: Settings, *, on_stage: OnStage | None = None) -> Changes:
    """Make all findings right in one transaction; nothing is written that did not change.

    Uploads and edits wait while it runs, readers do not. Needed after a change
    of rules or parameters; uploads and edits otherwise refresh their own.
    """
    with engine.begin() as connection:
        return detect_everything(connection, settings, on_stage=on_stage or silent)


def detect_everything(
    connection: Connection, settings: Settings, *, on_stage: OnStage = silent
) -> Changes:
    """The full run inside the caller's transaction."""
    take_turn(connection)
    rules = read_rules(connection)
    changed = changed_layers(connection)
    had_findings = connection.scalar(text("SELECT EXISTS (SELECT FROM findings)"))
    with stage(on_stage, "read"):
        works = read_works(connection)
    changes = detect_and_write(
        connection,
        works,
        rules,
        storage_crs=settings.storage_crs,
        focus=None,
        touched=None,
        stored_where="rule <> 'O03'",
        stored_parameters={},
        on_stage=on_stage,
    )
    with stage(on_stage, "bundles"):
        refresh_bundles(connection, storage_crs=settings.storage_crs, works=works)
    if had_findings:  # new ones come with the owners and visibility of their works
        with stage(on_stage, "owners"):
            sync_owners(connection)
    note_rules(connection, rules, all_works=True)
    settle(connection, changed)
    return changes
