"""What is known about a clip beforehand; what is not given is not assumed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from leanline.errors import UsageError
from leanline.reason import Reason

PoseModel = Literal["full", "heavy", "rtmpose"]
AnalysisQuality = Literal["best", "fast"]
# Larger numbers are cut for the message.
_MAX_SHOWN: Final = 1e300


@dataclass(frozen=True)
class Settings:
    """What is known of one clip and how to analyse it; None means not known.

    Parameters
    ----------
    height_m
        Body height in shoes, metres, from 1 to 2.3.
    speed_mps
        Belt speed of the treadmill, metres a second, from 0.2 to 12.
    roll_deg
        Camera roll, clockwise positive as the photographer sees it, degrees, from -45 to 45.
    slow_motion
        How many times slower than life the clip plays, from 1 to 40.
    pose_model
        ``heavy`` (more accurate), ``full`` (three times faster), or ``rtmpose`` through
        rtmlib (``leanline[rtmpose]``); None is what ``quality`` asks for.
    person
        Which person to follow, from 1 to 99; 1 is the leftmost when first seen.
    start_s, end_s
        Part of the clip to analyse, half-open, seconds of the clip, from 0 to 1e6.
    standing
        A clip of the same runner standing tall, seen from the same side: their standing baseline.
    rear
        A clip of the same run from behind or in front.
    fps
        Frames a second of a pose track that only counts its frames, from 1 to 2000.
    names
        A file that says which point of a pose track is which, or a shipped set's title.
    weights
        The network's file (ONNX) for ``rtmpose``; None is rtmlib's own download.
    quality
        ``best`` is ``heavy``; ``fast`` is ``full``, in half precision where the processor has
        it, on no more frames of a fast camera than the steps need.

    Raises
    ------
    UsageError
        A value outside its range, weights without ``rtmpose``, or an end before its start.
    """

    height_m: float | None = None
    speed_mps: float | None = None
    roll_deg: float | None = None
    slow_motion: float | None = None
    pose_model: PoseModel | None = None
    person: int | None = None
    start_s: float | None = None
    end_s: float | None = None
    standing: str | None = None
    rear: str | None = None
    fps: float | None = None
    names: str | None = None
    weights: str | None = None
    quality: AnalysisQuality = "best"

    @property
    def network(self) -> PoseModel:
        """The network that reads the pose."""
        return self.pose_model or ("full" if self.quality == "fast" else "heavy")

    def of_another_clip(self) -> Settings:
        """What is known of another clip of the same runner, to be read in the same way."""
        return Settings(
            height_m=self.height_m,
            pose_model=self.pose_model,
            weights=self.weights,
            quality=self.quality,
        )

    def __post_init__(self) -> None:
        _check("height_m", self.height_m, 1.0, 2.3, Reason("unit.metres", {"example": 1.78}))
        _check("speed_mps", self.speed_mps, 0.2, 12.0, Reason("unit.mps", {"example": 2.8}))
        _check("roll_deg", self.roll_deg, -45.0, 45.0, Reason("unit.degrees"))
        slower = Reason("unit.times_slower", {"example": 8})
        _check("slow_motion", self.slow_motion, 1.0, 40.0, slower)
        _check("person", self.person, 1, 99, Reason("unit.person"))
        _check("start_s", self.start_s, 0.0, 1e6, Reason("unit.seconds"))
        _check("end_s", self.end_s, 0.0, 1e6, Reason("unit.seconds"))
        _check("fps", self.fps, 1.0, 2000.0, Reason("unit.fps", {"example": 60}))
        _check_choice("pose_model", self.pose_model, (None, *get_args(PoseModel)))
        _check_choice("quality", self.quality, get_args(AnalysisQuality))
        if self.weights is not None and self.pose_model != "rtmpose":
            raise UsageError("usage.weights_without_rtmpose")
        if self.start_s is not None and self.end_s is not None and self.end_s <= self.start_s:
            raise UsageError("usage.end_before_start", start_s=self.start_s, end_s=self.end_s)


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
