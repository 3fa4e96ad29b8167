"""Sequential reading of a clip's frames with their true times."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from leanline.errors import InputError
from leanline.video.framing import AS_SHOWN, Framing, fit_frame
from leanline.video.orient import UPRIGHT, Matrix, display_matrix, square_width, to_display_rgb
from leanline.video.picture import Picture, wrap_frame
from leanline.video.probe import (
    Timeline,
    check_size,
    frame_stamp,
    open_video,
    pixel_aspect,
    read_timeline,
    time_base,
)

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

Happening = Callable[[], None]

# Decoding this much takes about as long as reading all packets for an exact seek.
_SEEK_FROM_S: Final = 10.0
# Containers seek by decoding time, which precedes display time.
_SEEK_MARGIN_S: Final = 1.0


@dataclass(frozen=True)
class Frame:
    """A displayed frame; its picture is converted when asked for.

    Parameters
    ----------
    index
        Its number in the whole clip, from 0.
    time_s
        Seconds since the clip's first frame.
    """

    index: int
    time_s: float
    _picture: VideoFrame = field(repr=False, compare=False)
    _aspect: float = field(default=1.0, repr=False, compare=False)
    _matrix: Matrix = field(default=UPRIGHT, repr=False, compare=False)
    _framing: Framing = field(default=AS_SHOWN, repr=False, compare=False)

    def rgb(self) -> NDArray[np.uint8]:
        """Convert to RGB in display orientation, (H, W, 3); computed at each call."""
        rgb = to_display_rgb(self._picture, self._aspect, self._matrix)
        shown = self._framing.show(rgb)
        return shown if isinstance(shown, np.ndarray) else rgb

    def picture(self) -> Picture:
        """Return the planes, from which crops and thumbnails are much cheaper than from ``rgb``."""
        return self._framing.show(wrap_frame(self._picture, self._aspect, self._matrix))


def read_frames(
    path: Path,
    *,
    start_s: float | None = None,
    end_s: float | None = None,
    framing: Framing = AS_SHOWN,
    on_damage: Happening | None = None,
    on_resize: Happening | None = None,
    sparse: bool = False,
) -> Iterator[Frame]:
    """The frames shown in [``start_s``, ``end_s``), in order, decoded as they are asked for.

    Parameters
    ----------
    path
        A video file.
    start_s, end_s
        Half-open part of the clip, seconds since its first shown frame; None is the clip's
        own start or end.
    framing
        How the pictures are turned and cropped.
    on_damage
        Called, at most once, when the file turns out to be damaged; the frames that decode
        are given all the same.
    on_resize
        Called, at most once, when the size of the pictures changes; all are scaled to the
        size of the file's first.
    sparse
        Whether to save time and leave out the frames on which no other depends, which is up
        to every second one and more of some encoders; ``index`` then counts what is left.

    Yields
    ------
    Frame
        ``time_s`` rises strictly; frames whose stamp does not are left out.

    Raises
    ------
    InputError
        The file cannot be read as a video, or no frame decodes.
    """
    path = Path(path)
    start, end = start_s or 0.0, np.inf if end_s is None else end_s
    way = _Way(path, framing, on_damage, on_resize, sparse)
    for frame in _frames_from(way, start):
        if frame.time_s >= end:
            return
        if frame.time_s >= start:
            yield frame


@dataclass(frozen=True)
class _Way:
    """How a file is read; the fields are parameters of ``read_frames``."""

    path: Path
    framing: Framing
    on_damage: Happening | None
    on_resize: Happening | None
    sparse: bool


def _frames_from(way: _Way, start_s: float) -> Iterator[Frame]:
    """Yield all frames, or those from shortly before ``start_s`` if that saves decoding."""
    if start_s < _SEEK_FROM_S:
        yield from _frames(way, None, start_s)
        return
    timeline = read_timeline(way.path)
    if start_s > float((timeline.stamps[-1] - timeline.stamps[0]) * timeline.time_base):
        return
    frames = _frames(way, timeline, start_s)
    first = next(frames, None)
    if first is None or first.time_s > start_s:
        # Containers without an index (MPEG-TS) may seek past the wanted key frame.
        frames.close()
        yield from _frames(way, None, start_s)
        return
    yield first
    yield from frames


def _frames(way: _Way, timeline: Timeline | None, start_s: float) -> Generator[Frame, None, None]:
    with open_video(way.path) as (container, stream):
        stream.thread_type = "AUTO"
        if way.sparse:
            stream.codec_context.skip_frame = "NONREF"
        base, aspect = time_base(stream), pixel_aspect(stream)
        size = None
        if timeline:
            size = timeline.stored_size
            target_s = start_s - _SEEK_MARGIN_S
            container.seek(int(timeline.stamps[0] + target_s / base), stream=stream)
        matrix, resized = None, False
        for index, stamp, picture in _in_order(
            container, stream, way.path, timeline, way.on_damage
        ):
            matrix = matrix or way.framing.matrix(display_matrix(picture))
            check_size(way.path, square_width(picture, aspect), picture.height)
            size = size or (picture.width, picture.height)
            if way.on_resize and not resized and size != (picture.width, picture.height):
                resized = True
                way.on_resize()
            shown = fit_frame(picture, *size)
            yield Frame(index, float(stamp * base), shown, aspect, matrix, way.framing)


def _in_order(
    container: InputContainer,
    stream: VideoStream,
    path: Path,
    timeline: Timeline | None,
    on_damage: Happening | None,
) -> Iterator[tuple[int, int, VideoFrame]]:
    """Yield index, timestamp since the first frame, and picture of frames with new timestamps."""
    origin = int(timeline.stamps[0]) if timeline else None
    last, index = -1, -1
    for picture in _decode(container, stream, timeline is None, on_damage):
        stamp = frame_stamp(picture)
        if stamp is None:
            continue
        origin = stamp if origin is None else origin
        stamp -= origin
        if stamp <= last:
            continue
        last = stamp
        index = int(np.searchsorted(timeline.stamps, origin + stamp)) if timeline else index + 1
        yield index, stamp, picture
    if last < 0 and timeline is None:
        raise InputError("video.undecodable", path=path)


def _decode(
    container: InputContainer,
    stream: VideoStream,
    whole: bool,
    on_damage: Happening | None,
) -> Iterator[VideoFrame]:
    """Yield every frame that can be decoded; report once if some cannot, or the file is cut."""
    import av

    packets = container.demux(stream)
    seen, broken = 0, False
    while True:
        try:
            packet = next(packets)
            seen += bool(packet.size)
            broken |= packet.is_corrupt
            frames = packet.decode()
        except (StopIteration, av.error.EOFError):
            break
        except av.error.InvalidDataError:
            broken = True
            continue
        except av.error.FFmpegError:
            broken = True
            break
        yield from frames
    if on_damage and (broken or (whole and seen < stream.frames)):
        on_damage()
