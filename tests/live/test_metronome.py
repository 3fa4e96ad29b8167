from __future__ import annotations

import wave
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from leanline.cli.app import app
from leanline.errors import UsageError
from leanline.live.metronome import RATE_HZ, click_starts, clicks, write_clicks


def onsets(path: Path) -> np.ndarray:
    """Samples at which a click starts."""
    with wave.open(str(path)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth()) == (1, 2)
        assert sound.getframerate() == RATE_HZ
        values = np.frombuffer(sound.readframes(sound.getnframes()), "<i2")
    loud = np.flatnonzero(values)
    starts: np.ndarray = loud[np.concatenate([[True], np.diff(loud) > RATE_HZ // 20])]
    return starts


@given(st.floats(60, 260), st.floats(0.05, 60))
def test_no_click_is_off_by_more_than_half_a_sample(spm: float, minutes: float) -> None:
    starts = np.array(list(click_starts(spm, round(minutes * 60 * RATE_HZ))))
    exact = np.arange(len(starts)) * 60.0 * RATE_HZ / spm
    assert np.abs(starts - exact).max() <= 0.5 + 1e-6
    assert abs(len(starts) - minutes * spm) <= 1.0


def test_ten_minutes_hold_every_click_and_do_not_drift(tmp_path: Path) -> None:
    write_clicks(tmp_path / "click.wav", 172.0, 10.0)
    found = onsets(tmp_path / "click.wav")
    assert len(found) == 1720
    # A sine starts at zero, so the first sample that is heard is the next.
    exact = np.arange(1720) * 60.0 * RATE_HZ / 172.0
    np.testing.assert_allclose(found - 1, exact, atol=1.0)


@pytest.mark.parametrize("spm", [61.3, 172.0, 259.9])
def test_pieces_join_without_a_seam(spm: float) -> None:
    whole = np.concatenate(list(clicks(spm, 0.4)))
    assert len(whole) == round(0.4 * 60 * RATE_HZ)
    starts = list(click_starts(spm, len(whole)))
    first = whole[: starts[1]]
    for start, end in pairwise(starts):
        length = min(end - start, len(first))
        np.testing.assert_array_equal(whole[start : start + length], first[:length])


@pytest.mark.parametrize(("spm", "minutes"), [(20.0, 1.0), (400.0, 1.0), (170.0, 0.0)])
def test_rates_and_lengths_of_no_use_are_refused(spm: float, minutes: float) -> None:
    with pytest.raises(UsageError):
        clicks(spm, minutes)


def test_the_command_writes_the_file(tmp_path: Path) -> None:
    out = tmp_path / "click.wav"
    said = CliRunner().invoke(
        app, ["metronome", "--spm", "180", "--minutes", "0.5", "-o", str(out)]
    )
    assert said.exit_code == 0, said.output
    assert len(onsets(out)) == 90


@pytest.mark.parametrize("args", [[], ["--spm", "5"], ["--result", "nowhere"]])
def test_the_command_says_what_is_wrong(args: list[str], tmp_path: Path) -> None:
    out = tmp_path / "click.wav"
    said = CliRunner().invoke(app, ["metronome", *args, "-o", str(out)])
    assert said.exit_code in (2, 3)
    assert not out.exists()
