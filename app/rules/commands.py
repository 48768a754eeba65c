"""``kansenkaart rules``."""

from __future__ import annotations

from typing import Annotated

import typer


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("rules")(list_rules)


def list_rules(
    *,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="As the page docs/rules.md.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Show every rule with its thresholds and where they come from."""
    from app.rules.describe import describe_all
    from app.rules.describe import markdown as page

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
