"""Running the server: the web application together with its workers."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Final

from leanline.errors import UsageError, why_refused
from leanline.web.settings import LOOPBACK, PORT, WebSettings

if TYPE_CHECKING:
    import uvicorn

    from leanline.store import Store

EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 (only with --lan, which needs a key)
MAX_MESSAGE_BYTES: Final = 5_000_000
_MAX_MESSAGES: Final = 4
_CLOSE_S: Final = 2
_BACKLOG: Final = 128
_STOP_SIGNALS: Final = (signal.SIGTERM, *(() if os.name == "nt" else (signal.SIGHUP,)))
# A documentation address (RFC 5737): nothing is ever sent there.
_EXAMPLE_ADDRESS: Final = ("192.0.2.1", 9)


@dataclass(frozen=True)
class ListenAddress:
    """Where a server listens.

    Parameters
    ----------
    host, port
        What is bound.
    lan
        Whether others on the network may use it, with a key.
    """

    host: str = "127.0.0.1"
    port: int = PORT
    lan: bool = False

    def __post_init__(self) -> None:
        if not self.lan and self.host not in LOOPBACK:
            raise UsageError("serve.open_to_others", host=self.host)


def bind_socket(where: ListenAddress) -> socket.socket:
    """Bind the socket to listen on.

    Parameters
    ----------
    where
        Host and port.

    Returns
    -------
    socket
        Bound, not listening yet.

    Raises
    ------
    UsageError
        The port is in use, or the address does not belong to this machine.
    """
    host = EVERYWHERE if where.lan and where.host in LOOPBACK else where.host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio disables Nagle's algorithm only on sockets whose protocol is given.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, where.port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise UsageError(
            "serve.cannot_listen", host=host, port=where.port, why=why_refused(error)
        ) from error
    return listener


def build_settings(where: ListenAddress, port: int) -> WebSettings:
    """Choose host names, key and address of a server.

    Parameters
    ----------
    where
        Where it listens.
    port
        That was bound.

    Returns
    -------
    WebSettings
        For ``create_app``.
    """
    if not where.lan:
        return WebSettings(port=port)
    token = secrets.token_urlsafe(18)
    addresses = network_addresses() if where.host in (*LOOPBACK, EVERYWHERE) else (where.host,)
    name = socket.gethostname().lower()
    hosts = LOOPBACK | {*addresses, name, f"{name}.local"}
    first = addresses[0] if addresses else name
    return WebSettings(
        hosts=hosts, token=token, port=port, entry_url=f"http://{first}:{port}/enter?token={token}"
    )


def network_addresses() -> tuple[str, ...]:
    """Return the machine's network addresses, the most likely one first."""
    addresses: dict[str, None] = {}
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(_EXAMPLE_ADDRESS)  # sends nothing, but selects the source address
        addresses[str(probe.getsockname()[0])] = None
    with contextlib.suppress(OSError):
        for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET):
            addresses[str(entry[4][0])] = None
    return tuple(address for address in addresses if not address.startswith("127."))


@contextmanager
def running(
    store: Store, settings: WebSettings, *, analyser: str | None = None
) -> Iterator[uvicorn.Server]:
    """Provide the server, not yet serving, and run its workers until the block ends.

    Parameters
    ----------
    store
        A read-only store gets no worker.
    settings
        From ``build_settings``.
    analyser
        ``module:function`` that does the work; the usual one if None.

    Yields
    ------
    Server
        To be served by the caller.
    """
    import uvicorn

    from leanline.jobs.supervisor import Supervisor
    from leanline.jobs.worker import ANALYSER
    from leanline.web.app import create_app
    from leanline.web.connections import BoundedProtocol

    supervisor = Supervisor(store, analyser=analyser or ANALYSER)
    config = uvicorn.Config(
        create_app(store, settings, supervisor.works),
        http=BoundedProtocol,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_CLOSE_S,
        backlog=_BACKLOG,
        ws_max_size=MAX_MESSAGE_BYTES,
        ws_max_queue=_MAX_MESSAGES,
        ws_per_message_deflate=False,  # JPEG is compressed already
    )
    with contextlib.nullcontext() if store.read_only else supervisor:
        yield uvicorn.Server(config)


def serve(
    store: Store,
    where: ListenAddress,
    *,
    ready: Callable[[WebSettings], None],
    analyser: str | None = None,
) -> None:
    """Serve until stopped.

    Ctrl-C, SIGTERM and SIGHUP (a closed terminal) shut down gracefully: requests are answered,
    workers stopped and their jobs recorded as interrupted.

    Parameters
    ----------
    store
        Open.
    where
        Where to listen.
    ready
        Called once the socket listens.
    analyser
        ``module:function`` that does the work; the usual one if None.

    Raises
    ------
    UsageError
        The address cannot be bound.
    """
    listener = bind_socket(where)
    with contextlib.closing(listener), _graceful_shutdown() as stoppable:
        settings = build_settings(where, int(listener.getsockname()[1]))
        with running(store, settings, analyser=analyser) as server:
            stoppable.append(server)
            ready(settings)
            server.run(sockets=[listener])


@contextmanager
def _graceful_shutdown() -> Iterator[list[uvicorn.Server]]:
    """Make termination signals stop the servers in the list instead of the process.

    uvicorn re-raises the signal that stopped it after it has shut down; that must not end the
    process before the workers are stopped.
    """
    servers: list[uvicorn.Server] = []
    if threading.current_thread() is not threading.main_thread():
        yield servers
        return

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        if not servers:
            raise KeyboardInterrupt  # no server is running yet
        for server in servers:
            server.should_exit = True

    before = {number: signal.signal(number, stop) for number in _STOP_SIGNALS}
    try:
        yield servers
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
