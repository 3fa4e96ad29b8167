"""The metrics that leanline knows: what each needs, and how sure one clip can make it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

FEET: Final = ("left_heel", "right_heel", "left_foot_index", "right_foot_index")
ANKLES: Final = ("left_ankle", "right_ankle")
HIPS: Final = ("left_hip", "right_hip")
SHOULDERS: Final = ("left_shoulder", "right_shoulder")
KNEES: Final = ("left_knee", "right_knee")


@dataclass(frozen=True)
class StepMetric:
    """A metric measured in every step and summarised over them.

    Parameters
    ----------
    needs
        Keypoints without which it is not measured.
    residual
        Standard deviation of what stays wrong however many steps there are, in the metric's
        unit, for a source whose own is not known (``anatomy.toml`` has those of BlazePose).
    change
        No smaller change is called real, whatever the interval says: smallest detectable
        changes of video analysis one week apart (Dingenen et al. 2018: 2.3 deg for trunk and
        femur, 4.8 for tibia; test-retest of the foot-strike angle 6.9), where known.
    roll
        How much a degree of camera roll changes it.
    along
        Whether it grows with lengths along the path, which yaw foreshortens.
    blur
        The power of the keypoints' scatter with which the residual grows.
    timed
        Whether it rests on the moments of contact, so that a low frame rate hurts it.
    """

    needs: tuple[str, ...]
    residual: float
    change: float
    roll: float = 0.0
    along: bool = False
    timed: bool = False
    blur: float = 1.0


STEP_METRICS: Final[Mapping[str, StepMetric]] = {
    "lean_body_deg": StepMetric((*ANKLES, *SHOULDERS), 1.0, 1.5, roll=1.0, along=True),
    "lean_stride_deg": StepMetric((*ANKLES, *SHOULDERS), 0.8, 1.0, roll=1.0, along=True),
    "lean_leg_deg": StepMetric((*ANKLES, *HIPS), 1.3, 2.0, roll=1.0, along=True),
    "lean_trunk_deg": StepMetric((*HIPS, *SHOULDERS), 1.5, 2.3, roll=1.0, along=True),
    "waist_bend_deg": StepMetric((*ANKLES, *HIPS, *SHOULDERS), 2.0, 2.5, along=True),
    "lean_body_toe_off_deg": StepMetric(
        (*ANKLES, *SHOULDERS), 1.2, 2.0, roll=1.0, timed=True, along=True
    ),
    "hip_offset_pct": StepMetric((*ANKLES, *HIPS, *SHOULDERS), 0.6, 0.8, along=True),
    "shoulder_offset_pct": StepMetric((*ANKLES, *HIPS, *SHOULDERS), 1.2, 1.5, along=True),
    "head_offset_pct": StepMetric((*ANKLES, *HIPS, "left_ear", "right_ear"), 1.5, 2.0, along=True),
    "step_time_s": StepMetric(FEET, 0.002, 0.005),
    "contact_time_s": StepMetric(FEET, 0.008, 0.010, timed=True),
    "flight_time_s": StepMetric(FEET, 0.008, 0.010, timed=True),
    "duty_factor_pct": StepMetric(FEET, 1.2, 1.5, timed=True),
    "foot_strike_angle_deg": StepMetric(FEET, 5.0, 6.9, timed=True, blur=2.0),
    "landing_distance_pct": StepMetric(
        (*FEET, *HIPS, *SHOULDERS, *KNEES), 1.0, 1.5, roll=0.9, timed=True, along=True
    ),
    "shin_angle_deg": StepMetric((*ANKLES, *KNEES), 2.0, 4.8, roll=1.0, timed=True, along=True),
    "knee_flexion_contact_deg": StepMetric((*ANKLES, *KNEES, *HIPS), 3.0, 4.0, timed=True),
    "vertical_oscillation_pct": StepMetric((*HIPS, *SHOULDERS), 0.4, 0.5),
}
