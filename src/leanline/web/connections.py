"""Connections that cannot be used to keep others out.

Whoever connects has a few seconds to say what they want. There is a highest number of
connections; one more closes that which has waited longest without a request.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from collections.abc import MutableSet

MAX_CONNECTIONS: Final = 256
HEADERS_S: Final = 10.0


class BoundedProtocol(H11Protocol):
    """HTTP/1.1 with a time limit for a request's headers and a limit of connections."""

    max_connections: int = MAX_CONNECTIONS
    headers_s: float = HEADERS_S

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, if need be in the place of an idle one."""
        super().connection_made(transport)
        self._deadline: asyncio.TimerHandle | None = None
        self._idle_since_s = self.loop.time()
        if len(self.connections) > self.max_connections and not self._make_room():
            transport.abort()
            return
        self._begin_waiting()

    def data_received(self, data: bytes) -> None:
        """Read on; a request whose headers are complete has no deadline any more."""
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before or self._is_busy():
            self._end_waiting()
        elif self._deadline is None and not self.transport.is_closing():
            self._begin_waiting()  # the beginning of the next request on the same connection

    def handle_websocket_upgrade(self, event: Any) -> None:  # noqa: ANN401
        """Hand the connection over to the protocol of sockets."""
        self._end_waiting()
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._end_waiting()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Wait for the next request; from here on the connection may be closed for another."""
        self._idle_since_s = self.loop.time()
        super().on_response_complete()

    def _is_busy(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _begin_waiting(self) -> None:
        self._deadline = self.loop.call_later(self.headers_s, self._too_late)

    def _end_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self._deadline = None
        if not self._is_busy() and not self.transport.is_closing():
            self.transport.abort()

    def _make_room(self) -> bool:
        """Close the connection that has been idle for longest; whether there was one."""
        connections: MutableSet[Any] = self.connections
        idle = [
            one
            for one in connections
            if isinstance(one, BoundedProtocol) and one is not self and not one._is_busy()
        ]
        if not idle:
            return False
        longest = min(idle, key=lambda one: one._idle_since_s)
        connections.discard(longest)
        longest.transport.abort()
        return True
