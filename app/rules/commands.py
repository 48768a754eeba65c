"""``kansenkaart rules``: show the rules, set them, and take that back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from spatial.rule import ParameterRefused

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Connection

    from app.rules.change import Change, Number

Reason = Annotated[str, typer.Option(help="Why, for whoever reads the versions later.")]
Code = Annotated[str, typer.Argument(help="Code of the rule, for instance B02.")]
COMMAND_LINE = "administrator"


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    rules = typer.Typer(invoke_without_command=True)
    rules.callback()(list_rules)
    rules.command("set")(set_)
    rules.command("off")(off)
    rules.command("on")(on)
    rules.command("confirm")(confirm)
    rules.command("versions")(versions)
    rules.command("undo")(undo)
    cli.add_typer(rules, name="rules")


def list_rules(
    context: typer.Context,
    *,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="As the page docs/rules.md.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Show every rule with its thresholds and where they come from; or set them."""
    from app.rules.describe import describe_all
    from app.rules.describe import markdown as page

    if context.invoked_subcommand:
        return
    if markdown:
        typer.echo(page(), nl=False)
        return
    described = describe_all()
    if json:
        import orjson

        rules = {"rules": [rule.model_dump() for rule in described]}
        typer.echo(orjson.dumps(rules, option=orjson.OPT_INDENT_2).decode())
        return
    for rule in described:
        typer.echo(f"{rule.code}  {rule.title_en} / {rule.title_nl}")
        for t in rule.thresholds:
            default = " (default)" if t.is_default else ""
            typer.echo(f"     {t.name:18s}{t.value:>10,g} {t.unit:8s}{t.title_en}{default}")


def set_(
    code: Code,
    values: Annotated[
        list[str], typer.Argument(help="THRESHOLD=NUMBER; THRESHOLD=default for its own value.")
    ],
    reason: Reason = "",
) -> None:
    """Give thresholds of a rule other values, and find everything anew."""
    from app.rules.change import Change

    numbers = dict(map(number, values))
    change = Change(parameters={code.upper(): numbers})
    _adopt(lambda _: change, reason)


def number(text: str) -> tuple[str, Number]:
    """A threshold and its value as people type them.

    >>> number("no_dig_days=1500"), number("margin_m=default")
    (('no_dig_days', 1500.0), ('margin_m', None))
    """
    name, _, value = text.partition("=")
    try:
        return name.strip(), None if value.strip() == "default" else float(value)
    except ValueError:
        msg = f"{text!r} is not of the form THRESHOLD=NUMBER."
        raise ParameterRefused(msg) from None


def off(code: Code, reason: Reason = "") -> None:
    """Switch a rule off; what it found is resolved."""
    from app.rules.change import Change

    _adopt(lambda _: Change(switch_off=[code.upper()]), reason)


def on(
    code: Code,
    area: Annotated[
        list[str] | None,
        typer.Option(help="Only in this area, LEVEL:CODE; may be given several times."),
    ] = None,
    reason: Reason = "",
) -> None:
    """Switch a rule on, everywhere or in some areas."""
    from app.rules.change import Change

    def change(connection: Connection) -> Change:
        return Change(only_in={code.upper(): [_area(connection, text) for text in area or ()]})

    _adopt(change, reason)


def confirm(
    code: Code,
    name: Annotated[str, typer.Argument(help="Name of the threshold.")],
    value: Annotated[float, typer.Argument(help="The value that is confirmed.")],
    by: Annotated[str, typer.Option(help="The person who stands for it.")],
    note: Annotated[str, typer.Option(help="On what ground.")] = "",
) -> None:
    """Note that a person of the partnership stands for the value of a threshold."""
    from app.rules.adopt import confirm as confirm_
    from app.rules.adopt import confirmation
    from app.runtime import running
    from app.settings import read_settings

    with running(read_settings()) as runtime, runtime.engine.begin() as connection:
        said = confirmation(value, by, note)
        version = confirm_(connection, code, name, said, by=COMMAND_LINE)
    typer.echo(f"Version {version}: {code.upper()}.{name} = {value:g} confirmed by {by}.")


def versions(
    *, json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False
) -> None:
    """Show who set the rules how, when and why; the newest first."""
    import orjson

    from app.organisations.viewer import ADMINISTRATOR
    from app.rules.versions import list_versions
    from app.runtime import running
    from app.settings import read_settings

    with running(read_settings()) as runtime, runtime.engine.begin() as connection:
        told = list_versions(connection, ADMINISTRATOR).versions
    if json:
        content = {"versions": [version.model_dump() for version in told]}
        typer.echo(orjson.dumps(content, option=orjson.OPT_INDENT_2).decode())
        return
    if not told:
        typer.echo("Nobody has set anything: the rules are as they come.")
    for version in told:
        taken_back = f" (undone by {version.undone_by})" if version.undone_by else ""
        typer.echo(f"{version.version}  {version.at}  {version.by}  {version.reason}{taken_back}")
        typer.echo(f"     {orjson.dumps(version.changed).decode()}")


def undo(
    version: Annotated[
        int | None, typer.Argument(help="The newest version, if it is not said.")
    ] = None,
    reason: Reason = "",
) -> None:
    """Set the rules as they were before a version, and find everything anew."""
    from app.findings.rule_sets import read_version
    from app.rules.adopt import undo as undo_

    def make(connection: Connection) -> int:
        which = read_version(connection).version if version is None else version
        return undo_(connection, which, by=COMMAND_LINE, reason=reason)

    _make(make)


def _area(connection: Connection, text: str) -> UUID:
    from sqlalchemy import select

    from app.tables import areas

    level, _, code = text.partition(":")
    query = select(areas.c.id).where(areas.c.level == level, areas.c.code == code)
    found: UUID | None = connection.scalar(query)
    if found is None:
        msg = f"There is no area {text!r}; write LEVEL:CODE, for instance neighbourhood:BU00010000."
        raise ParameterRefused(msg)
    return found


def _adopt(change: Callable[[Connection], Change], reason: str) -> None:
    from app.rules.adopt import adopt

    def make(connection: Connection) -> int:
        return adopt(connection, change(connection), by=COMMAND_LINE, reason=reason)

    _make(make)


def _make(make: Callable[[Connection], int]) -> None:
    """Add a version, then detect in the foreground."""
    from app.findings.catch_up import catch_up
    from app.runtime import running
    from app.settings import read_settings

    with running(read_settings()) as runtime:
        with runtime.engine.begin() as connection:
            version = make(connection)
        typer.echo(f"Version {version} of the rules is in force.")
        done = catch_up(runtime.engine, runtime.settings)
        told = ", ".join(f"{count} {name}" for name, count in done.changes.to_json().items())
        typer.echo(f"Findings: {told}.")
