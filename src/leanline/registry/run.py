"""Metrics of step 3 of the method, Run: how far the body leans, and how steadily."""

from __future__ import annotations

from typing import Final

from leanline.registry.bands import COACHING_LEAN
from leanline.registry.definition import MetricDefinition, StepMetric, Threshold, both_sides

RUN: Final = (
    MetricDefinition(
        id="lean_body_deg",
        label="Body lean at mid-stance",
        section="run",
        kind="angle",
        plane="sagittal",
        window="mid-stance",
        definition="Angle to the vertical of the line from the stance ankle to mid-shoulder.",
        higher="the body leans further forward",
        grade="C",
        sources=("carson2024",),
        plausible=(-20.0, 40.0),
        axis=(-5.0, 20.0),
        band=COACHING_LEAN,
        step=StepMetric(both_sides("ankle", "shoulder"), 1.0, 1.5, roll=1.0, along=True),
    ),
    MetricDefinition(
        id="lean_stride_deg",
        label="Body lean, whole stride",
        section="run",
        kind="angle",
        plane="sagittal",
        window="stride",
        definition="Angle to the vertical of the line from the mean position of both ankles to "
        "that of both shoulders, from one contact of a foot to its next.",
        higher="the body leans further forward",
        plausible=(-20.0, 45.0),
        axis=(-5.0, 25.0),
        step=StepMetric(both_sides("ankle", "shoulder"), 0.8, 1.0, roll=1.0, along=True),
    ),
    MetricDefinition(
        id="lean_leg_deg",
        label="Leg lean, ankle to hip",
        section="run",
        kind="angle",
        plane="sagittal",
        window="mid-stance",
        definition="Angle to the vertical of the line from the stance ankle to mid-hip.",
        higher="the leg leans further forward",
        plausible=(-25.0, 40.0),
        axis=(-5.0, 20.0),
        step=StepMetric(both_sides("ankle", "hip"), 1.3, 2.0, roll=1.0, along=True),
    ),
    MetricDefinition(
        id="lean_body_toe_off_deg",
        label="Body lean at toe-off",
        section="run",
        kind="angle",
        plane="sagittal",
        window="toe-off",
        definition="Angle to the vertical of the line from the stance ankle to mid-shoulder.",
        higher="the body is further ahead of the foot that leaves the ground",
        plausible=(-10.0, 60.0),
        axis=(5.0, 40.0),
        step=StepMetric(
            both_sides("ankle", "shoulder"), 1.2, 2.0, roll=1.0, timed=True, along=True
        ),
    ),
    MetricDefinition(
        id="lean_sway_deg",
        label="Step-to-step consistency",
        section="run",
        kind="angle",
        plane="sagittal",
        window="clip",
        definition="Standard deviation of body lean at mid-stance from step to step of the same "
        "foot.",
        higher="the lean is less steady",
        plausible=(0.0, 15.0),
        axis=(0.0, 5.0),
        thresholds=(
            Threshold(
                "unsteady",
                0.5 * (COACHING_LEAN.high - COACHING_LEAN.low),
                "Half the width of the coaching band: with a larger spread even a runner in its "
                "middle would leave it about one step in three (arithmetic, no study).",
            ),
        ),
    ),
)
