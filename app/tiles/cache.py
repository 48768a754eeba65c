"""What was made is kept, up to a number of bytes; the least recently used goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Protocol, TypeVar, cast


class Sized(Protocol):
    """Something that knows how many bytes it takes, about."""

    def __len__(self) -> int:
        """Bytes."""
        ...


T = TypeVar("T", bound=Sized)
OVERHEAD_BYTES = 500
"""What the key and the bookkeeping of an entry take, about."""


class Cache:
    """Values by key within a bound on their bytes; safe for threads.

    A key must name everything that a value depends on, the version of the data
    included: nothing is ever told to forget. Who asks for what another thread is
    making waits for that thread, so a value is made once.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[Hashable, Sized] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()
        self._making: dict[Hashable, Lock] = {}

    @property
    def bytes(self) -> int:
        """What is kept now."""
        return self._bytes

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of a key, made now where it is not kept.

        >>> cache = Cache(4_000)
        >>> cache.get("a", lambda: b"made"), cache.get("a", lambda: b"again")
        (b'made', b'made')
        >>> for key in "bc":
        ...     _ = cache.get(key, lambda: b"x" * 1_400)
        >>> cache.bytes <= 4_000, cache.get("a", lambda: b"anew")
        (True, b'anew')
        """
        found: T | None = self._find(key)
        if found is not None:
            return found
        with self._lock:
            mine = self._making.setdefault(key, Lock())
        try:
            with mine:
                found = self._find(key)
                if found is None:
                    found = make()
                    self._keep(key, found)
                return found
        finally:
            with self._lock:
                self._making.pop(key, None)

    def _find(self, key: Hashable) -> T | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return cast("T | None", found)

    def _keep(self, key: Hashable, value: Sized) -> None:
        size = len(value) + OVERHEAD_BYTES
        if size > self._most // 2:
            return
        with self._lock:
            self._kept[key] = value
            self._bytes += size
            while self._bytes > self._most:
                _, gone = self._kept.popitem(last=False)
                self._bytes -= len(gone) + OVERHEAD_BYTES
