"""Which of a file's video streams is the film, as opposed to covers, thumbnails and side views."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

# Packets that are read to see which streams have more than single pictures.
_LOOKED_AT: Final = 400
# A film has at least this share of the packets of the stream that has most: preview and thumbnail
# tracks hold a picture every second or fewer.
_FILM_SHARE: Final = 0.2


def film_stream(
    container: InputContainer, reopen: Callable[[], InputContainer]
) -> VideoStream | None:
    """Return the stream that holds the film; None if the file has no pictures.

    Covers and stills are passed over. Of several films the one with the largest pictures is
    chosen, the first of those of one size.

    Parameters
    ----------
    container
        The open file.
    reopen
        Opens it once more, to look into it.

    Returns
    -------
    VideoStream or None
        Of the open file.
    """
    films = films_of(container)
    if len(films) > 1:
        counts = _packet_counts(reopen)
        most = max(counts.values(), default=0)
        films = [s for s in films if counts[s.index] >= max(2, _FILM_SHARE * most)] or films
    return max(films, key=_pixels, default=None)


def films_of(container: InputContainer) -> list[VideoStream]:
    """Return the streams that are not marked as covers, thumbnails or stills."""
    from av.stream import Disposition

    stills = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
    return [s for s in container.streams.video if not s.disposition & stills]


def _packet_counts(reopen: Callable[[], InputContainer]) -> Counter[int]:
    import av

    counts: Counter[int] = Counter()
    with closing(reopen()) as container:
        try:
            for packet in islice(container.demux(*container.streams.video), _LOOKED_AT):
                counts[packet.stream.index] += bool(packet.size)
        except av.error.FFmpegError:
            return counts
    return counts


def _pixels(stream: VideoStream) -> int:
    context = stream.codec_context
    return 0 if context is None else context.width * context.height
