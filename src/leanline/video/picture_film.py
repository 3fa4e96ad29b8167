"""A film made of single pictures, without loss."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

from leanline.errors import InputError
from leanline.inputs import check_file
from leanline.video.probe import check_size

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer
    from av.video.stream import VideoStream

#: Endings of pictures, and the codec of those that are stored in a film as they are.
PICTURE_SUFFIXES: Final = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp")
_STORED_AS_THEY_ARE: Final = ("mjpeg", "png")
_FORMATS: Final = "image2,jpeg_pipe,png_pipe,bmp_pipe,tiff_pipe,webp_pipe"
# Frame rates are kept to a thousandth.
_RATE_UNITS: Final = 1000


def write_picture_film(
    pictures: Sequence[Path], numbers: Sequence[int], fps: float, out: Path
) -> None:
    """Write pictures as a film in a QuickTime file.

    JPEG and PNG files of one kind go into it byte by byte, others as PNG.

    Parameters
    ----------
    pictures
        At least one, in order of time.
    numbers
        Number of each frame, increasing; missing numbers are missing frames.
    fps
        Frames a second.
    out
        The file to write.

    Raises
    ------
    InputError
        A picture cannot be read.
    """
    import av

    unit = Fraction(_RATE_UNITS, round(fps * _RATE_UNITS))
    copied = _common_codec(pictures)
    with closing(av.open(f"file:{out}", "w", format="mov")) as film:
        stream: VideoStream | None = None
        for path, number in zip(pictures, numbers, strict=True):
            stamp = number - numbers[0]
            with closing(_open_picture(path)) as picture:
                if stream is None:
                    stream = _new_stream(film, picture, unit, copied=copied)
                _add(film, stream, picture, path, (stamp, unit), copied=copied)
        if stream is not None and not copied:
            film.mux(stream.encode())


def _common_codec(pictures: Sequence[Path]) -> bool:
    """Whether all pictures are of one kind that a film can hold as it is."""
    codecs = set()
    for path in pictures:
        with closing(_open_picture(path)) as picture:
            codecs.add(picture.streams.video[0].codec_context.name)
    return len(codecs) == 1 and codecs <= set(_STORED_AS_THEY_ARE)


def _open_picture(path: Path) -> InputContainer:
    import av

    check_file(path)
    try:
        picture = av.open(
            f"file:{path}",
            options={"format_whitelist": _FORMATS, "protocol_whitelist": "file"},
        )
    except (av.error.FFmpegError, ValueError) as error:
        raise InputError("video.not_a_picture", path=path) from error
    if not picture.streams.video:
        picture.close()
        raise InputError("video.not_a_picture", path=path)
    context = picture.streams.video[0].codec_context
    check_size(path, context.width, context.height)
    return picture


def _new_stream(
    film: OutputContainer, picture: InputContainer, unit: Fraction, *, copied: bool
) -> VideoStream:
    source = picture.streams.video[0]
    if copied:
        stream = film.add_stream_from_template(source)
        stream.time_base = unit
        return stream
    stream = film.add_stream("png", rate=1 / unit)
    stream.width, stream.height = source.codec_context.width, source.codec_context.height
    stream.pix_fmt = "rgb24"
    stream.time_base = stream.codec_context.time_base = unit
    return stream


def _add(
    film: OutputContainer,
    stream: VideoStream,
    picture: InputContainer,
    path: Path,
    when: tuple[int, Fraction],
    *,
    copied: bool,
) -> None:
    import av

    stamp, unit = when
    try:
        if copied:
            packet = next(picture.demux(picture.streams.video[0]))
            packet.stream = stream
            packet.time_base = unit
            packet.pts = packet.dts = stamp
            packet.duration = 1
            film.mux(packet)
        else:
            frame = next(picture.decode(video=0))
            frame = frame.reformat(stream.width, stream.height, format="rgb24")
            frame.pts, frame.time_base = stamp, unit
            film.mux(stream.encode(frame))
    except (av.error.FFmpegError, StopIteration) as error:
        raise InputError("video.not_a_picture", path=path) from error
