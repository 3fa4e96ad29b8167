"""The supervisor outlives every error, ends what hangs, and lets jobs go on by themselves."""

from __future__ import annotations

import errno
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from leanline.jobs import Limits, Queue, Supervisor, recover
from leanline.jobs import queue as queues
from leanline.jobs.analyse import AnalysisTask
from leanline.jobs.heartbeat import TIMEOUT_S, Listener
from leanline.jobs.limits import machine_memory_mib
from leanline.jobs.outcome import MAX_TRIES, Cause, can_retry
from leanline.jobs.supervisor import PRESUMED_DEAD_AFTER, RemoteWorkers
from leanline.jobs.worker import WorkerConfig, run_job
from leanline.model import Analysis
from leanline.pose.base import Progress
from leanline.store import Job, Store
from tests.store import acting
from tests.store.made import WORKER, clip, submitted

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def workers_know_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data") as store:
        yield store


def last_of(store: Store, job: Job) -> Job:
    """The last job of a session, when it is over."""
    while True:
        *_, over = Queue(store).follow(job.id, every_s=0.02)
        newest = Queue(store).latest(over.session_id)
        assert newest is not None
        if newest.id == over.id:
            return over
        job = newest


def test_a_clip_that_ends_its_worker_is_tried_again_once(local: Store, tmp_path: Path) -> None:
    first = submitted(local, tmp_path, path=clip(tmp_path, b"crash"), name="run.mp4")[1]
    with Supervisor(local, analyser=acting.NAME):
        last = last_of(local, first)
    once = Queue(local).get(first.id)
    assert (once.state, last.state, last.retry_of) == ("interrupted", "interrupted", first.id)
    assert "run.mp4" in once.error
    assert "retried automatically from the beginning" in once.hint
    assert "not retried" in last.hint
    assert len(Queue(local).all(session_id=first.session_id)) == 2


def test_a_worker_that_hangs_is_ended_and_the_queue_goes_on(
    local: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leanline.jobs.heartbeat.TIMEOUT_S", 1.5)
    hanging = submitted(local, tmp_path, path=clip(tmp_path, b"endless"))[1]
    after = submitted(local, tmp_path, path=clip(tmp_path, b"good"))[1]
    with Supervisor(local, analyser=acting.NAME) as workers:
        for state in Queue(local).follow(hanging.id, every_s=0.02):
            if state.phase == "reading_pose":
                os.kill(workers.pids()[0], signal.SIGSTOP)
                break
        assert last_of(local, after).state == "done"
        hung = Queue(local).get(hanging.id)
    assert (hung.state, hung.error_type) == ("interrupted", "WorkerHung")


def test_a_job_of_a_hung_worker_can_be_cancelled(
    local: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leanline.jobs.heartbeat.TIMEOUT_S", 1.5)
    job = submitted(local, tmp_path, path=clip(tmp_path, b"endless"))[1]
    with Supervisor(local, analyser=acting.NAME) as workers:
        for state in Queue(local).follow(job.id, every_s=0.02):
            if state.phase == "reading_pose":
                os.kill(workers.pids()[0], signal.SIGSTOP)
                Queue(local).cancel(job.id)
                break
        assert last_of(local, job).state == "cancelled"


@pytest.mark.parametrize(
    "error", [sa.exc.TimeoutError("pool"), RuntimeError("whatever"), OSError(errno.EIO, "disk")]
)
def test_no_error_ends_the_supervisor(
    local: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    failed = threading.Event()
    real = Queue.interrupt

    def interrupt(queue: Queue, *arguments: str, **more: bool) -> int:
        if not failed.is_set():
            failed.set()
            raise error
        return real(queue, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("leanline.jobs.supervisor._AFTER_ERROR_S", 0.01)
    with Supervisor(local, analyser=acting.NAME) as workers:
        assert workers.works()
        monkeypatch.setattr(Queue, "interrupt", interrupt)
        os.kill(workers.pids()[0], signal.SIGKILL)
        job = submitted(local, tmp_path, path=clip(tmp_path, b"good"))[1]
        assert last_of(local, job).state == "done"
        assert failed.is_set()
        assert workers.works()
    assert not workers.works()


def test_what_a_dead_server_was_doing_starts_again_by_itself(local: Store, tmp_path: Path) -> None:
    submitted(local, tmp_path, path=clip(tmp_path, b"good"))
    queue = Queue(local)
    job = queue.claim(f"{socket.gethostname()}:dead")
    assert job is not None
    assert recover(local) == 1
    again = queue.latest(job.session_id)
    assert again is not None
    assert (again.state, again.retry_of) == ("queued", job.id)
    assert "again" in again.phase
    with Supervisor(local, analyser=acting.NAME):
        assert last_of(local, again).state == "done"


@given(st.lists(st.sampled_from(list(Cause)), max_size=12))
def test_nothing_is_tried_for_ever(causes: list[Cause]) -> None:
    before: list[str] = []
    tries = 1
    for cause in causes:
        if not can_retry(cause, before):
            break
        tries += 1
        before.insert(0, cause)
    by_the_clip = [one for one in before if one in (Cause.WORKER_DIED, Cause.WORKER_HUNG)]
    assert tries <= MAX_TRIES
    assert len(by_the_clip) <= 1
    assert Cause.OUT_OF_MEMORY not in before


def test_a_silent_worker_of_another_machine_is_dead_by_our_own_clock(
    local: Store, tmp_path: Path
) -> None:
    moment = [0.0]
    elsewhere, queue = RemoteWorkers(lambda: moment[0]), Queue(local)
    submitted(local, tmp_path)
    job = queue.claim("elsewhere:other")
    assert job is not None
    with local.database.writing() as connection:  # its clock is three days behind ours
        past = datetime.now(UTC) - timedelta(days=3)
        connection.execute(sa.update(queues._j).values(beat_at=past))
    assert elsewhere.recover(queue) == 0
    moment[0] += PRESUMED_DEAD_AFTER.total_seconds() - 1
    queue.beat(job.id, "elsewhere:other", "on", 0.5)
    assert elsewhere.recover(queue) == 0
    moment[0] += PRESUMED_DEAD_AFTER.total_seconds() + 1
    assert elsewhere.recover(queue) == 1


@pytest.mark.parametrize("days", [-1, 3])
def test_a_clock_that_jumps_stops_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    queue = Queue(store)
    submitted(store, tmp_path)
    first = queue.claim(WORKER)
    assert first is not None
    jumped = datetime.now(UTC) + timedelta(days=days)
    monkeypatch.setattr("leanline.jobs.queue.now", lambda: jumped)
    queue.interrupt(WORKER, again=True)
    again = queue.latest(first.session_id)
    assert again is not None
    assert again.retry_of == first.id
    assert [job.id for job in queue.all()] == [again.id, first.id]
    assert queue.all(since=first.changed_at)[0].id == again.id
    second = queue.claim(WORKER)
    assert second is not None
    assert second.id == again.id


def test_a_pause_of_the_watcher_is_not_the_workers() -> None:
    source, target = os.pipe()
    with os.fdopen(source, "rb") as stream:
        listener = Listener(stream)
        os.write(target, b".")
        assert not listener.is_hung(0.2)
        assert not listener.is_hung(3600.0)  # the computer slept
        steps = [listener.is_hung(1.0) for _ in range(int(TIMEOUT_S) + 1)]
        assert not steps[0]
        assert steps[-1]
        os.write(target, b".")
        assert not listener.is_hung(1.0)
    os.close(target)


def raising(error: BaseException) -> Callable[[AnalysisTask, Progress], Analysis]:
    def analyse(task: AnalysisTask, progress: Progress) -> Analysis:
        del task, progress
        raise error

    return analyse


@pytest.mark.parametrize(
    ("error", "state", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "failed", "disk is full"),
        (OSError(errno.EROFS, "Read-only file system"), "failed", "read-only"),
        (MemoryError(), "failed", "more memory"),
        (sa.exc.TimeoutError("pool"), "interrupted", "interrupted"),
    ],
)
def test_a_job_says_what_was_in_its_way(
    local: Store, tmp_path: Path, error: BaseException, state: str, told: str
) -> None:
    submitted(local, tmp_path)
    job = Queue(local).claim(WORKER)
    assert job is not None
    run_job(local, job, WorkerConfig(WORKER, ""), raising(error), threading.Event())
    over = Queue(local).get(job.id)
    assert over.state == state
    assert told in over.error
    assert over.hint


def test_a_job_that_has_no_room_says_so_at_once(
    local: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted(local, tmp_path)
    job = Queue(local).claim(WORKER)
    assert job is not None
    usage = type("Usage", (), {"free": 10})
    monkeypatch.setattr("leanline.jobs.worker.shutil.disk_usage", lambda _: usage)
    run_job(local, job, WorkerConfig(WORKER, ""), raising(AssertionError()), threading.Event())
    assert Queue(local).get(job.id).error == "The disk is full."


def test_the_limits_of_memory_are_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = machine_memory_mib()
    assert machine is not None
    assert (Limits().resident_mib or 0) < machine
    monkeypatch.setattr("leanline.jobs.limits.machine_memory_mib", lambda: 8 * 1024.0)
    small = Limits()
    assert small.memory_mib == 8 * 1024.0
    assert (small.resident_mib or 0) < 8 * 1024.0


def test_a_worker_that_takes_too_much_memory_is_stopped(local: Store, tmp_path: Path) -> None:
    job = submitted(local, tmp_path, path=clip(tmp_path, b"endless"))[1]
    with Supervisor(local, analyser=acting.NAME, limits=Limits(None, None, None, 10.0)):
        over = last_of(local, job)
    assert over.state == "failed"
    assert "more memory" in over.error
