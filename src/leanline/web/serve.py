"""Running the server: the web application together with its workers."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final

from leanline.errors import UsageError, why_refused
from leanline.web.settings import LOOPBACK, PORT, WebSettings

if TYPE_CHECKING:
    import uvicorn

    from leanline.store import Store
    from leanline.web.certificates import CertificateFiles
    from leanline.web.two_doors import EncryptedSocket

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
        Whether others on the network may use it, encrypted and with a key.
    certificate, key
        PEM files to use instead of leanline's own certificate; both or neither.
    names
        Further names and addresses of this machine; the first is the one to show.

    Raises
    ------
    UsageError
        Others could connect without ``lan``, or the certificate has no key or no use.
    """

    host: str = "127.0.0.1"
    port: int = PORT
    lan: bool = False
    certificate: Path | None = None
    key: Path | None = None
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.certificate is None) != (self.key is None):
            raise UsageError("serve.certificate_without_key")
        if self.certificate is not None and not self.lan:
            raise UsageError("serve.certificate_without_lan")
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


def build_settings(
    where: ListenAddress, port: int, certificate: CertificateFiles | None = None
) -> WebSettings:
    """Choose host names, key and address of a server.

    Parameters
    ----------
    where
        Where it listens.
    port
        That was bound.
    certificate
        With which the network is served.

    Returns
    -------
    WebSettings
        For ``create_app``.
    """
    if not where.lan:
        return WebSettings(port=port)
    token = secrets.token_urlsafe(18)
    names = reachable_names(where)
    return WebSettings(
        hosts=LOOPBACK | {*names},
        token=token,
        port=port,
        entry_url=f"https://{names[0]}:{port}/enter#{token}",
        authority=certificate.authority if certificate else None,
    )


def reachable_names(where: ListenAddress) -> tuple[str, ...]:
    """Return the addresses and names by which the network reaches this machine, best first."""
    given = where.host in (*LOOPBACK, EVERYWHERE)
    addresses = network_addresses() if given else (where.host,)
    name = socket.gethostname().lower()
    return (*map(str.lower, where.names), *addresses, f"{name}.local", name)


def find_certificate(where: ListenAddress, folder: Path) -> CertificateFiles:
    """Find the certificate with which the network is served.

    Parameters
    ----------
    where
        May name one.
    folder
        Of the store, which has one of its own for all names of this machine.

    Returns
    -------
    CertificateFiles
        The one given, or the store's.

    Raises
    ------
    UsageError
        The store's certificate is damaged.
    """
    from leanline.web.certificates import CertificateFiles, server_certificate

    if where.certificate is not None and where.key is not None:
        return CertificateFiles(where.certificate, where.key)
    return server_certificate(folder / "tls", (*sorted(LOOPBACK), *reachable_names(where)))


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
    store: Store,
    settings: WebSettings,
    *,
    analyser: str | None = None,
    encrypted: Sequence[EncryptedSocket] = (),
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
    encrypted
        Bound sockets to serve encrypted, besides those that ``run`` is given.

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
    from leanline.web.two_doors import TwoDoorServer

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
        yield TwoDoorServer(config, encrypted)


def serve(
    store: Store,
    where: ListenAddress,
    *,
    ready: Callable[[WebSettings, str], None],
    analyser: str | None = None,
) -> None:
    """Serve until stopped.

    With ``lan`` the address is encrypted, and this computer gets an address of its own that is
    not. Ctrl-C, SIGTERM and SIGHUP (a closed terminal) shut down gracefully: requests are
    answered, workers stopped and their jobs recorded as interrupted.

    Parameters
    ----------
    store
        Open.
    where
        Where to listen.
    ready
        Called once the sockets listen, with the settings and the address for this computer.
    analyser
        ``module:function`` that does the work; the usual one if None.

    Raises
    ------
    UsageError
        The address cannot be bound, or its certificate cannot be read.
    """
    with (
        open_doors(where, store.files.folder) as doors,
        _graceful_shutdown() as stoppable,
        running(store, doors.settings, analyser=analyser, encrypted=doors.encrypted) as server,
    ):
        stoppable.append(server)
        ready(doors.settings, doors.address)
        server.run(sockets=[doors.plain])


@dataclass(frozen=True)
class Doors:
    """The sockets of a server, bound.

    Parameters
    ----------
    plain
        For this computer; without ``lan`` the only one.
    encrypted
        For the network.
    settings
        For the application behind them.
    """

    plain: socket.socket
    encrypted: tuple[EncryptedSocket, ...]
    settings: WebSettings

    @property
    def address(self) -> str:
        """The address for this computer's own browser."""
        return f"http://127.0.0.1:{self.plain.getsockname()[1]}/"


@contextmanager
def open_doors(where: ListenAddress, folder: Path) -> Iterator[Doors]:
    """Bind the sockets of a server, until the block ends.

    Parameters
    ----------
    where
        Where it listens.
    folder
        Of the store, which keeps the certificate.

    Yields
    ------
    Doors
        To be served.

    Raises
    ------
    UsageError
        The address cannot be bound, or its certificate cannot be read.
    """
    with contextlib.closing(bind_socket(where)) as listener:
        port = int(listener.getsockname()[1])
        if not where.lan:
            yield Doors(listener, (), build_settings(where, port))
            return
        certificate = find_certificate(where, folder)
        encrypted = _encrypt(listener, certificate)
        with contextlib.closing(_own_door(port)) as plain:
            yield Doors(plain, (encrypted,), build_settings(where, port, certificate))


def _own_door(port: int) -> socket.socket:
    """Bind the port for this computer alone: the one after the network's, or any that is free."""
    try:
        return bind_socket(ListenAddress(port=port + 1))
    except UsageError:
        return bind_socket(ListenAddress(port=0))


def _encrypt(listener: socket.socket, certificate: CertificateFiles) -> EncryptedSocket:
    from leanline.web.two_doors import EncryptedSocket, server_context

    try:
        context = server_context(certificate.certificate, certificate.key)
        return EncryptedSocket(listener, context)
    except OSError as error:
        raise UsageError("serve.bad_certificate", path=certificate.certificate) from error


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
