"""Where the time went, when stages run side by side on threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from time import perf_counter

OnStage = Callable[[str, float], None]


class Stages:
    """Seconds that passed, divided over named stages.

    Within a ``lap`` several threads may report parts; at its end the seconds
    that passed are divided over the stages in proportion. What no part
    accounts for goes to the lap's own stage.

    >>> stages = Stages(threads=1)
    >>> with stages.lap("search"), stages.part("sieve"):
    ...     pass
    >>> sorted(stages.seconds)
    ['search', 'sieve']
    """

    def __init__(self, threads: int) -> None:
        self.seconds: dict[str, float] = {}
        self._threads = max(threads, 1)
        self._parts: dict[str, float] = {}
        self._lock = Lock()

    @contextmanager
    def lap(self, stage: str) -> Iterator[None]:
        """Time a stretch of the whole; laps do not overlap."""
        self._parts.clear()
        began = perf_counter()
        yield
        passed = perf_counter() - began
        rest = passed * self._threads - sum(self._parts.values())
        self._add(self._parts, stage, max(0.0, rest))
        worked = sum(self._parts.values()) or 1.0
        for name, seconds in self._parts.items():
            self._add(self.seconds, name, seconds / worked * passed)

    @contextmanager
    def part(self, stage: str) -> Iterator[None]:
        """Time work on one thread within the lap."""
        began = perf_counter()
        yield
        with self._lock:
            self._add(self._parts, stage, perf_counter() - began)

    @staticmethod
    def _add(to: dict[str, float], name: str, seconds: float) -> None:
        to[name] = to.get(name, 0.0) + seconds

    def tell(self, on_stage: OnStage | None) -> None:
        """Report every stage once, in the order in which they began."""
        if on_stage:
            for name, seconds in self.seconds.items():
                on_stage(name, seconds)
