"""Live and from a file the drill is counted alike, and as it is defined."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from leanline.drill import HoldCounter, repetitions
from leanline.drill.counter import BAND_DEG
from leanline.model import Array
from tests.leans import TALL, as_plank, drill_course, lean_course

LEANS = st.lists(st.floats(5.3, 9.7), min_size=1, max_size=4)
RATES = st.sampled_from([10.0, 24.0, 29.97, 60.0])


@given(leans=LEANS, fps=RATES, seed=st.integers(0, 9), lost=st.floats(0.0, 0.2))
def test_fed_frame_by_frame_it_gives_what_the_whole_clip_gives(
    leans: list[float], fps: float, seed: int, lost: float
) -> None:
    times, lean = lean_course(drill_course(leans), fps, seed)
    lean = np.where(np.random.default_rng(seed).random(len(lean)) < lost, np.nan, lean)
    clip = as_plank(times, lean)
    counter = HoldCounter(TALL)
    states = [counter.feed(float(clip.time_s[k]), clip.at(k)) for k in range(len(clip))]
    whole = repetitions(clip, TALL)
    assert repr(counter.finish()) == repr(whole)
    assert states[-1].repetitions == sum(rep.whole for rep in whole) == len(leans)
    assert states[-1].longest_hold_s == max(rep.hold_s for rep in whole)


@given(leans=LEANS, fps=RATES, hold_s=st.floats(1.0, 6.0))
def test_holds_last_as_long_as_the_course_is_in_the_band(
    leans: list[float], fps: float, hold_s: float
) -> None:
    found = repetitions(as_plank(*lean_course(drill_course(leans, hold_s), fps)), TALL)
    corners = drill_course(leans, hold_s)
    for n, rep in enumerate(found):
        fine = _within(corners[1 + 4 * n : 6 + 4 * n])
        assert abs(rep.hold_s - fine) < 2.0 / fps


@given(by_s=st.floats(-100, 100), seed=st.integers(0, 9))
def test_when_it_was_filmed_changes_nothing_but_the_times(by_s: float, seed: int) -> None:
    times, lean = lean_course(drill_course(), seed=seed)
    here, there = (repetitions(as_plank(t, lean), TALL) for t in (times, times + by_s))
    for one, other in zip(here, there, strict=True):
        assert np.isclose(other.start_s - one.start_s, by_s)
        assert np.isclose(other.hold_s, one.hold_s)
        assert one.lean_deg == other.lean_deg


def _within(corners: list[tuple[float, float]]) -> float:
    """Seconds that the straight pieces spend in the band, counted finely."""
    step = 0.001
    times: Array = np.arange(corners[0][0], corners[-1][0], step)
    seconds, levels = np.array(corners).T
    lean = np.interp(times, seconds, levels)
    return float(((lean >= BAND_DEG[0]) & (lean <= BAND_DEG[1])).sum()) * step
