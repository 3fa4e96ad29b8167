"""What is known about a clip beforehand; what is not given is not assumed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Literal,
    TypedDict,
    TypeVar,
    Unpack,
    get_args,
    get_type_hints,
)

from leanline.deprecation import renamed_arguments, warn_renamed
from leanline.errors import UsageError
from leanline.quantities import as_number
from leanline.reason import Reason

PoseModel = Literal["full", "heavy", "rtmpose"]
AnalysisQuality = Literal["best", "balanced", "fast"]
Device = Literal["cpu", "gpu", "npu", "auto"]
KnownActivity = Literal["running", "walking", "standing"]
# Larger numbers are cut for the message.
_MAX_SHOWN: Final = 1e300
_MAX_SHOWN_TEXT: Final = 40
_PICTURE: Final = re.compile(r"([1-9]\d{0,4})\s*[x×X*]\s*([1-9]\d{0,4})")
_TURNS: Final = (0, 90, 180, 270)
_CROP: Final = re.compile(r"\s*(\d{1,5})\s*,\s*(\d{1,5})\s*,\s*(\d{1,5})\s*,\s*(\d{1,5})\s*")
_MIN_CROP_PX: Final = 16


#: Names of 0.1 and what they are called since, to be removed in 0.3.
RENAMED: Final = {"standing": "standing_clip", "rear": "rear_clip", "names": "keypoint_names"}


@dataclass(frozen=True)
class ClipInfo:
    """What is known of a clip; None means not known.

    Parameters
    ----------
    height_m
        Body height in shoes, metres, from 1 to 2.3.
    speed_mps
        Belt speed of the treadmill, metres a second, from 0.2 to 12.
    roll_deg
        Camera roll, clockwise positive as the photographer sees it, degrees, from -45 to 45.
    phone_roll_deg
        Camera roll by the phone's motion sensors, mean over the recording, clockwise positive,
        degrees, from -15 to 15: one more source of the vertical beside those in the picture.
    phone_roll_sd_deg
        Standard deviation of these readings over the recording, degrees, from 0 to 15.
    slow_motion
        How many times slower than life the clip plays, from 0.1 to 40; below 1 if it is sped up.
    person
        Which person to follow, from 1 to 99; 1 is the leftmost when first seen.
    start_s, end_s
        Part of the clip to analyse, half-open, seconds of the clip, from 0 to 1e6.
    fps
        Frames a second of a pose track that only counts its frames, from 1 to 2000.
    keypoint_names
        A file that says which point of a pose track is which keypoint, or a shipped set's title.
    picture
        Width and height in pixels, such as ``1280x720``, of the picture that a pose track with
        coordinates from 0 to 1 belongs to.
    rotate_deg
        Quarter turns clockwise that put the picture upright, degrees, from 0 to 270; None to
        find out from the people in it.
    crop
        The part of the picture to look at, after turning: ``x,y,width,height`` in whole pixels
        from the top left.
    shot
        Which shot of a film of several, from 1 to 999; None for the best.
    activity
        What the person does, where it is known better than it can be seen: ``running``,
        ``walking`` or ``standing``.

    Raises
    ------
    UsageError
        A value outside its range, weights without ``rtmpose``, or an end before its start.
    """

    height_m: float | None = None
    speed_mps: float | None = None
    roll_deg: float | None = None
    phone_roll_deg: float | None = None
    phone_roll_sd_deg: float | None = None
    slow_motion: float | None = None
    person: int | None = None
    start_s: float | None = None
    end_s: float | None = None
    fps: float | None = None
    keypoint_names: str | None = None
    picture: str | None = None
    rotate_deg: int | None = None
    crop: str | None = None
    shot: int | None = None
    activity: KnownActivity | None = None

    def __post_init__(self) -> None:
        _check("height_m", self.height_m, 1.0, 2.3, Reason("unit.metres", {"example": 1.78}))
        _check("speed_mps", self.speed_mps, 0.2, 12.0, Reason("unit.mps", {"example": 2.8}))
        _check("roll_deg", self.roll_deg, -45.0, 45.0, Reason("unit.degrees"))
        _check("phone_roll_deg", self.phone_roll_deg, -15.0, 15.0, Reason("unit.degrees"))
        _check("phone_roll_sd_deg", self.phone_roll_sd_deg, 0.0, 15.0, Reason("unit.degrees"))
        slower = Reason("unit.times_slower", {"example": 8})
        _check("slow_motion", self.slow_motion, 0.1, 40.0, slower)
        _check("person", self.person, 1, 99, Reason("unit.person"))
        _check("start_s", self.start_s, 0.0, 1e6, Reason("unit.seconds"))
        _check("end_s", self.end_s, 0.0, 1e6, Reason("unit.seconds"))
        _check("fps", self.fps, 1.0, 2000.0, Reason("unit.fps", {"example": 60}))
        if self.picture is not None:
            picture_size(self.picture)
        if self.start_s is not None and self.end_s is not None and self.end_s <= self.start_s:
            raise UsageError("usage.end_before_start", start_s=self.start_s, end_s=self.end_s)
        if self.rotate_deg is not None and self.rotate_deg not in _TURNS:
            turns = tuple(map(str, _TURNS))
            raise UsageError(
                "usage.choice", setting="rotate_deg", choices=turns, value=str(self.rotate_deg)
            )
        _check("shot", self.shot, 1, 999, Reason("unit.shot"))
        _check_choice("activity", self.activity, (None, *get_args(KnownActivity)))
        if self.crop is not None:
            _parse_crop(self.crop)

    @property
    def crop_px(self) -> tuple[int, int, int, int] | None:
        """Left, top, width and height of ``crop`` in pixels; None for the whole picture."""
        return None if self.crop is None else _parse_crop(self.crop)


@dataclass(frozen=True)
class PoseOptions:
    """How the pose is read from a video.

    Parameters
    ----------
    pose_model
        ``heavy`` (more accurate), ``full`` (three times faster), or ``rtmpose`` through
        rtmlib (``leanline[rtmpose]``); None is what ``quality`` asks for.
    quality
        ``best`` reads every frame with ``heavy``. ``balanced`` does so up to 120 frames a second,
        and of a film over 20 s only 15 s, where these tell enough. ``fast`` reads such a part with
        ``full``, in half precision where the processor has it, at up to 60 frames a second.
    weights
        The network's file (ONNX) for ``rtmpose``; None is rtmlib's own download.
    device
        What computes ``heavy`` or ``full``: the processor, whose results are the same to the last
        bit, or what OpenVINO finds beside it; ``auto`` is the fastest that is there.

    Raises
    ------
    UsageError
        An unknown choice, weights for a network that brings its own, or a device for one that
        OpenVINO does not compute.
    """

    pose_model: PoseModel | None = None
    quality: AnalysisQuality = "balanced"
    weights: str | None = None
    device: Device = "cpu"

    def __post_init__(self) -> None:
        _check_choice("pose_model", self.pose_model, (None, *get_args(PoseModel)))
        _check_choice("quality", self.quality, get_args(AnalysisQuality))
        if self.weights is not None and self.pose_model != "rtmpose":
            raise UsageError("usage.weights_without_rtmpose")
        _check_choice("device", self.device, get_args(Device))
        if self.device != "cpu" and self.pose_model == "rtmpose":
            raise UsageError("usage.device_with_rtmpose")

    @property
    def network(self) -> PoseModel:
        """The network that reads the pose."""
        return self.pose_model or ("full" if self.quality == "fast" else "heavy")


@dataclass(frozen=True)
class Companions:
    """Other clips of the same runner, as paths.

    Parameters
    ----------
    standing_clip
        The runner standing tall, seen from the same side: their standing baseline.
    rear_clip
        The same run from behind or in front.
    """

    standing_clip: str | None = None
    rear_clip: str | None = None


class SettingValues(TypedDict, total=False):
    """Every setting by its name; see ``ClipInfo``, ``PoseOptions`` and ``Companions``."""

    height_m: float | str | None
    speed_mps: float | str | None
    roll_deg: float | None
    phone_roll_deg: float | None
    phone_roll_sd_deg: float | None
    slow_motion: float | None
    person: int | None
    start_s: float | None
    end_s: float | None
    fps: float | None
    keypoint_names: str | None
    picture: str | None
    rotate_deg: int | None
    crop: str | None
    shot: int | None
    activity: KnownActivity | None
    pose_model: PoseModel | None
    quality: AnalysisQuality
    weights: str | None
    device: Device
    standing_clip: str | None
    rear_clip: str | None


@dataclass(frozen=True, init=False)
class Settings:
    """The settings of one analysis, in three groups.

    Each value can be given by its own name as well: ``Settings(height_m=1.78)`` is
    ``Settings(ClipInfo(height_m=1.78))``.

    Parameters
    ----------
    clip
        What is known of the clip.
    pose
        How the pose is read from it.
    companions
        Other clips of the same runner.
    **values
        Single values, which override those of the groups. Height and speed may be text with a
        unit: ``height_m="5 ft 10"``, ``speed_mps="10 km/h"``.

    Raises
    ------
    UsageError
        A value outside its range, or a text that is no height or speed.
    """

    clip: ClipInfo
    pose: PoseOptions
    companions: Companions

    @renamed_arguments(RENAMED)
    def __init__(
        self,
        clip: ClipInfo | None = None,
        pose: PoseOptions | None = None,
        companions: Companions | None = None,
        **values: Unpack[SettingValues],
    ) -> None:
        if unknown := values.keys() - SETTING_TYPES.keys():
            raise TypeError(f"Settings has no {', '.join(sorted(unknown))}")
        given = {name: as_number(name, value) for name, value in values.items()}
        object.__setattr__(self, "clip", _update_group(clip or ClipInfo(), given))
        object.__setattr__(self, "pose", _update_group(pose or PoseOptions(), values))
        object.__setattr__(self, "companions", _update_group(companions or Companions(), values))

    def values(self) -> dict[str, Any]:
        """Every setting by its name."""
        return {**asdict(self.clip), **asdict(self.pose), **asdict(self.companions)}

    def with_values(self, **values: Unpack[SettingValues]) -> Settings:
        """The settings with some values changed."""
        return Settings(self.clip, self.pose, self.companions, **values)

    def of_another_clip(self) -> Settings:
        """What is known of another clip of the same runner, to be read in the same way."""
        return Settings(ClipInfo(height_m=self.clip.height_m), self.pose)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            """Read a setting as in 0.1, which had no groups; to be removed in 0.3."""
            current = RENAMED.get(name, name)
            if current not in _GROUPS:
                raise AttributeError(f"'Settings' object has no attribute {name!r}")
            group = _GROUPS[current]
            warn_renamed(f"Settings.{name}", f"Settings.{group}.{current}")
            return getattr(getattr(self, group), current)


#: Names and types of all settings.
SETTING_TYPES: Final[Mapping[str, Any]] = get_type_hints(SettingValues)


_GROUPS: Final = {
    "network": "pose",
    **{field.name: "clip" for field in fields(ClipInfo)},
    **{field.name: "pose" for field in fields(PoseOptions)},
    **{field.name: "companions" for field in fields(Companions)},
}

Group = TypeVar("Group", ClipInfo, PoseOptions, Companions)


def _update_group(group: Group, values: Mapping[str, Any]) -> Group:
    """The group with those of the values that belong to it."""
    return replace(group, **{f.name: values[f.name] for f in fields(group) if f.name in values})


def picture_size(text: str) -> tuple[int, int]:
    """Width and height from a text such as ``1280x720``.

    Parameters
    ----------
    text
        Two whole numbers, pixels, with an ``x`` between them.

    Returns
    -------
    tuple of int
        Width and height in pixels.

    Raises
    ------
    UsageError
        The text is no such size.
    """
    found = _PICTURE.fullmatch(str(text).strip())  # from Python a tuple may come, or a number
    if found is None:
        raise UsageError("usage.picture", setting="picture", value=str(text)[:_MAX_SHOWN_TEXT])
    return int(found[1]), int(found[2])


def _parse_crop(text: str) -> tuple[int, int, int, int]:
    found = _CROP.fullmatch(text)
    left, top, width, height = map(int, found.groups()) if found else (0, 0, 0, 0)
    if min(width, height) < _MIN_CROP_PX:
        raise UsageError("usage.crop", setting="crop", value=text, min_px=_MIN_CROP_PX)
    return left, top, width, height


def _check(setting: str, value: float | None, low: float, high: float, unit: Reason) -> None:
    if value is not None and not low <= value <= high:
        # Whole numbers may be longer than a float can hold.
        value = float(min(max(value, -_MAX_SHOWN), _MAX_SHOWN)) if value == value else value
        raise UsageError(
            "usage.out_of_range", setting=setting, low=low, high=high, unit=unit, value=value
        )


def _check_choice(setting: str, value: str | None, choices: tuple[str | None, ...]) -> None:
    if value not in choices:
        known = tuple(choice for choice in choices if choice is not None)
        raise UsageError("usage.choice", setting=setting, choices=known, value=str(value))
