"""A read-only store can be read and backed up."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from leanline.jobs import Queue
from leanline.store import Store
from leanline.store.backup import write_backup
from leanline.store.errors import ReadOnlyError
from leanline.store.location import resolve_location
from leanline.store.restore import restore_backup
from tests.store.made import analysed, submitted
from tests.web.conftest import caller


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """The folder of a store in which nothing can be written, also not by root."""
    folder = tmp_path / "data"
    with Store.open(folder) as store:
        store.athletes.add("Ada")
        analysed(store, tmp_path)
    if os.geteuid() != 0:
        folder.chmod(0o500)
        yield folder
        folder.chmod(0o700)
        return
    mount = ["mount", "--bind", str(folder), str(folder)]
    again = ["mount", "-o", "remount,ro,bind", str(folder)]
    if sys.platform != "linux" or any(subprocess.run(c, check=False).returncode for c in (mount,)):
        pytest.skip("nothing can be mounted here")
    try:
        subprocess.run(again, check=True)
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_read_only_store_is_looked_at_and_backed_up(read_only: Path, tmp_path: Path) -> None:
    with Store.open(read_only) as store:
        assert store.read_only
        (session,) = store.sessions.all()
        assert store.sessions.load_analysis(session).activity == "running"
        done = write_backup(store, tmp_path / "all.zip")
    restore_backup(done.path, resolve_location(tmp_path / "other"))
    with Store.open(tmp_path / "other") as other:
        assert [a.name for a in other.athletes.all()] == ["Ada"]


def test_a_read_only_store_refuses_changes_in_a_sentence(read_only: Path, tmp_path: Path) -> None:
    with Store.open(read_only) as store:
        (session,) = store.sessions.all()
        for change in (
            lambda: store.athletes.add("Bob"),
            lambda: store.delete_session(session.id),
            lambda: Queue(store).requeue(session.id),
            lambda: submitted(store, tmp_path),
        ):
            with pytest.raises(ReadOnlyError, match="read-only"):
                change()


def test_a_read_only_store_is_shown(read_only: Path) -> None:
    with Store.open(read_only) as store:
        (session,) = store.sessions.all()
        web = caller(store)
        for path in ("/", "/sessions", f"/sessions/{session.id}", "/athletes", "/settings"):
            assert web.get(path).status_code == 200, path
        assert "read-only" in web.get("/").text
        assert web.post("/api/v1/athletes", json={"name": "Bob"}).status_code == 503
        assert web.post("/api/v1/uploads", json={"name": "a", "size": 1}).status_code == 503
