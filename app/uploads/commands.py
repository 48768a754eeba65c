"""``kansenkaart import`` and ``kansenkaart undo``."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

if TYPE_CHECKING:
    from app.uploads.options import UploadOptions
    from app.uploads.progress import OnProgress
    from app.uploads.report import Report

BY = "command line"
SHOWN = 20
NOTHING_DONE = 2


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.command("import")(import_)
    cli.command("undo")(undo)


def import_(
    file: Annotated[Path, typer.Argument(help="The file to store.")],
    *,
    organisation: Annotated[str, typer.Option(help="Slug of the organisation that delivers.")],
    dataset: Annotated[str, typer.Option(help="Name of the list that is delivered.")] = "main",
    layer: Annotated[str | None, typer.Option(help="Only this layer of the file.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="JSON file: columns to fields.")] = None,
    source_crs: Annotated[str | None, typer.Option(help="For instance EPSG:28992.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of the texts, such as cp1252.")] = None,
    visibility: Annotated[str, typer.Option(help="public, partners or own.")] = "partners",
    kind: Annotated[str | None, typer.Option(help="works or constraints.")] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="Withdraw what the file does not hold.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Withdraw also where that is more than a fifth.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Store nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Store a file of planned works and detect what it meets."""
    from app.uploads.options import UploadOptions

    options = UploadOptions(
        dataset=dataset,
        layer=layer,
        mapping=read_mapping(mapping),
        source_crs=source_crs,
        encoding=encoding,
        visibility=visibility,
        kind=kind,
        complete=complete,
        yes=yes,
        dry_run=dry_run,
    )
    report = _import(file, organisation, options, quiet=json)
    _show(report, quiet=json)
    raise typer.Exit(report.exit_code)


def read_mapping(path: Path | None) -> dict[str, object] | None:
    """The JSON object in a file; MappingRefused where there is none."""
    import orjson

    from spatial.errors import MappingRefused

    if path is None:
        return None
    try:
        mapping = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        msg = f"The mapping {path} cannot be read: {error}."
        raise MappingRefused(msg) from error
    if not isinstance(mapping, dict):
        msg = f"The mapping {path} must be a JSON object."
        raise MappingRefused(msg)
    return mapping


def _import(file: Path, organisation: str, options: UploadOptions, *, quiet: bool) -> Report:
    from dataclasses import replace

    from app.runtime import running
    from app.settings import read_settings
    from app.uploads.import_file import import_file

    if not file.is_file():
        from spatial.errors import UnreadableFile

        msg = f"{file} is not a file that can be read."
        raise UnreadableFile(msg)
    with running(read_settings()) as runtime, _bar(quiet=quiet) as tell:
        report = import_file(runtime, file, organisation, options, by=BY, on_progress=tell)
    if _asks(report) and not quiet and sys.stdin.isatty():
        assert report.problem is not None
        typer.echo(str(report.problem["detail"]))
        if typer.confirm("Withdraw them?", default=False):
            return _import(file, organisation, replace(options, yes=True), quiet=quiet)
    return report


def _asks(report: Report) -> bool:
    return (report.problem or {}).get("type") == "/problems/confirmation-needed"


def _bar(*, quiet: bool) -> AbstractContextManager[OnProgress | None]:
    """A progress bar on the terminal, and nothing where nobody looks."""
    if quiet or not sys.stderr.isatty():
        return nullcontext(None)
    from app.uploads.progress_bar import progress_bar

    return progress_bar()


def _show(report: Report, *, quiet: bool) -> None:
    if quiet:
        import orjson

        typer.echo(orjson.dumps(report.to_json(), default=str, option=orjson.OPT_INDENT_2))
        return
    typer.echo(f"upload {report.id}: {report.state}")
    for name, count in report.counts.items():
        if count:
            typer.echo(f"{name:>12} {count:,}")
    for fault in report.faults[:SHOWN]:
        place = f"row {fault.row}" if fault.row is not None else fault.layer or "file"
        value = f" ({fault.field}: {fault.value})" if fault.value not in {None, ""} else ""
        typer.echo(f"{fault.severity}: {place}{value}: {fault.reason['en']} {fault.remedy['en']}")
    if report.fault_counts.total() > SHOWN:
        typer.echo(f"... and {report.fault_counts.total() - SHOWN} more; --json shows them all.")
    for question in _questions(report):
        typer.echo(f"question: {question}")
    if report.problem:
        typer.echo(f"{report.problem['title']}. {report.problem['detail']}", err=True)


def _questions(report: Report) -> list[str]:
    """What the mappings ask, layer by layer, each question once."""
    asked: list[str] = []
    for layer in report.layers:
        mapping = layer.get("mapping")
        if isinstance(mapping, dict):
            asked.extend(f"{layer['name']}: {q['text']['en']}" for q in mapping["asked"])
    return list(dict.fromkeys(asked))


def undo(
    upload: Annotated[UUID, typer.Argument(help="Id of the upload.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Undo an upload, unless later changes build on it."""
    import orjson

    from app.runtime import running
    from app.settings import read_settings
    from app.uploads.undo import undo as undo_upload

    with running(read_settings()) as runtime:
        done = undo_upload(runtime.engine, runtime.settings, upload, by=BY)
    if json:
        typer.echo(orjson.dumps(done.to_json(), option=orjson.OPT_INDENT_2))
    else:
        typer.echo(f"Undone: {done.withdrawn} work(s) withdrawn, {done.restored} restored.")
