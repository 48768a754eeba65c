"""``kansenkaart areas import``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

SHOWN = 20


def register(cli: typer.Typer) -> None:
    """Add the command."""
    areas = typer.Typer(help="Neighbourhoods, districts and other areas.", no_args_is_help=True)
    areas.callback()(_areas)
    areas.command("import")(import_)
    cli.add_typer(areas, name="areas")


def _areas() -> None:
    """Neighbourhoods, districts and other areas."""


def import_(
    file: Annotated[Path, typer.Argument(help="GeoPackage, GeoJSON or another file of areas.")],
    *,
    level: Annotated[str | None, typer.Option(help="For instance neighbourhood.")] = None,
    level_column: Annotated[
        str, typer.Option(help="Column with the level of each area.")
    ] = "level",
    code: Annotated[str, typer.Option(help="Column with the code.")] = "code",
    name: Annotated[str, typer.Option(help="Column with the name.")] = "name",
    layer: Annotated[str | None, typer.Option(help="Only this layer of the file.")] = None,
    source_crs: Annotated[str | None, typer.Option(help="For instance EPSG:28992.")] = None,
) -> None:
    """Store the areas of a file; an area of the same level and code is replaced."""
    from app.areas.take_in import AreaColumns, take_in
    from app.runtime import running
    from app.settings import read_settings

    columns = AreaColumns(code, name, level_column, level)
    with running(read_settings()) as runtime, runtime.engine.begin() as connection:
        done = take_in(
            connection, runtime.settings, file, columns, layer=layer, source_crs=source_crs
        )
    typer.echo(f"{done.stored} area(s) stored.")
    for fault in done.faults[:SHOWN]:
        typer.echo(f"{fault.severity}: row {fault.row}: {fault.reason['en']}")
    refused = any(f.severity == "error" for f in done.faults)
    raise typer.Exit(1 if refused else 0)
