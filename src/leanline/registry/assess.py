"""Metrics of step 1 of the method, Assess: is the body one line?"""

from __future__ import annotations

from typing import Final

from leanline.registry.definition import MetricDefinition, StepMetric, Threshold, both_sides

ASSESS: Final = (
    MetricDefinition(
        id="waist_bend_deg",
        label="Waist bend",
        section="assess",
        kind="angle",
        plane="sagittal",
        window="mid-stance",
        definition="Trunk lean minus leg lean in the same frames; 0 is a straight line from ankle "
        "through hip to shoulder.",
        higher="the trunk tips further forward than the legs",
        sources=("carson2024", "warrener2021"),
        plausible=(-30.0, 60.0),
        axis=(-5.0, 25.0),
        thresholds=(
            Threshold(
                "bent",
                10.0,
                "An engineering flag, as no threshold is published: a straight runner is expected "
                "at 0 to 8 degrees by the geometry of trunk and leg line.",
            ),
            Threshold("arched", -10.0, "As far from straight the other way."),
        ),
        step=StepMetric(both_sides("ankle", "hip", "shoulder"), 2.0, 2.5, along=True),
    ),
    MetricDefinition(
        id="lean_trunk_deg",
        label="Trunk lean",
        section="assess",
        kind="angle",
        plane="sagittal",
        window="stance",
        definition="Angle to the vertical of the line from mid-hip to mid-shoulder.",
        higher="the trunk tips further forward",
        grade="C",
        sources=("teng2014", "bramah2018", "warrener2021"),
        defined_by=("teng2014",),
        plausible=(-20.0, 60.0),
        axis=(-5.0, 25.0),
        step=StepMetric(both_sides("hip", "shoulder"), 1.5, 2.3, roll=1.0, along=True),
    ),
    MetricDefinition(
        id="hip_offset_pct",
        label="Hip off ankle-shoulder line",
        section="assess",
        kind="share",
        plane="sagittal",
        window="mid-stance",
        definition="Distance of mid-hip from the line from stance ankle to mid-shoulder, as a "
        "percentage of body height.",
        higher="the hips are further ahead of the line; negative is sitting back",
        plausible=(-15.0, 15.0),
        axis=(-8.0, 8.0),
        step=StepMetric(both_sides("ankle", "hip", "shoulder"), 0.6, 0.8, along=True),
    ),
    MetricDefinition(
        id="shoulder_offset_pct",
        label="Shoulder off ankle-hip line",
        section="assess",
        kind="share",
        plane="sagittal",
        window="mid-stance",
        definition="Distance of mid-shoulder from the line from stance ankle through mid-hip, as a "
        "percentage of body height.",
        higher="the shoulders are further ahead of the line",
        plausible=(-20.0, 30.0),
        axis=(-5.0, 15.0),
        step=StepMetric(both_sides("ankle", "hip", "shoulder"), 1.2, 1.5, along=True),
    ),
    MetricDefinition(
        id="head_offset_pct",
        label="Head off ankle-hip line",
        section="assess",
        kind="share",
        plane="sagittal",
        window="mid-stance",
        definition="Distance of the ear from the line from stance ankle through mid-hip, as a "
        "percentage of body height.",
        higher="the head is further ahead of the line",
        plausible=(-25.0, 45.0),
        axis=(-5.0, 20.0),
        step=StepMetric(both_sides("ankle", "hip", "ear"), 1.5, 2.0, along=True),
    ),
    MetricDefinition(
        id="hip_drop_deg",
        label="Hip drop, swing side",
        section="assess",
        kind="angle",
        plane="frontal",
        window="mid-stance",
        definition="How much lower the hip of the swinging leg is than that of the stance leg, as "
        "the tilt of the line through both hips.",
        higher="the swinging side drops further",
        plausible=(-20.0, 30.0),
        axis=(-5.0, 15.0),
    ),
    MetricDefinition(
        id="shoulder_tilt_deg",
        label="Shoulder drop, swing side",
        section="assess",
        kind="angle",
        plane="frontal",
        window="mid-stance",
        definition="How much lower the shoulder on the side of the swinging leg is, as the tilt of "
        "the line through both shoulders.",
        higher="the shoulder of the swinging side drops further",
        plausible=(-30.0, 30.0),
        axis=(-15.0, 15.0),
    ),
)
