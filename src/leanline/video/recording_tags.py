"""What a film's own metadata say of its recording."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Final

# Apple's tag includes the time zone; the standard one is in UTC.
_TIME_TAGS: Final = ("com.apple.quicktime.creationdate", "creation_time")
# Cameras with an unset clock write the start of their epoch.
_EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
# The rate at which the camera took the frames, as FFmpeg names it. iPhones write none: what they
# film in slow motion is in real time in the file, until it is exported as it plays.
_RATE_TAGS: Final = ("com.android.capture.fps",)


def tagged_time(tags: Mapping[str, str]) -> datetime | None:
    """When a film was recorded, as its metadata say.

    Parameters
    ----------
    tags
        Metadata of the container; the case of their names does not matter.

    Returns
    -------
    datetime or None
        UTC; a time without a time zone is taken as UTC. None where none is told, or by a camera
        whose clock was never set.
    """
    lower = _lower(tags)
    moments = (_moment(lower.get(tag, "")) for tag in _TIME_TAGS)
    return next((one for one in moments if one is not None and one > _EARLIEST), None)


def tagged_rate_hz(tags: Mapping[str, str]) -> float | None:
    """The rate at which the camera took the frames, which Android phones record.

    Parameters
    ----------
    tags
        Metadata of the container or of the film's stream.

    Returns
    -------
    float or None
        Frames per second, above 0; None where none is told.
    """
    lower = _lower(tags)
    rates = (_positive(lower.get(tag, "")) for tag in _RATE_TAGS)
    return next((rate for rate in rates if rate is not None), None)


def _lower(tags: Mapping[str, str]) -> dict[str, str]:
    return {key.lower(): value for key, value in tags.items()}


def _positive(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) and number > 0 else None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
