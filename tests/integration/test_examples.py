"""The examples run as they are."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

import leanline

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(name: str, *arguments: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
    runpy.run_path(str(EXAMPLES / name), run_name="__main__")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("events_and_metrics.py", "contacts of the file's events"),
        ("own_arrays.py", "step times 0.3"),
        ("knee_angle.py", "right knee flexion over 6 strides"),
    ],
)
def test_an_example_prints_what_it_promises(
    name: str, says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(name, monkeypatch=monkeypatch)
    assert says in capsys.readouterr().out


def test_any_track_becomes_c3d(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out.c3d"
    run("convert.py", EXAMPLES / "runner.c3d", target, monkeypatch=monkeypatch)
    assert "19 points, 30 events" in capsys.readouterr().out
    assert len(leanline.read_contacts(target)) == 15


def test_every_example_is_run_here() -> None:
    listed = {"events_and_metrics.py", "own_arrays.py", "knee_angle.py", "convert.py"}
    assert {path.name for path in EXAMPLES.glob("*.py")} == listed


# Jupyter's own packages warn about each other.
@pytest.mark.filterwarnings("default")
def test_the_notebook_runs_from_top_to_bottom() -> None:
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    pytest.importorskip("matplotlib")
    notebook = nbformat.read(EXAMPLES / "library.ipynb", as_version=4)
    client = nbclient.NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(EXAMPLES)}}
    )
    client.execute()
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", ())]
    assert sum("image/png" in out.get("data", {}) for out in outputs) == 2
