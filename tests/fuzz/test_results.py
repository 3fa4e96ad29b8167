"""Damaged results either work (page, exports, comparison) or give a clean error."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from leanline import Settings
from leanline.cli.read_result import read_result
from leanline.exporters import export
from leanline.formats.analysis_json import write_analysis
from leanline.formats.capture_npz import read_capture, write_capture
from leanline.formats.runner_npz import write_runner
from leanline.model import Analysis
from leanline.pipeline import analyze_capture
from leanline.pose.recorded import track_to_capture
from leanline.report.compare import compare_model
from leanline.report.html import report_html
from leanline.report.terminal import summary
from tests.foreign import runner_track
from tests.fuzz.damage import damaged, damaged_json
from tests.fuzz.fuzzing import SEEDS, examples, refusal, told


@cache
def whole() -> Analysis:
    # Not a fixture: Hypothesis would write it out whole.
    return analyze_capture(track_to_capture(runner_track(4.0), "run.trc", "recorded"), Settings())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result as ``leanline analyze`` leaves it, and its capture."""
    made = tmp_path_factory.mktemp("whole")
    analysis = whole()
    assert analysis.runner is not None
    assert analysis.capture is not None
    write_analysis(analysis, made)
    write_runner(analysis.runner, made)
    write_capture(analysis.capture, made)
    return made


def use(folder: Path) -> None:
    """What the commands do with a result."""
    analysis = read_result(folder).analysis
    summary(analysis)
    report_html(analysis, {})
    compare_model(whole(), analysis, "en")
    for form, table in (("csv", "metrics"), ("csv", "steps"), ("csv", "events"), ("mot", "pose")):
        refusal(lambda: export(analysis, form, folder / "out", table))  # type: ignore[arg-type]  # noqa: B023


def spoiled(folder: Path, to: Path, name: str, spoil: Callable[[bytes], bytes]) -> Path:
    """A copy of the result with one file spoiled."""
    for file in folder.iterdir():
        data = file.read_bytes()
        (to / file.name).write_bytes(spoil(data) if file.name == name else data)
    return to


@examples(50)
@given(seed=SEEDS)
def test_odd_values_in_a_result_are_shown_or_told(
    tmp_path_factory: pytest.TempPathFactory, folder: Path, seed: int
) -> None:
    to = tmp_path_factory.mktemp("odd")
    spoiled(folder, to, "analysis.json", lambda data: damaged_json(data, seed))
    told(use, to)


@examples(30)
@given(seed=SEEDS)
def test_damaged_bytes_of_a_result_are_shown_or_told(
    tmp_path_factory: pytest.TempPathFactory, folder: Path, seed: int
) -> None:
    to = tmp_path_factory.mktemp("bytes")
    spoiled(folder, to, "analysis.json", lambda data: damaged(data, seed))
    told(use, to)


@examples(60)
@given(seed=SEEDS)
def test_damaged_arrays_are_read_or_told(
    tmp_path_factory: pytest.TempPathFactory, folder: Path, seed: int
) -> None:
    to = tmp_path_factory.mktemp("arrays")
    for name in ("pose.npz", "capture.npz"):
        spoiled(folder, to, name, lambda data: damaged(data, seed))
        told(read_result if name == "pose.npz" else read_capture, to)


@pytest.mark.parametrize("name", ["pose.npz", "capture.npz"])
@examples(30)
@given(seed=SEEDS)
def test_odd_arrays_are_shown_or_told(
    tmp_path_factory: pytest.TempPathFactory, folder: Path, name: str, seed: int
) -> None:
    to = tmp_path_factory.mktemp("odd")
    spoiled(folder, to, "", bytes)
    chance = np.random.default_rng(seed)
    with np.load(folder / name) as file:
        arrays = {key: file[key] for key in file.files}
    key = chance.choice(list(arrays))
    arrays[key] = odd_array(arrays[key], chance)
    np.savez(to / name, **arrays)
    if name == "pose.npz":
        told(use, to)
    else:
        refusal(lambda: analyze_capture(read_capture(to), Settings()))


def odd_array(values: NDArray[Any], chance: np.random.Generator) -> NDArray[Any]:
    match chance.integers(0, 7):
        case 0:
            return values[..., None]
        case 1:
            return np.repeat(values[None], 2, axis=0)
        case 2:
            return values.ravel()[: chance.integers(0, 3)]
        case 3:
            return np.array("odd")
        case 4:
            return np.array(chance.choice([0.0, -1.0, 1e300, np.nan, np.inf]))
        case 5 if values.dtype.kind == "f":
            odd = values.copy()
            odd[chance.random(odd.shape) < 0.1] = chance.choice([np.nan, np.inf, 6e4, -6e4])
            return odd
        case 6 if key_values(values):
            return np.array(
                damaged_json(str(values).encode(), int(chance.integers(1 << 30))).decode()
            )
        case _:
            return values.astype("S3")


def key_values(values: NDArray[Any]) -> bool:
    return values.dtype.kind == "U" and values.ndim == 0 and "{" in str(values)
