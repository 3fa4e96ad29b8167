"""Settings of the server: address, access and limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
PORT: Final = 8765


@dataclass(frozen=True)
class WebSettings:
    """Limits and access of one server; the defaults suit one person on one machine.

    Parameters
    ----------
    hosts
        Host names by which browsers may address the server; any other ``Host`` is refused, which
        prevents DNS rebinding.
    token
        The key that every request must carry (cookie or ``Authorization: Bearer``); None if only
        this machine can connect.
    entry_url
        The address including the key that ``--lan`` shows, for the settings page. The key is
        behind a ``#``, so browsers keep it to themselves and no log has it.
    authority
        Certificate of the authority that phones may trust; None without one.
    port
        Port of the server, for display.
    max_upload_bytes, max_uploads
        Size of a clip, and number of uploads in progress per sender.
    max_body_bytes, max_json_bytes
        Size of a request with a watch's file, and of any other request.
    idle_s, body_s
        How long an upload may stall, and any other request may take to arrive, seconds.
    send_s
        How long a client may take to read the next part of a response, seconds.
    max_looks, max_event_streams
        Number of simultaneous clip checks, and of pages that listen to progress.
    max_clip_s
        Longest clip that is accepted, seconds.
    check_timeout_s
        Timeout of a clip check, seconds.
    """

    hosts: frozenset[str] = LOOPBACK
    token: str | None = field(default=None, repr=False)
    entry_url: str | None = field(default=None, repr=False)
    authority: Path | None = None
    port: int = PORT
    max_upload_bytes: int = 4_000_000_000
    max_uploads: int = 500
    max_body_bytes: int = 32 * 1024**2
    max_json_bytes: int = 256 * 1024
    idle_s: float = 30.0
    body_s: float = 30.0
    send_s: float = 60.0
    max_looks: int = 2
    max_event_streams: int = 64
    max_clip_s: float = 600.0
    check_timeout_s: float = 60.0
