"""Full disks, invalid file names, lack of memory: a message and an exit code."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from leanline.batch.fetch import to_text
from leanline.batch.find_clips import find_clips
from leanline.cli import app as command
from leanline.files import written_atomically
from leanline.formats.trc import write_trc
from tests.foreign import runner_track


@pytest.fixture
def track(tmp_path: Path) -> Path:
    write_trc(runner_track(4.0), tmp_path / "run.trc")
    return tmp_path / "run.trc"


def full_from(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The disk is full once the file ``name`` is to be written."""

    def written(target: Path) -> object:
        if target.name == name:
            raise OSError(errno.ENOSPC, "No space left on device")
        return written_atomically(target)

    for module in ("formats.analysis_json", "formats.runner_npz", "report.result", "report.html"):
        monkeypatch.setattr(f"leanline.{module}.written_atomically", written)


@pytest.mark.parametrize("name", ["analysis.json", "pose.npz", "report.html"])
def test_a_disk_that_is_full_half_way_keeps_the_earlier_result_whole(
    name: str, track: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = track.parent / "out"
    assert CliRunner().invoke(command.app, ["analyze", str(track), "-o", str(out)]).exit_code == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert len(before) == 3
    full_from(monkeypatch, name)
    line = ["analyze", str(track), "--height", "1.7", "-o", str(out)]
    refused = CliRunner().invoke(command.app, line)
    assert refused.exit_code == 2
    assert f"Cannot write to {out}: no space left on the disk." in refused.stderr
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_page_on_a_full_disk_is_said(track: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = track.parent / "out"
    CliRunner().invoke(command.app, ["analyze", str(track), "-o", str(out)])
    full_from(monkeypatch, "report.html")
    refused = CliRunner().invoke(command.app, ["report", str(out)])
    assert (refused.exit_code, refused.exception.__class__) == (2, SystemExit)
    assert "no space left on the disk" in refused.stderr


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 2, "no space left on the disk."),
        (OSError(errno.EIO, "Input/output error", "/mnt/run.mp4"), 2, "(/mnt/run.mp4)."),
        (MemoryError(), 3, "more memory than there is"),
    ],
)
def test_what_the_system_refuses_is_a_sentence(
    error: Exception,
    code: int,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fails() -> None:
        raise error

    monkeypatch.setattr(command, "app", fails)
    with Path(os.devnull).open("w") as nowhere:
        monkeypatch.setattr(sys, "stdout", nowhere)
        with pytest.raises(SystemExit) as ended:
            command.main()
    assert ended.value.code == code
    assert says in capsys.readouterr().err


def test_a_folder_that_may_not_be_written_to_is_refused_before_any_work(
    track: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root, who runs these tests, may.
    monkeypatch.setattr(os, "access", lambda _, mode: not mode & os.W_OK)
    refused = CliRunner().invoke(command.app, ["analyze", str(track), "-o", str(track.parent)])
    assert refused.exit_code == 2
    assert "is not writable" in refused.stderr


@pytest.mark.parametrize("kind", ["loop", "dangling", "too long"])
def test_a_place_that_can_be_no_folder_is_refused_before_any_work(kind: str, track: Path) -> None:
    out = track.parent / ("n" * 300 if kind == "too long" else "out")
    if kind != "too long":
        out.symlink_to("out" if kind == "loop" else "nowhere")
    refused = CliRunner().invoke(command.app, ["analyze", str(track), "-o", str(out)])
    assert refused.exit_code == 2
    assert "Cannot write to" in refused.stderr


def test_names_of_clips_that_are_no_text_are_written_as_escapes(tmp_path: Path) -> None:
    name = os.fsdecode(b"b\xff\xe9.trc")
    try:
        (tmp_path / name).touch()
    except OSError:
        pytest.skip("this file system only takes names that are text")
    (clip,) = find_clips(str(tmp_path), {})
    assert clip.id == r"b\xff\xe9.trc"
    assert Path(clip.source).is_file()
    assert to_text(clip.source).encode()
