"""When a clip was filmed, as its file tells it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from leanline.errors import InputError
from leanline.video.probe import open_video

# Apple's has the time zone; the other one is in UTC by the standard.
_TAGS: Final = ("com.apple.quicktime.creationdate", "creation_time")
# Cameras without a clock write the beginning of their time.
_EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)


def filmed_at(path: Path) -> datetime:
    """The moment that the camera wrote into the file, else when the file was last written.

    Raises
    ------
    InputError
        The file is not there.
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
            return moment
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
