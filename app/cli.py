"""The command line: ``kansenkaart COMMAND``.

Commands of a feature stand in its folder, in ``commands.py`` with a function
``register(cli)``. Exit codes: 0 done, 1 some rows refused, 2 nothing done.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import pkgutil
import sys
import traceback
from collections.abc import Iterator
from types import ModuleType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import app as package
from spatial.errors import KansenkaartError

NOTHING_DONE = 2


class _Refusing(TyperGroup):
    """Commands whose refusals are one clear message, or one JSON object with ``--json``."""

    def invoke(self, ctx: Any) -> Any:
        from app.kit import logs

        wants_json = "--json" in sys.argv or "--json" in ctx.args
        logs.configure(os.environ.get("LOG_LEVEL", "").strip(), beside=True)
        try:
            return super().invoke(ctx)
        except KansenkaartError as error:
            _refuse(error, wants_json=wants_json)
            raise typer.Exit(NOTHING_DONE) from error


def _refuse(error: KansenkaartError, *, wants_json: bool) -> None:
    if wants_json:
        import orjson

        from app.kit.problems import problem

        print(orjson.dumps(problem(error), option=orjson.OPT_INDENT_2).decode())
    title = (type(error).__doc__ or "").strip().splitlines()[0].rstrip(".")
    print(f"{title}. {error}".strip() if str(error) else f"{title}.", file=sys.stderr)


class _CommandLine(typer.Typer):
    """Our own faults end in a message too; the traceback lies in a file."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().__call__(*args, **{"prog_name": "kansenkaart", **kwargs})
        except Exception as error:  # noqa: BLE001  the last resort
            print(f"Something went wrong inside Kansenkaart: {error!r}", file=sys.stderr)
            print(f"{_note(error)}", file=sys.stderr)
            sys.exit(NOTHING_DONE)


def _note(error: Exception) -> str:
    from app.settings import read_settings

    text = "".join(traceback.format_exception(error))
    try:
        path = read_settings().home / "last-error.txt"
        path.write_text(text, encoding="utf-8")
    except (OSError, KansenkaartError):
        return text
    return f"Nothing is half stored. The details are in {path}"


main = _CommandLine(
    name="kansenkaart",
    cls=_Refusing,
    help="The opportunity-and-bottleneck map for integrated programming.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@main.command()
def serve(
    port: Annotated[int | None, typer.Option(help="Instead of PORT, default 8000.")] = None,
    host: Annotated[str | None, typer.Option(help="Instead of HOST, default 127.0.0.1.")] = None,
) -> None:
    """Serve the map, the layers and the API until Ctrl-C."""
    from dataclasses import replace

    from app import serve as service
    from app.settings import read_settings

    settings = read_settings()
    settings = replace(settings, port=port or settings.port, host=host or settings.host)
    service.serve(settings)


@main.command()
def demo(
    fresh: Annotated[bool, typer.Option("--fresh", help="Remove all data and start over.")] = False,
) -> None:
    """Load the sample data, find what meets, and serve it."""
    from app.demo import demo as run
    from app.settings import read_settings

    run(read_settings(), fresh=fresh)


@main.command()
def migrate() -> None:
    """Bring the database to the newest version."""
    from app.runtime import running
    from app.settings import read_settings

    with running(read_settings()) as runtime:
        place = runtime.engine.url.render_as_string(hide_password=True)
        print(f"Migrated: {place}")


@main.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Say what is present on this machine and what is missing."""
    from app import doctor as examination
    from app.settings import read_settings

    checks = examination.examine(read_settings())
    print(examination.as_json(checks) if as_json else examination.as_text(checks))
    if not examination.healthy(checks):
        raise typer.Exit(1)


def _features() -> Iterator[ModuleType]:
    for module in pkgutil.iter_modules(package.__path__):
        if module.ispkg:
            inside = importlib.util.find_spec(f"app.{module.name}.commands")
            if inside is not None:
                yield importlib.import_module(f"app.{module.name}.commands")


for _feature in _features():
    _feature.register(main)


if __name__ == "__main__":
    main()
