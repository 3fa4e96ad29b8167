"""What was deleted on a page can be put back for a week, whole; after that nothing is left."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from leanline.corrections import SwappedSides
from leanline.jobs.queue import Queue
from leanline.store import ConflictError, MissingError, Store, schema
from leanline.store.backup import write_backup
from leanline.store.deleted import KEPT
from leanline.store.location import resolve_location
from leanline.store.records import DrawnMark, now
from leanline.store.restore import restore_backup
from tests.store.made import analysed, clip, submitted

Tables = dict[str, list[dict[str, Any]]]


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with Store.open(tmp_path / "data") as store:
        yield store


def rows(store: Store) -> Tables:
    """All rows but those that count changes or hold deleted items."""
    left_out = (schema.store_info, schema.deleted_item, schema.deleted_file, schema.removal)
    with store.database.reading() as connection:
        return {
            table.name: sorted(
                (dict(row) for row in connection.execute(sa.select(table)).mappings()),
                key=lambda row: str(list(row.values())),
            )
            for table in schema.metadata.sorted_tables
            if table not in left_out
        }


def files(store: Store) -> set[str]:
    folder = store.files.folder
    found = (*store.files.media.rglob("*"), *store.files.results.rglob("*"))
    return {str(path.relative_to(folder)) for path in found if path.is_file()}


def busy_store(store: Store, folder: Path) -> tuple[str, str]:
    """An athlete with all that one can have; returns their id and that of a run."""
    ada = store.athletes.add("Ada", height_m=1.7, notes="left knee")
    standing = analysed(store, folder, athlete_id=ada.id, name="stand.mp4")
    run = analysed(store, folder, athlete_id=ada.id, standing_id=standing.id, upload_id="ab" * 8)
    store.marks.add(DrawnMark("a1", run.id, now(), 1.5, "line", [[0, 0], [1, 1]], ""))
    with store.database.writing() as connection:
        store.sessions.insert_correction(
            connection, store.sessions.new_correction(run.id, SwappedSides(0.0, 1.0))
        )
        connection.execute(
            schema.watch_run.insert().values(
                id="b1",
                athlete_id=ada.id,
                name="run.fit",
                started_at=now(),
                duration_s=60.0,
                device="",
                sport="",
                sha256="c" * 64,
                means={"cadence_spm": 170.0},
                samples=b"\0\xff",
                created_at=now(),
            )
        )
        connection.execute(
            schema.plan.insert().values(
                id="d1", athlete_id=ada.id, session_id=run.id, made_at=now(), plan={"weeks": 3}
            )
        )
        connection.execute(
            schema.practice_log.insert().values(
                plan_id="d1", number=1, done_at=now(), felt="easy", pain=False, notes="fine"
            )
        )
    return ada.id, run.id


@pytest.mark.parametrize("kind", ["athlete", "session"])
def test_what_is_put_back_is_as_it_was(store: Store, tmp_path: Path, kind: Any) -> None:
    athlete_id, run_id = busy_store(store, tmp_path)
    before, on_disk = rows(store), files(store)
    chosen = athlete_id if kind == "athlete" else run_id

    item = store.discard(kind, chosen)
    store.sweep()  # as when a server starts
    assert not store.sessions.exists(run_id)
    assert store.deleted.all() == (item,)
    assert files(store) == on_disk

    assert store.deleted.put_back(item.id) == (kind, chosen)
    assert rows(store) == before
    assert store.deleted.all() == ()
    store.sweep()
    assert files(store) == on_disk
    assert store.sessions.load_analysis(store.sessions.get(run_id)).steps
    with pytest.raises(MissingError):
        store.deleted.put_back(item.id)


def test_a_standing_clip_is_used_again_once_it_is_back(store: Store, tmp_path: Path) -> None:
    _, run_id = busy_store(store, tmp_path)
    standing_id = store.sessions.get(run_id).standing_id
    assert standing_id is not None
    item = store.discard("session", standing_id)
    assert store.sessions.get(run_id).standing_id is None
    store.deleted.put_back(item.id)
    assert store.sessions.get(run_id).standing_id == standing_id


def test_a_clip_whose_runner_is_gone_comes_back_as_nobodys(store: Store, tmp_path: Path) -> None:
    athlete_id, run_id = busy_store(store, tmp_path)
    item = store.discard("session", run_id)
    store.delete_athlete(athlete_id)
    store.deleted.put_back(item.id)
    assert store.sessions.get(run_id).athlete_id is None


def test_a_name_that_was_given_again_stops_the_return(store: Store, tmp_path: Path) -> None:
    athlete_id, _ = busy_store(store, tmp_path)
    item = store.discard("athlete", athlete_id)
    taken = store.athletes.add("Ada")
    with pytest.raises(ConflictError):
        store.deleted.put_back(item.id)
    store.delete_athlete(taken.id)
    store.deleted.put_back(item.id)


def test_after_a_week_nothing_is_left(store: Store, tmp_path: Path) -> None:
    shared = clip(tmp_path)
    run, _ = submitted(store, tmp_path, path=shared)
    again, _ = submitted(store, tmp_path, path=shared)
    item = store.discard("session", run.id)
    store.delete_session(again.id)
    assert len(files(store)) == 1  # the same clip, which can still be put back
    with store.database.writing() as connection:
        late = now() - KEPT - timedelta(seconds=1)
        connection.execute(sa.update(schema.deleted_item).values(deleted_at=late))
    with pytest.raises(MissingError):
        store.deleted.put_back(item.id)
    store.remove_pending()  # as a server does every few minutes
    assert files(store) == set()
    assert all(not values for values in rows(store).values())
    assert b"run.mp4" not in store.place.database.read_bytes()


def test_deleting_for_good_does_not_wait(store: Store, tmp_path: Path) -> None:
    run = analysed(store, tmp_path)
    kept = analysed(store, tmp_path)
    item = store.discard("session", run.id)
    assert store.purge_deleted(item.id) == 0
    assert store.deleted.all() == ()
    assert {path.stem for path in store.files.clip_files()} == {kept.media_sha256}


def test_a_job_that_waits_does_not_come_back(store: Store, tmp_path: Path) -> None:
    run, _ = submitted(store, tmp_path)
    item = store.discard("session", run.id)
    assert Queue(store).claim("somewhere:worker") is None
    store.deleted.put_back(item.id)
    assert Queue(store).latest(run.id) is None
    Queue(store).requeue(run.id)


def test_backups_leave_out_what_was_deleted_and_links(store: Store, tmp_path: Path) -> None:
    ada = store.athletes.add("Ada")
    gone = analysed(store, tmp_path, name="secret-clip.mp4")
    kept = analysed(store, tmp_path, athlete_id=ada.id)
    store.share_links.add(athlete_id=ada.id)
    store.discard("session", gone.id)
    backup = write_backup(store, tmp_path / "all.zip")
    assert backup.missing == ()
    restore_backup(backup.path, resolve_location(tmp_path / "restored"))
    with Store.open(tmp_path / "restored") as restored:
        assert [one.id for one in restored.sessions.all()] == [kept.id]
        assert restored.deleted.all() == ()
        assert restored.share_links.all(athlete_id=ada.id) == ()
        assert [path.stem for path in restored.files.clip_files()] == [kept.media_sha256]
    assert len(store.deleted.all()) == 1
