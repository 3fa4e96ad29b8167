"""Pictures of the live page, decoded in a process of their own.

A JPEG that was made to harm its decoder ends that process, with limits of memory, and not the
server; the next picture gets a new one. ``python -m leanline.web.live.pictures`` is the process:
it reads a length and a JPEG, and writes height, width and the pixels, or a length and a sentence.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import struct
import subprocess
import sys
import threading
import time
from io import BytesIO
from typing import IO, Final, Literal

import numpy as np
from numpy.typing import NDArray

from leanline.errors import DamageError
from leanline.reason import from_json, to_json

MAX_PX: Final = 4096
MIN_PX: Final = 64
_LENGTH: Final = struct.Struct("<I")
_ANSWER: Final = struct.Struct("<?II")
_CHANNELS: Final = 3
_MEMORY_BYTES: Final = 1 << 30
_PATIENCE_S: Final = 10.0
# A picture of 1280 x 720 has 2.8 MB; a pipe has 64 kB unless asked for more.
_PIPE_BYTES: Final = 1 << 20
# What a pipe that can be written to takes at least, on every system with poll.
_STEP_BYTES: Final = 4096
_POLLS: Final = hasattr(select, "poll")


class BadMessageError(DamageError):
    """A message of the page that cannot be used."""


def decoded(jpeg: bytes) -> NDArray[np.uint8]:
    """The picture (H, W, 3) RGB; raises ``BadMessageError`` for what is none."""
    import cv2
    from PIL import Image

    try:
        with Image.open(BytesIO(jpeg), formats=("JPEG",)) as opened:
            size = opened.size
    except (OSError, ValueError) as error:
        raise BadMessageError("live.picture_damaged") from error
    if not all(MIN_PX <= side <= MAX_PX for side in size):
        raise BadMessageError("live.picture_unusable", width_px=size[0], height_px=size[1])
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise BadMessageError("live.picture_damaged")
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)


class Decoder:
    """A process that decodes pictures; started when first needed. Use it from any thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    def decode(self, jpeg: bytes) -> NDArray[np.uint8]:
        """The picture (H, W, 3) RGB; raises ``BadMessageError`` for what is none."""
        with self._turn:
            try:
                return _asked(self._running(), jpeg)
            except (OSError, EOFError) as error:
                self._end()
                raise BadMessageError("live.picture_undecodable") from error

    def close(self) -> None:
        """End the process."""
        with self._turn:
            self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "leanline.web.live.pictures"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                pipesize=_PIPE_BYTES,
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):  # what it did not read any more
                    stream.close()


def _asked(process: subprocess.Popen[bytes], jpeg: bytes) -> NDArray[np.uint8]:
    """The answer of the process.

    Raises
    ------
    BadMessageError
        The bytes are no picture.
    OSError, EOFError
        The process is dead, or takes too long.
    """
    ends_s = time.monotonic() + _PATIENCE_S
    _write(process.stdin, _LENGTH.pack(len(jpeg)) + jpeg, ends_s)
    fine, height, width = _ANSWER.unpack(_read(process.stdout, _ANSWER.size, ends_s))
    if not fine:
        raise BadMessageError.from_reason(
            from_json(json.loads(_read(process.stdout, height, ends_s)))
        )
    pixels = _read(process.stdout, height * width * _CHANNELS, ends_s)
    return np.frombuffer(pixels, np.uint8).reshape(height, width, _CHANNELS)


def _read(stream: IO[bytes] | None, size: int, ends_s: float) -> bytearray:
    """So many bytes."""
    data = bytearray(size)
    got = 0
    while got < size:
        _wait(stream, "r", ends_s)
        piece = (
            os.readv(_number(stream), [memoryview(data)[got:]])
            if _POLLS
            else _copied(stream, data, got)
        )
        if not piece:
            raise EOFError
        got += piece
    return data


def _copied(stream: IO[bytes] | None, data: bytearray, start: int) -> int:
    piece = os.read(_number(stream), len(data) - start)
    data[start : start + len(piece)] = piece
    return len(piece)


def _write(stream: IO[bytes] | None, data: bytes, ends_s: float) -> None:
    """All of the bytes, no more at once than the pipe takes without waiting."""
    for start in range(0, len(data), _STEP_BYTES):
        _wait(stream, "w", ends_s)
        os.write(_number(stream), data[start : start + _STEP_BYTES])


def _wait(stream: IO[bytes] | None, way: Literal["r", "w"], ends_s: float) -> None:
    """Wait until something can be read or written; where the system cannot tell, go on."""
    if not _POLLS:
        return
    poll = select.poll()
    poll.register(_number(stream), select.POLLIN if way == "r" else select.POLLOUT)
    if not poll.poll(max(0.0, 1000.0 * (ends_s - time.monotonic()))):
        raise TimeoutError


def _number(stream: IO[bytes] | None) -> int:
    if stream is None:
        raise AssertionError  # both ends were asked for
    return stream.fileno()


def _answer(jpeg: bytes) -> bytes:
    try:
        picture = decoded(jpeg)
    except BadMessageError as error:
        text = json.dumps(to_json(error.reason)).encode()
        return _ANSWER.pack(False, len(text), 0) + text
    return _ANSWER.pack(True, *picture.shape[:2]) + picture.tobytes()


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _serve(source: IO[bytes], target: IO[bytes]) -> None:
    """Decode until the input ends."""
    import cv2

    cv2.setNumThreads(1)  # the cores are for the networks
    _limit()
    while len(head := source.read(_LENGTH.size)) == _LENGTH.size:
        target.write(_answer(source.read(_LENGTH.unpack(head)[0])))
        target.flush()


if __name__ == "__main__":
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to handle
    _serve(sys.stdin.buffer, sys.stdout.buffer)
