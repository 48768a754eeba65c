"""Answers that say nothing about caching stay with the caller who got them."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CACHING = "private, no-cache"
KEYS = "Authorization, X-API-Key"


class PrivateMiddleware:
    """Keeps a proxy from giving one caller's answer to another.

    What a caller sees depends on the key that is sent, so an answer without
    ``Cache-Control`` of its own is marked private, and no browser guesses a
    type that was not declared.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and mark its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                if "cache-control" not in headers:
                    headers["Cache-Control"] = CACHING
                    headers.add_vary_header(KEYS)
            await send(message)

        await self.app(scope, receive, marked)
