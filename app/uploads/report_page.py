"""The report of an upload as a page to read and print."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from app.uploads.report import COUNTS
from app.uploads.report_csv import SEVERITY
from app.uploads.report_texts import CRS_HOW, FINDINGS, STAGES, TEXTS
from spatial.mapping.questions import NAMES
from spatial.period import day_number
from spatial.vocabulary import Language
from spatial.wording import date, number


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    return environment.get_template("report.html")


def report_page(upload: Mapping[str, object], language: Language, zone: ZoneInfo) -> str:
    """The page of an upload, whether it is finished or not; times are those of ``zone``."""
    report = upload["report"] or {}
    assert isinstance(report, dict)
    received = upload["created_at"]
    assert isinstance(received, datetime)
    names = {
        name: TEXTS[language].get(f"{name}_rows", TEXTS[language].get(name)) for name in COUNTS
    }
    return _template().render(
        upload=upload,
        report=report,
        faults=sorted(report.get("faults") or [], key=_place),
        text=TEXTS[language],
        counts=names,
        findings=FINDINGS[language],
        stages=STAGES[language],
        crs_how=CRS_HOW[language],
        severities=SEVERITY[language],
        received=moment(received, zone, language),
        field_name=partial(field_name, language=language),
        number=partial(number, language=language),
        language=language,
        other="en" if language == "nl" else "nl",
    )


def _place(fault: Mapping[str, object]) -> tuple[str, int]:
    """Layer and row; what is of a whole layer stands before its rows."""
    row = fault["row"]
    return str(fault["layer"] or ""), row if isinstance(row, int) else -1


def moment(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """A moment as people write it, on the clock of a time zone.

    >>> from datetime import UTC
    >>> at = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)
    >>> moment(at, ZoneInfo("Europe/Amsterdam"), "nl")
    '23 november 2026, 21:05'
    """
    local = at.astimezone(zone)
    return f"{date(day_number(local.date()), language)}, {local:%H:%M}"


def field_name(name: str, language: Language) -> str:
    """A field as the reader would call it; costs of a year with their year.

    >>> field_name("start", "nl"), field_name("cost_eur_2028", "en"), field_name("Straat", "nl")
    ('de geplande start', 'the cost (2028)', 'Straat')
    """
    stem, _, year = name.rpartition("_")
    if stem == "cost_eur" and year.isdigit():
        return f"{field_name(stem, language)} ({year})"
    nl, en = NAMES.get(name, (name, name))
    return nl if language == "nl" else en
