"""Which rules a benchmark runs: the four of the published figures unless it is told otherwise."""

from __future__ import annotations

from argparse import ArgumentParser

from sqlalchemy import Engine

FIRST_FOUR = "O01,O02,B01,B02"
EVERY = "all"


def ask_rules(asked: ArgumentParser) -> None:
    """Add ``--rules`` to a benchmark: codes with commas, or "all"."""
    asked.add_argument("--rules", default=FIRST_FOUR, help="codes with commas, or all")


def choose_rules(engine: Engine, chosen: str) -> None:
    """Switch off every rule that was not chosen; ParameterRefused for a code that is none."""
    from app.findings.parameters import switch_off
    from spatial.rule import configured, rules

    if chosen == EVERY:
        return
    codes = set(chosen.split(","))
    configured(parameters={code: {} for code in codes})
    with engine.begin() as connection:
        switch_off(connection, {rule.code for rule in rules()} - codes)
