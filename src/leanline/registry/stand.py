"""Metrics of step 2 of the method, Stand: the standing lean, from head to heels one plank."""

from __future__ import annotations

from typing import Final

from leanline.registry.bands import COACHING_LEAN
from leanline.registry.definition import MetricDefinition, Threshold

STAND: Final = (
    MetricDefinition(
        id="stand_lean_deg",
        label="Lean from the ankles",
        section="stand",
        kind="angle",
        plane="sagittal",
        window="lean",
        definition="Angle to the vertical of the line from mid-ankle to mid-shoulder.",
        higher="the body leans further forward",
        plausible=(-15.0, 30.0),
        axis=(0.0, 15.0),
        band=COACHING_LEAN,
    ),
    MetricDefinition(
        id="stand_straightness_deg",
        label="Bend in the line",
        section="stand",
        kind="angle",
        plane="sagittal",
        window="lean",
        definition="How far the trunk (mid-hip to mid-shoulder) departs in direction from the leg "
        "line (mid-ankle to mid-hip); the variance of the noise is taken off its square.",
        higher="the line from ankle to shoulder is further from straight",
        defined_by=("rice1944",),
        plausible=(0.0, 60.0),
        axis=(0.0, 20.0),
        thresholds=(
            Threshold(
                "broken",
                5.0,
                "More than a hip keypoint 2 cm off can feign (trunk 2.3 and leg 1.4 degrees, "
                "geometry).",
            ),
        ),
    ),
    MetricDefinition(
        id="stand_break",
        label="Where the line bends",
        section="stand",
        kind="label",
        plane="sagittal",
        window="lean",
        definition="The part of the line from ankle to head that is furthest beyond its limit, "
        "against the runner standing tall: hip, knees or head.",
        thresholds=(
            Threshold(
                "knees",
                10.0,
                "Knees are seen less well than hips and may move more without breaking the plank; "
                "no study gives a limit.",
            ),
            Threshold(
                "head",
                10.0,
                "The head is free to move more without breaking the plank; no study gives a limit.",
            ),
        ),
    ),
    MetricDefinition(
        id="hold_s",
        label="Longest hold",
        section="stand",
        kind="time",
        plane="sagittal",
        window="hold",
        definition="Longest time that the standing lean stayed within the coaching band.",
        higher="the lean was held longer",
        plausible=(0.0, 600.0),
        axis=(0.0, 20.0),
        thresholds=(
            Threshold(
                "short", 5.0, "The drill asks for 5 to 10 seconds; a coach's, with no trial of it."
            ),
        ),
        number="seconds",
    ),
    MetricDefinition(
        id="stand_repetitions",
        label="Leans",
        section="stand",
        kind="count",
        plane="sagittal",
        window="clip",
        definition="How often the runner leaned and came back.",
        higher="more repetitions",
        plausible=(0.0, 200.0),
        thresholds=(Threshold("any", 0.5, "Between none and one."),),
        number="count",
        in_report=False,
    ),
    MetricDefinition(
        id="stand_leg_deg",
        label="Standing leg lean",
        section="stand",
        kind="angle",
        plane="sagittal",
        window="lean",
        definition="Standing: mid-ankle to mid-hip against the vertical.",
        higher="the legs lean further forward",
        plausible=(-15.0, 30.0),
        in_report=False,
    ),
    MetricDefinition(
        id="stand_trunk_deg",
        label="Standing trunk lean",
        section="stand",
        kind="angle",
        plane="sagittal",
        window="lean",
        definition="Standing: mid-hip to mid-shoulder against the vertical.",
        higher="the trunk leans further forward",
        plausible=(-20.0, 60.0),
        in_report=False,
    ),
    MetricDefinition(
        id="stand_bend_deg",
        label="Standing waist bend",
        section="stand",
        kind="angle",
        plane="sagittal",
        window="lean",
        definition="Standing: trunk lean less leg lean.",
        higher="the trunk tips further forward than the legs",
        plausible=(-30.0, 60.0),
        in_report=False,
    ),
    MetricDefinition(
        id="stance_width_pct",
        label="Stance width, of hip width",
        section="stand",
        kind="share",
        plane="frontal",
        window="clip",
        definition="Distance between the feet, as a percentage of the distance between the hip "
        "joints.",
        higher="the feet are further apart; 100 is hip-width",
        plausible=(-50.0, 500.0),
        axis=(0.0, 200.0),
        thresholds=(
            Threshold(
                "narrow",
                80.0,
                "The method asks for hip-width; a fifth off it is what a runner can see for "
                "themselves. A convention, not a finding.",
            ),
            Threshold("wide", 120.0, "As for narrow, the other way."),
        ),
    ),
    MetricDefinition(
        id="weight_shift_pct",
        label="Weight shift to the right",
        section="stand",
        kind="share",
        plane="frontal",
        window="clip",
        definition="Horizontal distance of the centre of mass from the middle of the feet, as a "
        "percentage of the distance between them.",
        higher="the body stands further to the right; 50 is over the right foot",
        defined_by=("leva1996",),
        plausible=(-150.0, 150.0),
        axis=(-50.0, 50.0),
        thresholds=(
            Threshold(
                "right",
                10.0,
                "The method asks for even weight: at 10 % one foot bears 60 and the other 40 % of "
                "it. A convention, not a finding.",
            ),
            Threshold("left", -10.0, "As for right, the other way."),
        ),
    ),
    MetricDefinition(
        id="shoulder_level_deg",
        label="Right shoulder higher",
        section="stand",
        kind="angle",
        plane="frontal",
        window="clip",
        definition="Tilt of the line through the shoulders.",
        higher="the right shoulder is higher",
        plausible=(-30.0, 30.0),
        axis=(-10.0, 10.0),
    ),
    MetricDefinition(
        id="hip_level_deg",
        label="Right hip higher",
        section="stand",
        kind="angle",
        plane="frontal",
        window="clip",
        definition="Tilt of the line through the hips.",
        higher="the right hip is higher",
        plausible=(-30.0, 30.0),
        axis=(-10.0, 10.0),
    ),
)
