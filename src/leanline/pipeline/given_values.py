"""Whether the height and the speed that somebody gave agree with what the clip shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from leanline.camera.scale import BELT_SD, STATURE_SD
from leanline.confidence import NORMAL_95
from leanline.errors import UsageError
from leanline.gait.analyse import Gait
from leanline.metrics.measure import ClipMetrics
from leanline.model import AnalysisWarning, Camera, Estimate, Metric, Runner, warning
from leanline.playback.time_scale import (
    BOUNCE_G,
    GRAVITY,
    MEAN_STATURE_M,
    measure_bounce,
)
from leanline.settings import ClipInfo

#: Disagreements of fewer standard deviations happen by chance in one clip of a hundred.
CONTRADICTION_SD: Final = 2.576
#: A given value is refused when it is wrong by this factor, which no belt is and the commonest
#: slips exceed (km/h for mph 1.61, m/s for km/h 3.6), and by this many standard deviations.
REFUSED_FACTOR, REFUSED_SD = 1.5, 3.0
#: Log standard deviation of body height where none is given: 1.70 m, most between 1.35 and 2.15.
UNKNOWN_HEIGHT_SD: Final = 0.12
#: Step length in body heights, from a slow walk to a sprint (2.4 m at 1.8 m).
STEP_IN_HEIGHTS: Final = (0.15, 1.5)


@dataclass(frozen=True)
class Seen:
    """What the clip says of a value.

    Parameters
    ----------
    value
        In the unit of what was given.
    log_sd
        Standard deviation of its natural logarithm.
    """

    value: float
    log_sd: float

    def distance(self, given: float) -> float:
        """How far a given value lies from it, standard deviations."""
        return abs(float(np.log(given / self.value))) / self.log_sd

    @property
    def ci95(self) -> tuple[float, float]:
        """The 95 % interval."""
        factor = float(np.exp(NORMAL_95 * self.log_sd))
        return self.value / factor, self.value * factor


@dataclass(frozen=True)
class GivenValues:
    """Given values that the clip contradicts.

    Parameters
    ----------
    height
        Body height by the fall, metres; None where the given one agrees with it.
    speed
        Speed by the planted feet, metres a second; None where the given one agrees with it.
    warnings
        What is told of them.
    """

    height: Seen | None = None
    speed: Seen | None = None
    warnings: tuple[AnalysisWarning, ...] = ()

    def widen_scale(self, camera: Camera, height_m: float | None) -> Camera:
        """Return the camera with a scale whose interval reaches to what the fall says."""
        scale = camera.metres_per_px
        if self.height is None or scale is None or height_m is None:
            return camera
        return replace(camera, metres_per_px=_reaching(scale, self.height, height_m))

    def widen_speed(self, measured: ClipMetrics) -> ClipMetrics:
        """Return the metrics with intervals of speed and step length that reach to the clip's."""
        speed = measured.metrics.get("speed_mps")
        if self.speed is None or speed is None or not isinstance(speed.value, float):
            return measured
        low, high = _hull(speed.ci95 or (speed.value, speed.value), self.speed.ci95)
        wider = {"speed_mps": replace(speed, ci95=(low, high), quality="poor")}
        length = measured.metrics.get("step_length_m")
        if length is not None and isinstance(length.value, float):
            wider["step_length_m"] = _scale_interval(length, low / speed.value, high / speed.value)
        return replace(measured, metrics={**measured.metrics, **wider})


def check_given(clip: ClipInfo, runner: Runner, gait: Gait, stature: float) -> GivenValues:
    """Compare given height and speed with the clip.

    Parameters
    ----------
    clip
        What was given.
    runner
        In real time.
    gait
        Of the same runner.
    stature
        Body height in the track's unit.

    Returns
    -------
    GivenValues
        Contradictions, with warnings.

    Raises
    ------
    UsageError
        The speed cannot be that of this runner.
    """
    speed = None
    if clip.speed_mps is not None:
        _refuse_step_length(clip.speed_mps, gait, clip.height_m)
        speed = _speed_contradiction(clip.speed_mps, seen_speed(runner, gait, stature, clip))
    height = None
    if clip.height_m is not None:
        height = _contradiction(clip.height_m, seen_height(runner, stature))
    notes = []
    if speed is not None and clip.speed_mps is not None:
        notes.append(warning("speed_disagrees", given_mps=clip.speed_mps, seen_mps=speed.value))
    if height is not None and clip.height_m is not None:
        low, high = height.ci95
        notes.append(warning("height_disagrees", given_m=clip.height_m, low_m=low, high_m=high))
    return GivenValues(height, speed, tuple(notes))


def seen_speed(runner: Runner, gait: Gait, stature: float, clip: ClipInfo) -> Seen | None:
    """The speed by the planted feet and the body's size.

    Parameters
    ----------
    runner
        In real time.
    gait
        Of the same runner.
    stature
        Body height in the track's unit.
    clip
        Its height gives the scale; without it, that of an average adult.

    Returns
    -------
    Seen or None
        Metres a second; None where no foot is followed.
    """
    ground = gait.ground
    if not np.isfinite(ground.speed) or not ground.speed > 0.0 or not stature > 0.0:
        return None
    feet_sd = float(np.hypot(BELT_SD, ground.spread / ground.speed))
    if runner.pose.unit == "m":
        return Seen(ground.speed, feet_sd)
    size_sd = STATURE_SD if clip.height_m is not None else UNKNOWN_HEIGHT_SD
    metres = (clip.height_m or MEAN_STATURE_M) / stature
    return Seen(ground.speed * metres, float(np.hypot(feet_sd, size_sd)))


def seen_height(runner: Runner, stature: float) -> Seen | None:
    """The height by the body's fall between the steps.

    The fall gives the scale, and the scale the height of the body in the picture.

    Parameters
    ----------
    runner
        In real time.
    stature
        Body height in the track's unit.

    Returns
    -------
    Seen or None
        Metres; None for anybody who does not run.
    """
    bounce = measure_bounce(runner)
    if bounce is None or bounce.gait != "running" or not stature > 0.0:
        return None
    metres = BOUNCE_G * GRAVITY / bounce.acceleration
    # A time scale goes with the root of the scale, so the scale is half as certain.
    return Seen(stature * metres, float(np.hypot(2.0 * bounce.scale_sd, STATURE_SD)))


def _contradiction(given: float, seen: Seen | None) -> Seen | None:
    return seen if seen is not None and seen.distance(given) > CONTRADICTION_SD else None


def _speed_contradiction(given_mps: float, seen: Seen | None) -> Seen | None:
    if seen is None:
        return None
    factor = max(given_mps / seen.value, seen.value / given_mps)
    if factor > REFUSED_FACTOR and seen.distance(given_mps) > REFUSED_SD:
        raise UsageError(
            "usage.speed_against_feet",
            setting="speed_mps",
            given_kmh=3.6 * given_mps,
            seen_kmh=3.6 * seen.value,
        )
    return _contradiction(given_mps, seen)


def _refuse_step_length(speed_mps: float, gait: Gait, height_m: float | None) -> None:
    """Refuse a speed that takes steps no body makes at the cadence of the clip."""
    cadence = gait.cadence.value_spm
    if not np.isfinite(cadence) or not cadence > 0.0:
        return
    length_m = 60.0 * speed_mps / cadence
    low, high = STEP_IN_HEIGHTS
    if not low <= length_m / (height_m or MEAN_STATURE_M) <= high:
        raise UsageError(
            "usage.speed_against_cadence",
            setting="speed_mps",
            given_kmh=3.6 * speed_mps,
            cadence_spm=cadence,
            step_m=length_m,
        )


def _reaching(scale: Estimate, height: Seen, height_m: float) -> Estimate:
    ends = tuple(scale.value * end / height_m for end in height.ci95)
    return replace(scale, ci95=_hull(scale.ci95, (ends[0], ends[1])), conflicting=True)


def _hull(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    return min(a[0], b[0]), max(a[1], b[1])


def _scale_interval(length: Metric, low: float, high: float) -> Metric:
    value = float(length.value or 0.0)
    return replace(length, ci95=(value * low, value * high), quality="poor")
