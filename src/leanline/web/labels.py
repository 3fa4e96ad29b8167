"""What a setting is called on the pages: the labels of the forms' fields."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from leanline.wording.catalogue import NameOfSetting, catalogue

#: Code of the label by setting.
_LABELS: Final[Mapping[str, str]] = {
    "height_m": "page.height",
    "speed_mps": "page.speed",
    "roll_deg": "home.roll",
    "phone_roll_deg": "record_page.phone_roll",
    "slow_motion": "home.slow_motion",
    "pose_model": "home.pose_model",
    "person": "home.person",
    "start_s": "home.start",
    "end_s": "home.end",
    "rotate_deg": "home.rotation",
    "crop": "home.crop",
    "shot": "home.shot",
    "activity": "home.activity",
}


@cache
def labels(language: str) -> NameOfSetting:
    """How the pages call settings; a setting that no page asks for keeps its own name."""
    words = catalogue(language)

    def label_of(setting: str) -> str:
        return words[_LABELS[setting]] if setting in _LABELS else setting

    return label_of
