"""The mapping itself: which column fills which field, and how sure that is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Literal

from spatial.errors import MappingRefused
from spatial.fields import DATE_FIELDS, NUMBER_FIELDS, PLACE_FIELDS, TERM_FIELDS, TEXT_FIELDS
from spatial.words.match import VOCABULARIES, term_of
from spatial.words.normalise import normalise

FIELDS = (
    *TEXT_FIELDS,
    *TERM_FIELDS,
    *DATE_FIELDS,
    "valid_periods",
    *NUMBER_FIELDS,
    *PLACE_FIELDS,
)
CONSTANT_FIELDS = (*TEXT_FIELDS, *TERM_FIELDS, "start", "end", "period", "duration_days")
COST_OF_YEAR = re.compile(r"^cost_eur_((?:19|20)\d{2})$")
How = Literal["given", "saved", "standard", "name", "values", "name and values"]


def fingerprint(columns: Iterable[str]) -> str:
    """A digest of column names that forgives case, accents and order.

    >>> fingerprint(["Début", "Fin"]) == fingerprint(["fin", "DEBUT"])
    True
    """
    names = sorted(normalise(c) for c in columns)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Match:
    """A column that fills a field.

    ``order`` ("day_first", "month_first", "either") and ``clock`` ("date",
    "moment") are the habits of a date column, ``words`` the meaning of codes
    in this file, ``factor`` what a number must be multiplied by to become
    euros or days, ``notation`` that of geometry in text.
    """

    column: str
    confidence: float = 1.0
    how: How = "given"
    order: str | None = None
    clock: str | None = None
    factor: float = 1.0
    notation: str | None = None
    words: AnyMapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """Only what says something."""
        told: dict[str, object] = {
            "column": self.column,
            "confidence": round(self.confidence, 2),
            "how": self.how,
        }
        for name in ("order", "clock", "notation"):
            if getattr(self, name) is not None:
                told[name] = getattr(self, name)
        if self.factor != 1.0:
            told["factor"] = self.factor
        if self.words:
            told["words"] = dict(self.words)
        return told


@dataclass(frozen=True, slots=True)
class Question:
    """Something the mapping does not decide by itself.

    ``candidates`` are columns that may fill the field; ``text`` says, per
    language, what to answer and how.
    """

    field: str
    candidates: tuple[str, ...]
    text: AnyMapping[str, str]

    def to_json(self) -> dict[str, object]:
        """The question as JSON."""
        return {"field": self.field, "candidates": list(self.candidates), "text": dict(self.text)}


@dataclass(frozen=True)
class Mapping:
    """Columns of a file by field, values for the whole file, and what is asked.

    ``fields`` holds ``None`` for a field that must stay empty. ``personal`` are
    columns with personal data, which are dropped. ``fingerprint`` is that of
    the columns the mapping was made for, ``None`` for one written by hand.
    ``crs`` is what the place columns themselves say (an SRID in EWKT, GeoJSON,
    longitude and latitude by name), for a file that declares none.

    >>> given = Mapping.from_json({"start": "Début", "constants": {"facility": "riool"}})
    >>> given.fields["start"].column, given.constants
    ('Début', {'facility': 'sewer'})
    >>> Mapping.from_json(given.to_json()) == given
    True
    """

    fields: AnyMapping[str, Match | None] = field(default_factory=dict)
    constants: AnyMapping[str, Any] = field(default_factory=dict)
    asked: tuple[Question, ...] = ()
    personal: tuple[str, ...] = ()
    fingerprint: str | None = None
    crs: str | None = None
    layers: AnyMapping[str, Mapping] = field(default_factory=dict)

    def column(self, name: str) -> str | None:
        """The column that fills a field, or ``None``."""
        match = self.fields.get(name)
        return match.column if match is not None else None

    @property
    def matches(self) -> dict[str, Match]:
        """The fields that have a column."""
        return {name: match for name, match in self.fields.items() if match is not None}

    def to_json(self) -> dict[str, object]:
        """A JSON object: the format of a mapping file and of the report."""
        told: dict[str, object] = {
            "fields": {n: m.to_json() if m is not None else None for n, m in self.fields.items()},
            "constants": dict(self.constants),
            "asked": [q.to_json() for q in self.asked],
            "personal": list(self.personal),
            "fingerprint": self.fingerprint,
            "crs": self.crs,
        }
        if self.layers:
            told["layers"] = {name: m.to_json() for name, m in self.layers.items()}
        return told

    @classmethod
    def from_json(cls, told: object) -> Mapping:
        """Read a mapping; short forms are fine in one written by hand.

        ``{"start": "Begindatum"}`` is enough; a field may be a column name,
        ``null`` (leave it empty) or an object as :meth:`Match.to_json` writes it.

        Raises
        ------
        MappingRefused
            The object is not a mapping, or names a field or term we do not have.

        >>> Mapping.from_json({"strat": "Begin"})
        Traceback (most recent call last):
        ...
        spatial.errors.MappingRefused: There is no field “strat”. Did you mean “start”?
        """
        if not isinstance(told, dict):
            msg = "A mapping is a JSON object with a column name by field."
            raise MappingRefused(msg)
        told = _with_fields(told)
        return cls(
            fields={name: _match(name, value) for name, value in _object(told, "fields").items()},
            constants=_constants(_object(told, "constants")),
            asked=tuple(_question(q) for q in told.get("asked") or ()),
            personal=tuple(str(c) for c in told.get("personal") or ()),
            fingerprint=_text_or_none(told.get("fingerprint")),
            crs=_text_or_none(told.get("crs")),
            layers={name: cls.from_json(value) for name, value in _object(told, "layers").items()},
        )


_PARTS = frozenset({"fields", "constants", "asked", "personal", "fingerprint", "crs", "layers"})


def _with_fields(told: dict[str, Any]) -> dict[str, Any]:
    """The long form of a mapping whose fields stand at the top."""
    short = {k: v for k, v in told.items() if k not in _PARTS}
    if not short:
        return told
    long = {k: v for k, v in told.items() if k in _PARTS}
    return {**long, "fields": {**_object(long, "fields"), **short}}


def _object(told: AnyMapping[str, Any], name: str) -> dict[str, Any]:
    value = told.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        msg = f"“{name}” of a mapping is a JSON object, not {type(value).__name__}."
        raise MappingRefused(msg)
    return value


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None


def near(word: str, known: Iterable[str]) -> str:
    """Words that ask whether a known word was meant; nothing where none is near."""
    close = get_close_matches(word, list(known), n=2, cutoff=0.6)
    return f" Did you mean {' or '.join(f'“{c}”' for c in close)}?" if close else ""


def check_field(name: str) -> None:
    """Raise MappingRefused for a field we do not have."""
    if name not in FIELDS and not COST_OF_YEAR.match(name):
        msg = f"There is no field “{name}”.{near(name, FIELDS)}"
        raise MappingRefused(msg)


def _match(name: str, value: object) -> Match | None:
    check_field(name)
    if value is None:
        return None
    if isinstance(value, str):
        return Match(value)
    if not isinstance(value, dict) or not isinstance(value.get("column"), str):
        msg = f"Field “{name}” needs a column name, or an object with “column”."
        raise MappingRefused(msg)
    known = set(Match.__dataclass_fields__)
    for key in value:
        if key not in known:
            msg = f"Field “{name}” has no property “{key}”.{near(key, known)}"
            raise MappingRefused(msg)
    words = {str(k): _term(name, v) for k, v in _object(value, "words").items()}
    try:
        return Match(
            column=value["column"],
            confidence=float(value.get("confidence", 1.0)),
            how=value.get("how", "given"),
            order=_choice(name, value, "order", ("day_first", "month_first", "either", "both")),
            clock=_choice(name, value, "clock", ("date", "moment")),
            factor=float(value.get("factor", 1.0)),
            notation=_choice(name, value, "notation", ("wkt", "geojson", "wkb", "lat-lon", "x-y")),
            words=words,
        )
    except (TypeError, ValueError) as error:
        msg = f"Field “{name}” has a number that is none: {error}."
        raise MappingRefused(msg) from error


def _choice(
    name: str, value: AnyMapping[str, Any], key: str, choices: tuple[str, ...]
) -> str | None:
    chosen = value.get(key)
    if chosen is not None and chosen not in choices:
        msg = f"“{key}” of field “{name}” is one of {', '.join(choices)}, not {chosen!r}."
        raise MappingRefused(msg)
    return chosen


def _term(name: str, value: object) -> str:
    """An identifier of the vocabulary of a field."""
    if name not in VOCABULARIES:
        msg = f"Field “{name}” has no vocabulary, so “words” cannot be used."
        raise MappingRefused(msg)
    text = str(value)
    term = text if text in VOCABULARIES[name] else term_of(name, text)
    if term is None:
        ids = VOCABULARIES[name].ids
        msg = f"“{text}” is no {name}.{near(text, ids)} Known are {', '.join(ids)}."
        raise MappingRefused(msg)
    return term


def _constants(told: AnyMapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in told.items():
        if name not in CONSTANT_FIELDS:
            hint = near(name, CONSTANT_FIELDS)
            msg = f"Field “{name}” cannot have one value for the whole file.{hint}"
            raise MappingRefused(msg)
        found[name] = _term(name, value) if name in VOCABULARIES else value
    return found


def _question(told: object) -> Question:
    if not isinstance(told, dict) or not isinstance(told.get("field"), str):
        msg = "A question of a mapping has a field, candidates and a text."
        raise MappingRefused(msg)
    text = told.get("text")
    candidates = tuple(str(c) for c in told.get("candidates") or ())
    return Question(told["field"], candidates, text if isinstance(text, dict) else {})
