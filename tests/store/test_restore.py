"""A backup is read as if somebody else had made it, and put in place in one step."""

from __future__ import annotations

import json
import multiprocessing
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from leanline.errors import InputError
from leanline.store import ConflictError, Store, StoreError
from leanline.store import restore as restoring
from leanline.store.backup import write_backup
from leanline.store.location import resolve_location
from leanline.store.replacing import staging_folder
from leanline.store.restore import restore_backup
from tests.store.made import analysed


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    with Store.open(tmp_path / "data") as store:
        analysed(store, tmp_path)
        return write_backup(store, tmp_path / "all.zip").path


def change_backup(backup: Path, *, sql: str = "", more: dict[str, bytes] | None = None) -> Path:
    """A backup with another database, or more files."""
    made = backup.with_name("changed.zip")
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "manifest.json":
                manifest = json.loads(data)
                manifest["files"] += len(more or {})
                data = json.dumps(manifest).encode()
            if name.endswith(".sqlite3") and sql:
                file = backup.with_name("edited.sqlite3")
                file.write_bytes(data)
                with closing(sqlite3.connect(file)) as connection:
                    connection.executescript(sql)
                    connection.commit()
                data = file.read_bytes()
            new.writestr(name, data)
        for name, data in (more or {}).items():
            new.writestr(name, data)
    return made


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE session SET result = '../../secret'",
        "PRAGMA foreign_keys=OFF; UPDATE media SET suffix = '/../../../../etc/passwd'",
        "PRAGMA foreign_keys=OFF; UPDATE media SET sha256 = '../../x'",
        "PRAGMA foreign_keys=OFF; UPDATE session SET id = '../x'",
        "PRAGMA foreign_keys=OFF; UPDATE job SET session_id = 'abc'",
        "CREATE TRIGGER t AFTER INSERT ON athlete BEGIN UPDATE athlete SET notes = 'x'; END",
        "CREATE VIEW v AS SELECT 1",
        "DROP TABLE session_metric",
        "UPDATE session SET filmed_at = 'yesterday'",
    ],
)
def test_a_database_that_was_tampered_with_is_refused(
    backup: Path, tmp_path: Path, sql: str
) -> None:
    with pytest.raises(InputError, match="not a leanline backup"):
        restore_backup(change_backup(backup, sql=sql), resolve_location(tmp_path / "other"))
    assert not (tmp_path / "other").exists()
    assert list(tmp_path.glob(".leanline-restore-*")) == []


@pytest.mark.parametrize(
    "more",
    [
        {"results/ab/x.bin": bytes(200 << 20)},
        {"results/ab/x.bin": b"of no session"},
        {f"media/aa/{'a' * 64}.mp4": b"of no session"},
        {"results/ab/..": b"x"},
        {"results/ab/.hidden": b"x"},
    ],
)
def test_files_that_the_database_does_not_name_are_refused(
    backup: Path, tmp_path: Path, more: dict[str, bytes]
) -> None:
    with pytest.raises(InputError, match="not a leanline backup"):
        restore_backup(change_backup(backup, more=more), resolve_location(tmp_path / "other"))
    assert not (tmp_path / "other").exists()


def test_an_open_store_is_not_replaced(backup: Path, tmp_path: Path) -> None:
    with Store.open(tmp_path / "data"), pytest.raises(ConflictError, match="in use"):
        restore_backup(backup, resolve_location(tmp_path / "data"), overwrite=True)


def test_a_store_cannot_be_opened_while_it_is_replaced(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = resolve_location(tmp_path / "data")

    def meanwhile(*arguments: object) -> None:
        del arguments
        with pytest.raises(StoreError, match="being restored"):
            Store(where)

    monkeypatch.setattr(restoring, "install_staged", meanwhile)
    restore_backup(backup, where, overwrite=True)


def half_restored(backup: Path, where: Path, *, complete: bool) -> None:
    """What a process does that is killed in the middle of a restore."""
    import os

    target = resolve_location(where)
    with staging_folder(target) as folder:
        restoring._unpack(backup, folder, None)
        if complete:
            (folder / "restored.json").write_text(json.dumps({"folder": where.name}))
            where.rename(where.with_name("data.before-now"))
        os._exit(1)


@pytest.mark.parametrize("complete", [False, True])
def test_a_restore_that_was_killed_is_finished_or_cleared_away(
    backup: Path, tmp_path: Path, complete: bool
) -> None:
    where = tmp_path / "data"
    with Store.open(where) as store:
        store.athletes.add("Bob")
    process = multiprocessing.get_context("spawn").Process(
        target=half_restored, args=(backup, where), kwargs={"complete": complete}
    )
    process.start()
    process.join()
    with Store.open(where) as store:
        assert [a.name for a in store.athletes.all()] == ([] if complete else ["Bob"])
        assert store.sessions.count() == 1
        assert store.sessions.clip_path(store.sessions.all()[0]).is_file()
    restore_backup(backup, resolve_location(tmp_path / "another"))
    assert list(tmp_path.glob(".leanline-restore-*")) == []


def test_what_is_put_in_place_is_for_its_owner_only(backup: Path, tmp_path: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    restore_backup(backup, resolve_location(tmp_path / "other"))
    assert [p for p in (tmp_path / "other").rglob("*") if p.stat().st_mode & 0o077] == []


def test_a_full_disk_is_told_before_anything_is_unpack(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 10})
    monkeypatch.setattr("leanline.store.archive.shutil.disk_usage", lambda _: usage)
    with pytest.raises(StoreError, match="disk is full"):
        restore_backup(backup, resolve_location(tmp_path / "other"))
