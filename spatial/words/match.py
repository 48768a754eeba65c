"""Finding the terms of a vocabulary in a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from spatial import vocabulary
from spatial.vocabulary import Vocabulary
from spatial.words.normalise import normalise, tokens

VOCABULARIES: dict[str, Vocabulary] = {
    v.name: v
    for v in (
        vocabulary.FACILITY,
        vocabulary.ACTIVITY,
        vocabulary.EXCAVATION,
        vocabulary.ROAD_IMPACT,
        vocabulary.PLANNING_STATUS,
        vocabulary.COMMITMENT,
        vocabulary.VISIBILITY,
    )
}
VOCABULARIES["kind"] = vocabulary.ORGANISATION_KIND

STREET_ENDS = (
    "straat",
    "laan",
    "weg",
    "plein",
    "gracht",
    "singel",
    "hof",
    "steeg",
    "plantsoen",
    "kade",
    "dijk",
    "pad",
    "park",
    "strasse",
    "allee",
    "gasse",
    "platz",
    "ufer",
    "damm",
)
"""A word that begins like ours but ends like this is a street: Rioolstraat, Gasthuisplein."""


class Hit(NamedTuple):
    """A term found in a text: where its first word stands and whether it is weak."""

    term: str
    position: int
    weak: bool


@dataclass(frozen=True, slots=True)
class _Index:
    """The phrases of one vocabulary, arranged for look-up."""

    phrases: dict[tuple[str, ...], tuple[str, bool]]
    heads: dict[str, tuple[str, bool]]
    tails: dict[str, tuple[str, bool]]
    longest: int


def _entries(name: str) -> Iterator[tuple[str, str]]:
    """Every (term, entry) of the file of a vocabulary; its own words first."""
    for term in VOCABULARIES[name]:
        yield from ((term.id, text) for text in (term.id, term.nl, term.en))
    text = files("spatial.words").joinpath(f"{name}.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            term_id, _, entries = line.partition(":")
            yield from ((term_id.strip(), e.strip()) for e in entries.split(",") if e.strip())


@cache
def _index(name: str) -> _Index:
    index = _Index({}, {}, {}, 1)
    longest = 1
    for term, entry in _entries(name):
        words = tokens(entry)
        if entry.endswith("*") and len(words) == 1:
            index.heads.setdefault(words[0], (term, entry.startswith("~")))
        elif entry.startswith("*"):
            index.tails.setdefault(words[0], (term, False))
            index.phrases.setdefault(words, (term, False))
        elif entry.startswith("~"):
            index.phrases[words] = (term, True)
        else:
            index.phrases.setdefault(words, (term, False))
        longest = max(longest, len(words))
    return _Index(index.phrases, index.heads, index.tails, longest)


def _of_word(index: _Index, word: str) -> tuple[str, bool] | None:
    """The term of a word that begins or ends like one of ours; the longest likeness wins."""
    if word.endswith(STREET_ENDS) and word not in index.heads and word not in index.tails:
        return None
    for size in range(len(word), 2, -1):
        found = index.heads.get(word[:size]) or index.tails.get(word[-size:])
        if found is not None:
            return found
    return None


@lru_cache(maxsize=200_000)
def find_all(name: str, text: str) -> tuple[Hit, ...]:
    """Every term of a vocabulary that a text names, in the order of the text.

    The longest phrase at each place counts. Words that only look like a term
    because they are a street name do not.

    >>> [h.term for h in find_all("facility", "Vervangen riolering en waterleiding")]
    ['sewer', 'water']
    >>> find_all("facility", "Gasthuisstraat")
    ()
    """
    index, words = _index(name), tokens(text)
    hits: list[Hit] = []
    at = 0
    while at < len(words):
        size, term, weak = _longest(index, words, at)
        if term is not None:
            hits.append(Hit(term, at, weak))
        at += size
    return tuple(hits)


def _longest(index: _Index, words: tuple[str, ...], at: int) -> tuple[int, str | None, bool]:
    """Length, term and weakness of the longest phrase that begins at a word."""
    for size in range(min(index.longest, len(words) - at), 0, -1):
        found = index.phrases.get(words[at : at + size])
        if found is not None:
            return size, *found
    term, weak = _of_word(index, words[at]) or (None, False)
    return 1, term, weak


def find(name: str, text: str) -> str | None:
    """The one term that a text names, or ``None``.

    The first strong one; of road impacts the gravest, for one cell may list
    what happens to footway, cycleway and carriageway.

    >>> find("activity", "Vervanging riolering"), find("facility", "Vervanging riolering")
    ('renew', 'sewer')
    >>> find("road_impact", "EMPRISE_CHAUSSEE,EMPRISE_TROTTOIR")
    'carriageway_occupied'
    >>> find("road_impact", "footway closed"), find("road_impact", "closed")
    ('footway', 'closed')
    >>> find("planning_status", "in Bau"), find("planning_status", "unicorn")
    ('under_construction', None)
    """
    hits = find_all(name, text)
    strong = [h for h in hits if not h.weak and h.term != "unknown"] or list(hits)
    if not strong:
        return None
    if name == "road_impact":
        order = VOCABULARIES[name].codes
        known = [h for h in strong if h.term != "unknown"] or strong
        return max(known, key=lambda h: order[h.term]).term
    return strong[0].term


def term_of(name: str, text: str) -> str | None:
    """The term whose identifier, title or whole phrase the text is, or ``None``.

    Stricter than :func:`find`: nothing else may stand in the text.

    >>> term_of("facility", "Riool"), term_of("facility", "riool in de Kerkstraat")
    ('sewer', None)
    """
    found = _index(name).phrases.get(tokens(text))
    if found is not None:
        return found[0]
    word = normalise(text)
    likeness = _of_word(_index(name), word) if word and " " not in word else None
    return likeness[0] if likeness is not None else None
