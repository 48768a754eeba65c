"""Match the columns of a strange file to our fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import replace

from spatial.errors import MappingRefused
from spatial.fields import TERM_FIELDS
from spatial.mapping.amounts import propose_amounts
from spatial.mapping.asking import ask_by_values
from spatial.mapping.candidates import ACCEPTED, Candidate, candidates
from spatial.mapping.codes import codes_for
from spatial.mapping.dating import propose_dates
from spatial.mapping.model import Mapping, Match, Question, fingerprint, near
from spatial.mapping.placing import crs_of_place, propose_place
from spatial.mapping.profile import Profile
from spatial.mapping.questions import which_column
from spatial.reader import RawBatch, RawLayer

SHARING = frozenset({"facility", "activity", "excavation"})
"""Fields that one column of words may fill together."""
TIE = 0.005
TITLE_LENGTH = 80


def propose(layer: RawLayer, sample: RawBatch, *, saved: Mapping | None = None) -> Mapping:
    """Propose which column fills which field, and ask what is not sure.

    A reader of a standard format knows its columns: that is taken as it is. A
    saved mapping for the same columns is used again; one written by hand, or
    for other columns, decides what it names and the rest is proposed.

    Raises
    ------
    MappingRefused
        The mapping names a column that the layer has not.
    """
    columns = tuple(dict.fromkeys([*layer.columns, *sample.columns]))
    if layer.mapping is not None:
        return _standard(layer.mapping, columns)
    if saved is not None:
        saved = saved.layers.get(layer.name, saved)
        if saved.fingerprint == fingerprint(columns):
            return _in_case_of(saved, columns, how=None)
    given = _given(saved, columns)
    profiles = [Profile.of(c, sample.columns.get(c, ())) for c in columns]
    has_geometry = sample.geometry is not None and any(g is not None for g in sample.geometry)
    return _propose(profiles, given, has_geometry=has_geometry)


def _standard(known: AnyMapping[str, str], columns: Sequence[str]) -> Mapping:
    """The mapping of a standard format; its times are moments, never dates in costume.

    A vocabulary it does not fill stays empty: nothing is derived from titles.
    """
    fields: dict[str, Match | None] = dict.fromkeys(TERM_FIELDS)
    fields |= {
        field: Match(column, 1.0, "standard", clock="moment") for field, column in known.items()
    }
    return Mapping(fields=fields, fingerprint=fingerprint(columns))


def _given(saved: Mapping | None, columns: Sequence[str]) -> Mapping:
    """What somebody decided: every column of a mapping by hand, those that exist of a saved one."""
    if saved is None:
        return Mapping()
    if saved.fingerprint is None:
        return _in_case_of(saved, columns, how="given")
    known = set(columns)
    kept = {
        field: replace(match, how="saved") if match is not None else None
        for field, match in saved.fields.items()
        if match is None or match.column in known
    }
    return Mapping(fields=kept, constants=saved.constants)


def _in_case_of(saved: Mapping, columns: Sequence[str], how: str | None) -> Mapping:
    """A mapping whose columns are written as this file writes them."""
    exact = set(columns)
    folded = {c.casefold().strip(): c for c in columns}
    fields: dict[str, Match | None] = {}
    for field, match in saved.fields.items():
        if match is None:
            fields[field] = None
            continue
        column = match.column
        if column not in exact:
            column = folded.get(match.column.casefold().strip(), "")
        if not column:
            msg = (
                f"The mapping fills “{field}” from column “{match.column}”, which the file has "
                f"not.{near(match.column, columns)} Its columns are {', '.join(columns)}."
            )
            raise MappingRefused(msg)
        fields[field] = replace(match, column=column, how=how or match.how)  # type: ignore[arg-type]  # one of the literals
    return replace(saved, fields=fields)


def _propose(profiles: Sequence[Profile], given: Mapping, *, has_geometry: bool) -> Mapping:
    decided = dict(given.fields)
    taken = {m.column for m in given.matches.values()}
    named = {**decided, **dict.fromkeys(given.constants)}
    personal = tuple(p.column for p in profiles if p.is_personal and p.column not in taken)
    free = [p for p in profiles if p.column not in {*taken, *personal}]
    asked: list[Question] = []
    found: dict[str, Match] = {}
    if not has_geometry and not {"geometry", "x"} & set(named):
        place, questions = propose_place(free)
        found.update(place)
        asked.extend(questions)
    free = _without(free, found)
    dates = propose_dates([*free, *_of(profiles, taken)], named)
    found.update(dates.fields)
    asked.extend(dates.asked)
    free = _without(free, found)
    amounts, questions = propose_amounts(free, named)
    asked.extend(questions)
    free = _without(free, amounts)
    words, questions = _assign(candidates(free), {**named, **found}, [p.column for p in profiles])
    found.update(words)
    found.update(amounts)
    _title_from_description(found, {**named, **found}, profiles)
    asked = [q for q in [*asked, *questions] if q.field not in named or q.field in dates.fields]
    settled = {*named, *found, *(q.field for q in asked)}
    asked.extend(ask_by_values(_without(free, words), settled))
    fields = {**found, **{k: v for k, v in decided.items() if k not in dates.fields}}
    matches = {k: v for k, v in fields.items() if v is not None}
    return Mapping(
        fields=fields,
        constants=given.constants,
        asked=tuple(asked),
        personal=personal,
        fingerprint=fingerprint(p.column for p in profiles),
        crs=given.crs or (None if has_geometry else crs_of_place(matches, profiles)),
    )


def _without(profiles: Iterable[Profile], fields: AnyMapping[str, Match]) -> list[Profile]:
    used = {m.column for m in fields.values()}
    return [p for p in profiles if p.column not in used]


def _of(profiles: Iterable[Profile], columns: set[str]) -> list[Profile]:
    return [p for p in profiles if p.column in columns]


def _assign(
    found: Sequence[Candidate], decided: AnyMapping[str, Match | None], columns: Sequence[str]
) -> tuple[dict[str, Match], list[Question]]:
    """Give each field its surest column; a column serves one field, words may serve several."""
    fields: dict[str, Match] = {}
    unsure: dict[str, list[str]] = {}
    users: dict[str, set[str]] = {}
    for candidate in found:
        field, column = candidate.field, candidate.column
        if field in decided or field in fields or not _is_free(field, column, users):
            continue
        if candidate.confidence < ACCEPTED:
            unsure.setdefault(field, []).append(column)
        else:
            words = codes_for(field, column, columns) if field in TERM_FIELDS else {}
            fields[field] = Match(column, candidate.confidence, candidate.how, words=words)
            users.setdefault(column, set()).add(field)
    asked = [
        which_column(field, left)
        for field, names in unsure.items()
        if field not in fields and (left := [n for n in names if _is_free(field, n, users)])
    ]
    return fields, asked


def _is_free(field: str, column: str, users: AnyMapping[str, set[str]]) -> bool:
    """Whether a column may still serve a field: words may serve several."""
    using = users.get(column, set())
    return not using or (field in SHARING and using <= SHARING)


def _title_from_description(
    found: dict[str, Match],
    decided: AnyMapping[str, Match | None],
    profiles: Sequence[Profile],
) -> None:
    """A short description is the only name some files have for a work."""
    match = found.get("description")
    if "title" in decided or match is None:
        return
    profile = next(p for p in profiles if p.column == match.column)
    if profile.values and profile.mean_length <= TITLE_LENGTH:
        found["title"] = replace(match, confidence=round(match.confidence * 0.9, 3))
