"""HTTP connections with limits, so that idle ones cannot keep others out.

A client must complete its request headers within seconds. When the number of connections exceeds
the maximum, the one that has been idle longest is closed.
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
    """HTTP/1.1 with a deadline for request headers and a maximum number of connections."""

    max_connections: int = MAX_CONNECTIONS
    headers_s: float = HEADERS_S

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept a connection, if necessary by closing an idle one."""
        super().connection_made(transport)
        self._deadline: asyncio.TimerHandle | None = None
        self._handed_over = False
        self._idle_since_s = self.loop.time()
        if len(self.connections) > self.max_connections and not self._close_idle():
            transport.abort()
            return
        self._start_deadline()

    def data_received(self, data: bytes) -> None:
        """Process data; the deadline ends with the headers."""
        before = self.cycle
        super().data_received(data)
        if self._handed_over or self.cycle is not before or self._is_busy():
            self._cancel_deadline()
        elif self._deadline is None and not self.transport.is_closing():
            self._start_deadline()  # the next request on a kept-alive connection

    def handle_websocket_upgrade(self, event: Any) -> None:  # noqa: ANN401
        """Hand the connection over to the WebSocket protocol."""
        self._handed_over = True  # data_received, which called this, must not set a deadline
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """Clean up."""
        self._cancel_deadline()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Mark the connection as idle, so that it may be closed in favour of another."""
        self._idle_since_s = self.loop.time()
        super().on_response_complete()

    def _is_busy(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _start_deadline(self) -> None:
        self._deadline = self.loop.call_later(self.headers_s, self._on_deadline)

    def _cancel_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _on_deadline(self) -> None:
        self._deadline = None
        if not self._is_busy() and not self.transport.is_closing():
            self.transport.abort()

    def _close_idle(self) -> bool:
        """Close the connection that has been idle longest; return whether there was one."""
        connections: MutableSet[Any] = self.connections
        idle = [
            connection
            for connection in connections
            if isinstance(connection, BoundedProtocol)
            and connection is not self
            and not connection._is_busy()
        ]
        if not idle:
            return False
        longest = min(idle, key=lambda connection: connection._idle_since_s)
        connections.discard(longest)
        longest.transport.abort()
        return True
