"""Atomic writing of files."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from leanline.files import replace_durably, written_atomically, written_together


def test_what_was_written_takes_the_place_of_the_old(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with written_atomically(target) as part:
        part.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(ZeroDivisionError), written_atomically(target) as part:
        part.write_text(str(1 // 0))
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_failure_takes_the_folder_that_was_made_for_it_away(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError, match="stopped"),
        written_atomically(tmp_path / "new" / "a.txt"),
    ):
        raise RuntimeError("stopped")
    assert not (tmp_path / "new").exists()


def test_a_block_that_writes_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), written_atomically(tmp_path / "a.txt"):
        pass
    assert not (tmp_path / "a.txt").exists()


def test_the_suffix_stays_for_writers_that_look_at_it(tmp_path: Path) -> None:
    with written_atomically(tmp_path / "a.npz") as part:
        assert part.suffix == ".npz"
        part.write_bytes(b"")


def test_files_written_together_are_all_there_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.txt").write_text("old")
    (tmp_path / "out" / "other.txt").write_text("kept")
    with written_together(tmp_path / "out") as new:
        (new / "a.txt").write_text("new")
        (new / "b.txt").write_text("new")
        assert (tmp_path / "out" / "a.txt").read_text() == "old"
    found = {path.name: path.read_text() for path in (tmp_path / "out").iterdir()}
    assert found == {"a.txt": "new", "b.txt": "new", "other.txt": "kept"}


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(OSError, match="No space"), written_together(tmp_path) as new:
        fill_the_disk(new / "a.txt")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.txt": "old"}


def test_a_full_disk_leaves_no_new_folder(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space"), written_together(tmp_path / "out") as new:
        fill_the_disk(new / "a.txt")
    assert list(tmp_path.iterdir()) == []


def test_files_are_on_the_disk_before_they_replace_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = inodes_synced(monkeypatch)
    with written_atomically(tmp_path / "a.txt") as part:
        part.write_text("new")
    with written_together(tmp_path / "out") as new:
        (new / "b.txt").write_text("new")
    (tmp_path / "work" / "inner").mkdir(parents=True)
    (tmp_path / "work" / "inner" / "c.txt").write_text("new")
    replace_durably(tmp_path / "work", tmp_path / "result")
    written = (tmp_path / "a.txt", tmp_path / "out" / "b.txt", tmp_path / "result/inner/c.txt")
    assert {path.stat().st_ino for path in written} <= synced


def inodes_synced(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Fills with the files and folders for which the disk is waited for."""
    synced: set[int] = set()
    fsync = os.fsync

    def record(handle: int) -> None:
        synced.add(os.fstat(handle).st_ino)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", record)
    return synced


def fill_the_disk(file: Path) -> None:
    file.write_text("half")
    raise OSError(errno.ENOSPC, "No space left on device")
