"""Writing pictures as H.264 in an MP4 file that plays while it loads."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

from leanline.video.draw import Picture

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from av.container import OutputContainer
    from av.video.stream import VideoStream

# The finest time base that every player reads from an MP4 file, and the customary one for video.
MAX_TIME_BASE_HZ: Final = 1_000_000
DEFAULT_TIME_BASE: Final = Fraction(1, 90_000)


class H264Writer:
    """A context manager that encodes RGB pictures with their own time stamps.

    Parameters
    ----------
    path
        The MP4 file to write.
    time_base
        Seconds in one unit of the time stamps.
    crf
        Constant rate factor of x264: 0 is lossless, 51 the coarsest.
    key_frame_interval
        At most this many frames from one that decodes alone to the next, and no frame stored out
        of order, so that stepping to any frame is quick; None leaves both to the encoder.
    """

    def __init__(
        self, path: Path, time_base: Fraction, *, crf: int, key_frame_interval: int | None = None
    ) -> None:
        import av

        self._time_base = time_base
        self._options = {"crf": str(crf), "preset": "veryfast"}
        if key_frame_interval is not None:
            self._options |= {"g": str(key_frame_interval), "bf": "0"}
        self._container: OutputContainer = av.open(
            f"file:{path}", "w", format="mp4", options={"movflags": "faststart"}
        )
        self._stream: VideoStream | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is None and self._stream:
                self._container.mux(self._stream.encode())
        finally:
            self._container.close()

    def write(self, picture: Picture, stamp: int) -> None:
        """Add one picture.

        Parameters
        ----------
        picture
            (height, width, 3) RGB; all pictures have the size of the first, which is even.
        stamp
            When it is shown, in units of the time base; later than the one before.
        """
        import av

        self._stream = self._stream or self._new_stream(picture)
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = stamp, self._time_base
        self._container.mux(self._stream.encode(frame))

    def _new_stream(self, picture: Picture) -> VideoStream:
        stream = self._container.add_stream("libx264", options=self._options)
        stream.height, stream.width = picture.shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = self._time_base
        return stream


def mp4_time_base(time_base: Fraction) -> Fraction:
    """The clip's own time base where an MP4 file can have it, otherwise 1/90000 s.

    Parameters
    ----------
    time_base
        Seconds in one unit of the clip's time stamps.

    Returns
    -------
    Fraction
        Seconds in one unit of the MP4 file's.
    """
    return time_base if time_base.denominator <= MAX_TIME_BASE_HZ else DEFAULT_TIME_BASE
