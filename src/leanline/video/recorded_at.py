"""The date and time at which a clip was filmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from leanline.errors import InputError
from leanline.video.probe import open_video
from leanline.video.recording_tags import tagged_time


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
            told = tagged_time(container.metadata)
    except InputError:
        if not path.is_file():
            raise
        told = None
    if told is not None:
        return RecordingTime(told, "film")
    return RecordingTime(datetime.fromtimestamp(path.stat().st_mtime, UTC), "file")
