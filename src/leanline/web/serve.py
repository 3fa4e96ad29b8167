"""The server as a process group: the web application and the workers that it keeps alive."""

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
_STOPPING: Final = (signal.SIGTERM, *(() if os.name == "nt" else (signal.SIGHUP,)))
# An address of a range that is for examples: nothing is ever sent there.
_NOWHERE: Final = ("192.0.2.1", 9)


@dataclass(frozen=True)
class Listening:
    """Where a server is to listen and be found.

    ``host`` and ``port`` are bound; ``lan`` lets others of the network in, with a key.
    """

    host: str = "127.0.0.1"
    port: int = PORT
    lan: bool = False

    def __post_init__(self) -> None:
        if not self.lan and self.host not in LOOPBACK:
            raise UsageError("serve.open_to_others", host=self.host)


def bound(where: Listening) -> socket.socket:
    """The socket to listen on.

    Raises
    ------
    UsageError
        The port is taken, or the address is none of this machine's.
    """
    host = EVERYWHERE if where.lan and where.host in LOOPBACK else where.host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, what is accepted sends small answers at once (asyncio asks).
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


def settings_for(where: Listening, port: int) -> WebSettings:
    """Names, key and address of a server that listens on ``port``."""
    if not where.lan:
        return WebSettings(port=port)
    token = secrets.token_urlsafe(18)
    own = own_addresses() if where.host in (*LOOPBACK, EVERYWHERE) else (where.host,)
    name = socket.gethostname().lower()
    hosts = LOOPBACK | {*own, name, f"{name}.local"}
    first = own[0] if own else name
    return WebSettings(
        hosts=hosts, token=token, port=port, entry_url=f"http://{first}:{port}/enter?token={token}"
    )


def own_addresses() -> tuple[str, ...]:
    """Addresses of the machine in its networks, the likeliest first."""
    found: dict[str, None] = {}
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(_NOWHERE)  # only asks the system which of its addresses it would use
        found[str(probe.getsockname()[0])] = None
    with contextlib.suppress(OSError):
        for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET):
            found[str(entry[4][0])] = None
    return tuple(address for address in found if not address.startswith("127."))


@contextmanager
def running(
    store: Store, settings: WebSettings, *, analyser: str | None = None
) -> Iterator[uvicorn.Server]:
    """The server, not yet serving, with its worker at work until the block ends.

    A store that can only be read has no worker.
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
        ws_per_message_deflate=False,  # pictures are compressed already
    )
    with contextlib.nullcontext() if store.read_only else supervisor:
        yield uvicorn.Server(config)


def serve(
    store: Store,
    where: Listening,
    *,
    ready: Callable[[WebSettings], None],
    analyser: str | None = None,
) -> None:
    """Serve until stopped; ``ready`` is called once the socket listens.

    Ctrl-C, SIGTERM and SIGHUP (the terminal was closed) stop it in order: requests are
    answered, workers end, their jobs are noted.

    Raises
    ------
    UsageError
        It cannot listen there.
    """
    listener = bound(where)
    with contextlib.closing(listener), _stopped_in_order() as stoppable:
        settings = settings_for(where, int(listener.getsockname()[1]))
        with running(store, settings, analyser=analyser) as server:
            stoppable.append(server)
            ready(settings)
            server.run(sockets=[listener])


@contextmanager
def _stopped_in_order() -> Iterator[list[uvicorn.Server]]:
    """Signals that would end the process stop the servers in the list instead.

    uvicorn raises what it was stopped by once more when it has ended; that must not end the
    process before the workers are dismissed.
    """
    servers: list[uvicorn.Server] = []
    if threading.current_thread() is not threading.main_thread():
        yield servers
        return

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        if not servers:
            raise KeyboardInterrupt  # before anything is served
        for server in servers:
            server.should_exit = True

    before = {number: signal.signal(number, stop) for number in _STOPPING}
    try:
        yield servers
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
