"""The words of real files, in Dutch, English, French and German, as our terms.

One text file per vocabulary, a line per term and language: whole phrases,
beginnings of a word (``riool*``), ends of a word (``*riolering``) and weak
phrases that only count where nothing else is found (``~street``). The words
come from GIPOD, WIOR, KLIC, NDW, Street Manager, WZDx and the open data of
Paris, Lyon, Montpellier, Issy and Berlin; a term's own identifier and its
Dutch and English titles are always known.
"""

from spatial.words.match import Hit, find, find_all, term_of
from spatial.words.normalise import normalise, tokens

__all__ = ["Hit", "find", "find_all", "normalise", "term_of", "tokens"]
