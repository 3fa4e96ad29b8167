"""A connection of the live page: processes the newest picture and drops older ones."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any, Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from leanline.errors import why_refused
from leanline.live.follower import CausalFollower
from leanline.live.recording import ClipWriter
from leanline.live.session import BackgroundTask, LiveSession, LiveSettings, Reading
from leanline.reason import Reason
from leanline.web.language import language_of
from leanline.web.live.hub import LiveHub
from leanline.web.live.messages import (
    Change,
    Hello,
    PictureMessage,
    Press,
    Record,
    parse_client_message,
    parse_picture,
    reading_message,
    to_json_values,
)
from leanline.web.live.pictures import BadMessageError
from leanline.wording.catalogue import render

# Private close codes: the seat is taken; another page has taken it over; invalid message.
BUSY, TAKEN, INVALID = 4001, 4002, 1003
FULL: Final = 4003
HELLO_S: Final = 10.0
# Timeout for a page that stops reading, and a limit on commands that only abuse exceeds.
_SEND_S: Final = 10.0
_MAX_COMMANDS: Final = 64


@dataclass
class _Inbox:
    """Unprocessed input: all commands in order, but only the newest picture."""

    commands: list[Change | Press | Record]
    picture: bytes | None = None


class LiveSocket:
    """Serves one page until it disconnects."""

    def __init__(self, socket: WebSocket, hub: LiveHub) -> None:
        self._socket = socket
        self._hub = hub
        self._language = language_of(socket)
        self._inbox = _Inbox([])
        self._wake = asyncio.Event()
        self._open = True
        self._settings = LiveSettings()
        self._session: LiveSession | None = None
        self._follower: CausalFollower | None = None
        self._writer: ClipWriter | None = None
        self._background_tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serve the connection from handshake to close."""
        await self._socket.accept()
        if not self._hub.connect(self):
            await self._close(FULL, Reason("live.too_many_pages"))
            return
        try:
            if await self._handshake():
                await self._serve()
        except (WebSocketDisconnect, TimeoutError):
            # The page disconnected while it was being answered, or never said hello.
            pass
        except BadMessageError as error:
            await self._close(INVALID, error.reason)
        finally:
            self._clean_up()

    async def leave(self) -> None:
        """Close the connection because another page takes over."""
        await self._close(TAKEN, Reason("live.taken_over"))

    async def _handshake(self) -> bool:
        """Do the handshake, take the seat and load the networks; return whether to go on."""
        message = await asyncio.wait_for(self._socket.receive(), HELLO_S)
        if message["type"] == "websocket.disconnect":
            return False
        hello = parse_client_message(message.get("text") or "")
        if not isinstance(hello, Hello):
            raise BadMessageError("live.no_hello")
        if not await self._hub.take_seat(self, take_over=hello.take_over):
            await self._close(BUSY, Reason("live.open_elsewhere"))
            return False
        self._settings = hello.wanted.settings()
        self._follower = await self._hub.follower()
        await self._send({"type": "ready"})
        return True

    async def _serve(self) -> None:
        listening = asyncio.create_task(self._listen())
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                if not self._open:
                    break
                commands, self._inbox.commands = self._inbox.commands, []
                for command in commands:
                    await self._handle_command(command)
                picture, self._inbox.picture = self._inbox.picture, None
                if picture is not None:
                    await self._measure(picture)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        if (error := _failure(listening)) is not None:
            raise error

    async def _listen(self) -> None:
        try:
            while True:
                message = await self._socket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                if message.get("bytes") is not None:
                    self._inbox.picture = message["bytes"]
                else:
                    command = parse_client_message(message.get("text") or "")
                    if len(self._inbox.commands) >= _MAX_COMMANDS:
                        raise BadMessageError("live.too_fast")
                    if not isinstance(command, Hello):
                        self._inbox.commands.append(command)
                self._wake.set()
        finally:
            self._open = False
            self._wake.set()

    async def _measure(self, data: bytes) -> None:
        message = parse_picture(data)
        began = time.perf_counter()
        reading = await asyncio.to_thread(self._step, message)
        server_ms = 1000.0 * (time.perf_counter() - began)
        await self._send(reading_message(message.number, reading, server_ms, self._language))
        self._hub.show(message, reading)
        if self._writer is not None and self._writer.full:
            await self._stop_recording(Reason("live_page.full"))
        work = None if self._session is None else self._session.next_task()
        if work is not None and self._session is not None:
            task = asyncio.create_task(_run_background_task(work, self._session))
            self._background_tasks.add(task)
            task.add_done_callback(self._background_tasks.discard)

    def _step(self, message: PictureMessage) -> Reading:
        """Process one picture; runs in a thread so that the socket stays responsive."""
        picture = self._hub.decoder.decode(message.jpeg)
        size_px = (picture.shape[1], picture.shape[0])
        if self._session is None or self._session.size_px != size_px:
            self._session = self._hub.session(self._settings, size_px)
            self._drop_recording()
        if self._follower is None:
            raise BadMessageError("live.no_network")
        with self._hub.networks_in_use:
            person = self._follower.see(picture, message.time_s)
        if self._writer is not None:
            self._writer.add(message.jpeg, message.time_s)
        return self._session.see(picture, message.time_s, person)

    async def _handle_command(self, command: Change | Press | Record) -> None:
        if isinstance(command, Change):
            self._settings = command.wanted.settings()
            self._session = None
            self._follower = await self._hub.follower()
        elif isinstance(command, Record):
            await self._record(on=command.on)
        elif self._session is not None:
            await self._press(command, self._session)

    async def _press(self, command: Press, session: LiveSession) -> None:
        if command.button == "start":
            session.start()
        elif command.button == "check":
            session.check_again()
        else:
            await self._send({"type": "zero", "taken": session.take_baseline()})

    async def _record(self, *, on: bool) -> None:
        if not on:
            await self._stop_recording(None)
            return
        if self._writer is not None or self._session is None:
            return
        path = self._hub.clips.new_path(self._session.settings.mode)
        try:
            self._writer = ClipWriter(path, self._session.size_px)
        except OSError as error:
            await self._not_saved(
                Reason("live_page.unsaved", {"path": str(path.parent), "why": why_refused(error)})
            )
            return
        await self._send({"type": "recording", "name": path.stem})

    async def _not_saved(self, why: Reason) -> None:
        await self._send({"type": "not_saved", "text": render(why, self._language)})

    async def _stop_recording(self, why: Reason | None) -> None:
        writer, self._writer = self._writer, None
        if writer is None:
            return
        path = await asyncio.to_thread(writer.close)
        if path is None:
            await self._not_saved(Reason("live_page.too_short"))
            return
        numbers = (
            None
            if self._session is None
            else to_json_values(self._session.numbers(), self._language)
        )
        await self._send(
            {
                "type": "saved",
                "name": path.stem,
                "path": str(path),
                "seconds": round(writer.seconds, 1),
                "text": "" if why is None else render(why, self._language),
                "run": numbers,
            }
        )

    def _drop_recording(self) -> None:
        """Stop recording: pictures of another size do not fit into the clip."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    async def _send(self, message: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(_SEND_S):
                await self._socket.send_json(message)
        except RuntimeError as error:
            # Closed in the meantime, by the page or by a take-over.
            raise WebSocketDisconnect from error

    async def _close(self, code: int, reason: Reason) -> None:
        try:
            await self._socket.close(code, render(reason, self._language))
        except RuntimeError:
            # Already closed.
            return

    def _clean_up(self) -> None:
        self._hub.disconnect(self)
        for task in self._background_tasks:
            task.cancel()
        self._drop_recording()


async def _run_background_task(work: BackgroundTask, session: LiveSession) -> None:
    """Run a background task in a thread; one that fails counts as one without a result."""
    result = None
    try:
        result = await asyncio.to_thread(work.work)
    except (ValueError, ArithmeticError, LookupError):
        pass
    finally:
        session.apply_result(result)


def _failure(task: asyncio.Task[None]) -> BaseException | None:
    return None if task.cancelled() else task.exception()
