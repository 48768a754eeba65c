"""What the name of a column says about the field it fills."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

from spatial.words.normalise import normalise

_NOISE_TEXT = """
de du des la le les l d van het een the of der die das den for en et und and a au chantier
chantiers travaux works work werk werken werkzaamheden string desc veld field
attr bst info txt tekst
"""
NOISE = frozenset(_NOISE_TEXT.split())
"""Words in a column name that say nothing of the field."""
EXTRA_WORD = 0.09
CONTAINED = 0.90
GENERIC = frozenset(
    {"nom", "naam", "name", "project", "projekt", "projet", "code", "nummer", "numero", "nr", "id"}
    | {"type", "soort", "art", "kind", "item", "nature", "complex", "point", "key", "part", "deel"}
)
"""Names that need to stand alone: "nom" is a title, "nom_fic" is a file."""
GENERIC_INSIDE = 0.75
ALIKE = 0.88
ALIKE_RATIO = 0.9
SHORTEST_ALIKE = 6


class _Names(NamedTuple):
    """Names of fields: by their letters alone, and as words."""

    joined: dict[str, dict[str, float]]
    phrases: list[tuple[tuple[str, ...], str, float]]


@cache
def _names() -> _Names:
    joined: dict[str, dict[str, float]] = {}
    phrases: list[tuple[tuple[str, ...], str, float]] = []
    text = files("spatial.mapping").joinpath("columns.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        head, _, names = line.partition(":")
        target, weight = head.split()
        for name in names.split(","):
            words = tuple(normalise(name).split())
            fields = joined.setdefault("".join(words), {})
            fields[target] = max(fields.get(target, 0.0), float(weight))
            phrases.append((words, target, float(weight)))
    return _Names(joined, phrases)


@lru_cache(maxsize=10_000)
def score_name(column: str) -> dict[str, float]:
    """How well a column name fits each field, 0 to 1; fields it does not fit are absent.

    >>> score_name("Maîtrise d'ouvrage principale")["organisation"]
    1.0
    >>> sorted(score_name("WIOR-Nummer")), round(score_name("lattitude")["y"], 2)
    (['reference'], 1.0)
    >>> score_name("kleur")
    {}
    """
    scores = dict(_score(normalise(column)))
    if "." in column:  # a member of a nested object: its own name, a little less sure
        for name, score in _score(normalise(column.rsplit(".", 1)[1])).items():
            scores[name] = max(scores.get(name, 0.0), round(score * 0.97, 3))
    return scores


def _score(plain: str) -> dict[str, float]:
    words = tuple(plain.split())
    exact = _names().joined.get("".join(words))
    scores: dict[str, float] = dict(exact or {})
    for phrase, target, weight in _names().phrases:
        score = weight * _contained(words, phrase)
        if score > scores.get(target, 0.0):
            scores[target] = round(score, 3)
    if not scores:
        scores = _alike("".join(words))
    if not scores and len(words) == 1 and plain.endswith(("nr", "nummer", "numero")):
        scores = {"reference": 0.6}  # "wegnummer" is a number too
    return scores


def _contained(words: tuple[str, ...], phrase: tuple[str, ...]) -> float:
    """How much of a name the phrase explains, where the name contains it."""
    size = len(phrase)
    if size > len(words):
        return 0.0
    for at in range(len(words) - size + 1):
        if words[at : at + size] == phrase:
            others = [w for w in words[:at] + words[at + size :] if w not in NOISE]
            loose = size == 1 and (phrase[0] in GENERIC or len(phrase[0]) <= 2)  # noqa: PLR2004 - "x", "y"
            sure = CONTAINED - EXTRA_WORD * len(others)
            return max(0.0, sure * (GENERIC_INSIDE if loose else 1.0))
    if size > 1 and set(phrase) <= set(words):  # the same words in another order
        others = [w for w in words if w not in phrase and w not in NOISE]
        return max(0.0, CONTAINED - 0.02 - EXTRA_WORD * len(others))
    return 0.0


def _alike(letters: str) -> dict[str, float]:
    """Fields of names that differ in a letter or two."""
    scores: dict[str, float] = {}
    if len(letters) < SHORTEST_ALIKE:
        return scores
    for known, fields in _names().joined.items():
        if abs(len(known) - len(letters)) > 2 or len(known) < SHORTEST_ALIKE:  # noqa: PLR2004 - letters
            continue
        if SequenceMatcher(None, known, letters).ratio() >= ALIKE_RATIO:
            for target, weight in fields.items():
                scores[target] = max(scores.get(target, 0.0), round(weight * ALIKE, 3))
    return scores


# -- dates -----------------------------------------------------------------------------


@cache
def _date_words() -> dict[str, frozenset[str]]:
    text = files("spatial.mapping").joinpath("dates.txt").read_text(encoding="utf-8")
    found: dict[str, frozenset[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            kind, _, words = line.partition(":")
            found[kind.strip()] = frozenset(w.strip() for w in words.split(","))
    return found


class DateName(NamedTuple):
    """What a name says of a date: the side, how sure, and the rest of the name.

    ``stem`` is what is left without the word for the side, so that the two
    columns of a pair have the same stem.
    """

    side: str
    confidence: float
    stem: str


@lru_cache(maxsize=10_000)
def date_name(column: str) -> DateName | None:
    """Whether a name is that of a start or an end, and how sure that is.

    >>> date_name("datumStartUitvoering").side, date_name("Date fin du chantier").side
    ('start', 'end')
    >>> date_name("arretedebut").confidence > date_name("actual-startTime").confidence
    True
    >>> date_name("creationDate") is None, date_name("Startpunt") is None
    (True, True)
    """
    kinds = _date_words()
    words = _split(normalise(column))
    sides = [w for w in words if w in kinds["start"] or w in kinds["end"]]
    strong = [w for w in sides if len(w) > 2 or w not in kinds["neutral"]]  # noqa: PLR2004 - "de", "s"
    strong = [w for w in strong if not (w in kinds["neutral"] and len(strong) > 1)]
    if not strong or any(w in kinds["bad"] for w in words):
        return None
    side = "start" if strong[0] in kinds["start"] else "end"
    if any((w in kinds["start"]) != (side == "start") for w in strong):
        return None
    confidence, stem = 0.9, []
    for word in words:
        if word in strong:
            confidence -= 0.12 if len(word) < 3 else 0  # noqa: PLR2004 - "s", "e", "ab"
            continue
        stem.append(word)
        confidence += _weight(word, kinds)
    return DateName(side, round(min(0.97, confidence), 3), " ".join(stem))


def _weight(word: str, kinds: dict[str, frozenset[str]]) -> float:
    if word in kinds["planned"]:
        return 0.06
    if word in kinds["actual"]:
        return -0.2
    if word in ("date", "datum", "dat", "tag"):
        return 0.03
    return 0.0 if word in kinds["neutral"] else -0.12


def _split(plain: str) -> list[str]:
    """The words of a name, glued ones taken apart: "debutchantier", "einddatum"."""
    kinds = _date_words()
    known = frozenset().union(*kinds.values())
    out: list[str] = []
    for word in plain.split():
        out.extend([word] if word in known else (_unglue(word, known) or [word]))
    return out


def _unglue(word: str, known: frozenset[str]) -> list[str] | None:
    """Take a word apart into known ones of three letters and more; ``None`` where that fails."""
    best: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(3, len(word) + 1):
        for start in range(end - 2):
            head = best[start]
            if head is not None and word[start:end] in known:
                candidate = [*head, word[start:end]]
                current = best[end]
                if current is None or len(candidate) < len(current):
                    best[end] = candidate
    return best[-1]


def years_in_a_row(names: list[int]) -> bool:
    """Whether years follow each other, as the columns of a multi-year budget do."""
    return len(names) > 1 and all(b - a == 1 for a, b in pairwise(sorted(names)))
