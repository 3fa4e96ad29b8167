"""A made-up runner with a whole analysis and a clip, for tests of what is drawn and laid out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from leanline.model import Analysis, Camera, Capture, Estimate, Provenance, Runner, Step, VideoInfo
from leanline.profile import profile_of
from tests.analyses import analysis
from tests.clips import Picture, make_clip
from tests.synthetic import SyntheticRunner, synthetic_runner

WIDTH, HEIGHT, FPS, SECONDS = 320, 240, 60, 4.0


def small_runner(**changes: Any) -> SyntheticRunner:
    """A runner who fits into a clip of 320 x 240."""
    return synthetic_runner(**{"fps": FPS, "seconds": SECONDS, "px_per_m": 100.0} | changes)


def whole_analysis(clip: Path, made: SyntheticRunner | None = None, **values: Any) -> Analysis:
    """What a perfect pipeline would give of the made-up runner, in mid-picture."""
    made = made or small_runner()
    middle = np.array([WIDTH / 2, 20.0]) - [np.nanmean(made.pose.xy[:, :, 0]), 0.0]
    raw = replace(made.pose, xy=made.pose.xy + middle)
    sign = 1.0 if made.direction == "right" else -1.0
    clean = replace(raw, xy=raw.xy * [sign, 1.0])
    info = VideoInfo(str(clip), FPS, int(FPS * SECONDS), SECONDS, WIDTH, HEIGHT)
    steps = tuple(
        Step(
            c.side,
            c.contact_s,
            c.toe_off_s,
            {
                "lean_body_deg": made.lean_body_deg + 0.1 * i,
                "waist_bend_deg": 3.0 + 0.2 * i,
                "foot_strike_angle_deg": 12.0 - i,
            },
        )
        for i, c in enumerate(made.contacts)
    )
    return replace(
        analysis(**values),
        video=info,
        direction=made.direction,
        surface=made.surface,
        camera=Camera(Estimate(0.0, (-1.0, 1.0), ()), False, None),
        contacts=made.contacts,
        steps=steps,
        provenance=Provenance("0.1.0", "test", {"height_m": 1.7}, "ab" * 32),
        runner=Runner(
            clean,
            raw,
            "side",
            made.direction,
            made.direction,
            made.leg_length,
            made.scene_shift,
        ),
        capture=Capture(info, raw, profile_of("test")),
    )


def grey_clip(path: Path) -> Path:
    """The clip of ``whole_analysis``: uniform frames, each with its own grey level."""

    def paint(index: int) -> Picture:
        return np.full((HEIGHT, WIDTH, 3), 40 + index % 160, np.uint8)

    return make_clip(path, paint=paint, frames=int(FPS * SECONDS), fps=Fraction(FPS))
