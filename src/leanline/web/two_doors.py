"""A server with two doors: encrypted for the network, plain for this computer."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from typing import Final

import uvicorn

# As for the headers of a request; and a browser that has left says no goodbye.
_HANDSHAKE_S: Final = 10.0
_GOODBYE_S: Final = 1.0


@dataclass(frozen=True)
class EncryptedSocket:
    """A socket whose connections are encrypted.

    Parameters
    ----------
    listener
        Bound.
    context
        Certificate and versions of TLS.
    """

    listener: socket
    context: ssl.SSLContext


class TwoDoorServer(uvicorn.Server):
    """Serves one application on plain sockets and on encrypted ones.

    uvicorn itself encrypts all of its sockets or none. This computer's own browser would warn of
    a certificate by an authority that it does not know, without gaining anything by encryption.
    """

    def __init__(self, config: uvicorn.Config, encrypted: Sequence[EncryptedSocket] = ()) -> None:
        super().__init__(config)
        self._encrypted = tuple(encrypted)

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Open the plain sockets, then the encrypted ones."""
        await super().startup(sockets)
        if not self.started:
            return
        loop = asyncio.get_running_loop()
        for door in self._encrypted:
            server = await loop.create_server(
                self._protocol,
                sock=door.listener,
                ssl=door.context,
                ssl_handshake_timeout=_HANDSHAKE_S,
                ssl_shutdown_timeout=_GOODBYE_S,
                backlog=self.config.backlog,
            )
            self.servers.append(server)

    def _protocol(self) -> asyncio.Protocol:
        return self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Make the TLS settings of a server.

    Parameters
    ----------
    certificate, key
        PEM files.

    Returns
    -------
    SSLContext
        For TLS 1.2 or newer.

    Raises
    ------
    OSError
        A file cannot be read (``ssl.SSLError`` if it is not a certificate or its key).
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context
