"""What the server may be told: where it listens, who may come in, how much it takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
PORT: Final = 8765


@dataclass(frozen=True)
class WebSettings:
    """Limits and access of one server; the defaults are for one person on one machine.

    Parameters
    ----------
    hosts
        Names by which a browser may call the server; any other ``Host`` is refused, so that
        a page elsewhere cannot reach it under a name of its own (DNS rebinding).
    token
        The key that every request must bring (cookie or ``Authorization: Bearer``); None
        when only this machine can connect.
    entry_url
        The address with the key in it that ``--lan`` shows, for the settings page.
    port
        Where the server listens, to be named to people.
    max_upload_bytes, max_uploads
        Size of one clip, and clips that one sender may have on their way at once.
    max_body_bytes, max_json_bytes
        Size of a request that brings a watch's file, and of any other.
    idle_s, body_s
        Seconds for which a request with a clip may send nothing, and that any other may take
        to arrive.
    send_s
        Seconds that whoever asked may take to read the next part of an answer.
    max_looks, max_event_streams
        Clips that are looked at, and pages that are told of progress, at once.
    max_clip_s
        Longest clip that is taken, seconds.
    check_timeout_s
        How long the first look at a clip may take.
    """

    hosts: frozenset[str] = LOOPBACK
    token: str | None = field(default=None, repr=False)
    entry_url: str | None = field(default=None, repr=False)
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
