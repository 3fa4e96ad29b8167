"""Every number that ``../shared/tools/score.py`` reports has the same key and value here."""

from __future__ import annotations

import importlib.util
import json
import random
from pathlib import Path
from typing import Any

import pytest

from leanline.scoring import score
from tests.scores import near, write_result

SETS = ("pop", "rendered", "lab", "front")


def score_py(shared: Path) -> Any:
    spec = importlib.util.spec_from_file_location("score_py", shared / "tools" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_results(truths: Path, results: Path) -> None:
    """Results that err in every way; one clip in ten has none."""
    chance = random.Random(7)  # noqa: S311
    for path in sorted(truths.glob("*.truth.json")):
        truth = json.loads(path.read_text())
        if chance.random() > 0.1 and not truth.get("exit"):
            write_result(results, truth["name"], near(truth, chance))


@pytest.mark.shared
@pytest.mark.parametrize("name", SETS)
def test_every_number_of_score_py_is_the_same_here(
    shared_data: Path, tmp_path: Path, name: str
) -> None:
    truths = shared_data / name
    make_results(truths, tmp_path)
    theirs = score_py(shared_data.parent).score(truths, tmp_path)[0]
    ours = score(truths, tmp_path).summary
    assert len(theirs) > 20
    assert {key: ours.get(key) for key in theirs} == pytest.approx(theirs)


@pytest.mark.shared
def test_bars_are_missed_by_the_same_numbers(shared_data: Path, tmp_path: Path) -> None:
    from leanline.scoring.bars import missed_bars, read_bars

    make_results(shared_data / "pop", tmp_path)
    theirs = score_py(shared_data.parent).score(shared_data / "pop", tmp_path)[0]
    path = shared_data.parent / "bars" / "people_pop.json"
    limits = json.loads(path.read_text())
    # Only score.py --run knows the exit status.
    limits.pop("label.exit.right", None)
    expected = {
        key
        for key, (low, high) in limits.items()
        if theirs.get(key) is None
        or (low is not None and theirs[key] < low)
        or (high is not None and theirs[key] > high)
    }
    missed = missed_bars(read_bars(path), score(shared_data / "pop", tmp_path).summary)
    assert 3 < len(expected) < len(limits)
    assert {one.bar.key for one in missed} - {"label.exit.right"} == expected
