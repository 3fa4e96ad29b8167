"""``leanline docs``: serves the documentation that is part of the package."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leanline.cli.read_result import exit_on_error

if TYPE_CHECKING:
    from http.server import ThreadingHTTPServer


def docs(
    port: Annotated[
        int, typer.Option(metavar="N", help="Port on this machine; 0 picks a free one.")
    ] = 0,
    show: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the pages in the browser.")
    ] = True,
) -> None:
    """Serve the guides and the reference to this machine only, until stopped."""
    with exit_on_error(), page_server(_folder(), port) as server:
        address = f"http://127.0.0.1:{server.server_address[1]}/index.html"
        typer.echo(f"{address}\nStop with Ctrl-C.")
        if show:
            typer.launch(address)
        server.serve_forever()


def page_server(folder: Path, port: int) -> ThreadingHTTPServer:
    """Serve the files of a folder on the loopback address.

    Parameters
    ----------
    folder
        What to serve.
    port
        Where; 0 for any free one.

    Returns
    -------
    ThreadingHTTPServer
        Bound, not serving yet.

    Raises
    ------
    UsageError
        The port is in use.
    """
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    from leanline.errors import UsageError, why_refused

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Do not log the requests of the user's own browser."""

    try:
        return ThreadingHTTPServer(("127.0.0.1", port), partial(Quiet, directory=str(folder)))
    except (OSError, OverflowError) as error:
        raise UsageError(
            "docs.port_refused", setting="port", port=port, why=why_refused(error)
        ) from error


def _folder() -> Path:
    """Return the folder of the pages, in the installed package or a built source checkout."""
    from leanline.errors import UsageError

    folder = Path(str(files("leanline") / "site"))
    if not (folder / "index.html").is_file():
        raise UsageError("docs.not_built")
    return folder
