"""Recording of the live pictures, unchanged and with their times, for later analysis."""

from __future__ import annotations

import contextlib
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

from leanline.files import replace_durably

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.stream import VideoStream

# One minute of pictures takes about 70 MB; the analysis needs 10 to 60 seconds.
MAX_DURATION_S: Final = 180.0
_TICKS: Final = 1000


class ClipWriter:
    """Writes JPEG pictures without re-encoding into a Matroska file, each with its own time.

    Parameters
    ----------
    path
        The clip to create; a hidden file beside it until ``close``.
    size_px
        Width and height of every picture.
    """

    def __init__(self, path: Path, size_px: tuple[int, int]) -> None:
        import av

        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._part = path.with_name(f".{path.stem}.part{path.suffix}")
        self._container: OutputContainer = av.open(str(self._part), "w", format="matroska")
        stream: VideoStream = self._container.add_stream("mjpeg", rate=30)
        stream.width, stream.height = size_px
        stream.pix_fmt = "yuvj420p"
        stream.time_base = Fraction(1, _TICKS)
        self._stream = stream
        self._first_s: float | None = None
        self._last_tick = -1
        self.frames = 0

    @property
    def seconds(self) -> float:
        """Length so far, seconds."""
        return max(self._last_tick, 0) / _TICKS

    @property
    def full(self) -> bool:
        """Whether the maximum length is reached."""
        return self.seconds >= MAX_DURATION_S

    def add(self, jpeg: bytes, time_s: float) -> None:
        """Append a picture; ignored unless it is later than the last one."""
        import av

        if self._first_s is None:
            self._first_s = time_s
        tick = round((time_s - self._first_s) * _TICKS)
        if tick <= self._last_tick or self.full:
            return
        packet = av.Packet(jpeg)
        packet.stream = self._stream
        packet.time_base = Fraction(1, _TICKS)
        packet.pts = packet.dts = tick
        packet.is_keyframe = True
        self._container.mux(packet)
        self._last_tick = tick
        self.frames += 1

    def close(self) -> Path | None:
        """Finish the clip and return its path; clips of fewer than two pictures are discarded."""
        self._container.close()
        if self.frames < 2:
            self.discard()
            return None
        replace_durably(self._part, self.path)
        return self.path

    def discard(self) -> None:
        """Delete the unfinished clip."""
        with contextlib.suppress(OSError):
            self._container.close()
        self._part.unlink(missing_ok=True)
