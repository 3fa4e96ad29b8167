"""Made-up results, for tests of what happens after the measuring."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from leanline.findings import evaluate_rules, judge_steps
from leanline.model import (
    Activity,
    Analysis,
    Camera,
    Contact,
    Drill,
    Estimate,
    Metric,
    Provenance,
    Repetition,
    Step,
    VideoInfo,
    warning,
)
from leanline.reason import LEGACY, Reason


def said(text: str, **more: str) -> Reason:
    """A sentence of which no more than the text is known."""
    return Reason(LEGACY, {"text": text, **more})


def metric(
    name: str, value: float | str | None, half_width: float | None = 1.0, **more: Any
) -> Metric:
    """A metric of 22 steps, by default of good quality; withheld if its value is None."""
    if value is None:
        return Metric(
            id=name, value=None, why=more.get("why", said("the feet are out of the picture"))
        )
    measured: dict[str, Any] = {"sd": 0.8, "n": 22, "quality": "good", **more}
    if isinstance(value, float) and half_width is not None:
        measured = {"ci95": (value - half_width, value + half_width), "left": value, **measured}
    return Metric(id=name, value=value, **measured)


def metrics(**values: float | str | None) -> dict[str, Metric]:
    """Metrics by id, each with an interval of one tenth of its value or one."""
    return {
        name: metric(name, value, 0.1 * abs(value) if isinstance(value, float) else None)
        for name, value in values.items()
    }


def steps(count: int = 22, **values: float) -> tuple[Step, ...]:
    """Steps of 0.36 s, 0.25 s of them on the ground, left first."""
    return tuple(
        Step("left" if i % 2 == 0 else "right", 0.1 + 0.36 * i, 0.35 + 0.36 * i, dict(values))
        for i in range(count)
    )


RUNNING: Mapping[str, float | str | None] = {
    "lean_body_deg": 10.4,
    "lean_leg_deg": 5.6,
    "lean_trunk_deg": 17.9,
    "waist_bend_deg": 13.1,
    "lean_body_toe_off_deg": 24.0,
    "lean_sway_deg": 0.9,
    "hip_offset_pct": -3.7,
    "shoulder_offset_pct": 4.0,
    "head_offset_pct": 6.2,
    "cadence_spm": 158.0,
    "step_time_s": 0.3797,
    "contact_time_s": 0.2688,
    "flight_time_s": 0.1109,
    "duty_factor_pct": 35.4,
    "step_length_m": None,
    "speed_mps": None,
    "vertical_oscillation_m": 0.0812,
    "foot_strike_angle_deg": 12.3,
    "foot_strike": "rear",
    "landing_distance_m": 0.1714,
    "shin_angle_deg": 7.3,
    "knee_flexion_contact_deg": 20.9,
}
STANDING: Mapping[str, float | str | None] = {
    "stand_lean_deg": 6.98,
    "stand_straightness_deg": 1.2,
}


def analysis(activity: Activity = "running", **values: float | str | None) -> Analysis:
    """A whole result; ``values`` replace or add metrics."""
    running = activity == "running"
    measured = metrics(**{**(RUNNING if running else STANDING), **values})
    taken = steps(waist_bend_deg=13.1, shin_angle_deg=7.3, lean_body_deg=10.4) if running else ()
    return Analysis(
        video=VideoInfo("clips/run.mp4", 59.94, 480, 8.0, 1280, 720),
        activity=activity,
        view="side",
        direction="right",
        surface="treadmill" if running else "unknown",
        camera=Camera(
            Estimate(1.23456, (0.4, 2.0), (Reason("estimate.footfalls"),)),
            moving=False,
            metres_per_px=Estimate(0.00412341, (0.0040, 0.0042), (Reason("estimate.body_height"),)),
        ),
        metrics=measured,
        contacts=tuple(Contact(s.side, s.contact_s, s.toe_off_s) for s in taken),
        steps=taken,
        findings=evaluate_rules(measured, taken, activity),
        verdicts=judge_steps(measured, activity),
        warnings=(warning("other_people", people=2, person=1),),
        provenance=Provenance("0.1.0", "blazepose-full", {"height_m": 1.67}, "ab" * 32),
    )


def with_gaps() -> Analysis:
    """A result with NaN in every place where a number may be missing."""
    whole = analysis(lean_leg_deg=math.nan)
    last = Contact("right", 8.02, math.nan)
    return replace(
        whole,
        contacts=(*whole.contacts, last),
        steps=(*whole.steps, Step("right", 8.02, math.nan, {"waist_bend_deg": math.nan})),
        camera=Camera(Estimate(math.nan, (math.nan, math.nan), ()), True, None),
    )


def drill() -> Drill:
    """Three leans: a whole one, one that breaks, and one that the clip cuts off."""
    return Drill(
        (5.0, 10.0),
        2.1,
        (
            Repetition(2.2, 9.8, True, 7.1, 5.0, 1.4, None, 6.2, 0.31),
            Repetition(11.9, 17.3, True, 8.4, 6.3, 12.6, "waist_bent", 3.1, 0.74),
            Repetition(19.4, 22.0, False, 11.2, 9.1, 2.2, None, 0.4, math.nan),
        ),
    )
