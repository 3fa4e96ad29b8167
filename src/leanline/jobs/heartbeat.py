"""Heartbeat of a worker, visible to its supervisor without a database query.

The worker writes a byte to its standard output twice a second from a thread, so the heartbeat
stops when native code holds the interpreter lock or the process is stopped. Output of libraries
is redirected to the standard error.
"""

from __future__ import annotations

import os
import threading
from typing import IO, Final

INTERVAL_S: Final = 0.5
# Chosen generously: no native call of an analysis holds the interpreter lock this long.
TIMEOUT_S: Final = 30.0
# Until the first heartbeat, while the program and its libraries are loaded from disk.
STARTUP_TIMEOUT_S: Final = 120.0
# Longest pause between two checks that counts as silence, so that workers are not taken for
# dead after the computer slept or the server was suspended.
_MAX_STEP_S: Final = 1.0
_BYTES: Final = 1 << 12


def start() -> threading.Thread:
    """Start the heartbeat on what was the standard output."""
    stream = os.dup(1)
    os.set_inheritable(stream, False)
    os.dup2(2, 1)
    os.set_blocking(stream, False)
    thread = threading.Thread(target=_send, args=(stream,), name="pulse", daemon=True)
    thread.start()
    return thread


def _send(stream: int) -> None:
    pause = threading.Event()
    while True:
        try:
            os.write(stream, b".")
        except BlockingIOError:  # the pipe is full: nobody has read it for a long time
            pass
        except OSError:  # the server is gone; ``worker`` notices at the end of its input
            return
        pause.wait(INTERVAL_S)


class Listener:
    """Measures how long a worker has been silent."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._silent_s = 0.0
        self._started = False
        os.set_blocking(stream.fileno(), False)

    def is_hung(self, elapsed_s: float) -> bool:
        """Read the pipe, ``elapsed_s`` after the last call; return whether the worker timed out."""
        if self._received_any():
            self._silent_s, self._started = 0.0, True
        else:
            self._silent_s += min(elapsed_s, _MAX_STEP_S)
        return self._silent_s > (TIMEOUT_S if self._started else STARTUP_TIMEOUT_S)

    def close(self) -> None:
        """Close the pipe."""
        self._stream.close()

    def _received_any(self) -> bool:
        try:
            return bool(os.read(self._stream.fileno(), _BYTES))
        except BlockingIOError:
            return False
        except OSError:
            return False
