"""What a setting is called on the pages: the labels of the forms' fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_LABELS: Final[Mapping[str, str]] = {
    "height_m": "Height",
    "speed_mps": "Treadmill speed",
    "roll_deg": "Camera roll",
    "slow_motion": "Slow motion",
    "pose_model": "Pose network",
    "person": "Person",
    "start_s": "Start",
    "end_s": "End",
}


def label_of(setting: str) -> str:
    """The label of a setting's field; the setting's own name where no page asks for it."""
    return _LABELS.get(setting, setting)
