"""Names of organisations: one form, safe joining of spellings, the likely kind.

A feed spells one client in many ways ("Ville De Paris", "Ville deParis",
"Gem. Leiden", "Leiden, gemeente"). Only spellings that differ in case, accents,
punctuation, spacing, legal form or a plural letter are joined; anything looser
(Lansingerland and Landsingerland, RATP L11 and RATP L14) is left to a person.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache

from spatial.words import find, find_all, normalise

LEGAL_FORMS = frozenset(
    ("bv", "nv", "vof", "cv", "sa", "sas", "sarl", "gmbh", "ag", "kg", "ltd", "limited", "plc")
)
_SPLIT_FORMS = re.compile(r"\b([bnc]) v\b")
_DISTRICT = re.compile(r"^[^\[]*\[((?:rws|rijkswaterstaat)\b[^\]]*)\]\s*$")
_MUNICIPALITY = re.compile(r"^(?:gemeente|gem|stad|municipality of|gemeinde)\b ?|\b ?gemeente$")


@lru_cache(maxsize=50_000)
def normalise_name(text: str) -> str:
    """One form of a name: case, accents, punctuation and legal form taken away.

    >>> normalise_name("Gem. Leiden") == normalise_name("Leiden, gemeente")
    True
    >>> normalise_name("Vitens N.V."), normalise_name("ÉNEDIS  SA")
    ('vitens', 'enedis')
    >>> normalise_name("ON-N [RWS Oost-Nederland District Noord]")
    'rws oost nederland district noord'
    >>> normalise_name("B.V.")
    'bv'
    """
    name = normalise(_DISTRICT.sub(r"\1", text.lower()))
    name = _SPLIT_FORMS.sub(r"\1v", name)
    words = name.split()
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    name = " ".join(words)
    if _MUNICIPALITY.search(name) and not name.startswith("stad"):
        rest = _MUNICIPALITY.sub("", name).strip()
        name = f"gemeente {rest}" if rest else name
    return name


def _key(text: str) -> str:
    """What spellings that may be joined have in common."""
    name = normalise_name(text)
    joined = name.replace(" ", "")
    if len(joined) < 10 or any(c.isdigit() for c in joined):  # noqa: PLR2004 - short names and numbers differ on purpose
        return joined
    return "".join(w.rstrip("sx") if len(w) > 3 else w for w in name.split())  # noqa: PLR2004 - letters


def join_spellings(names: Iterable[str]) -> dict[str, str]:
    """The name under which each spelling goes: the most frequent of its group.

    Give names as often as they occur. Of equally frequent spellings the one
    with lower and upper case wins, then the first in the alphabet.

    >>> joined = join_spellings(["Eau de Paris", "EAU DE PARIS", "Eaux de Paris", "Eau de Paris"])
    >>> joined["Eaux de Paris"], joined["EAU DE PARIS"]
    ('Eau de Paris', 'Eau de Paris')
    >>> join_spellings(["RATP L11", "RATP L14"])["RATP L14"]
    'RATP L14'
    """
    counts = Counter(names)
    groups: dict[str, list[str]] = defaultdict(list)
    for name in counts:
        groups[_key(name) or name].append(name)
    joined: dict[str, str] = {}
    for group in groups.values():
        best = min(group, key=lambda n: (-counts[n], n.isupper() or n.islower(), n))
        joined.update(dict.fromkeys(group, best))
    return joined


def near_misses(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of names that differ in one letter and are not joined: for a person to judge.

    Names of fewer than eight letters and pairs that differ in a digit are left out.

    >>> near_misses(["Gemeente Zoetermeer", "Gemeente Zoetemeer", "RATP L11", "RATP L14"])
    [('Gemeente Zoetemeer', 'Gemeente Zoetermeer')]
    """
    keys: dict[str, str] = {}
    for name in sorted(set(names)):
        keys.setdefault(_key(name), name)
    holes: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        if len(key) >= 8:  # noqa: PLR2004 - letters
            holes[key].add(key)
            for i in range(len(key)):
                holes[f"{key[:i]}{key[i + 1 :]}"].add(key)
    pairs = {
        (a, b)
        for found in holes.values()
        for a in found
        for b in found
        if a < b and _letters_only(a, b)
    }
    return sorted((keys[a], keys[b]) for a, b in pairs)


def _letters_only(a: str, b: str) -> bool:
    """Whether two keys are one edit apart and have the same digits."""
    digits = [c for c in a if c.isdigit()] == [c for c in b if c.isdigit()]
    if len(a) == len(b):
        return digits and sum(x != y for x, y in zip(a, b, strict=True)) == 1
    return digits


def is_collective(name: str) -> bool:
    """Whether a name stands for many owners or a private person, not one organisation.

    >>> is_collective("Propriétés - Co-propriétés publiques et privées"), is_collective("Enexis")
    (True, False)
    >>> is_collective("PERSONNE PHYSIQUE"), is_collective("Mme Poette"), is_collective("diverse")
    (True, True, True)
    >>> is_collective("Ville de Paris (autres)")
    False
    """
    return {hit.term for hit in find_all("kind", name.lower())} == {"other"}


@lru_cache(maxsize=50_000)
def guess_kind(name: str) -> str:
    """The kind of an organisation by its name, "unknown" where the name does not say.

    >>> guess_kind("Gemeente Leiden"), guess_kind("Hoogheemraadschap van Rijnland")
    ('municipality', 'water_board')
    >>> guess_kind("MN-Z [RWS Midden-Nederland]"), guess_kind("Liander N.V."), guess_kind("ENEDIS")
    ('state', 'network_operator', 'network_operator')
    >>> guess_kind("Propriétés privées"), guess_kind("Jansen")
    ('other', 'unknown')
    """
    if is_collective(name):
        return "other"
    return find("kind", name.lower()) or "unknown"


_FACILITIES = {
    "water": "vitens, evides, dunea, pwn, wml, oasen, pidpa, brabant water, eau de paris",
    "electricity": "enedis, rte, tennet, manweb, northern powergrid, stromnetz berlin",
    "gas": "grdf, grtgaz, gasunie, cadent, sgn, gasag, northern gas networks",
    "heat": "cpcu, climespace, ennatuurlijk, fraicheur de paris",
    "telecom": "kpn, ziggo, vodafoneziggo, odido, glaspoort, orange, sfr, openreach, proximus, "
    "delta fiber, bouygues telecom, open dutch fiber, virgin media, bt openreach",
    "sewer": "aquafin",
}
_FACILITY_OF = {
    name: facility for facility, names in _FACILITIES.items() for name in names.split(", ")
}


def only_facility(name: str) -> str | None:
    """The facility of an organisation that has only one; ``None`` for all others.

    >>> only_facility("Vitens N.V."), only_facility("ENEDIS"), only_facility("Stedin")
    ('water', 'electricity', None)
    """
    return _FACILITY_OF.get(normalise_name(name))
