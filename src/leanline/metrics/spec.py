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
        Standard deviation of what stays wrong however many steps there are: the keypoints'
        own offsets, in the metric's unit (from ``validation``, bodies left out).
    roll
        How much a degree of camera roll changes it.
    timed
        Whether it rests on the moments of contact, so that a low frame rate hurts it.
    """

    needs: tuple[str, ...]
    residual: float
    roll: float = 0.0
    timed: bool = False


STEP_METRICS: Final[Mapping[str, StepMetric]] = {
    "lean_body_deg": StepMetric((*ANKLES, *SHOULDERS), 0.8, roll=1.0),
    "lean_leg_deg": StepMetric((*ANKLES, *HIPS), 1.0, roll=1.0),
    "lean_trunk_deg": StepMetric((*HIPS, *SHOULDERS), 1.2, roll=1.0),
    "waist_bend_deg": StepMetric((*ANKLES, *HIPS, *SHOULDERS), 1.5),
    "lean_body_toe_off_deg": StepMetric((*ANKLES, *SHOULDERS), 1.2, roll=1.0, timed=True),
    "hip_offset_pct": StepMetric((*ANKLES, *HIPS, *SHOULDERS), 0.5),
    "shoulder_offset_pct": StepMetric((*ANKLES, *HIPS, *SHOULDERS), 1.0),
    "head_offset_pct": StepMetric((*ANKLES, *HIPS, "left_ear", "right_ear"), 1.5),
    "step_time_s": StepMetric(FEET, 0.002),
    "contact_time_s": StepMetric(FEET, 0.008, timed=True),
    "flight_time_s": StepMetric(FEET, 0.008, timed=True),
    "duty_factor_pct": StepMetric(FEET, 1.2, timed=True),
    "foot_strike_angle_deg": StepMetric((*FEET,), 4.0, timed=True),
    "landing_distance_pct": StepMetric(
        (*FEET, *HIPS, *SHOULDERS, *KNEES), 1.0, roll=0.8, timed=True
    ),
    "shin_angle_deg": StepMetric((*ANKLES, *KNEES), 2.0, roll=1.0, timed=True),
    "knee_flexion_contact_deg": StepMetric((*ANKLES, *KNEES, *HIPS), 3.0, timed=True),
    "vertical_oscillation_pct": StepMetric((*HIPS, *SHOULDERS), 0.4),
}
