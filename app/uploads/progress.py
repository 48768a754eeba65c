"""How far an upload is, told outside its transaction."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import Engine, update

from app.tables import uploads

OnProgress = Callable[[float, str], None]
PAUSE_S = 0.25


class Progress:
    """Writes fraction and stage to the upload, at most four times a second.

    It uses a connection of its own, so that others see it while the upload's
    transaction is still open.
    """

    def __init__(self, engine: Engine, upload_id: UUID, listener: OnProgress | None) -> None:
        self._engine = engine
        self._upload_id = upload_id
        self._listener = listener
        self._told_at = 0.0

    def tell(self, fraction: float, stage: str) -> None:
        """Say how far it is, from 0 to 1, and with what."""
        if self._listener:
            self._listener(fraction, stage)
        now = time.monotonic()
        if now - self._told_at < PAUSE_S:
            return
        self._told_at = now
        with self._engine.begin() as connection:
            connection.execute(
                update(uploads)
                .where(uploads.c.id == self._upload_id)
                .values(progress={"fraction": round(fraction, 3), "stage": stage})
            )

    def part(self, begin: float, end: float, stage: str) -> Callable[[float], None]:
        """A listener for one stage that runs from 0 to 1 by itself."""

        def tell(fraction: float) -> None:
            self.tell(begin + (end - begin) * min(1.0, max(0.0, fraction)), stage)

        return tell
