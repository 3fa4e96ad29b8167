"""A sign of life from a worker that its supervisor sees without asking the database.

The worker writes a byte to its standard output twice a second, from a thread: while a native
loop holds the interpreter, or the process is stopped, nothing comes. What libraries print goes
to the standard error.
"""

from __future__ import annotations

import os
import threading
from typing import IO, Final

EVERY_S: Final = 0.5
# A worker that said nothing for so long does nothing any more either.
HUNG_S: Final = 30.0
# Until the first sign: the program and its libraries have to be read from the disk.
STARTING_S: Final = 120.0
# The longest pause of the watcher itself that counts, so that a computer which slept, or a
# server which was stopped, does not take its workers for dead.
_MAX_STEP_S: Final = 1.0
_BYTES: Final = 1 << 12


def beat() -> threading.Thread:
    """Begin to give signs of life on what was the standard output."""
    stream = os.dup(1)
    os.set_inheritable(stream, False)
    os.dup2(2, 1)
    os.set_blocking(stream, False)
    thread = threading.Thread(target=_beat, args=(stream,), name="pulse", daemon=True)
    thread.start()
    return thread


def _beat(stream: int) -> None:
    pause = threading.Event()
    while True:
        try:
            os.write(stream, b".")
        except BlockingIOError:  # nobody has looked for a long time
            pass
        except OSError:  # the server is no more; the end of the input says so too
            return
        pause.wait(EVERY_S)


class Listener:
    """How long a worker has been silent."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._silent_s = 0.0
        self._started = False
        os.set_blocking(stream.fileno(), False)

    def hung(self, passed_s: float) -> bool:
        """Listen again, ``passed_s`` after the last time; whether it was silent for too long."""
        if self._heard():
            self._silent_s, self._started = 0.0, True
        else:
            self._silent_s += min(passed_s, _MAX_STEP_S)
        return self._silent_s > (HUNG_S if self._started else STARTING_S)

    def close(self) -> None:
        """Listen no more."""
        self._stream.close()

    def _heard(self) -> bool:
        try:
            return bool(os.read(self._stream.fileno(), _BYTES))
        except BlockingIOError:
            return False
        except OSError:
            return False
