"""A copy of a clip that every browser plays and seeks in exactly."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from leanline.files import written_atomically
from leanline.video.draw import Picture, fitted

if TYPE_CHECKING:
    from collections.abc import Callable

FILE_NAME: Final = "preview.mp4"
MAX_PX: Final = 1280
# A frame is never further than this many from one that decodes alone, so stepping is quick.
KEY_EVERY: Final = 12
_MIN_UNIT: Final = 1_000_000
_USUAL_UNIT: Final = Fraction(1, 90_000)


def write_preview(
    video: Path, out: Path, progress: Callable[[str, float], None] | None = None
) -> tuple[float, ...]:
    """Write the clip as H.264 in MP4, upright, without sound, to play while it loads.

    Every frame keeps its time (seconds since the first shown frame), whatever the rate does.

    Parameters
    ----------
    video
        The clip, in any coding.
    out
        Where to write; whole or not at all. The picture is no larger than 1280 pixels.
    progress
        Called with a phase and the share done; an exception raised in it stops the work.

    Returns
    -------
    tuple of float
        The frames' times in seconds, as in the clip.

    Raises
    ------
    InputError
        ``video`` cannot be read.
    """
    from leanline.video.probe import read_timeline
    from leanline.video.reader import read_frames

    timeline = read_timeline(video)
    unit = timeline.time_base
    unit = unit if unit.denominator <= _MIN_UNIT else _USUAL_UNIT
    times = []
    with written_atomically(out) as part, _Encoder(part, unit) as encoder:
        for frame in read_frames(video):
            if progress:
                progress("Preview", min(frame.index / len(timeline.stamps), 1.0))
            encoder.write(fitted(frame.rgb(), MAX_PX)[0], round(frame.time_s / unit))
            times.append(frame.time_s)
    return tuple(times)


class _Encoder:
    """H.264 with a key frame every few frames and no frames out of order."""

    def __init__(self, path: Path, unit: Fraction) -> None:
        import av

        self._unit = unit
        self._stream: Any = None
        self._container: Any = av.open(
            f"file:{path}", "w", format="mp4", options={"movflags": "faststart"}
        )

    def __enter__(self) -> _Encoder:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None and self._stream:
                self._container.mux(self._stream.encode())
        finally:
            self._container.close()

    def write(self, picture: Picture, stamp: int) -> None:
        """Add a frame at ``stamp`` units of time."""
        import av

        self._stream = self._stream or self._new_stream(picture)
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = stamp, self._unit
        self._container.mux(self._stream.encode(frame))

    def _new_stream(self, picture: Picture) -> Any:  # noqa: ANN401
        options = {"crf": "23", "preset": "veryfast", "g": str(KEY_EVERY), "bf": "0"}
        stream = self._container.add_stream("libx264", options=options)
        stream.height, stream.width = picture.shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = self._unit
        return stream
