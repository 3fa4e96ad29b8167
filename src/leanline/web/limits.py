"""Limits on the size and duration of requests and responses."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from leanline.web.settings import WebSettings

UPLOADS_PATH: Final = "/api/v1/uploads/"
_WATCH_PATH: Final = "/watch-runs"


def limit_body(scope: Scope, receive: Receive, settings: WebSettings) -> Receive:
    """Wrap ``receive`` to end oversized or slow requests; uploads have limits of their own.

    Parameters
    ----------
    scope
        Of the request.
    receive
        To wrap.
    settings
        With the limits.

    Returns
    -------
    Receive
        To pass on instead.
    """
    path, method = scope["path"], scope["method"]
    if method in ("GET", "HEAD") or (path.startswith(UPLOADS_PATH) and method == "PATCH"):
        return receive
    max_bytes = settings.max_body_bytes if path.endswith(_WATCH_PATH) else settings.max_json_bytes
    max_bytes = min(max_bytes, settings.max_body_bytes)
    ends_s = asyncio.get_running_loop().time() + settings.body_s
    received, more = 0, True

    async def receiver() -> Message:
        nonlocal received, more
        if not more:  # only a disconnect can follow, and that may take any time
            return await receive()
        try:
            async with asyncio.timeout_at(ends_s):
                message = await receive()
        except TimeoutError as error:
            raise HTTPException(408, "The request took too long to arrive") from error
        received += len(message.get("body", b""))
        more = bool(message.get("more_body", False))
        if received > max_bytes:
            raise HTTPException(413, "The request is too long")
        return message

    return receiver


def limit_response(send: Send, max_s: float) -> Send:
    """Wrap ``send`` so that a client that stops reading is disconnected.

    The timeout propagates and closes the connection, since no error response would be read.

    Parameters
    ----------
    send
        To wrap.
    max_s
        How long a client may take for one piece.

    Returns
    -------
    Send
        To pass on instead.
    """

    async def sender(message: Message) -> None:
        async with asyncio.timeout(max_s):
            await send(message)

    return sender
