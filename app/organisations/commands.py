"""``kansenkaart organisation add`` and ``kansenkaart key add``."""

from __future__ import annotations

from typing import Annotated

import typer


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    organisation = typer.Typer(help="Organisations that deliver works.", no_args_is_help=True)
    organisation.command("add")(add)
    key = typer.Typer(help="API keys of organisations.", no_args_is_help=True)
    key.command("add")(add_key)
    cli.add_typer(organisation, name="organisation")
    cli.add_typer(key, name="key")


def add(
    slug: Annotated[str, typer.Argument(help="Short name in addresses and options.")],
    name: Annotated[str, typer.Option(help="Name as people write it.")] = "",
    kind: Annotated[str, typer.Option(help="For instance municipality.")] = "unknown",
) -> None:
    """Add an organisation."""
    from app.organisations.add import add as add_organisation
    from app.runtime import running
    from app.settings import read_settings

    with running(read_settings()) as runtime, runtime.engine.begin() as connection:
        typer.echo(str(add_organisation(connection, slug, name, kind)))


def add_key(
    slug: Annotated[str, typer.Argument(help="Slug of the organisation.")],
    label: Annotated[str, typer.Option(help="What the key is for.")] = "",
) -> None:
    """Make an API key and print it; it is shown only now."""
    from app.organisations.issue_key import issue_key
    from app.runtime import running
    from app.settings import read_settings

    with running(read_settings()) as runtime, runtime.engine.begin() as connection:
        key = issue_key(connection, slug, label=label)
    typer.echo(key)
