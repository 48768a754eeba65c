"""The report of an upload as a page to read and print."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from app.uploads.report import COUNTS
from app.uploads.report_csv import SEVERITY
from spatial.vocabulary import Language

TEXTS: Mapping[Language, Mapping[str, str]] = {
    "nl": {
        "title": "Verslag van aanlevering",
        "queued": "In de wachtrij",
        "running": "Wordt verwerkt",
        "done": "Verwerkt",
        "unchanged": "Verwerkt: er is niets veranderd",
        "refused": "Niet verwerkt: er is niets opgeslagen",
        "undone": "Ongedaan gemaakt",
        "dry_run": "Proef: er is niets opgeslagen",
        "file": "Bestand",
        "dataset": "Lijst",
        "organisation": "Organisatie",
        "received": "Ontvangen",
        "size": "Grootte",
        "counts": "Aantallen",
        "faults": "Wat er aan het bestand opviel",
        "no_faults": "Niets: alle rijen zijn zonder opmerking opgenomen.",
        "layer": "laag",
        "row": "rij",
        "severity": "ernst",
        "field": "veld",
        "value": "waarde",
        "reason": "reden",
        "remedy": "wat te doen",
        "left_off": "Nog {n} opmerkingen zijn niet uitgeschreven.",
        "download": "Als CSV openen naast het bestand",
        "mapping": "Zo zijn de kolommen gelezen",
        "column": "kolom",
        "target": "gelezen als",
        "confidence": "zekerheid",
        "asked": "Niet zeker genoeg; zeg wat deze kolommen zijn",
        "crs": "Coördinatenstelsel",
        "words": "Woorden die wij niet kennen",
        "times": "keer",
        "organisations": "Organisaties in het bestand",
        "new_organisation": "voor het eerst genoemd",
        "joined": "schrijfwijzen",
        "works": "werken",
        "doubles": "Waarschijnlijk dubbel: telt één keer mee",
        "findings": "Kansen en knelpunten",
        "timings": "Tijd per stap (s)",
        "language": "English",
        "read": "rijen gelezen",
        "stored": "werken opgenomen",
        "new": "nieuw",
        "changed": "gewijzigd",
        "restored": "weer opgenomen",
        "withdrawn": "vervallen",
        "repeated": "dubbele rijen",
        "refused_rows": "rijen geweigerd",
        "projects": "projecten",
        "constraints": "beperkingsgebieden",
        "diversions": "omleidingen",
        "unchanged_rows": "ongewijzigd",
    },
    "en": {
        "title": "Upload report",
        "queued": "Waiting",
        "running": "Being processed",
        "done": "Processed",
        "unchanged": "Processed: nothing changed",
        "refused": "Not processed: nothing was stored",
        "undone": "Undone",
        "dry_run": "Dry run: nothing was stored",
        "file": "File",
        "dataset": "List",
        "organisation": "Organisation",
        "received": "Received",
        "size": "Size",
        "counts": "Counts",
        "faults": "What we noticed about the file",
        "no_faults": "Nothing: all rows were taken in without remark.",
        "layer": "layer",
        "row": "row",
        "severity": "severity",
        "field": "field",
        "value": "value",
        "reason": "reason",
        "remedy": "what to do",
        "left_off": "{n} more remarks are not written out.",
        "download": "Open as CSV beside the file",
        "mapping": "How the columns were read",
        "column": "column",
        "target": "read as",
        "confidence": "confidence",
        "asked": "Not certain enough; please say what these columns are",
        "crs": "Coordinate reference system",
        "words": "Words we do not know",
        "times": "times",
        "organisations": "Organisations in the file",
        "new_organisation": "named for the first time",
        "joined": "spellings",
        "works": "works",
        "doubles": "Likely double: counts once",
        "findings": "Opportunities and bottlenecks",
        "timings": "Time per stage (s)",
        "language": "Nederlands",
        "read": "rows read",
        "stored": "works taken in",
        "new": "new",
        "changed": "changed",
        "restored": "taken in again",
        "withdrawn": "withdrawn",
        "repeated": "repeated rows",
        "refused_rows": "rows refused",
        "projects": "projects",
        "constraints": "constraint zones",
        "diversions": "diversions",
        "unchanged_rows": "unchanged",
    },
}


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    return environment.get_template("report.html")


def report_page(upload: Mapping[str, object], language: Language) -> str:
    """The page of an upload, whether it is finished or not."""
    report = upload["report"] or {}
    assert isinstance(report, dict)
    names = {
        name: TEXTS[language].get(f"{name}_rows", TEXTS[language].get(name)) for name in COUNTS
    }
    return _template().render(
        upload=upload,
        report=report,
        text=TEXTS[language],
        counts=names,
        severities=SEVERITY[language],
        language=language,
        other="en" if language == "nl" else "nl",
    )
