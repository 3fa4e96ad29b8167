"""What cannot be read to its end is refused before it is opened."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from leanline.batch.manifest import read_manifest
from leanline.errors import InputError, LeanlineError
from leanline.formats.analysis_json import read_analysis
from leanline.formats.capture_npz import read_capture
from leanline.formats.names import name_set
from leanline.formats.reading import READERS, read_track
from leanline.formats.runner_npz import read_runner
from leanline.formats.watch_run import read_watch_run
from leanline.inputs import check_file
from leanline.pipeline import sha256_of
from leanline.video.probe import probe

Make = Callable[[Path], object]


def a_socket(path: Path) -> None:
    # Names of sockets are short.
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(before)


PLACES: dict[str, tuple[Make, str]] = {
    "nothing": (lambda _: None, "does not exist"),
    "a dangling link": (lambda path: path.symlink_to("gone.mp4"), "is a link to gone.mp4"),
    "a link to itself": (lambda path: path.symlink_to(path.name), "a link that leads back"),
    "a folder": (lambda path: path.mkdir(), "is a folder"),
    "a pipe": (lambda path: os.mkfifo(path), "a pipe"),
    "a device": (lambda path: path.symlink_to("/dev/zero"), "a device"),
    "a socket": (a_socket, "a socket"),
    "an empty file": (lambda path: path.touch(), "is empty"),
}


@pytest.mark.parametrize("kind", PLACES)
def test_what_is_no_ordinary_file_is_said_to_be_what_it_is(kind: str, tmp_path: Path) -> None:
    make, says = PLACES[kind]
    make(tmp_path / "run.mp4")
    with pytest.raises(InputError, match=says) as refused:
        check_file(tmp_path / "run.mp4")
    assert "run.mp4" in str(refused.value)
    assert refused.value.hint


def test_a_name_that_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be opened: the name is too long"):
        check_file(tmp_path / ("n" * 300))
    with pytest.raises(InputError, match="cannot be opened: embedded null"):
        check_file(tmp_path / "run\0.mp4")


def test_more_bytes_than_there_is_memory_for_are_refused(tmp_path: Path) -> None:
    with (tmp_path / "run.csv").open("wb") as file:
        file.truncate(400 << 20)
    with pytest.raises(InputError, match=r"is 419 MB; at most 268 MB are read"):
        read_track(tmp_path / "run.csv")


def test_a_file_that_may_not_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "run.mp4").write_bytes(b"x")

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)  # root, who runs these tests, may read anything
    with pytest.raises(InputError, match="cannot be opened: permission denied"):
        check_file(tmp_path / "run.mp4")


READ: dict[str, Callable[[Path], object]] = {
    **{f"run{suffix}": lambda path: read_track(path, fps=60.0) for suffix in READERS},
    "run.mp4": probe,
    "run.fit": read_watch_run,
    "run.toml": lambda path: name_set(str(path)),
    "clips.csv": lambda path: read_manifest(str(path), {}),
    "analysis.json": read_analysis,
    "capture.npz": read_capture,
    "pose.npz": read_runner,
    "any": sha256_of,
}


@pytest.mark.parametrize("name", READ)
def test_no_reader_waits_for_a_pipe(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(LeanlineError):
        READ[name](tmp_path / name)


def test_a_pipe_among_the_frames_of_openpose_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "run_000000000000_keypoints.json")
    with pytest.raises(InputError, match="a pipe"):
        read_track(tmp_path, fps=60.0)
