"""JPEG decoding for the live page in a subprocess.

A JPEG crafted to exploit the decoder can only kill the subprocess, whose memory is limited; the
next picture gets a new one. The subprocess is ``python -m leanline.web.live.pictures``: it reads a
length and a JPEG, and writes height, width and pixels, or a length and an error message.
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
from leanline.workers.limits import limit_resources
from leanline.workers.process import leave_signals_to_parent

MAX_PX: Final = 4096
MIN_PX: Final = 64
_LENGTH: Final = struct.Struct("<I")
_ANSWER: Final = struct.Struct("<?II")
_CHANNELS: Final = 3
_MEMORY_BYTES: Final = 1 << 30
_TIMEOUT_S: Final = 10.0
# A 1280 x 720 picture takes 2.8 MB; a pipe holds 64 kB by default.
_PIPE_BYTES: Final = 1 << 20
# What a writable pipe accepts without blocking on every system with poll.
_STEP_BYTES: Final = 4096
_POLLS: Final = hasattr(select, "poll")


class BadMessageError(DamageError):
    """A message that does not follow the protocol."""


def decode_jpeg(jpeg: bytes) -> NDArray[np.uint8]:
    """Decode a JPEG to an (H, W, 3) RGB array; raises ``BadMessageError`` if it is invalid."""
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
    """Owner of the decoder subprocess, which starts on first use; safe to use from any thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def decode(self, jpeg: bytes) -> NDArray[np.uint8]:
        """Decode a JPEG to an (H, W, 3) RGB array; raises ``BadMessageError`` if it is invalid."""
        with self._lock:
            try:
                return _request_decode(self._ensure_process(), jpeg)
            except (OSError, EOFError) as error:
                self._stop()
                raise BadMessageError("live.picture_undecodable") from error

    def close(self) -> None:
        """Stop the subprocess."""
        with self._lock:
            self._stop()

    def _ensure_process(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._stop()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "leanline.web.live.pictures"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                pipesize=_PIPE_BYTES,
            )
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):  # the process died before reading everything
                    stream.close()


def _request_decode(process: subprocess.Popen[bytes], jpeg: bytes) -> NDArray[np.uint8]:
    """Send a JPEG to the subprocess and read the pixels.

    Raises
    ------
    BadMessageError
        The bytes are not a usable picture.
    OSError, EOFError
        The process is dead, or takes too long.
    """
    deadline_s = time.monotonic() + _TIMEOUT_S
    _write(process.stdin, _LENGTH.pack(len(jpeg)) + jpeg, deadline_s)
    ok, height, width = _ANSWER.unpack(_read(process.stdout, _ANSWER.size, deadline_s))
    if not ok:
        reason = from_json(json.loads(_read(process.stdout, height, deadline_s)))
        raise BadMessageError.from_reason(reason)
    pixels = _read(process.stdout, height * width * _CHANNELS, deadline_s)
    return np.frombuffer(pixels, np.uint8).reshape(height, width, _CHANNELS)


def _read(stream: IO[bytes] | None, size: int, deadline_s: float) -> bytearray:
    """Read exactly ``size`` bytes."""
    data = bytearray(size)
    received = 0
    while received < size:
        _wait(stream, "r", deadline_s)
        piece = (
            os.readv(_fileno(stream), [memoryview(data)[received:]])
            if _POLLS
            else _read_into(stream, data, received)
        )
        if not piece:
            raise EOFError
        received += piece
    return data


def _read_into(stream: IO[bytes] | None, data: bytearray, start: int) -> int:
    piece = os.read(_fileno(stream), len(data) - start)
    data[start : start + len(piece)] = piece
    return len(piece)


def _write(stream: IO[bytes] | None, data: bytes, deadline_s: float) -> None:
    """Write all bytes, in steps that the pipe accepts without blocking."""
    for start in range(0, len(data), _STEP_BYTES):
        _wait(stream, "w", deadline_s)
        os.write(_fileno(stream), data[start : start + _STEP_BYTES])


def _wait(stream: IO[bytes] | None, direction: Literal["r", "w"], deadline_s: float) -> None:
    """Wait until the stream is ready; without poll, return at once and let the call block."""
    if not _POLLS:
        return
    poll = select.poll()
    poll.register(_fileno(stream), select.POLLIN if direction == "r" else select.POLLOUT)
    if not poll.poll(max(0.0, 1000.0 * (deadline_s - time.monotonic()))):
        raise TimeoutError


def _fileno(stream: IO[bytes] | None) -> int:
    if stream is None:
        raise AssertionError  # both ends are pipes
    return stream.fileno()


def _answer(jpeg: bytes) -> bytes:
    try:
        picture = decode_jpeg(jpeg)
    except BadMessageError as error:
        text = json.dumps(to_json(error.reason)).encode()
        return _ANSWER.pack(False, len(text), 0) + text
    return _ANSWER.pack(True, *picture.shape[:2]) + picture.tobytes()


def _serve(source: IO[bytes], target: IO[bytes]) -> None:
    """Decode pictures until the input ends."""
    import cv2

    cv2.setNumThreads(1)  # leaves the cores to the networks
    limit_resources(memory_bytes=_MEMORY_BYTES, file_bytes=0)
    while len(head := source.read(_LENGTH.size)) == _LENGTH.size:
        target.write(_answer(source.read(_LENGTH.unpack(head)[0])))
        target.flush()


if __name__ == "__main__":
    leave_signals_to_parent()
    _serve(sys.stdin.buffer, sys.stdout.buffer)
