from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from leanline.corrections import GivenRoll
from leanline.errors import InputError
from leanline.jobs.queue import Queue
from leanline.store import ConflictError, Store, schema
from leanline.store.backup import write_backup
from leanline.store.location import StoreLocation, resolve_location
from leanline.store.locks import file_lock
from leanline.store.restore import restore_backup
from tests.store.conftest import Opener
from tests.store.made import analysed, submitted
from tests.store.test_store import files_of, watch_run


def fill(store: Store, folder: Path) -> None:
    """Some of everything, with a session that points to another."""
    ada = store.athletes.add("Ada", height_m=1.67)
    standing = analysed(store, folder, athlete_id=ada.id)
    # The one that points is first by its id in one case of two, so both orders are met.
    for _ in range(4):
        analysed(store, folder, athlete_id=ada.id, standing_id=standing.id)
    submitted(store, folder)
    record = store.sessions.new_correction(standing.id, GivenRoll(1.0))
    with store.database.writing() as connection:
        store.sessions.insert_correction(connection, record)
    store.watch_runs.add(watch_run(ada.id), {"time_s": np.arange(3.0)})
    store.plans.add(ada.id, standing.id, {"cue": "tall", "practices": [1, 2]})


def rows(store: Store) -> dict[str, list[Any]]:
    with store.database.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(sa.select(table)).all()))
            for table in schema.metadata.sorted_tables
            if table is not schema.store_info  # each store has an id of its own
        }


@pytest.fixture
def empty_place(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], StoreLocation]:
    def make(kind: str) -> StoreLocation:
        folder = tmp_path / "other"
        if kind == "sqlite":
            return resolve_location(folder)
        return resolve_location(request.getfixturevalue("new_postgres")(), folder)

    return make


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_restores_everything_into_either_kind_of_store(
    kind: str,
    open_store: Opener,
    tmp_path: Path,
    empty_place: Callable[[str], StoreLocation],
) -> None:
    store = open_store()
    fill(store, tmp_path)
    done = write_backup(store, tmp_path / "all.zip")
    assert (done.athletes, done.sessions, done.missing) == (1, 6, ())
    where = empty_place(kind)
    back = restore_backup(done.path, where)
    assert (back.athletes, back.sessions, back.files) == (1, 6, done.files)
    with Store(where) as other:
        assert rows(other) == rows(store)
        assert files_of(other) == files_of(store)
        session = other.sessions.all()[0]
        record = other.sessions.new_correction(session.id, GivenRoll(2.0))
        with other.database.writing() as connection:
            other.sessions.insert_correction(connection, record)
        assert Queue(other).claim("a:b") is not None


def test_a_backup_never_overwrites(store: Store, tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_text("mine")
    with pytest.raises(ConflictError, match="already exists"):
        write_backup(store, tmp_path / "all.zip")
    assert (tmp_path / "all.zip").read_text() == "mine"


def test_a_restore_refuses_a_store_with_something_in_it(open_store: Opener, tmp_path: Path) -> None:
    store = open_store()
    fill(store, tmp_path)
    done = write_backup(store, tmp_path / "all.zip")
    before = rows(store)
    with pytest.raises(ConflictError, match="is not empty"):
        restore_backup(done.path, store.place)
    assert rows(store) == before


def test_what_was_there_is_kept_when_it_is_to_be_overwritten(
    open_store: Opener, tmp_path: Path
) -> None:
    store = open_store()
    fill(store, tmp_path)
    done = write_backup(store, tmp_path / "all.zip")
    before = rows(store)
    bob = store.athletes.add("Bob")
    store.close()
    restore_backup(done.path, store.place, overwrite=True)
    again = open_store()
    assert rows(again) == before
    if store.place.is_sqlite:
        (old,) = tmp_path.glob("data.before-*")
        with Store.open(old) as kept:
            assert kept.athletes.get(bob.id) == bob


def test_a_store_in_use_is_not_restored_into(tmp_path: Path) -> None:
    with Store.open(tmp_path / "data") as store:
        done = write_backup(store, tmp_path / "all.zip")
        with (
            file_lock(store.files.locks / "worker-abc"),
            pytest.raises(ConflictError, match="in use"),
        ):
            restore_backup(done.path, store.place, overwrite=True)


def test_a_missing_clip_is_told_and_the_rest_is_saved(store: Store, tmp_path: Path) -> None:
    fill(store, tmp_path)
    lost = store.sessions.clip_path(store.sessions.all()[0])
    lost.unlink()
    done = write_backup(store, tmp_path / "all.zip")
    assert [Path(name).name for name in done.missing] == [lost.name]


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    with Store.open(tmp_path / "data") as store:
        fill(store, tmp_path)
        return write_backup(store, tmp_path / "all.zip").path


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.99])
def test_a_backup_cut_short_is_refused_and_leaves_nothing(
    backup: Path, tmp_path: Path, share: float
) -> None:
    data = backup.read_bytes()
    backup.write_bytes(data[: int(share * len(data))])
    with pytest.raises(InputError, match=r"not a leanline backup|is empty"):
        restore_backup(backup, resolve_location(tmp_path / "other"))
    assert not (tmp_path / "other").exists()
    assert list(tmp_path.glob(".leanline-restore-*")) == []


def test_a_backup_that_is_encrypted_or_a_pipe_is_refused(backup: Path, tmp_path: Path) -> None:
    data = bytearray(backup.read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:  # the flag in every entry of the index
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    backup.write_bytes(data)
    with pytest.raises(InputError, match="encrypted"):
        restore_backup(backup, resolve_location(tmp_path / "other"))
    os.mkfifo(tmp_path / "pipe.zip")
    with pytest.raises(InputError, match="a pipe"):
        restore_backup(tmp_path / "pipe.zip", resolve_location(tmp_path / "other"))
    assert not (tmp_path / "other").exists()


def change_backup(backup: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> Path:
    made = backup.with_name("changed.zip")
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            member = change(name, old.read(name))
            if member is not None:
                new.writestr(*member)
    return made


@pytest.mark.parametrize(
    "change",
    [
        lambda name, data: (name, b"other" if name.startswith("media") else data),
        lambda name, data: None if name.startswith("results") else (name, data),
        lambda name, data: (name, b"x" * 5000 if name.endswith("sqlite3") else data),
        lambda name, data: None if name.endswith("sqlite3") else (name, data),
        lambda name, data: (name, json.dumps({"format": "x"}).encode() if "mani" in name else data),
        lambda name, data: (name, b"[]" if "manifest" in name else data),
        lambda name, data: (f"../{name}" if name.startswith("media") else name, data),
    ],
)
def test_a_backup_that_somebody_changed_is_refused(
    backup: Path, tmp_path: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]
) -> None:
    with pytest.raises(InputError, match="not a leanline backup"):
        restore_backup(change_backup(backup, change), resolve_location(tmp_path / "other"))
    assert not (tmp_path / "other").exists()


def test_a_store_is_for_nobody_elses_eyes(tmp_path: Path) -> None:
    with Store.open(tmp_path / "data") as store:
        assert store.place.folder.stat().st_mode & 0o077 == 0
