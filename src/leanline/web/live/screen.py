"""A second screen: shows what another page films, with what was measured in it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from leanline.live.session import Reading
from leanline.web.language import language_of
from leanline.web.live.messages import PictureMessage, reading_message

if TYPE_CHECKING:
    from leanline.web.live.hub import LiveHub

#: Close code: there are too many screens.
FULL: Final = 4003
_SEND_S: Final = 10.0


class ScreenSocket:
    """Sends a screen the newest picture and its reading until it disconnects.

    A screen that is slower than the camera misses pictures and never holds up the measurement.
    """

    def __init__(self, socket: WebSocket, hub: LiveHub) -> None:
        self._socket = socket
        self._hub = hub
        self._language = language_of(socket)
        self._newest: tuple[PictureMessage, Reading] | None = None
        self._wake = asyncio.Event()
        self._open = True

    def show(self, picture: PictureMessage, reading: Reading) -> None:
        """Take what to show next; replaces what has not been sent yet."""
        self._newest = (picture, reading)
        self._wake.set()

    async def run(self) -> None:
        """Serve the connection from handshake to close."""
        await self._socket.accept()
        if not self._hub.add_screen(self):
            await self._socket.close(FULL)
            return
        listening = asyncio.create_task(self._listen())
        try:
            await self._serve()
        except (WebSocketDisconnect, RuntimeError, TimeoutError):
            # The screen went while something was being sent, or stopped reading.
            pass
        finally:
            self._hub.remove_screen(self)
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _serve(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if not self._open:
                return
            newest, self._newest = self._newest, None
            if newest is not None:
                picture, reading = newest
                text = reading_message(picture.number, reading, 0.0, self._language)
                async with asyncio.timeout(_SEND_S):
                    await self._socket.send_json(text)
                    await self._socket.send_bytes(picture.jpeg)

    async def _listen(self) -> None:
        """Notice that the screen has gone; it has nothing to say."""
        try:
            while (await self._socket.receive())["type"] != "websocket.disconnect":
                pass
        finally:
            self._open = False
            self._wake.set()
