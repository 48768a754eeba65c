"""The faults of an upload as a CSV that opens beside the source."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from spatial.vocabulary import Language

HEADINGS: Mapping[Language, Sequence[str]] = {
    "nl": ("laag", "rij", "ernst", "veld", "waarde", "reden", "wat te doen"),
    "en": ("layer", "row", "severity", "field", "value", "reason", "what to do"),
}
SEVERITY: Mapping[Language, Mapping[str, str]] = {
    "nl": {"error": "geweigerd", "warning": "let op", "note": "opmerking"},
    "en": {"error": "refused", "warning": "warning", "note": "note"},
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def report_csv(report: Mapping[str, object] | None, language: Language) -> str:
    """One line per fault, with semicolons and a byte order mark as spreadsheets here expect.

    A value that a spreadsheet would run as a formula gets an apostrophe.
    """
    target = io.StringIO()
    target.write("\ufeff")
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS[language])
    faults = (report or {}).get("faults") or []
    assert isinstance(faults, list)
    for fault in faults:
        writer.writerow(
            [
                harmless(fault["layer"]),
                fault["row"] or "",
                SEVERITY[language][fault["severity"]],
                harmless(fault["field"]),
                harmless(fault["value"]),
                harmless(fault["reason"][language]),
                harmless(fault["remedy"][language]),
            ]
        )
    return target.getvalue()


def harmless(value: object) -> str:
    """Text that no spreadsheet takes for a formula.

    >>> harmless("=HYPERLINK(1)"), harmless(None), harmless("Breestraat")
    ("'=HYPERLINK(1)", '', 'Breestraat')
    """
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
