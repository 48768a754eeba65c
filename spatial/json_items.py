"""Cut a stream of JSON text into the items of its array, without parsing them.

Parsing JSON to find where a feature ends costs as much as reading it. Here the
quotes and brackets of a whole chunk are found at once with NumPy; the depth
after each bracket tells where an item begins and ends. One item is held in
memory at a time, and none with more brackets than a geometry may have vertices.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import orjson
from numpy.typing import NDArray

from spatial.errors import UnreadableFile
from spatial.reading import refuse

QUOTE, BACKSLASH, OPEN_ARRAY, OPEN_OBJECT = b'"\\[{'
_STRUCTURE = np.zeros(256, dtype=np.bool_)
_STRUCTURE[list(b'"{}[]')] = True


@dataclass(frozen=True, slots=True)
class Item:
    """The text of one item and the byte of the file where it begins.

    ``text`` is ``None`` where the item was too large to be kept.
    """

    text: bytes | None
    offset: int


@dataclass
class Cutter:
    """Cuts the text after the ``[`` of an array into items, chunk by chunk.

    ``offset`` is the place in the file of the next chunk. ``done`` is set once
    the array's ``]`` was seen; ``rest`` is then what follows it.

    >>> cutter = Cutter(offset=1)
    >>> [item.text for item in cutter.feed(b'{"a": "}"}, {"b')]
    [b'{"a": "}"}']
    >>> [item.text for item in cutter.feed(b'": [1]}]  ')], cutter.done
    ([b'{"b": [1]}'], True)
    """

    offset: int = 0
    most_brackets: int = 10_000_000
    done: bool = False
    rest: bytes = b""
    depth: int = 0
    in_string: bool = False
    escape_pending: bool = False
    first: bool = True
    begin: int = 0
    brackets: int = 0
    dropped: bool = False
    pieces: list[bytes] = field(default_factory=list)
    gap: bytes = b""

    def feed(self, chunk: bytes) -> Iterator[Item]:
        """Yield the items that end in this chunk."""
        cursor = 0
        for place, opens, closes_array in self._edges(chunk):
            if closes_array:
                yield from self._between(chunk[cursor:place], place, last=True)
                self.done, self.rest = True, chunk[place + 1 :]
                return
            if opens:
                yield from self._between(chunk[cursor:place], place)
                self.begin, cursor = self.offset + place, place
            else:
                yield self._complete(chunk[cursor : place + 1])
                cursor = place + 1
        self._keep(chunk[cursor:])
        self.offset += len(chunk)

    def _edges(self, chunk: bytes) -> Iterator[tuple[int, bool, bool]]:
        """Places where an item opens or closes, or the array closes, in order."""
        places, steps = self._brackets(chunk)
        if len(places) == 0:
            return
        depth = self.depth + np.cumsum(steps)
        ended = np.flatnonzero(depth < 0)
        if len(ended):
            places, steps, depth = (a[: ended[0] + 1] for a in (places, steps, depth))
        self.depth = int(depth[-1])
        edge = np.flatnonzero(((steps > 0) & (depth == 1)) | ((steps < 0) & (depth <= 0)))
        yield from zip(
            places[edge].tolist(),
            (steps[edge] > 0).tolist(),
            (depth[edge] < 0).tolist(),
            strict=True,
        )

    def _brackets(self, chunk: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places of the brackets outside strings, and +1 or -1 for each."""
        text = np.frombuffer(chunk, dtype=np.uint8)
        places = np.flatnonzero(_STRUCTURE[text])
        kind = text[places]
        quote = kind == QUOTE
        if self.escape_pending or b"\\" in chunk:
            quote &= ~self._escaped(text)[places]
        passed = np.cumsum(quote) + self.in_string
        outside = ((passed & 1) == 0) & ~quote & (kind != QUOTE)
        if len(passed):
            self.in_string = bool(passed[-1] & 1)
        kind = kind[outside]
        steps = np.where((kind == OPEN_ARRAY) | (kind == OPEN_OBJECT), 1, -1)
        return places[outside], steps

    def _escaped(self, text: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Where a character follows an odd number of backslashes."""
        escaped = np.zeros(len(text) + 1, dtype=np.bool_)
        slashes = np.flatnonzero(text == BACKSLASH)
        if self.escape_pending:
            escaped[0] = True
            slashes = slashes[slashes != 0]
        if len(slashes):
            last = np.flatnonzero(np.append(np.diff(slashes) != 1, [True]))
            lengths = np.diff(np.concatenate(([-1], last)))
            escaped[slashes[last][lengths % 2 == 1] + 1] = True
        self.escape_pending = bool(escaped[len(text)])
        return escaped[:-1]

    def _keep(self, text: bytes) -> None:
        """Remember what belongs to an unfinished item, or the gap before the next."""
        if self.depth <= 0:
            self.gap += text
            if len(self.gap) > self.most_brackets:
                refuse(UnreadableFile, f"There is no feature at byte {self.offset} of the file.")
            return
        self.brackets += text.count(b"[")
        self.dropped = self.dropped or self.brackets > self.most_brackets
        if self.dropped:
            self.pieces.clear()
        else:
            self.pieces.append(text)

    def _complete(self, text: bytes) -> Item:
        """The item that ends with this text."""
        whole = b"".join([*self.pieces, text]) if self.pieces else text
        large = len(whole) > self.most_brackets
        dropped = self.dropped or (large and whole.count(b"[") > self.most_brackets)
        self.pieces, self.brackets, self.dropped = [], 0, False
        return Item(None if dropped else whole, self.begin)

    def _between(self, text: bytes, place: int, *, last: bool = False) -> Iterator[Item]:
        """Yield what stands between two items apart from the comma: bare numbers and the like."""
        gap = (self.gap + text).strip()
        first, self.first, self.gap = self.first, False, b""
        usual = gap == b"" if first or last else gap == b","
        if usual:
            return
        try:
            loose = orjson.loads(b"[" + gap.strip(b",") + b"]")
        except orjson.JSONDecodeError:
            loose = []
        if not loose and not (last and gap == b","):
            refuse(
                UnreadableFile,
                f"The JSON is broken at byte {self.offset + place} of the file: "
                f"{gap[:40]!r} stands between two features. Write the file anew.",
            )
        for value in loose:
            yield Item(orjson.dumps(value), self.offset + place)
