"""Which columns are start, end, period and window; and how they write their dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from spatial.dates import join_habits
from spatial.fields import DATE_FIELDS
from spatial.mapping.candidates import ACCEPTED, ASKED, SURE, WITHOUT_VALUES
from spatial.mapping.model import Match, Question
from spatial.mapping.names import date_name, score_name
from spatial.mapping.profile import Profile
from spatial.mapping.questions import which_column, which_order
from spatial.period import NO_DAY

MOSTLY = 0.8
SELDOM_A_DATE = 0.5
TIE = 0.02


class _Dated(NamedTuple):
    """A column that may be a start or an end."""

    profile: Profile
    side: str
    confidence: float
    stem: str


class Dating(NamedTuple):
    """The date fields that were decided, and what is asked."""

    fields: dict[str, Match]
    asked: list[Question]


def propose_dates(profiles: Sequence[Profile], decided: Mapping[str, Match | None]) -> Dating:
    """Find the date columns; ``decided`` are fields somebody decided already."""
    fields: dict[str, Match] = {}
    asked: list[Question] = []
    free = [p for p in profiles if p.column not in _taken(decided)]
    for field in ("earliest", "latest"):
        if field not in decided:
            _window(field, free, fields, asked)
    free = [p for p in free if p.column not in _taken(fields)]
    if not {"start", "end"} & set(decided):
        _pair(free, fields, asked)
    else:
        _single_sides(free, decided, fields)
    if "period" not in decided:
        _period(free, {**fields, **decided}, fields, asked)
    if not {"start", "end", "period"} & ({*fields, *decided} | {q.field for q in asked}):
        _ask_unnamed(free, asked)
    by_column = {p.column: p for p in profiles}
    return Dating(_with_habits(fields, decided, by_column, asked), asked)


def _taken(fields: Mapping[str, Match | None]) -> set[str]:
    return {m.column for m in fields.values() if m is not None}


def _value_factor(profile: Profile) -> float:
    if not profile.values:
        return WITHOUT_VALUES
    for least, factor in ((0.9, 1.03), (0.6, 0.95), (0.3, 0.6)):
        if profile.date_share >= least:
            return factor
    return SELDOM_A_DATE if profile.date_share > 0 else 0.0


def _dated(profiles: Sequence[Profile], side: str) -> list[_Dated]:
    found = [
        _Dated(p, side, min(SURE, name.confidence * _value_factor(p)), name.stem)
        for p in profiles
        if (name := date_name(p.column)) is not None and name.side == side
    ]
    found = [d for d in found if d.confidence >= ASKED]
    telling = [d for d in found if d.profile.values] or found
    return sorted(telling, key=lambda d: -d.confidence)


def _pair(profiles: Sequence[Profile], fields: dict[str, Match], asked: list[Question]) -> None:
    """The best pair of start and end; the two of a pair have the same rest of the name."""
    starts, ends = _dated(profiles, "start"), _dated(profiles, "end")
    if not starts or not ends:
        for side, found in (("start", starts), ("end", ends)):
            _take_or_ask(side, found, fields, asked)
        return
    ranked = sorted(
        ((_pair_score(s, e), i, j) for i, s in enumerate(starts) for j, e in enumerate(ends)),
        key=lambda t: (-t[0], t[1], t[2]),
    )
    score, i, j = ranked[0]
    start, end = starts[i], ends[j]
    rivals = [(starts[a], ends[b]) for other, a, b in ranked[1:] if score - other < TIE]
    for side, chosen, others in (
        ("start", start, [r[0] for r in rivals]),
        ("end", end, [r[1] for r in rivals]),
    ):
        different = [o for o in others if o.profile.values != chosen.profile.values]
        _take_or_ask(side, [chosen, *different], fields, asked, tie=bool(different))


def _pair_score(start: _Dated, end: _Dated) -> float:
    score = start.confidence + end.confidence
    if start.stem == end.stem:
        score += 0.15
    return score - (0.4 if _in_order(start.profile, end.profile) < MOSTLY else 0.0)


def _in_order(start: Profile, end: Profile) -> float:
    """Share of rows whose end is not before their start; 1 where that cannot be seen."""
    if len(start.readings) != len(end.readings):
        return 1.0  # cells are missing, so the rows of the two samples do not match
    both = [
        (a, b)
        for a, b in zip(start.readings, end.readings, strict=True)
        if NO_DAY not in (a.start, b.end)
    ]
    return sum(b.end > a.start for a, b in both) / len(both) if both else 1.0


def _take_or_ask(
    field: str,
    found: Sequence[_Dated],
    fields: dict[str, Match],
    asked: list[Question],
    *,
    tie: bool = False,
) -> None:
    if not found:
        return
    best = found[0]
    if best.confidence >= ACCEPTED and not tie:
        how = "name and values" if best.profile.values else "name"
        fields[field] = Match(best.profile.column, round(best.confidence, 3), how)  # type: ignore[arg-type]  # two of the literals
    else:
        names = list(dict.fromkeys(d.profile.column for d in found))
        asked.append(which_column(field, names[:5]))


def _single_sides(
    profiles: Sequence[Profile],
    decided: Mapping[str, Match | None],
    fields: dict[str, Match],
) -> None:
    """The other side of a start or end that somebody gave."""
    for side, other in (("start", "end"), ("end", "start")):
        given = decided.get(other)
        if side in decided or given is None:
            continue
        named = date_name(given.column)
        stem = named.stem if named else None
        found = [d for d in _dated(profiles, side) if stem is None or d.stem == stem]
        _take_or_ask(side, found, fields, [])


def _window(
    field: str, profiles: Sequence[Profile], fields: dict[str, Match], asked: list[Question]
) -> None:
    found = sorted(
        (
            (score_name(p.column)[field] * _value_factor(p), p.column)
            for p in profiles
            if field in score_name(p.column)
        ),
        reverse=True,
    )
    if found and found[0][0] >= ACCEPTED:
        fields[field] = Match(found[0][1], round(min(SURE, found[0][0]), 3), "name and values")
    elif found and found[0][0] >= ASKED:
        asked.append(which_column(field, [found[0][1]]))


def _period(
    profiles: Sequence[Profile],
    decided: Mapping[str, Match | None],
    fields: dict[str, Match],
    asked: list[Question],
) -> None:
    """A column that holds the whole period: by name, else by values of two dates."""
    dated = any(decided.get(side) is not None for side in ("start", "end"))
    scored = sorted(_period_scores(profiles, dated=dated), key=lambda t: -t[0])
    scored = [s for s in scored if s[1] not in _taken(decided)]
    if not scored:
        return
    score, column = scored[0]
    if score >= ACCEPTED:
        fields["period"] = Match(column, round(min(SURE, score), 3), "name and values")
    elif score >= ASKED and not dated:
        asked.append(which_column("period", [c for _, c in scored[:5]]))


def _period_scores(profiles: Sequence[Profile], *, dated: bool) -> Iterator[tuple[float, str]]:
    for profile in profiles:
        named = score_name(profile.column).get("period", 0.0)
        if not profile.values:
            yield named * WITHOUT_VALUES if not dated else 0.0, profile.column
            continue
        spans = profile.span_share >= MOSTLY
        if dated:
            yield (named if named == 1.0 and spans else 0.0), profile.column
        elif profile.date_share >= MOSTLY and named:
            yield max(named * 0.98, 0.9 if spans else 0.0), profile.column
        else:
            yield (0.75 if spans else 0.0), profile.column


def _ask_unnamed(profiles: Sequence[Profile], asked: list[Question]) -> None:
    """No column is named like a date: ask about those that hold dates."""
    found = [
        p.column
        for p in profiles
        if p.values and p.date_share >= MOSTLY and p.number_share < MOSTLY and not p.notation
    ]
    if found:
        asked.append(which_column("start", found[:5]))


def _with_habits(
    fields: dict[str, Match],
    decided: Mapping[str, Match | None],
    profiles: Mapping[str, Profile],
    asked: list[Question],
) -> dict[str, Match]:
    """The habits of the chosen columns; the order of day and month is shared by the file."""
    out = dict(fields)
    out |= {f: m for f, m in decided.items() if m is not None and f in DATE_FIELDS}
    shared = join_habits([profiles[m.column].habit for m in out.values() if m.column in profiles])
    for field, match in list(out.items()):
        profile = profiles.get(match.column)
        if profile is None:
            continue
        habit = profile.habit
        order = match.order or (shared if habit.order == "either" else habit.order)
        if order in ("either", "both"):
            asked.append(which_order(field, match.column, profile.values[0]))
        out[field] = replace(match, order=order, clock=match.clock or habit.clock)
    return out
