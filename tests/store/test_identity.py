"""A start never deletes a clip, whatever has become of the database."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from leanline.jobs import Queue, Supervisor
from leanline.jobs.rescue import rescue
from leanline.store import Store, StoreError
from leanline.store.errors import ForeignError
from leanline.store.location import resolve_location
from tests.store.made import analysed, clip, submitted
from tests.store.test_store import files_of


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """The folder of a store with two analysed clips, closed."""
    folder = tmp_path / "data"
    with Store.open(folder) as store:
        analysed(store, tmp_path, path=clip(tmp_path, b"one"))
        analysed(store, tmp_path, path=clip(tmp_path, b"two"))
    return folder


def clips_in(folder: Path) -> set[bytes]:
    return {path.read_bytes() for path in folder.rglob("*.mp4")}


def lose(folder: Path) -> None:
    (folder / "leanline.sqlite3").unlink()


def empty(folder: Path) -> None:
    (folder / "leanline.sqlite3").write_bytes(b"")


def damage(folder: Path) -> None:
    (folder / "leanline.sqlite3").write_bytes(b"no database" * 1000)


@pytest.mark.parametrize("harm", [lose, empty, damage])
def test_a_store_without_its_database_is_refused_and_stays_as_it_is(
    left: Path, harm: Callable[[Path], None]
) -> None:
    harm(left)
    for _ in range(2):
        with pytest.raises(StoreError):
            Store.open(left)
    assert clips_in(left) == {b"one", b"two"}


def test_a_database_of_another_store_is_refused(left: Path, tmp_path: Path) -> None:
    with Store.open(tmp_path / "other") as other:
        submitted(other, tmp_path, path=clip(tmp_path, b"three"))
    shutil.copyfile(tmp_path / "other" / "leanline.sqlite3", left / "leanline.sqlite3")
    with pytest.raises(ForeignError, match="another store"):
        Store.open(left)
    assert clips_in(left) == {b"one", b"two"}


def test_postgresql_gets_a_folder_of_its_own(
    left: Path, new_postgres: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = new_postgres()
    with pytest.raises(ForeignError, match="SQLite"):
        Store.open(url, files=left)
    monkeypatch.setenv("XDG_DATA_HOME", str(left.parent / "home"))
    monkeypatch.delenv("LEANLINE_FILES", raising=False)
    shutil.copytree(left, left.parent / "home" / "leanline")
    with Store.open(url) as store, Supervisor(store, workers=0):
        assert store.files.folder != left.parent / "home" / "leanline"
        assert store.files.folder.stat().st_mode & 0o077 == 0
    assert clips_in(left.parent / "home" / "leanline") == {b"one", b"two"}
    again = resolve_location(url.replace("postgresql://tests@", "postgresql://other:secret@"))
    assert again.folder == store.files.folder


def test_an_empty_postgresql_database_does_not_take_over_a_folder(
    left: Path, new_postgres: Callable[[], str]
) -> None:
    lose(left)
    (left / "store.json").unlink()
    with pytest.raises(ForeignError, match="names none"):
        Store.open(new_postgres(), files=left)
    assert clips_in(left) == {b"one", b"two"}


def test_a_store_of_before_there_were_ids_is_taken_as_it_is(left: Path) -> None:
    (left / "store.json").unlink()
    with Store.open(left) as store:
        assert store.sessions.count() == 2
        assert (left / "store.json").exists()


def test_an_older_database_of_the_same_store_loses_nothing(left: Path, tmp_path: Path) -> None:
    older = tmp_path / "older.sqlite3"
    shutil.copyfile(left / "leanline.sqlite3", older)
    with Store.open(left) as store:
        later = analysed(store, tmp_path, path=clip(tmp_path, b"three"))
    newer = tmp_path / "newer.sqlite3"
    shutil.copyfile(left / "leanline.sqlite3", newer)
    shutil.copyfile(older, left / "leanline.sqlite3")
    with Store.open(left) as store, Supervisor(store, workers=0):
        assert [entry.kind for entry in store.quarantine.entries()] == ["media", "results"]
    assert clips_in(left) == {b"one", b"two", b"three"}
    shutil.copyfile(newer, left / "leanline.sqlite3")
    with Store.open(left) as store, Supervisor(store, workers=0):
        assert store.quarantine.entries() == ()
        assert store.sessions.clip_path(later).read_bytes() == b"three"
        assert store.sessions.load_analysis(store.sessions.get(later.id)).activity == "running"


def test_clips_are_rescued_without_any_database(left: Path) -> None:
    lose(left)
    with Store(resolve_location(left), adopt=True) as store:
        assert rescue(store).sessions == 2
        assert {store.sessions.clip_path(s).read_bytes() for s in store.sessions.all()} == {
            b"one",
            b"two",
        }
        assert len(Queue(store).all(states=("queued",))) == 2
        assert {entry.kind for entry in store.quarantine.entries()} == {"results"}
    Store.open(left).close()


def test_the_quarantine_is_emptied_by_a_person_only(store: Store, tmp_path: Path) -> None:
    with store.files.adding():
        store.files.add_clip(clip(tmp_path, b"nobody's"), "run.mp4")
    for _ in range(3):
        store.sweep()
    (entry,) = store.quarantine.entries()
    assert entry.path.read_bytes() == b"nobody's"
    assert entry.path.stat().st_mode & 0o077 == 0
    assert store.quarantine.empty() == 1
    assert store.quarantine.entries() == ()


def test_a_clip_that_was_being_handed_in_is_still_an_upload(store: Store) -> None:
    part = store.files.uploads / "ab.part"
    part.parent.mkdir()
    part.write_bytes(b"film")
    with store.files.adding():  # a server was killed between the link and the commit
        store.files.add_clip(part, "run.mp4", share=True)
    store.sweep()
    assert part.read_bytes() == b"film"
    assert files_of(store) == set()
    assert store.quarantine.entries() == ()


def test_a_result_whose_commit_never_came_is_no_leftover(store: Store, tmp_path: Path) -> None:
    session = analysed(store, tmp_path)
    kept = files_of(store)
    orphan = store.files.results / "ab12"
    shutil.copytree(store.sessions.result_folder(session), orphan)
    with store.database.writing() as connection:
        from leanline.store.removal import schedule_removal

        schedule_removal(connection, "result", ["ab12", session.result or ""])
    store.sweep()
    assert files_of(store) == kept
    assert store.quarantine.entries() == ()


def test_a_deletion_during_a_backup_is_done_afterwards(store: Store, tmp_path: Path) -> None:
    session = analysed(store, tmp_path, path=clip(tmp_path, b"mine"))
    with store.files.adding():  # as a backup does
        assert store.delete_session(session.id) == 2
        assert store.count_pending_removals() == 2
        assert clips_in(store.files.folder) == {b"mine"}
    assert store.remove_pending() == 0
    assert store.count_pending_removals() == 0
    assert files_of(store) == set()


def test_a_clip_that_is_sent_again_before_it_was_deleted_stays(
    store: Store, tmp_path: Path
) -> None:
    session = analysed(store, tmp_path, path=clip(tmp_path, b"mine"))
    with store.files.adding():
        store.delete_session(session.id)
    again, _ = submitted(store, tmp_path, path=clip(tmp_path, b"mine"))
    store.remove_pending()
    assert store.sessions.clip_path(again).read_bytes() == b"mine"


def test_everything_of_a_store_is_for_its_owner_only(store: Store, tmp_path: Path) -> None:
    analysed(store, tmp_path)
    with Supervisor(store, workers=0):
        pass
    open_to_others = [path for path in store.files.folder.rglob("*") if path.stat().st_mode & 0o077]
    assert open_to_others == []


def test_a_damaged_clip_is_replaced_when_it_is_sent_again(store: Store, tmp_path: Path) -> None:
    session, _ = submitted(store, tmp_path, path=clip(tmp_path, b"whole"))
    store.sessions.clip_path(session).write_bytes(b"wrong")
    submitted(store, tmp_path, path=clip(tmp_path, b"whole"))
    assert store.sessions.clip_path(session).read_bytes() == b"whole"


@pytest.mark.parametrize("result", ["../../secret", "/etc", "", "x y", "AB"])
def test_a_row_never_leads_out_of_the_store(store: Store, tmp_path: Path, result: str) -> None:
    from leanline.store import schema

    session = analysed(store, tmp_path)
    with store.database.writing() as connection:
        connection.execute(sa.update(schema.session).values(result=result))
    with pytest.raises(StoreError, match="never gives"):
        store.sessions.result_folder(store.sessions.get(session.id))
