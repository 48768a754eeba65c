"""``./run bench quality``: how good detection is, measured on the labelled cases.

    ./run bench quality [--rules B01,O02]     precision and recall; what changed since the last release
    ./run bench quality --mutate              change every rule in every way: a case must turn red
    ./run bench quality --record              keep what is found now as that of the release

docs/quality.md tells what is measured. Exit code 1 where a rule does not agree
with its cases, or where a mutant survives that nobody explained.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from time import perf_counter

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from spatial.rule import rules
from tests.acceptance.bench.running import known, survivors
from tests.acceptance.bench.running.cases import read_cases
from tests.acceptance.bench.running.match import Run, run
from tests.acceptance.bench.running.mutants import Fated, all_fates
from tests.acceptance.bench.running.score import Score, by_rule
from tests.benchmarks import release


def measure(console: Console, codes: frozenset[str]) -> bool:
    """Precision and recall; whether all is as labelled, or explained."""
    result = run([case for case in read_cases() if codes & set(case["rules"])])
    chosen = Run(
        tuple(o for o in result.outcomes if o.rule in codes),
        tuple(n for n in result.no_rule if n[1] in codes),
    )
    console.print(table(chosen))
    for code, count in Counter(code for _, code in chosen.no_rule).items():
        console.print(f"[yellow]There is no rule {code}: {count} cases were not run.[/yellow]")
    misses = known.read_known()
    for outcome in chosen.failed:
        reason = misses.get((outcome.case, outcome.rule))
        console.print(f"{outcome.rule} {outcome.case}: " + (reason or "[red]not explained[/red]"))
        if reason is None:
            for title, lines in (("missed", outcome.missed), ("wrong", outcome.wrong)):
                for line in lines:
                    console.print(f"   {title}: {escape(line)}")
            for line in outcome.faults:
                console.print(f"   {escape(line)}")
    return not chosen.no_rule and not known.unknown_failures(chosen.outcomes, misses)


def table(result: Run) -> Table:
    """Counts, precision and recall per rule and of all."""
    titles = {rule.code: rule.title_en for rule in rules()}
    shown = Table("rule", "", title="Labelled cases")
    for name in ("cases", "findings", "wrong", "expected", "missed", "precision", "recall"):
        shown.add_column(name, justify="right")
    rows = [(code, titles[code], score) for code, score in by_rule(result.outcomes).items()]
    for code, title, score in [*rows, ("all", "", Score.of(result.outcomes))]:
        counts = (score.cases, score.right + score.wrong, score.wrong, score.expected, score.missed)
        shown.add_row(
            code, title, *map(str, counts), f"{score.precision:.2f}", f"{score.recall:.2f}"
        )
    return shown


def mutate(console: Console, codes: frozenset[str]) -> bool:
    """Change every rule; whether each change turns a case red or is explained."""
    began = perf_counter()
    fates: list[Fated] = []
    shown = Table("rule", title="Mutants")
    for name in ("made", "case red", "test red", "scores only", "alive", "explained"):
        shown.add_column(name, justify="right")
    reasons = survivors.read_survivors()
    for told in all_fates(sorted(codes)):
        some = [f for f in told if f.fate != "none"]
        fates += some
        if some:
            count = Counter(f.fate for f in some)
            explained = count["alive"] - len(survivors.unexplained(some, reasons))
            numbers = (
                *(len(some), count["red"], count["test"], count["score"], count["alive"]),
                explained,
            )
            shown.add_row(some[0].where, *map(str, numbers))
    console.print(shown)
    count = Counter(f.fate for f in fates)
    console.print(
        f"{len(fates)} mutants in {perf_counter() - began:.0f} s: {count['red']} turn a case red, "
        f"{count['test']} only a test of the rule, {count['score']} move scores alone, {count['alive']} live on."
    )
    left = survivors.unexplained(fates, reasons)
    for each in left:
        console.print(f"[red]alive[/red] {each.where} {escape(each.change)}")
    old = survivors.stale(fates, reasons)
    for where, change in old:
        console.print(f"[red]no survivor[/red] {where} {escape(change)}: take it out of the list")
    return not left and not old


def main() -> int:
    """Run what the arguments ask for; 1 where something is not as it should be."""
    every = [rule.code for rule in rules()]
    asked = argparse.ArgumentParser(prog="./run bench quality")
    asked.add_argument("--rules", help="codes with commas; all without it")
    asked.add_argument("--mutate", action="store_true", help="change every rule in every way")
    asked.add_argument("--record", action="store_true", help="keep the findings of the release")
    asked.add_argument("--no-data", action="store_true", help="the labelled cases alone")
    args = asked.parse_args()
    console = Console()
    named = {code for case in read_cases() for code in case["rules"]}
    codes = frozenset(args.rules.split(",")) if args.rules else frozenset({*every, *named})
    if args.mutate:
        return 0 if mutate(console, codes & named & set(every)) else 1
    good = measure(console, codes)
    if args.record:
        release.record(console)
    elif not args.no_data and not args.rules:
        release.compare(console)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
