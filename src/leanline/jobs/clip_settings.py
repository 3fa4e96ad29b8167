"""Settings accepted for a stored clip: never a path, which could name anybody's file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from leanline.errors import UsageError
from leanline.settings import Settings

CLIP_SETTINGS: Final = (
    "height_m",
    "speed_mps",
    "roll_deg",
    "phone_roll_deg",
    "phone_roll_sd_deg",
    "slow_motion",
    "pose_model",
    "quality",
    "device",
    "person",
    "start_s",
    "end_s",
    "rotate_deg",
    "crop",
    "shot",
    "activity",
    "fps",
    "picture",
)


def parse_clip_settings(values: Mapping[str, Any]) -> Settings:
    """Check the settings of a stored clip.

    Parameters
    ----------
    values
        By name; None counts as not given.

    Returns
    -------
    Settings
        For the analysis.

    Raises
    ------
    UsageError
        A setting is not allowed for stored clips, or has an invalid value.
    """
    given = {name: value for name, value in values.items() if value is not None}
    for name in given:
        if name not in CLIP_SETTINGS:
            raise UsageError("usage.not_for_stored_clips", setting=name)
    try:
        return Settings(**given)
    except TypeError as error:
        raise UsageError("usage.wrong_type") from error
