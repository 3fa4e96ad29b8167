"""Pose tracks of every format, damaged, up to the whole analysis."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanline import Settings
from leanline.formats.c3d_read import read_contacts
from leanline.formats.c3d_write import write_c3d
from leanline.formats.mot import read_mot, write_mot
from leanline.formats.parquet import write_parquet
from leanline.formats.reading import read_track
from leanline.formats.recording import Person, Recording
from leanline.formats.tables import track_columns, write_csv
from leanline.formats.to_pose_track import to_pose_track
from leanline.formats.trc import write_trc
from leanline.model import PoseTrack
from leanline.pipeline import analyze, analyze_capture
from leanline.pose.recorded import track_to_capture
from tests.foreign import (
    runner_track,
    write_alphapose,
    write_coco,
    write_deeplabcut_csv,
    write_long_csv,
    write_mmpose,
    write_openpose,
    write_sleap_csv,
    write_sports2d_trc,
)
from tests.fuzz.damage import damaged, damaged_json, damaged_text
from tests.fuzz.fuzzing import SEEDS, examples, refusal, told

Damage = Callable[[bytes, int], bytes]
Write = Callable[[PoseTrack, Path], object]

FILES: dict[str, tuple[Write, Damage | None]] = {
    "ours.trc": (write_trc, damaged_text),
    "sports2d.trc": (write_sports2d_trc, damaged_text),
    "ours.c3d": (write_c3d, None),
    "wide.csv": (lambda track, path: write_csv(track_columns(track), path), damaged_text),
    "wide.parquet": (lambda track, path: write_parquet(track_columns(track), path), None),
    "long.csv": (write_long_csv, damaged_text),
    "deeplabcut.csv": (write_deeplabcut_csv, damaged_text),
    "sleap.csv": (write_sleap_csv, damaged_text),
    "coco.json": (write_coco, damaged_json),
    "alphapose.json": (write_alphapose, damaged_json),
    "mmpose.json": (write_mmpose, damaged_json),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One whole file of each kind, and room for damaged ones."""
    made = tmp_path_factory.mktemp("tracks")
    for name, (write, _) in FILES.items():
        write(runner_track(0.1), made / name)
    return made


def read(path: Path) -> object:
    return read_track(path, fps=60.0)


@pytest.mark.parametrize("name", FILES)
@examples(60)
@given(seed=SEEDS)
def test_damaged_bytes_are_read_or_told(folder: Path, name: str, seed: int) -> None:
    path = folder / f"bytes-{name}"
    path.write_bytes(damaged((folder / name).read_bytes(), seed))
    told(read, path)


@pytest.mark.parametrize("name", [name for name, (_, damage) in FILES.items() if damage])
@examples(100)
@given(seed=SEEDS)
def test_odd_words_and_numbers_are_read_or_told(folder: Path, name: str, seed: int) -> None:
    damage = FILES[name][1]
    assert damage
    path = folder / f"words-{name}"
    path.write_bytes(damage((folder / name).read_bytes(), seed))
    told(read, path)


@examples(100)
@given(seed=SEEDS)
def test_odd_frames_of_openpose_are_read_or_told(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    frames = write_openpose(runner_track(0.05), tmp_path_factory.mktemp("openpose") / "json")
    one = min(frames.iterdir())
    one.write_bytes((damaged_json if seed % 2 else damaged)(one.read_bytes(), seed))
    told(read, frames, frames.name)


@examples(60)
@given(seed=SEEDS)
def test_events_of_a_damaged_c3d_are_read_or_told(folder: Path, seed: int) -> None:
    path = folder / "events.c3d"
    path.write_bytes(damaged((folder / "ours.c3d").read_bytes(), seed))
    told(read_contacts, path)


@examples(60)
@given(seed=SEEDS)
def test_a_damaged_motion_of_opensim_is_read_or_told(folder: Path, seed: int) -> None:
    whole, path = folder / "whole.mot", folder / "run.mot"
    if not whole.exists():
        write_mot(np.arange(4) / 60.0, {"a": np.ones(4)}, whole, notes=["a note"])
    path.write_bytes((damaged_text if seed % 2 else damaged)(whole.read_bytes(), seed))
    told(read_mot, path)


# Numbers that can be read but make no sense, through the whole analysis
# ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def run() -> PoseTrack:
    return runner_track(3.0)


NUMBERS = (1e300, -1e300, 1e-300, 1e12, -1e6, 0.0, 1e5)


@examples(25)
@given(seed=SEEDS)
def test_odd_places_are_measured_or_told(run: PoseTrack, seed: int) -> None:
    chance = np.random.default_rng(seed)
    xy = run.xy.copy()
    frames = chance.integers(0, len(xy), chance.integers(1, 60))
    points = chance.integers(0, xy.shape[1], len(frames))
    xy[frames, points] = chance.choice([*NUMBERS, np.nan], (len(frames), 2))
    measure_or_refuse(PoseTrack(run.time_s, xy, run.confidence, run.keypoints, run.unit))


@examples(25)
@given(
    seed=SEEDS,
    gap_s=st.sampled_from([1e-9, 1e-3, 10.0, 3600.0, 36_000.0, 1e9, 1e15, 1e300]),
    first_s=st.sampled_from([0.0, -5.0, -1e9, 1e9]),
    share=st.sampled_from([1.0, 0.5, 0.01]),
)
def test_odd_times_are_measured_or_told(
    run: PoseTrack, seed: int, gap_s: float, first_s: float, share: float
) -> None:
    chance = np.random.default_rng(seed)
    steps = np.diff(run.time_s, prepend=0.0)
    odd = chance.random(len(steps)) < share
    time_s = first_s + np.cumsum(np.where(odd, gap_s, steps))
    if np.all(np.diff(time_s) > 0) and np.isfinite(time_s).all():
        measure_or_refuse(PoseTrack(time_s, run.xy, run.confidence, run.keypoints, run.unit))


def measure_or_refuse(track: PoseTrack) -> None:
    """As a file with these numbers would be, without writing it."""
    person, path = Person(track.xy, track.confidence), Path("run.trc")
    recording = Recording("made", track.keypoints, (person,), time_s=track.time_s, unit="px")

    def measure() -> None:
        there = to_pose_track(recording, person, track.time_s, path).track
        analysis = analyze_capture(track_to_capture(there, str(path), "recorded"), Settings())
        for metric in analysis.metrics.values():
            assert not isinstance(metric.value, float) or np.isfinite(metric.value)

    refusal(measure)


@examples(15)
@given(seed=SEEDS)
def test_a_damaged_file_is_analysed_or_told(
    tmp_path_factory: pytest.TempPathFactory, run: PoseTrack, seed: int
) -> None:
    path = tmp_path_factory.mktemp("whole") / "run.csv"
    write_csv(track_columns(run), path)
    path.write_bytes(damaged_text(path.read_bytes(), seed))
    told(lambda path: analyze(os.fspath(path)), path)
