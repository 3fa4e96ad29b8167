"""What a person may say of a clip in the store: never a path, which could be anybody's file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from leanline.errors import UsageError
from leanline.settings import Settings

CLIP_SETTINGS: Final = (
    "height_m",
    "speed_mps",
    "roll_deg",
    "slow_motion",
    "pose_model",
    "quality",
    "person",
    "start_s",
    "end_s",
    "fps",
)


def settings_of(said: Mapping[str, Any]) -> Settings:
    """The settings of a clip in the store.

    Raises
    ------
    UsageError
        Something that cannot be said of such a clip, or a value that cannot be.
    """
    known = {name: value for name, value in said.items() if value is not None}
    for name in known:
        if name not in CLIP_SETTINGS:
            raise UsageError("usage.not_for_stored_clips", setting=name)
    try:
        return Settings(**known)
    except TypeError as error:
        raise UsageError("usage.wrong_type") from error
