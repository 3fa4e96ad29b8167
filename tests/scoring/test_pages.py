"""What the pages show can be used as it stands."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import leanline
from leanline.scoring.bars import read_bars
from leanline.scoring.summary import summarize
from leanline.scoring.truth import Truth, read_truths
from tests.scores import write_truth

DOCS = Path(__file__).parents[2] / "docs"
FORMAT = (DOCS / "reference" / "truth-format.md").read_text(encoding="utf-8")
HOWTO = (DOCS / "howto" / "score.md").read_text(encoding="utf-8")


def blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL)


def names(page: str) -> set[str]:
    """Everything in code style."""
    return set(re.findall(r"`([^`\s]+)`", page))


@pytest.fixture
def found(tmp_path: Path) -> leanline.Score:
    """The results of the page against truths that fit them, three clips of three persons."""
    example = json.loads(blocks(FORMAT, "json")[0])
    for name in ("ada-01", "ada-02", "ben-01"):
        write_truth(tmp_path / "truth", **{**example, "name": name, "person": name})
    files = []
    for index, content in enumerate(blocks(HOWTO, "text")):
        files.append(tmp_path / f"{index}.csv")
        files[-1].write_text(content)
    return leanline.score(tmp_path / "truth", files)


def test_the_example_of_a_truth_file_is_one() -> None:
    truth = Truth.model_validate_json(blocks(FORMAT, "json")[0])
    assert truth.name == "ada-02"
    assert len(truth.labels) == 5


def test_the_examples_of_results_are_scored(found: leanline.Score) -> None:
    assert found.notes == ()
    assert found.summary["metric.lean_body_deg.n"] == 3
    assert found.total.events["contact"].matched == 1


def test_the_example_of_bars_is_one(tmp_path: Path) -> None:
    path = tmp_path / "bars.json"
    path.write_text(blocks(HOWTO, "json")[0])
    assert len(read_bars(path)) == 3


def test_every_statistic_is_described(found: leanline.Score) -> None:
    described = names(FORMAT)
    for key in summarize(found.total):
        statistic = key.rpartition(".")[2]
        stem = re.sub(r"_(low|high)$", "", statistic)
        level = re.sub(r"_at_\d+$", "_at_50", statistic)
        assert {statistic, stem, level} & described, key


@pytest.mark.shared
@pytest.mark.parametrize("folder", ["pop", "rendered", "lab", "real", "front"])
def test_every_metric_of_the_clips_is_described(shared_data: Path, folder: str) -> None:
    known = {m for truth in read_truths(shared_data / folder) for m in truth.metrics}
    assert known
    assert known <= names(FORMAT)
