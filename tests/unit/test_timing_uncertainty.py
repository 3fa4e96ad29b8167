"""What an error of the events makes of each metric."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leanline.metrics.sampling import Sampler
from leanline.metrics.steps import measure_steps
from leanline.metrics.timing_uncertainty import event_sd_s, timing_sd
from leanline.profile import MARKERS, profile_of
from tests.synthetic import SyntheticRunner, synthetic_runner

SD = (0.008, 0.006)


def doubt(runner: SyntheticRunner, sd: tuple[float, float] = SD) -> dict[str, float]:
    sampler = Sampler(runner.pose, 0.0, runner.leg_length)
    return timing_sd(runner.contacts, measure_steps(runner.contacts, sampler), sampler, sd)


def test_contact_time_has_the_doubt_of_both_its_ends() -> None:
    found = doubt(synthetic_runner(fps=120))
    assert found["contact_time_s"] == pytest.approx(np.hypot(*SD), rel=1e-6)
    assert found["step_time_s"] == pytest.approx(0.0, abs=1e-9)


def test_a_lean_is_doubted_by_how_fast_its_line_turns() -> None:
    slow, fast = (doubt(synthetic_runner(fps=120, speed_mps=v)) for v in (2.0, 4.0))
    assert fast["lean_body_deg"] > 1.5 * slow["lean_body_deg"]
    # The window moves by half of what one end moves by; the line turns at about v / h.
    runner = synthetic_runner(fps=120)
    turn = np.degrees(runner.speed / np.linalg.norm(line(runner)))
    expected = 0.5 * turn * np.hypot(*SD)
    assert doubt(runner)["lean_body_deg"] == pytest.approx(expected, rel=0.25)


def test_whole_strides_do_not_mind_the_clock() -> None:
    found = doubt(synthetic_runner(fps=120))
    assert found["lean_stride_deg"] < 0.05 * found["lean_body_deg"]


def test_without_doubt_of_the_events_there_is_none() -> None:
    assert max(doubt(synthetic_runner(), (0.0, 0.0)).values()) == 0.0


def test_a_lower_frame_rate_adds_its_own() -> None:
    timing = replace(profile_of(MARKERS).timing, contact_sd_s=0.003, toe_off_sd_s=0.004)
    contact, toe_off = event_sd_s(timing, 25.0)
    assert contact == pytest.approx(0.005)
    assert toe_off == pytest.approx(np.hypot(0.004, 0.004))


def line(runner: SyntheticRunner) -> np.ndarray:
    ahead = runner.pose.mid("shoulder") - runner.pose.mid("ankle")
    return np.asarray(np.nanmean(np.abs(ahead), axis=0))
