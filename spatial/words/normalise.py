"""Text brought to one form, so that spelling does not hide a word."""

from __future__ import annotations

import re
import unicodedata

_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OTHER = re.compile(r"[^a-z0-9]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "²": "2", "³": "3"})


def normalise(text: str) -> str:
    """Lower case without accents and punctuation, camelCase split.

    >>> normalise("Référence  Chantier"), normalise("datumStartUitvoering")
    ('reference chantier', 'datum start uitvoering')
    >>> normalise("EMPRISE_PISTE_CYCLABLE"), normalise("Straße"), normalise("A.E.P.")
    ('emprise piste cyclable', 'strasse', 'a e p')
    >>> normalise("ID"), normalise("GipodID")
    ('id', 'gipod id')
    """
    split = _CAMEL.sub(" ", text)
    folded = unicodedata.normalize("NFKD", split.casefold().translate(_LIGATURES))
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    return _OTHER.sub(" ", plain).strip()


def tokens(text: str) -> tuple[str, ...]:
    """The words of a text in one form.

    >>> tokens("Vervanging riolering (fase 2)")
    ('vervanging', 'riolering', 'fase', '2')
    """
    return tuple(normalise(text).split())
