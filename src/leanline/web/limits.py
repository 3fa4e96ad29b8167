"""How much a request may bring, and how long both sides of a connection may take."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from leanline.web.settings import WebSettings

UPLOADS_PATH: Final = "/api/v1/uploads/"
_WATCH_PATH: Final = "/watch-runs"


def limited_body(scope: Scope, receive: Receive, settings: WebSettings) -> Receive:
    """Ends requests that bring too much or take too long; clips have limits of their own."""
    path, method = scope["path"], scope["method"]
    if method in ("GET", "HEAD") or (path.startswith(UPLOADS_PATH) and method == "PATCH"):
        return receive
    most = settings.max_body_bytes if path.endswith(_WATCH_PATH) else settings.max_json_bytes
    most = min(most, settings.max_body_bytes)
    ends_s = asyncio.get_running_loop().time() + settings.body_s
    got, more = 0, True

    async def receiver() -> Message:
        nonlocal got, more
        if not more:  # what still comes is the end of the connection, however late
            return await receive()
        try:
            async with asyncio.timeout_at(ends_s):
                message = await receive()
        except TimeoutError as error:
            raise HTTPException(408, "The request took too long to arrive") from error
        got += len(message.get("body", b""))
        more = bool(message.get("more_body", False))
        if got > most:
            raise HTTPException(413, "The request is too long")
        return message

    return receiver


def limited_answer(send: Send, max_s: float) -> Send:
    """Ends answers that are not read: each part has to be taken in time.

    The error ends the connection, as nobody listens to an answer any more.
    """

    async def sender(message: Message) -> None:
        async with asyncio.timeout(max_s):
            await send(message)

    return sender
