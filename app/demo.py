"""Load the sample data, so that a newcomer sees real opportunities within minutes."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from alembic import command
from rich.progress import Progress
from sqlalchemy import Connection, Engine, insert, select, update

from app.areas.take_in import take_in
from app.context.deliver import deliver
from app.context.options import ContextOptions
from app.findings.catch_up import catch_up
from app.findings.parameters import note_as_of
from app.organisations.add import add
from app.organisations.issue_key import issue_key
from app.runtime import Runtime, alembic_config, migrate
from app.serve import address, serve
from app.settings import Settings
from app.tables import deployment, uploads
from app.uploads.import_file import import_file
from app.uploads.options import UploadOptions
from spatial.errors import KansenkaartError

SAMPLES = Path(__file__).resolve().parent.parent / "sample_data"

AS_OF = date(2026, 7, 26)
"""The day that counts as today in the demo: that of the extract of the national feed."""


class NotADemo(KansenkaartError):
    """The database holds work of its own and is not started over."""


class BadSample(KansenkaartError):
    """A file of the sample data is refused; this installation is not complete."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One organisation of the demo and the files it delivers."""

    slug: str
    name: str
    kind: str
    filename: str
    source_crs: str | None = None
    kind_of_file: str | None = None
    dataset: str = "main"


SAMPLES_OF_ORGANISATIONS = (
    Sample("ndw", "NDW planningsfeed (uittreksel)", "state", "leiden-planned-works.xml.gz"),
    Sample("voorbeeldgemeente", "Voorbeeldgemeente", "municipality", "voorbeeldgemeente.gpkg"),
    Sample(
        "voorbeeld-waterbedrijf",
        "Voorbeeld Waterbedrijf",
        "network_operator",
        "voorbeeld-waterbedrijf.csv",
        source_crs="EPSG:28992",
    ),
    Sample(
        "voorbeeld-netbeheer",
        "Voorbeeld Netbeheer",
        "network_operator",
        "voorbeeld-netbeheer.zip",
    ),
    Sample(
        "voorbeeld-warmtebedrijf",
        "Voorbeeld Warmtebedrijf",
        "network_operator",
        "voorbeeld-warmtebedrijf.xlsx",
        source_crs="OGC:CRS84",
    ),
    Sample(
        "voorbeeld-telecom",
        "Voorbeeld Telecom",
        "network_operator",
        "voorbeeld-telecom.geojson",
    ),
    Sample(
        "voorbeeld-waterschap", "Voorbeeld Waterschap", "water_board", "voorbeeld-waterschap.fgb"
    ),
    Sample(
        "voorbeeld-woningcorporatie",
        "Voorbeeld Woningcorporatie",
        "housing_corporation",
        "voorbeeld-woningcorporatie.parquet",
    ),
    Sample(
        "voorbeeld-ontwikkelaar",
        "Voorbeeld Ontwikkelaar",
        "developer",
        "voorbeeld-ontwikkelaar.kml",
    ),
    Sample(
        "voorbeeldgemeente",
        "Voorbeeldgemeente",
        "municipality",
        "constraints.gpkg",
        kind_of_file="constraints",
        dataset="zones",
    ),
)


CONTEXT_OF_ORGANISATIONS = {
    "ndw": ("streets",),
    "voorbeeldgemeente": (
        "diversions",
        "transit_routes",
        "transit_stops",
        "events",
        "recent_paving",
        "gas_end_dates",
        "climate_scores",
        "subsidence",
        "trees",
        "dwellings",
        "soil",
        "capacity",
        "budgets",
        "decision_moments",
        "signatures",
        "development_sites",
        "partnership_areas",
    ),
    "voorbeeld-netbeheer": ("grid_congestion", "pipes"),
    "voorbeeld-waterschap": ("dike_zones", "peil_areas"),
}
"""Which organisation of the demo delivers which context layers."""


def demo(settings: Settings, *, fresh: bool = False) -> None:
    """Serve the sample data; load it first where it is not there yet.

    Raises
    ------
    NotADemo
        ``fresh`` was asked of a database that holds uploads of its own.
    """

    def prepare(runtime: Runtime) -> None:
        if fresh or state(runtime.engine) == "loading":
            start_over(runtime)
        load(runtime)

    serve(settings, prepare=prepare, announce=announce)


def state(engine: Engine) -> str | None:
    """Whether the demo is "loading" or "loaded" here; ``None`` where this is no demo."""
    with engine.connect() as connection:
        return connection.scalar(select(deployment.c.value).where(deployment.c.name == "demo"))


def start_over(runtime: Runtime) -> None:
    """Empty a demo database and its files.

    Raises
    ------
    NotADemo
        The database holds uploads and was not made by the demo.
    """
    with runtime.engine.connect() as connection:
        holds_work = connection.scalar(select(uploads.c.id).limit(1)) is not None
    if holds_work and state(runtime.engine) is None:
        msg = (
            "This database holds uploads of its own, so --fresh does not empty it. "
            "Set KANSENKAART_HOME (or DATABASE_URL) to another place for a demo."
        )
        raise NotADemo(msg)
    with runtime.engine.begin() as connection:
        config = alembic_config()
        config.attributes.update(connection=connection, settings=runtime.settings)
        command.downgrade(config, "base")
    migrate(runtime.engine, runtime.settings)
    shutil.rmtree(runtime.settings.files, ignore_errors=True)


def load(runtime: Runtime) -> None:
    """Load organisations, keys, areas, zones and works as public data.

    Nothing where they are there already, or where the database holds other
    uploads: then the service simply shows those.
    """
    with runtime.engine.begin() as connection:
        if connection.scalar(select(uploads.c.id).limit(1)) is not None:
            return
        connection.execute(insert(deployment).values(name="demo", value="loading"))
        note_as_of(connection, AS_OF)
        make_organisations(connection, runtime.settings)
        take_in(connection, runtime.settings, SAMPLES / "areas.gpkg")
    load_context(runtime)
    with Progress(transient=True) as bars:
        for sample in bars.track(SAMPLES_OF_ORGANISATIONS, description="Loading sample data"):
            load_file(runtime, sample)
    catch_up(runtime.engine, runtime.settings)
    with runtime.engine.begin() as connection:
        loaded = update(deployment).where(deployment.c.name == "demo").values(value="loaded")
        connection.execute(loaded)


def make_organisations(connection: Connection, settings: Settings) -> None:
    """Add the organisations and write their keys to ``keys.txt`` (mode 600)."""
    names = {s.slug: s for s in SAMPLES_OF_ORGANISATIONS}
    lines = []
    for slug, sample in names.items():
        add(connection, slug, sample.name, sample.kind)
        lines.append(f"{slug} {issue_key(connection, slug, label='demo')}\n")
    write_private(keys_file(settings), "".join(lines))


def load_file(runtime: Runtime, sample: Sample) -> None:
    """Upload one sample file as its organisation would, but public."""
    options = UploadOptions(
        dataset=sample.dataset,
        source_crs=sample.source_crs,
        kind=sample.kind_of_file,
        visibility="public",
    )
    path = SAMPLES / sample.filename
    import_file(runtime, path, sample.slug, options, by="demo")


def load_context(runtime: Runtime) -> None:
    """What surrounds the works, so that every rule of the demo can be assessed."""
    folder = SAMPLES / "context"
    options = ContextOptions(visibility="public")
    for slug, layers in CONTEXT_OF_ORGANISATIONS.items():
        for layer in layers:
            [file] = folder.glob(f"{layer}.*")
            report = deliver(
                runtime.engine,
                runtime.settings,
                layer,
                file,
                options,
                organisation=slug,
                by="demo",
            )
            if report.problem is not None:
                msg = f"{file.name}: {report.problem['detail']}"
                raise BadSample(msg)


def keys_file(settings: Settings) -> Path:
    """Where the keys of the demo's organisations lie."""
    return settings.home / "keys.txt"


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)


def announce(settings: Settings) -> None:
    """Say what to open, now that requests are answered."""
    base = address(settings)
    print(  # noqa: T201  for whoever started the demo
        f"""
Kansenkaart is ready (Ctrl-C stops it)

  Map          {base}/
  QGIS         {base}/ogc        add as "OGC API - Features"
  GeoJSON      {base}/layers/opportunities.geojson
  API          {base}/docs
  Demo keys    {keys_file(settings)}
""",
        flush=True,
    )
