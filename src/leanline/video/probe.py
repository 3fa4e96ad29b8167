"""Properties of a clip from its container and packets, decoding a single frame."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from leanline.errors import InputError, why_refused
from leanline.inputs import check_file, check_times
from leanline.model import AnalysisWarning, VideoInfo, warning
from leanline.video.framing import Framing
from leanline.video.orient import display_size
from leanline.video.recording_tags import tagged_rate_hz, tagged_time
from leanline.video.streams import film_stream, films_of

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

# Containers that hold pictures themselves; excludes playlists and scripts, which make FFmpeg open
# other files or the network.
_FORMATS: Final = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,asf,flv,ogg,gif,mxf,"
    "h264,hevc,ivf,obu,av1,m4v,image2,png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe,"
    "mp3,wav,flac,aac,aiff,apng,dv,nut"
)
# Ratios of recorded to played rate below are jitter of the timestamps, above are errors.
MIN_SLOWER, MAX_SLOWER = 1.2, 40.0
#: 8192 x 4320, the largest that phones and cinema cameras record; decoders hold many frames.
MAX_PIXELS: Final = 8192 * 4320
#: Smaller than any figure that a network could recognise.
MIN_PX: Final = 16
# Options for decoders, in case pictures grow within a clip.
DECODER_OPTIONS: Final = {"max_pixels": str(MAX_PIXELS)}


@dataclass(frozen=True, eq=False)
class Timeline:
    """Display times of the frames, and their size.

    Parameters
    ----------
    stamps
        (N,) strictly increasing, in units of the time base; the first is the clip's time zero.
    time_base
        Seconds in one unit.
    width, height
        In square pixels after rotation.
    stored_size
        Width and height of the first frame as stored.
    """

    stamps: NDArray[np.int64]
    time_base: Fraction
    width: int
    height: int
    stored_size: tuple[int, int]


def probe(path: Path, rotate_deg: int = 0) -> VideoInfo:
    """Rate, length and size of a clip as it is shown.

    Reads all packets, since containers' own rates are wrong for clips of varying rate, but
    decodes only the first frame.

    Parameters
    ----------
    path
        A video file.
    rotate_deg
        Quarter turns clockwise by which its pictures are turned for the analysis, degrees.

    Returns
    -------
    VideoInfo
        ``fps`` is the mean rate of the time stamps (frames per second of the clip),
        ``duration_s`` runs to the end of the last frame, ``width`` and ``height`` are in
        square pixels after rotation, ``time_scale`` compares the rate at which the camera
        took the frames, if the file tells it, with the one at which they play, ``recorded_at``
        is the film's own date.

    Raises
    ------
    InputError
        The file is missing, is not a video, holds no frame that decodes, or only one.
    """
    timeline = read_timeline(Path(path))
    frames = len(timeline.stamps)
    if frames < 2:
        raise InputError("video.one_frame", path=path)
    span_s = (int(timeline.stamps[-1]) - int(timeline.stamps[0])) * timeline.time_base
    times = np.asarray(timeline.stamps * float(timeline.time_base), dtype=np.float64)
    check_times(Path(path), times)
    fps = float((frames - 1) / span_s)
    recorded_hz, recorded_at = _read_tags(Path(path))
    slower = _slow_motion_factor(recorded_hz, fps)
    width, height = Framing(rotate_deg).size(timeline.width, timeline.height)
    return VideoInfo(
        str(path),
        fps,
        frames,
        frames / fps,
        width,
        height,
        slower,
        rotate_deg,
        recorded_at,
    )


def _read_tags(path: Path) -> tuple[float | None, str | None]:
    """Read what the film says of its recording: the camera's frame rate, and when it was."""
    with open_video(path) as (container, stream):
        told = tagged_time(container.metadata)
        rate_hz = tagged_rate_hz(container.metadata) or tagged_rate_hz(stream.metadata)
    return rate_hz, None if told is None else told.isoformat()


def stream_warnings(path: Path) -> tuple[AnalysisWarning, ...]:
    """Say which stream was chosen if a file holds several films."""
    with open_video(path) as (container, stream):
        films = films_of(container)
        if len(films) < 2:
            return ()
        return (
            warning(
                "several_streams",
                streams=len(films),
                stream=films.index(stream) + 1,
                width_px=stream.codec_context.width,
                height_px=stream.codec_context.height,
            ),
        )


def _slow_motion_factor(recorded: float | None, fps: float) -> float:
    """Return the slow-motion factor of the timestamps; 1 if none or unknown."""
    if recorded is None or not MIN_SLOWER <= recorded / fps <= MAX_SLOWER:
        return 1.0
    factor = recorded / fps
    whole = round(factor)
    return float(whole) if abs(factor / whole - 1.0) < 0.02 else factor


def read_timeline(path: Path) -> Timeline:
    """Read the time stamps of the frames from packets, from the first that can be decoded.

    Parameters
    ----------
    path
        A video file.

    Returns
    -------
    Timeline
        Of the main video stream.

    Raises
    ------
    InputError
        The file is missing, is no video, has no time stamps, or its pictures are too small or too
        large.
    """
    try:
        state = path.stat()
    except OSError:
        return _read_timeline(path)  # which says what is wrong
    written = (state.st_dev, state.st_ino, state.st_mtime_ns, state.st_size)
    return _read_timeline_once(path, written)


@lru_cache(maxsize=2)
def _read_timeline_once(path: Path, written: tuple[int, ...]) -> Timeline:
    """Read the timeline of a file as it was written, as one analysis asks several times."""
    del written
    return _read_timeline(path)


def _read_timeline(path: Path) -> Timeline:
    first = first_frame(path)
    with open_video(path) as (container, stream):
        stamps = [stamp for stamp in _packet_stamps(container, stream) if stamp is not None]
        base = time_base(stream)
        width, height = display_size(first, pixel_aspect(stream))
        check_size(path, width, height)
        if min(width, height) < MIN_PX:
            raise InputError("video.too_small", path=path, width_px=width, height_px=height)
    start = frame_stamp(first)
    if start is None:
        raise InputError("video.no_times", path=path)
    shown = np.unique(np.array([start, *stamps], dtype=np.int64))
    shown = shown[shown >= start]
    shown.setflags(write=False)  # shared by all who ask
    return Timeline(shown, base, width, height, (first.width, first.height))


def first_frame(path: Path) -> VideoFrame:
    """Decode the first frame that can be decoded.

    Parameters
    ----------
    path
        A video file.

    Returns
    -------
    VideoFrame
        As decoded, not yet upright.

    Raises
    ------
    InputError
        The file cannot be opened, or no frame decodes.
    """
    import av

    with open_video(path) as (container, stream):
        packets = container.demux(stream)
        while True:
            try:
                packet = next(packets)
                frames = packet.decode()
            except StopIteration:
                break
            except av.error.EOFError:
                break
            except av.error.InvalidDataError:
                continue
            except av.error.FFmpegError as error:
                raise InputError(
                    "video.undecodable_because", path=path, why=why_refused(error)
                ) from error
            if frames:
                return frames[0]
    raise InputError("video.undecodable", path=path)


def time_base(stream: VideoStream) -> Fraction:
    """Time base of a stream.

    Parameters
    ----------
    stream
        Of an open file.

    Returns
    -------
    Fraction
        Seconds in one unit of its time stamps.
    """
    return stream.time_base or Fraction(1, 1)


def pixel_aspect(stream: VideoStream) -> float:
    """Pixel aspect ratio of a stream.

    Parameters
    ----------
    stream
        Of an open file.

    Returns
    -------
    float
        Width over height; 1 if the file does not say.
    """
    return float(stream.sample_aspect_ratio or 1)


def frame_stamp(frame: VideoFrame) -> int | None:
    """When a frame is displayed, or else when it is decoded.

    Parameters
    ----------
    frame
        As decoded.

    Returns
    -------
    int or None
        In units of the stream's time base; None if it has neither stamp.
    """
    return frame.dts if frame.pts is None else frame.pts


@contextmanager
def open_video(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a video file for the duration of the block.

    Parameters
    ----------
    path
        A file; it may not refer to others or to the network, as playlists do.

    Yields
    ------
    tuple of InputContainer and VideoStream
        The file and its main video stream.

    Raises
    ------
    InputError
        The file cannot be opened as a video.
    """
    check_file(path)
    with closing(_open_container(path)) as container:
        yield container, _main_stream(container, path)


def _open_container(path: Path) -> InputContainer:
    import av

    try:
        # "file:" keeps a name such as "concat:x" from being interpreted as a protocol.
        return av.open(
            f"file:{path}",
            metadata_errors="replace",
            options={
                "format_whitelist": _FORMATS,
                "protocol_whitelist": "file",
                **DECODER_OPTIONS,
            },
        )
    except (av.error.FFmpegError, ValueError) as error:
        raise InputError("video.not_a_video", path=path) from error


def _main_stream(container: InputContainer, path: Path) -> VideoStream:
    stream = film_stream(container, lambda: _open_container(path))
    if stream is None:
        raise InputError("video.no_pictures", path=path)
    if stream.codec_context is None or not stream.time_base:
        raise InputError("video.unknown_codec", path=path)
    check_size(path, stream.codec_context.width, stream.codec_context.height)
    stream.codec_context.options = DECODER_OPTIONS
    return stream


def check_size(path: Path, width: int, height: int) -> None:
    """Refuse oversized pictures before one is decoded.

    Parameters
    ----------
    path
        Named in the error.
    width, height
        In pixels.

    Raises
    ------
    InputError
        The picture has more than 8192 x 4320 pixels.
    """
    if width * height > MAX_PIXELS:
        raise InputError("video.too_large", path=path, width_px=width, height_px=height)


def _packet_stamps(container: InputContainer, stream: VideoStream) -> Iterator[int | None]:
    import av

    try:
        for packet in container.demux(stream):
            if packet.size and not packet.is_discard:
                yield packet.dts if packet.pts is None else packet.pts
    except av.error.FFmpegError:
        # In a truncated file, the frames before the cut still count.
        return
