from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from leanline.corrections import GivenRoll
from leanline.errors import InputError, UsageError
from leanline.jobs.queue import Queue
from leanline.store import (
    ConflictError,
    MissingError,
    NewClip,
    PracticeLog,
    Store,
    StoreError,
    WatchRun,
    schema,
)
from leanline.store.location import resolve_location
from leanline.store.records import new_id
from tests.analyses import analysis, metric
from tests.store.conftest import Opener
from tests.store.made import DAY, analysed, clip, finish, submitted


def files_of(store: Store) -> set[str]:
    """All files of clips, results and work, by their place in the store's folder."""
    folders = (store.files.media, store.files.results, store.files.work)
    return {
        str(path.relative_to(store.files.folder))
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_migrations_make_the_tables_that_the_code_knows(store: Store) -> None:
    with store.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


def test_opening_twice_finds_what_was_kept(open_store: Opener) -> None:
    athlete = open_store().athletes.add("Ada", height_m=1.67, notes="left calf")
    assert open_store().athletes.all() == (athlete,)


def test_a_store_of_a_newer_leanline_is_refused(open_store: Opener) -> None:
    with open_store().database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer leanline"):
        open_store()


def test_athletes_are_found_by_name_in_any_case_and_by_id(store: Store) -> None:
    ada = store.athletes.add("  Ada   Lovelace ")
    assert ada.name == "Ada Lovelace"
    assert store.athletes.find("ada lovelace") == ada
    assert store.athletes.find(ada.id) == ada
    with pytest.raises(MissingError, match="no athlete 'Bob'"):
        store.athletes.find("Bob")


def test_two_athletes_do_not_share_a_name(store: Store) -> None:
    store.athletes.add("Ada")
    bob = store.athletes.add("Bob")
    with pytest.raises(ConflictError):
        store.athletes.add("Ada")
    with pytest.raises(ConflictError):
        store.athletes.update(replace(bob, name="Ada"))


@pytest.mark.parametrize(("name", "height"), [("", None), (" ", None), ("A\x00b", None), ("A", 9)])
def test_an_athlete_that_cannot_be_is_refused(
    store: Store, name: str, height: float | None
) -> None:
    with pytest.raises(UsageError):
        store.athletes.add(name, height_m=height)


def test_an_athlete_changes(store: Store) -> None:
    ada = store.athletes.add("Ada")
    changed = store.athletes.update(replace(ada, height_m=1.7, notes="x"))
    assert (changed.height_m, changed.notes) == (1.7, "x")
    with pytest.raises(MissingError):
        store.athletes.update(replace(ada, id="nobody"))


def test_a_clip_is_kept_once_by_its_content(store: Store, tmp_path: Path) -> None:
    first, _ = submitted(store, tmp_path, path=clip(tmp_path, b"same"), name="a.MP4")
    second, _ = submitted(store, tmp_path, path=clip(tmp_path, b"same"), name="../b.mov")
    assert first.media_sha256 == second.media_sha256
    assert store.sessions.clip_path(first) == store.sessions.clip_path(second)
    assert store.sessions.clip_path(first).read_bytes() == b"same"
    assert len(files_of(store)) == 1
    assert second.name == "b.mov"


def test_a_clip_that_was_lost_comes_back_under_another_name(store: Store, tmp_path: Path) -> None:
    first, _ = submitted(store, tmp_path, path=clip(tmp_path, b"same"), name="a.mov")
    store.sessions.clip_path(first).unlink()
    submitted(store, tmp_path, path=clip(tmp_path, b"same"), name="b.mp4")
    assert store.sessions.clip_path(first).read_bytes() == b"same"


def test_a_clip_without_a_row_is_taken_as_it_lies_there(store: Store, tmp_path: Path) -> None:
    with store.files.adding():
        store.files.add_clip(clip(tmp_path, b"same"), "a.mov")
    session, _ = submitted(store, tmp_path, path=clip(tmp_path, b"same"), name="b.mp4")
    assert store.sessions.clip_path(session).read_bytes() == b"same"
    assert store.sweep().clips == 0


def test_a_moved_clip_is_gone_from_where_it_was(store: Store, tmp_path: Path) -> None:
    path = clip(tmp_path, b"moved")
    session, _ = submitted(store, tmp_path, path=path, move=True)
    assert not path.exists()
    assert store.sessions.clip_path(session).read_bytes() == b"moved"


@pytest.mark.parametrize("name", ["clip", "x.mp4/..", "x.ünï", "a.123456789", "...", "x. mp4"])
def test_a_strange_name_never_makes_a_strange_path(store: Store, tmp_path: Path, name: str) -> None:
    session, _ = submitted(store, tmp_path, name=name)
    path = store.sessions.clip_path(session)
    assert path.parent.parent == store.files.media
    assert path.name.startswith(session.media_sha256 or "-")


def test_a_clip_that_is_not_there_is_refused_by_the_name_of_the_person(
    store: Store, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=r"run\.mp4 cannot be read"):
        submitted(store, tmp_path, path=tmp_path / "gone.mp4")
    assert store.sessions.count() == 0


def test_a_clip_of_nobody_there_leaves_nothing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(MissingError):
        submitted(store, tmp_path, athlete_id="nobody")
    assert store.sessions.count() == 0
    store.sweep()
    assert files_of(store) == set()


def test_a_result_comes_back_with_its_circumstances_and_metrics(
    store: Store, tmp_path: Path
) -> None:
    made = analysis(speed_mps=3.0)
    made = replace(
        made, metrics={**made.metrics, "odd": metric("odd", math.nan), "none": metric("none", None)}
    )
    session = analysed(store, tmp_path, made)
    assert session.taken is not None
    assert (session.taken.activity, session.taken.surface) == ("running", "treadmill")
    assert session.findings[0] == ("waist_bend", "work_on")
    assert store.sessions.load_analysis(session).metrics["cadence_spm"].value == 158.0
    kept = store.sessions.metrics(session.id)
    assert kept["cadence_spm"] == made.metrics["cadence_spm"]
    assert kept["foot_strike"].value == "rear"
    assert (kept["odd"].value, kept["odd"].quality) == (None, "withheld")
    assert kept["none"].why == made.metrics["none"].why


def test_history_is_in_order_of_filming_and_of_one_athlete(store: Store, tmp_path: Path) -> None:
    ada, bob = store.athletes.add("Ada"), store.athletes.add("Bob")
    for day, athlete in ((5, ada), (1, ada), (3, bob)):
        analysed(store, tmp_path, analysis(speed_mps=3.0), day=day, athlete_id=athlete.id)
    submitted(store, tmp_path, athlete_id=ada.id)  # not analysed: not in the history
    history = store.sessions.history(ada.id, ["cadence_spm"])
    assert [(one.at - DAY).days for one in history] == [1, 5]
    assert set(history[0].metrics) == {"cadence_spm", "speed_mps"}
    assert history[0].taken.speed is not None
    assert len(store.sessions.history()) == 3
    assert len(store.sessions.all(ada.id)) == 3
    assert len(store.sessions.all(limit=2, offset=2)) == 2


def test_a_session_changes_hands(store: Store, tmp_path: Path) -> None:
    ada = store.athletes.add("Ada")
    session = analysed(store, tmp_path)
    moment = datetime(2025, 1, 1, tzinfo=UTC)
    store.sessions.update(replace(session, athlete_id=ada.id, filmed_at=moment, notes="wind"))
    again = store.sessions.get(session.id)
    assert (again.athlete_id, again.filmed_at, again.notes) == (ada.id, moment, "wind")
    assert again.result == session.result
    with pytest.raises(MissingError):
        store.sessions.update(replace(session, athlete_id="nobody"))


def test_a_second_result_replaces_the_first(store: Store, tmp_path: Path) -> None:
    session = analysed(store, tmp_path)
    Queue(store).requeue(session.id)
    job = Queue(store).claim("somewhere:worker")
    assert job is not None
    assert finish(store, job, analysis(cadence_spm=170.0))
    now = store.sessions.get(session.id)
    assert now.result != session.result
    assert store.sessions.metrics(session.id)["cadence_spm"].value == 170.0
    store.sweep()
    assert [path.name for path in store.files.results.iterdir()] == [now.result]
    assert store.quarantine.entries() == ()


def test_a_result_for_a_deleted_session_is_not_kept(store: Store, tmp_path: Path) -> None:
    session, _ = submitted(store, tmp_path)
    job = Queue(store).claim("somewhere:worker")
    assert job is not None
    store.delete_session(session.id)
    assert not finish(store, job, analysis())
    store.sweep()
    assert files_of(store) == set()


def test_deleting_an_athlete_deletes_everything_of_theirs(store: Store, tmp_path: Path) -> None:
    ada, bob = store.athletes.add("Ada"), store.athletes.add("Bob")
    shared = clip(tmp_path, b"both")
    kept = analysed(store, tmp_path, path=shared, athlete_id=bob.id)
    analysed(store, tmp_path, path=clip(tmp_path, b"both"), athlete_id=ada.id)
    own = analysed(store, tmp_path, athlete_id=ada.id)
    record = store.sessions.new_correction(own.id, GivenRoll(1.0))
    with store.database.writing() as connection:
        store.sessions.insert_correction(connection, record)
    store.plans.add(ada.id, own.id, {"cue": "tall"})
    store.watch_runs.add(watch_run(ada.id), {"time_s": np.arange(3.0)})
    assert store.delete_athlete(ada.id) == 0
    assert store.athletes.all() == (bob,)
    left = {
        table.name
        for table in schema.metadata.sorted_tables
        for _ in rows(store, table)
        if table.name not in ("athlete", "session", "session_metric", "media", "job", "store_info")
    }
    assert left == set()
    assert [row.session_id for row in rows(store, schema.job)] == [kept.id]
    assert len(rows(store, schema.media)) == 1
    assert store.sessions.clip_path(kept).read_bytes() == b"both"
    assert {Path(name).parts[1] for name in files_of(store) if name.startswith("results")} == {
        kept.result
    }
    with pytest.raises(MissingError):
        store.delete_athlete(ada.id)


def test_what_was_deleted_cannot_be_read_in_the_file(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        ada = store.athletes.add("Augusta-Unmistakable")
        assert b"Augusta-Unmistakable" in everything(tmp_path)
        store.delete_athlete(ada.id)
        assert b"Augusta-Unmistakable" not in everything(tmp_path)


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("leanline.sqlite3*"))


def rows(store: Store, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
    with store.database.reading() as connection:
        return list(connection.execute(sa.select(table)))


def test_a_sweep_puts_aside_what_no_row_points_to_and_nothing_else(
    store: Store, tmp_path: Path
) -> None:
    session = analysed(store, tmp_path)
    waiting, job = submitted(store, tmp_path)
    running = store.files.work / job.id
    running.mkdir()
    kept = files_of(store)
    (store.files.media / "ab").mkdir(exist_ok=True)
    (store.files.media / "ab" / f"{'ab' * 32}.mp4").write_bytes(b"left")
    (store.files.media / "ab" / ".part.mp4").write_bytes(b"left")
    for folder in (store.files.results / new_id(), store.files.work / new_id()):
        folder.mkdir()
        (folder / "analysis.json").write_text("{}")
    swept = store.sweep()
    assert (swept.done, swept.clips, swept.results, swept.work_folders) == (True, 2, 1, 1)
    assert files_of(store) == kept
    assert sorted(e.kind for e in store.quarantine.entries()) == ["media", "media", "results"]
    assert running.is_dir()
    assert store.sessions.result_folder(session).is_dir()
    assert store.sessions.clip_path(waiting).is_file()


def test_nothing_is_swept_while_files_are_added(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leanline.store.files._SWEEP_WAIT_S", 0.0)
    with store.files.adding():
        media = store.files.add_clip(clip(tmp_path), "run.mp4")
        assert not store.sweep().done
        assert store.files.clip_path(media).is_file()
    assert store.sweep().clips == 1


def watch_run(athlete_id: str, sha256: str = "ab" * 32) -> WatchRun:
    return WatchRun(
        id=new_id(),
        athlete_id=athlete_id,
        name="run.fit",
        started_at=DAY,
        duration_s=600.0,
        device="garmin fenix6",
        sport="running",
        sha256=sha256,
        means={"cadence_spm": 172.0},
    )


def test_watch_runs_keep_their_samples(store: Store) -> None:
    ada = store.athletes.add("Ada")
    run = watch_run(ada.id)
    store.watch_runs.add(run, {"time_s": np.arange(5.0), "cadence_spm": np.full(5, np.nan)})
    assert store.watch_runs.all(ada.id) == (run,)
    samples = store.watch_runs.samples(run.id)
    assert samples["time_s"].tolist() == [0, 1, 2, 3, 4]
    assert np.isnan(samples["cadence_spm"]).all()
    with pytest.raises(ConflictError):
        store.watch_runs.add(watch_run(ada.id), {})
    with pytest.raises(MissingError):
        store.watch_runs.add(watch_run("nobody", "cd" * 32), {})
    store.watch_runs.delete(run.id)
    with pytest.raises(MissingError):
        store.watch_runs.samples(run.id)


def test_plans_are_kept_newest_first(store: Store) -> None:
    ada = store.athletes.add("Ada")
    for cue in ("first", "second"):
        store.plans.add(ada.id, None, {"cue": cue})
    assert [record.plan["cue"] for record in store.plans.all(ada.id)] == ["second", "first"]
    with pytest.raises(MissingError):
        store.plans.add("nobody", None, {})


def test_moments_without_a_time_zone_never_get_in(store: Store, tmp_path: Path) -> None:
    naive = datetime(2026, 1, 1)
    with pytest.raises((sa.exc.StatementError, ValueError), match="time zone"):
        submitted(store, tmp_path, filmed_at=naive)


def test_moments_come_back_in_utc(store: Store, tmp_path: Path) -> None:
    east = datetime.fromisoformat("2026-03-01T23:30:00.123456+09:00")
    session, _ = submitted(store, tmp_path, filmed_at=east)
    back = store.sessions.get(session.id).filmed_at
    assert back == east
    assert back.utcoffset() == timedelta(0)


def test_the_place_is_a_folder_a_url_or_the_usual_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LEANLINE_DATA", raising=False)
    assert resolve_location().folder == tmp_path / "home" / "leanline"
    monkeypatch.setenv("LEANLINE_DATA", str(tmp_path / "mine"))
    assert resolve_location().database == tmp_path / "mine" / "leanline.sqlite3"
    clinic = resolve_location("postgresql://me:secret@host/db", tmp_path)
    assert clinic.url == "postgresql+psycopg://me:secret@host/db"
    assert "secret" not in clinic.shown
    assert not clinic.is_sqlite
    with pytest.raises(StoreError, match="mysql"):
        resolve_location("mysql://host/db")


def test_a_folder_that_cannot_be_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot be"):
        Store.open(tmp_path / "file" / "data")


def test_a_damaged_database_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "leanline.sqlite3").write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(tmp_path)


def test_a_server_that_does_not_run_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(f"postgresql://nobody@/nothing?host={tmp_path}", files=tmp_path)


def test_a_clip_that_vanished_is_said_in_words(store: Store, tmp_path: Path) -> None:
    session, _ = submitted(store, tmp_path)
    store.sessions.clip_path(session).unlink()
    with pytest.raises(MissingError, match="not in the store"):
        store.sessions.clip_path(session)
    with pytest.raises(MissingError, match="not been analysed"):
        store.sessions.result_folder(session)


def test_new_clips_are_plain_data() -> None:
    assert NewClip(Path("a"), "a") == NewClip(Path("a"), "a")


def test_a_session_says_where_its_date_comes_from(store: Store, tmp_path: Path) -> None:
    dated, _ = submitted(store, tmp_path, filmed_at=DAY, date_source="file")
    assert store.sessions.get(dated.id).date_source == "file"
    entered = store.sessions.update(replace(dated, date_source="entered"))
    assert entered.date_source == "entered"


def test_practices_are_ticked_off_once_and_go_with_their_plan(store: Store) -> None:
    ada = store.athletes.add("Ada")
    plan = store.plans.add(ada.id, None, {})
    first = PracticeLog(plan.id, 1, DAY, "hard", pain=True, notes="calf")
    store.plans.log(PracticeLog(plan.id, 2, DAY, "right"))
    store.plans.log(replace(first, felt="easy"))
    store.plans.log(first)
    assert [done.number for done in store.plans.logged(plan.id)] == [1, 2]
    assert store.plans.logged(plan.id)[0] == first
    store.plans.unlog(plan.id, 2)
    assert store.plans.logged(plan.id) == (first,)
    with pytest.raises(MissingError):
        store.plans.log(PracticeLog("0123456789abcdef", 1, DAY, "easy"))
    store.delete_athlete(ada.id)
    assert store.plans.logged(plan.id) == ()
