"""A copy of a clip that every browser can play and seek accurately."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from leanline.files import written_atomically
from leanline.video.draw import shrink_to
from leanline.video.framing import AS_SHOWN, Framing
from leanline.video.h264 import H264Writer, mp4_time_base

if TYPE_CHECKING:
    from collections.abc import Callable

FILE_NAME: Final = "preview.mp4"
MAX_PX: Final = 1280
# Distance between key frames; short, so that stepping is quick.
KEY_FRAME_INTERVAL: Final = 12
CRF: Final = 23


def write_preview(
    video: Path,
    out: Path,
    progress: Callable[[str, float], None] | None = None,
    framing: Framing = AS_SHOWN,
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
    framing
        How the pictures are turned.

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
    unit = mp4_time_base(timeline.time_base)
    times = []
    with (
        written_atomically(out) as part,
        H264Writer(part, unit, crf=CRF, key_frame_interval=KEY_FRAME_INTERVAL) as writer,
    ):
        for frame in read_frames(video, framing=framing):
            if progress:
                progress("preview", min(frame.index / len(timeline.stamps), 1.0))
            writer.write(shrink_to(frame.rgb(), MAX_PX)[0], round(frame.time_s / unit))
            times.append(frame.time_s)
    return tuple(times)
