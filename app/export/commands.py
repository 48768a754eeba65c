"""``kansenkaart export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine, select

from app.organisations.viewer import ADMINISTRATOR, PUBLIC, Viewer


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("export")(export_layer)


def export_layer(
    layer: Annotated[str, typer.Argument(help="For instance opportunities.")],
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            help=".gpkg .fgb .parquet .geojson .geojsons .fg.json .csv .xlsx .shp.zip",
        ),
    ],
    crs: Annotated[str | None, typer.Option(help="For instance EPSG:28992.")] = None,
    as_: Annotated[
        str | None,
        typer.Option("--as", help="What this organisation sees, or 'public'; else everything."),
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of texts: nl or en.")] = "nl",
) -> None:
    """Write a layer to a file."""
    from app.export.export import export
    from app.layer import layer as find_layer
    from app.runtime import running
    from app.settings import read_settings

    if lang not in {"nl", "en"}:
        msg = "lang must be nl or en."
        raise typer.BadParameter(msg)
    found = find_layer(layer)
    with running(read_settings()) as runtime:
        viewer = seen_by(runtime.engine, as_)
        written = export(
            runtime.engine,
            found,
            output,
            viewer,
            storage=runtime.settings.storage_crs,
            crs=crs,
            language="en" if lang == "en" else "nl",
        )
    typer.echo(f"{written} features of {layer} written to {output}")


def seen_by(engine: Engine, name: str | None) -> Viewer:
    """The viewer that ``--as`` names: an organisation, the public, or else the administrator."""
    from app.kit.problems import NotFound
    from app.organisations.partner import partner
    from app.tables import organisations

    if name is None:
        return ADMINISTRATOR
    if name == "public":
        return PUBLIC
    with engine.connect() as connection:
        query = select(organisations.c.id).where(organisations.c.slug == name)
        organisation_id = connection.scalar(query)
        if organisation_id is None:
            msg = f"There is no organisation {name!r}."
            raise NotFound(msg)
        return partner(connection, organisation_id)
