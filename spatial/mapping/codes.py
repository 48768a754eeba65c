"""Codes that only mean something in one publication.

A number in a status column says nothing by itself. These lists apply where the
columns show which publication a file is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from spatial.words.normalise import normalise


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes of one column of one publication, and the source of their meaning."""

    field: str
    column: frozenset[str]
    beside: frozenset[str]
    words: Mapping[str, str]
    source: str


LISTS = (
    CodeList(
        field="planning_status",
        column=frozenset({"statut"}),
        beside=frozenset({"niveau perturbation", "niveau de perturbation"}),
        words={
            "1": "committed",
            "2": "under_construction",
            "3": "unknown",
            "4": "under_construction",
            "5": "completed",
        },
        source="opendata.paris.fr, chantiers-perturbants: "
        "à venir, en cours, suspendu, prolongé, terminé",
    ),
    CodeList(
        field="planning_status",
        column=frozenset({"work status ref", "work status"}),
        beside=frozenset({"permit reference number"}),
        words={"planned": "committed", "in_progress": "under_construction"},
        source="Street Manager: work_status planned means that a permit exists",
    ),
)


def codes_for(field: str, column: str, columns: Iterable[str]) -> Mapping[str, str]:
    """The meaning of the codes in a column, where the file is a known publication.

    >>> codes_for("planning_status", "Statut", ["Statut", "Niveau de perturbation"])["5"]
    'completed'
    >>> codes_for("planning_status", "Statut", ["Statut"])
    {}
    """
    names = {normalise(c) for c in columns}
    for known in LISTS:
        if known.field == field and normalise(column) in known.column and known.beside & names:
            return known.words
    return {}
