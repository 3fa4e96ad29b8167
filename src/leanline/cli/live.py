"""``leanline live``: opens the live page, for this machine only."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Annotated, Final

import typer

from leanline.cli.run_inputs import print_error

HOST: Final = "127.0.0.1"
PORT: Final = 8766


def live(
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="CLIP", help="Play this clip instead of a camera."),
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="Where saved clips go.")
    ] = Path("live-clips"),
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535)] = PORT,
    browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in the browser.")
    ] = True,
) -> None:
    """Lean or run in front of a camera with immediate visual and audible feedback."""
    from leanline.errors import LeanlineError

    try:
        if file is not None:
            from leanline.video.probe import probe

            probe(file)
        _serve(file, out, port, browser)
    except LeanlineError as error:
        raise typer.Exit(print_error(error)) from error


def _serve(file: Path | None, out: Path, port: int, browser: bool) -> None:
    import uvicorn

    from leanline.web.connections import BoundedProtocol
    from leanline.web.live.app import create_live_app
    from leanline.web.serve import MAX_MESSAGE_BYTES

    listener = _bind_socket(port)
    address = f"http://{HOST}:{listener.getsockname()[1]}/live"
    config = uvicorn.Config(
        create_live_app(out, file),
        http=BoundedProtocol,
        log_level="warning",
        ws_max_size=MAX_MESSAGE_BYTES,
        # JPEG is compressed already.
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=2,
    )
    typer.echo(f"The live page: {address}  (Ctrl+C ends it)")
    if browser:
        import webbrowser

        webbrowser.open(address)
    uvicorn.Server(config).run(sockets=[listener])


def _bind_socket(port: int) -> socket.socket:
    """Bind a socket on this machine only; ``UsageError`` if the port is in use."""
    from leanline.errors import UsageError

    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise UsageError("live.port_taken", port=port) from error
    listener.listen(16)
    return listener
