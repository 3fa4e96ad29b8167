"""What a film's own metadata say of its recording."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

# Apple's tag includes the time zone; the standard one is in UTC.
_TIME_TAGS: Final = ("com.apple.quicktime.creationdate", "creation_time")
# Cameras with an unset clock write the start of their epoch.
_EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)


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
    lower = {key.lower(): value for key, value in tags.items()}
    moments = (_moment(lower.get(tag, "")) for tag in _TIME_TAGS)
    return next((one for one in moments if one is not None and one > _EARLIEST), None)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
