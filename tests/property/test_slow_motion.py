"""Whatever the container says: the cadence of life within 1 %, or none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanline.formats.trc import read_trc
from leanline.model import Capture
from leanline.pipeline import analyze_capture
from leanline.pose.recorded import cut, track_to_capture
from leanline.settings import Settings
from tests.captures import capture
from tests.searching import everyday
from tests.synthetic import synthetic_runner

TRACKS = (
    "lab/RBDS001runT25_60hz",
    "lab/RBDS0041runT25_120hz",
    "lab/hamner04_run200_120hz",
    "lab/hamner04_run400_60hz",
    "real/male_side_rtmpose",
)
FACTORS = (2.0, 4.0, 8.0, 10.0)


def cadence(seen: Capture, factor: float) -> float | None:
    pose = replace(seen.pose, time_s=seen.pose.time_s * factor)
    video = replace(seen.video, fps=seen.video.fps / factor)
    value = (
        analyze_capture(replace(seen, pose=pose, video=video), Settings())
        .metrics["cadence_spm"]
        .value
    )
    assert value is None or isinstance(value, float)
    return value


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("name", TRACKS)
def test_real_runners_stretched_in_time_keep_their_cadence_or_lose_it(
    name: str, shared_data: Path
) -> None:
    path = shared_data / f"{name}.trc"
    track = cut(read_trc(path), Settings(end_s=8.0), path)
    seen = track_to_capture(track, str(path), "recorded")
    real = cadence(seen, 1.0)
    assert real is not None
    for factor in FACTORS:
        told = cadence(seen, factor)
        assert told is None or told == pytest.approx(real, rel=0.01)


@everyday(12)
@given(
    factor=st.sampled_from((1.0, *FACTORS)),
    cadence_spm=st.floats(145, 205),
    duty_factor=st.floats(0.28, 0.42),
    direction=st.sampled_from(("left", "right")),
)
def test_made_runners_stretched_in_time_keep_their_cadence_or_lose_it(
    factor: float, cadence_spm: float, duty_factor: float, direction: str
) -> None:
    made = synthetic_runner(
        fps=60,
        cadence_spm=cadence_spm,
        duty_factor=duty_factor,
        direction=direction,  # type: ignore[arg-type]
        bounce_m=None,
        noise=2.0,
    )
    told = cadence(capture(made, picture=True), factor)
    assert told is None or told == pytest.approx(cadence_spm, rel=0.01)
    assert told is not None or factor != 1.0
