"""Which metrics each list, page and table shows, in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# The two or three numbers that say most about a clip, by activity: seen from the side ...
HEADLINES: Final[Mapping[str, tuple[str, ...]]] = {
    "running": ("lean_body_deg", "waist_bend_deg", "cadence_spm"),
    "standing": ("stand_lean_deg", "stand_straightness_deg", "hold_s"),
    "walking": ("cadence_spm",),
}
# ... and from behind or in front.
FRONTAL_HEADLINES: Final[Mapping[str, tuple[str, ...]]] = {
    "running": ("step_width_pct", "shoulder_tilt_deg", "cadence_spm"),
    "standing": ("stance_width_pct", "weight_shift_pct", "shoulder_level_deg"),
    "walking": ("cadence_spm",),
}
# The method's steps by number, as sections of pages.
SECTIONS: Final[Mapping[int, str]] = {1: "assess", 2: "stand", 3: "run", 4: "land"}
# The terminal's table, by step of the method.
TERMINAL: Final[Mapping[int, tuple[str, ...]]] = {
    1: (
        "waist_bend_deg",
        "lean_trunk_deg",
        "hip_offset_pct",
        "head_offset_pct",
        "hip_drop_deg",
        "shoulder_tilt_deg",
    ),
    2: (
        "stand_lean_deg",
        "stand_straightness_deg",
        "stand_break",
        "hold_s",
        "stance_width_pct",
        "weight_shift_pct",
        "shoulder_level_deg",
        "hip_level_deg",
    ),
    3: ("lean_body_deg", "lean_stride_deg", "lean_leg_deg", "lean_sway_deg"),
    4: (
        "foot_strike",
        "foot_strike_angle_deg",
        "landing_distance_m",
        "shin_angle_deg",
        "step_width_pct",
        "crossover_pct",
        "cadence_spm",
        "step_length_m",
        "speed_mps",
        "contact_time_s",
        "flight_time_s",
        "vertical_oscillation_m",
    ),
}
# `leanline history`.
HISTORY: Final = (
    "lean_stride_deg",
    "lean_body_deg",
    "waist_bend_deg",
    "lean_trunk_deg",
    "lean_sway_deg",
    "foot_strike_angle_deg",
    "landing_distance_m",
    "shin_angle_deg",
    "cadence_spm",
    "contact_time_s",
    "vertical_oscillation_m",
    "speed_mps",
    "stand_lean_deg",
    "stand_straightness_deg",
    "hold_s",
)
# The trends of the athlete's page, the most telling first.
PROGRESS: Final = (
    "lean_stride_deg",
    "lean_body_deg",
    "waist_bend_deg",
    "cadence_spm",
    "foot_strike_angle_deg",
    "landing_distance_m",
    "stand_lean_deg",
    "stand_straightness_deg",
    "hold_s",
)
# The columns of a batch's summary page; only those that some clip has are shown.
BATCH_SUMMARY: Final = (
    "lean_body_deg",
    "lean_stride_deg",
    "waist_bend_deg",
    "lean_trunk_deg",
    "cadence_spm",
    "contact_time_s",
    "foot_strike",
    "landing_distance_pct",
    "speed_mps",
    "stand_lean_deg",
    "stand_straightness_deg",
    "hold_s",
)
# The result of a clip that was saved on the live page.
LIVE_CLIP: Final = ("stand_lean_deg", "lean_body_deg", "waist_bend_deg", "cadence_spm")
# What running watches measure too.
WATCH: Final = (
    "cadence_spm",
    "contact_time_s",
    "vertical_oscillation_m",
    "step_length_m",
    "speed_mps",
)
