"""``leanline serve``: runs the web application with a worker on this machine."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leanline.cli.read_result import exit_on_error

if TYPE_CHECKING:
    from leanline.web.settings import WebSettings


def serve(
    port: Annotated[int, typer.Option(metavar="N", help="Port; 0 picks a free one.")] = 8765,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen; any other address needs --lan.")
    ] = "127.0.0.1",
    lan: Annotated[
        bool,
        typer.Option("--lan", help="Let phones on the same network in, with a key they scan."),
    ] = False,
    certificate: Annotated[
        Path | None,
        typer.Option(metavar="FILE.pem", help="With --lan, instead of leanline's own certificate."),
    ] = None,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE.pem", help="The key of --certificate.")
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME|ADDRESS",
            help="With --lan, how phones reach this computer, where leanline cannot know it: in a "
            "container, or behind another server; repeatable.",
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="DIR|URL",
            help="The store: a folder or a postgresql:// URL. Default: $LEANLINE_DATA, else "
            "your own.",
        ),
    ] = None,
    browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in the browser.")
    ] = True,
) -> None:
    """Start the pages and the API for clips, athletes, trends and plans."""
    from leanline.store import Store
    from leanline.web.serve import ListenAddress
    from leanline.web.serve import serve as serve_until_stopped

    with exit_on_error():
        where = ListenAddress(host, port, lan, certificate, key, tuple(name or ()))
        os.umask(0o077)  # new files are private to the user
        with Store.open(data) as store:
            serve_until_stopped(store, where, ready=partial(_welcome, browser=browser))


def open_page() -> None:
    """Serve the page and show it in the browser; only show it if it is being served already."""
    from leanline.web.settings import PORT

    if _is_served(PORT):
        address = f"http://127.0.0.1:{PORT}/"
        typer.echo(f"leanline is already at {address}")
        _show(address)
    else:
        serve()


def _is_served(port: int) -> bool:
    """Whether the port of this machine is answered by leanline."""
    import httpx

    try:
        answer = httpx.get(f"http://127.0.0.1:{port}/api/v1/health", timeout=2.0).json()
    except (httpx.HTTPError, ValueError):
        return False
    return isinstance(answer, dict) and "leanline" in answer


def _welcome(settings: WebSettings, address: str, *, browser: bool) -> None:
    """Print the addresses, with a QR code for the phone."""
    import sys

    if settings.entry_url and settings.token:
        import segno

        address = f"{address}enter#{settings.token}"
        typer.echo(f"On this computer:  {address}")
        typer.echo(f"On the phone:      {settings.entry_url}\n")
        segno.make(settings.entry_url, error="l").terminal(out=sys.stdout, compact=True)
        typer.echo("Anyone who has this address can see and delete everything in the store.")
        if settings.authority is not None:
            _explain_warning(settings.authority)
    else:
        typer.echo(f"leanline is at {address}")
    typer.echo("Stop it with Ctrl-C.")
    if browser:
        _show(address)


def _explain_warning(authority: Path) -> None:
    """Say why the phone will warn, and what to compare before trusting."""
    from leanline.web.certificates import fingerprint

    typer.echo(
        "The phone will warn that it does not know who certifies this address: this computer does "
        "so itself. Continue past the warning, or let the phone trust this computer "
        "(the page shows how). The authority's SHA-256 fingerprint is"
    )
    typer.echo(fingerprint(authority))


def _show(address: str) -> None:
    """Open the address in the browser, if a person started the command in a terminal."""
    import sys
    import webbrowser

    if sys.stdout.isatty():
        webbrowser.open(address)
