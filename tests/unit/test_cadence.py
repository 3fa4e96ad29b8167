"""Steps a minute, and when they are withheld."""

from __future__ import annotations

import numpy as np
import pytest

from leanline.gait.cadence import estimate_cadence
from leanline.model import Contact
from leanline.reason import Reason
from tests.feet import facing_right, ground_and_contacts
from tests.synthetic import synthetic_runner


def even_contacts(step_s: float, count: int) -> list[Contact]:
    return [
        Contact("left" if n % 2 == 0 else "right", n * step_s, n * step_s + 0.25)
        for n in range(count)
    ]


@pytest.mark.parametrize("cadence_spm", [150.0, 171.3, 195.0])
@pytest.mark.parametrize("fps", [30, 60, 240])
def test_steps_a_minute_of_a_known_runner(fps: int, cadence_spm: float) -> None:
    runner = synthetic_runner(fps=fps, cadence_spm=cadence_spm, seconds=6.0, noise=3.0)
    pose, shift = facing_right(runner)
    _, contacts = ground_and_contacts(pose, shift, runner.leg_length)
    steps = estimate_cadence(contacts, pose.time_s, pose.mid("hip")[:, 1])
    assert steps.value_spm == pytest.approx(cadence_spm, abs=0.6)
    assert steps.bounce_spm == pytest.approx(cadence_spm, rel=0.005)
    assert steps.why is None


def test_a_missed_contact_does_not_count_as_a_long_step() -> None:
    contacts = even_contacts(0.35, 12)
    del contacts[5]
    time_s = np.arange(0, 4.2, 1 / 60)
    hip_y = np.sin(2 * np.pi * time_s / 0.35)
    assert estimate_cadence(contacts, time_s, hip_y).value_spm == pytest.approx(60 / 0.35, rel=1e-3)


def test_contacts_that_disagree_with_the_bounce_are_withheld_with_both_numbers() -> None:
    time_s = np.arange(0, 6, 1 / 60)
    hip_y = np.sin(2 * np.pi * 3.1 * time_s)
    steps = estimate_cadence(even_contacts(0.35, 16), time_s, hip_y)
    assert np.isnan(steps.value_spm)
    assert steps.why is not None
    assert steps.why.code == "metric.cadence_disagrees"
    assert steps.why.params["contacts_spm"] == pytest.approx(171, abs=0.5)
    assert steps.why.params["bounce_spm"] == pytest.approx(186, abs=0.5)


def test_hips_that_were_not_seen_do_not_withhold_it() -> None:
    time_s = np.arange(0, 6, 1 / 60)
    steps = estimate_cadence(even_contacts(0.35, 16), time_s, np.full(len(time_s), np.nan))
    assert steps.value_spm == pytest.approx(60 / 0.35)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_steps_are_withheld(count: int) -> None:
    time_s = np.arange(0, 2, 1 / 60)
    steps = estimate_cadence(even_contacts(0.35, count), time_s, np.zeros(len(time_s)))
    assert np.isnan(steps.value_spm)
    assert steps.why == Reason("metric.two_steps_needed")
