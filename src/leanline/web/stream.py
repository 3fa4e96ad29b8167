"""Reading a request body until it ends, stalls or is superseded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator


class StalledError(Exception):
    """The request sent nothing for too long."""


class TakenOverError(Exception):
    """A newer request has taken over."""


async def read_until_stopped(
    pieces: AsyncIterator[bytes], stopped: asyncio.Event, idle_s: float
) -> AsyncIterator[bytes]:
    """Yield the pieces of a request body as they arrive.

    Raises
    ------
    StalledError
        Nothing arrived for ``idle_s`` seconds.
    TakenOverError
        ``stopped`` was set.
    """
    stop = asyncio.ensure_future(stopped.wait())
    following: asyncio.Future[bytes | None] | None = None
    try:
        while True:
            following = asyncio.ensure_future(_next(pieces))
            await asyncio.wait(
                {following, stop}, timeout=idle_s, return_when=asyncio.FIRST_COMPLETED
            )
            if stop.done():
                raise TakenOverError
            if not following.done():
                raise StalledError
            piece = following.result()
            if piece is None:
                return
            yield piece
    finally:
        stop.cancel()
        if following is not None and not following.done():
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


async def _next(pieces: AsyncIterator[bytes]) -> bytes | None:
    return await anext(pieces, None)
