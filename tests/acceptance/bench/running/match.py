"""Whether the findings of a case are those of its label (semantics: ../README.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from spatial.rule import Rule
from tests.acceptance.bench.running.cases import Case
from tests.acceptance.bench.running.find import Found, find, rules_of
from tests.acceptance.bench.running.situations import Seen, seen


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case came out for one rule.

    ``right`` findings match an entry, ``wrong`` ones do not or are forbidden;
    ``missed`` entries are matched by none of the ``expected``. ``faults`` are
    what reading the case gave beside findings.
    """

    case: str
    rule: str
    right: int
    wrong: tuple[str, ...]
    expected: int
    missed: tuple[str, ...]
    faults: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the rule says of this case what the label says."""
        return not (self.wrong or self.missed or self.faults)


@dataclass(frozen=True, slots=True)
class Run:
    """The outcomes of cases, and which of them name a rule that does not exist."""

    outcomes: tuple[Outcome, ...]
    no_rule: tuple[tuple[str, str], ...]

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Outcomes that differ from their label."""
        return tuple(o for o in self.outcomes if not o.passed)


def run(cases: Sequence[Case]) -> Run:
    """Detect in every case and compare with its label."""
    outcomes: list[Outcome] = []
    no_rule: list[tuple[str, str]] = []
    for case in cases:
        rules, unknown = rules_of(case)
        no_rule += [(case["id"], code) for code in unknown]
        if rules:
            outcomes += _of_case(case, rules)
    return Run(tuple(outcomes), tuple(no_rule))


def _of_case(case: Case, rules: Sequence[Rule]) -> list[Outcome]:
    """A rule that breaks has failed its case; the other cases are still of interest."""
    this = seen(case)
    try:
        found = find(this, rules)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is told
        broken = replace(this, faults=(*this.faults, f"{type(error).__name__}: {error}"))
        return judge(broken, (), [rule.code for rule in rules])
    return judge(this, found, [rule.code for rule in rules])


def judge(seen: Seen, findings: Sequence[Found], codes: Sequence[str]) -> list[Outcome]:
    """The outcome for each of these rules."""
    return [_outcome(seen, [f for f in findings if f.rule == code], code) for code in codes]


def _outcome(seen: Seen, findings: Sequence[Found], code: str) -> Outcome:
    entries = [e for e in seen.case["expected"] if e["rule"] == code]
    barred = [e for e in seen.case["absent"] if e["rule"] == code]
    right = [
        f
        for f in findings
        if any(matches(seen, f, e) for e in entries) and not any(_is_barred(f, b) for b in barred)
    ]
    missed = [e for e in entries if not any(matches(seen, f, e) for f in right)]
    return Outcome(
        seen.case["id"],
        code,
        len(right),
        tuple(_said(f) for f in findings if f not in right),
        len(entries),
        tuple(_asked(e) for e in missed),
        seen.faults,
    )


def _is_barred(found: Found, entry: Case) -> bool:
    """An absent entry without works bars every finding of its rule."""
    return found.works >= set(entry.get("works", ()))


def matches(seen: Seen, found: Found, entry: Case) -> bool:
    """Whether a finding is the one that an entry asks for."""
    if not found.works >= set(entry["works"]):
        return False
    if "start" in entry and found.days != f"{entry['start']} to {entry['end']}":
        return False
    return _about_the_same(seen, found, entry) and all(
        abs(found.measures.get(name, float("inf")) - m["value"]) <= m["tolerance"]
        for name, m in entry.get("measures", {}).items()
    )


def _about_the_same(seen: Seen, found: Found, entry: Case) -> bool:
    """Compared where both name an object of one layer."""
    layers = {t.layer for t in seen.objects.values() if t.name in entry.get("context", ())}
    if found.subject is None or found.subject[0] not in layers:
        return True
    return found.subject[1] in entry["context"]


def _said(found: Found) -> str:
    numbers = ", ".join(f"{k} {v:g}" for k, v in found.measures.items())
    of = f" of {found.subject[1]}" if found.subject else ""
    return f"{', '.join(sorted(found.works))}{of}, {found.days} ({numbers})"


def _asked(entry: Case) -> str:
    numbers = ", ".join(
        f"{k} {m['value']:g} ± {m['tolerance']:g}" for k, m in entry.get("measures", {}).items()
    )
    days = f", {entry['start']} to {entry['end']}" if "start" in entry else ""
    return f"{', '.join(entry['works']) or 'no work'}{days}" + (f" ({numbers})" if numbers else "")
