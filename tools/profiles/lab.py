"""How late events are seen in marker tracks, against force plates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np

from leanline.formats.reading import read_track
from leanline.profile import MARKERS, PoseProfile, profile_of
from leanline.runner.prepare import measure_leg_length
from tools.profiles import timing

RUN: Final = "run"


def marker_profile(data: Path) -> tuple[PoseProfile, list[timing.Foot]]:
    """The profile of markers, and the signs it was fitted on."""
    levels = [_level(path) for path in sorted((data / "lab").glob("*.truth.json"))]
    now = profile_of(MARKERS).timing
    feet: list[timing.Foot] = []
    for _ in range(timing.ROUNDS):
        feet = [foot for level in levels for foot in timing.feet_of(level, now)]
        now = timing.fit(feet)
    return PoseProfile(MARKERS, timing.with_spread(now, feet)), feet


def _level(path: Path) -> timing.Level:
    truth = json.loads(path.read_text("utf-8"))
    track = read_track(path.with_name(truth["input"]))
    name = str(truth["name"])
    still = np.zeros(len(track.time_s))
    person = name.partition("_")[0].partition(RUN)[0]
    return timing.Level(name, person, track, still, measure_leg_length(track), truth["events"])
