"""The server as a process group: the web application and the workers that it keeps alive."""

from __future__ import annotations

import contextlib
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from leanline.errors import UsageError
from leanline.web.settings import LOOPBACK, PORT, WebSettings

if TYPE_CHECKING:
    import uvicorn

    from leanline.store import Store

EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 (only with --lan, which needs a key)
_CLOSE_S: Final = 2
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
            raise UsageError(
                f"{self.host} can be reached by others, and anybody there would see everything.",
                hint="Add --lan, which asks everybody for a key.",
            )


def bound(where: Listening) -> socket.socket:
    """The socket to listen on.

    Raises
    ------
    UsageError
        The port is taken, or the address is none of this machine's.
    """
    host = EVERYWHERE if where.lan and where.host in LOOPBACK else where.host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, where.port))
    except (OSError, OverflowError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"Cannot listen on {host} port {where.port}: {reason}.",
            hint="Is leanline running already? Else choose another with --port.",
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
    """The server, not yet serving, with its worker at work until the block ends."""
    import uvicorn

    from leanline.jobs.supervisor import Supervisor
    from leanline.jobs.worker import ANALYSER
    from leanline.web.app import create_app

    config = uvicorn.Config(
        create_app(store, settings),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_CLOSE_S,
    )
    with Supervisor(store, analyser=analyser or ANALYSER):
        yield uvicorn.Server(config)


def serve(
    store: Store,
    where: Listening,
    *,
    ready: Callable[[WebSettings], None],
    analyser: str | None = None,
) -> None:
    """Serve until stopped; ``ready`` is called once the socket listens.

    Raises
    ------
    UsageError
        It cannot listen there.
    """
    listener = bound(where)
    with contextlib.closing(listener):
        settings = settings_for(where, int(listener.getsockname()[1]))
        with running(store, settings, analyser=analyser) as server:
            ready(settings)
            server.run(sockets=[listener])
