"""``kansenkaart context import``, ``list`` and ``remove``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.uploads.report import Report

BY = "command line"
SHOWN = 20


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    context = typer.Typer(
        help="What detection knows beside works: streets, trees, budgets.", no_args_is_help=True
    )
    context.command("import")(import_)
    context.command("list")(list_)
    context.command("remove")(remove_)
    cli.add_typer(context, name="context")


def import_(
    layer: Annotated[str, typer.Argument(help="Id of the context layer, such as streets.")],
    file: Annotated[Path, typer.Argument(help="The file to store.")],
    *,
    organisation: Annotated[str, typer.Option(help="Slug of the organisation that delivers.")],
    dataset: Annotated[str, typer.Option(help="Name of the list that is replaced.")] = "main",
    file_layer: Annotated[
        str | None, typer.Option("--layer", help="Only this layer of the file.")
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="JSON: columns, constants, values.")] = None,
    source_crs: Annotated[str | None, typer.Option(help="For instance EPSG:28992.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of the texts, such as cp1252.")] = None,
    visibility: Annotated[str, typer.Option(help="public, partners or own.")] = "partners",
    yes: Annotated[
        bool, typer.Option("--yes", help="A file without rows is meant so: there is nothing.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Store nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Replace what a dataset holds of a context layer by a file, whole or not at all."""
    from app.context.deliver import deliver
    from app.context.options import ContextOptions
    from app.findings.catch_up import catch_up
    from app.runtime import running
    from app.settings import read_settings
    from app.uploads.commands import read_mapping
    from spatial.errors import UnreadableFile

    if not file.is_file():
        msg = f"{file} is not a file that can be read."
        raise UnreadableFile(msg)
    options = ContextOptions(
        dataset=dataset,
        layer=file_layer,
        mapping=read_mapping(mapping),
        source_crs=source_crs,
        encoding=encoding,
        visibility=visibility,
        allow_empty=yes,
        dry_run=dry_run,
    )
    with running(read_settings()) as runtime:
        report = deliver(
            runtime.engine,
            runtime.settings,
            layer,
            file,
            options,
            organisation=organisation,
            by=BY,
        )
        catch_up(runtime.engine, runtime.settings)
    _show(report, layer, as_json=json)
    raise typer.Exit(report.exit_code)


def _show(report: Report, layer: str, *, as_json: bool) -> None:
    if as_json:
        import orjson

        typer.echo(orjson.dumps(report.to_json(), default=str, option=orjson.OPT_INDENT_2))
        return
    typer.echo(f"{layer}: {report.state}")
    for name, count in report.counts.items():
        if count:
            typer.echo(f"{name:>12} {count:,}")
    for fault in report.faults[:SHOWN]:
        place = f"row {fault.row}" if fault.row is not None else "file"
        value = f" ({fault.field}: {fault.value})" if fault.value not in {None, ""} else ""
        typer.echo(f"{fault.severity}: {place}{value}: {fault.reason['en']} {fault.remedy['en']}")
    if len(report.faults) > SHOWN:
        typer.echo(f"... and {report.fault_counts.total() - SHOWN} more; --json shows them all.")
    if report.problem:
        typer.echo(f"{report.problem['title']}. {report.problem['detail']}", err=True)


def list_(
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="As the page docs/context-layers.md.")
    ] = False,
) -> None:
    """Say which context layers there are, what is loaded and which rules need them."""
    import orjson

    from app.context.describe import describe
    from app.context.describe import markdown as page
    from app.organisations.viewer import ADMINISTRATOR
    from app.runtime import running
    from app.settings import read_settings

    if markdown:
        typer.echo(page(), nl=False)
        return
    with running(read_settings()) as runtime, runtime.engine.connect() as connection:
        layers = describe(connection, ADMINISTRATOR)
    if json:
        typer.echo(orjson.dumps({"layers": layers}, option=orjson.OPT_INDENT_2))
        return
    for layer in layers:
        needed = layer["rules"]
        assert isinstance(needed, list)
        count = f"{layer['count']:,}" if layer["loaded"] else "not loaded"
        when = str(layer["updated"] or "")[:10]
        typer.echo(f"{layer['id']!s:<20}{count:>12}  {when:<12}{' '.join(needed)}")


def remove_(
    layer: Annotated[str, typer.Argument(help="Id of the context layer.")],
    *,
    organisation: Annotated[
        str | None, typer.Option(help="Only what this organisation delivered.")
    ] = None,
    dataset: Annotated[str | None, typer.Option(help="Only this list.")] = None,
) -> None:
    """Remove what was imported of a context layer; rules that need it are then not assessed."""
    from app.context.deliver import organisation_named
    from app.context.remove import remove
    from app.context.take_in import known_layer
    from app.findings.catch_up import catch_up
    from app.kit.problems import NotFound
    from app.runtime import running
    from app.settings import read_settings

    known_layer(layer)
    with running(read_settings()) as runtime:
        with runtime.engine.begin() as connection:
            owner = None if organisation is None else organisation_named(connection, organisation)
            removed = remove(connection, layer, organisation_id=owner, dataset=dataset, by=BY)
        catch_up(runtime.engine, runtime.settings)
    if removed is None:
        msg = f"Nothing like that is loaded of {layer}."
        raise NotFound(msg)
    typer.echo(f"{removed:,} object(s) removed from {layer}.")
