"""The date and time at which a clip was filmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from leanline.errors import InputError
from leanline.video.probe import open_video

# Apple's tag includes the time zone; the standard one is in UTC.
_TAGS: Final = ("com.apple.quicktime.creationdate", "creation_time")
# Cameras with an unset clock write the start of their epoch.
_EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class RecordingTime:
    """When a clip was filmed.

    Parameters
    ----------
    at
        The moment, UTC.
    source
        ``film`` for the film's own metadata, ``file`` for the file's date.
    """

    at: datetime
    source: Literal["film", "file"]


def read_recording_time(path: Path) -> RecordingTime:
    """Read when a clip was filmed: from its metadata, or else when the file was last changed.

    Parameters
    ----------
    path
        A video file, or any file.

    Returns
    -------
    RecordingTime
        Where the metadata name no time zone, it is UTC.

    Raises
    ------
    InputError
        The file does not exist.
    """
    try:
        with open_video(path) as (container, _):
            tags = {key.lower(): value for key, value in container.metadata.items()}
    except InputError:
        if not path.is_file():
            raise
        tags = {}
    for tag in _TAGS:
        moment = _moment(tags.get(tag, ""))
        if moment is not None and moment > _EARLIEST:
            return RecordingTime(moment, "film")
    return RecordingTime(datetime.fromtimestamp(path.stat().st_mtime, UTC), "file")


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
