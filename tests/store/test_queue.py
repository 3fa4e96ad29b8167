from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from leanline.errors import CancelledError, InputError
from leanline.jobs.queue import Queue
from leanline.store import ConflictError, Job, MissingError, Store
from leanline.store.records import FINAL_STATES
from tests.analyses import analysis
from tests.store.conftest import Opener
from tests.store.made import WORKER, finish, submitted

Ending = Callable[[Store, Job], object]


def fail(store: Store, job: Job) -> object:
    return Queue(store).fail(job.id, WORKER, InputError("input.empty", path="run.mp4"))


def stop(store: Store, job: Job) -> object:
    return Queue(store).fail(job.id, WORKER, CancelledError("job.cancelled"))


def interrupt(store: Store, job: Job) -> object:
    del job
    return Queue(store).interrupt(WORKER)


def done(store: Store, job: Job) -> object:
    return finish(store, job, analysis())


ENDINGS: dict[str, Ending] = {
    "done": done,
    "failed": fail,
    "cancelled": stop,
    "interrupted": interrupt,
}


def claimed(store: Store, folder: Path) -> Job:
    submitted(store, folder)
    job = Queue(store).claim(WORKER)
    assert job is not None
    return job


def test_jobs_are_done_in_the_order_in_which_they_came(store: Store, tmp_path: Path) -> None:
    queue = Queue(store)
    jobs = [submitted(store, tmp_path)[1] for _ in range(3)]
    taken = [queue.claim(WORKER) for _ in range(4)]
    assert [None if job is None else job.id for job in taken] == [*(job.id for job in jobs), None]
    assert {queue.get(job.id).state for job in jobs} == {"running"}


def test_no_two_workers_get_the_same_job(open_store: Opener, tmp_path: Path) -> None:
    store = open_store()
    jobs = {submitted(store, tmp_path)[1].id for _ in range(24)}
    taken: list[str] = []

    def work(name: str) -> None:
        queue = Queue(open_store())
        while job := queue.claim(name):
            taken.append(job.id)

    threads = [
        threading.Thread(target=work, args=(f"somewhere:{i}",), daemon=True) for i in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # With rows that others hold skipped, a worker may see none while another takes the last.
    taken.extend(job.id for job in iter(lambda: Queue(store).claim("somewhere:last"), None))
    assert len(taken) == len(jobs)
    assert set(taken) == jobs


@pytest.mark.parametrize("name", ENDINGS)
def test_a_job_that_is_over_never_changes(store: Store, tmp_path: Path, name: str) -> None:
    queue, job = Queue(store), claimed(store, tmp_path)
    ENDINGS[name](store, job)
    over = queue.get(job.id)
    assert over.state == name
    assert over.final
    assert over.finished_at is not None
    for other in ENDINGS.values():
        other(store, job)
    queue.cancel(job.id)
    assert not queue.beat(job.id, WORKER, "on", 0.5)
    assert queue.claim(WORKER) is None
    assert queue.get(job.id) == over


@pytest.mark.parametrize("name", ENDINGS)
def test_another_worker_cannot_end_a_job(store: Store, tmp_path: Path, name: str) -> None:
    queue, job = Queue(store), claimed(store, tmp_path)
    folder = store.files.work / job.id
    folder.mkdir(parents=True)
    assert not queue.fail(job.id, "somewhere:else", InputError("input.empty", path="run.mp4"))
    assert not queue.complete(job, "somewhere:else", folder, analysis())
    assert queue.interrupt("somewhere:else") == 0
    assert not queue.beat(job.id, "somewhere:else", "on", 0.5)
    assert queue.get(job.id) == job
    ENDINGS[name](store, job)
    assert queue.get(job.id).state == name


def test_a_failed_job_says_why_and_what_to_do(store: Store, tmp_path: Path) -> None:
    job = claimed(store, tmp_path)
    fail(store, job)
    failed = Queue(store).get(job.id)
    assert (failed.error, failed.hint, failed.error_type) == (
        "run.mp4 is empty (0 bytes).",
        "Copy or export it again.",
        "InputError",
    )


def test_progress_raises_the_revision_only_when_something_is_new(
    store: Store, tmp_path: Path
) -> None:
    queue, job = Queue(store), claimed(store, tmp_path)
    assert queue.beat(job.id, WORKER, "reading_pose", 0.25)
    first = queue.get(job.id)
    assert (first.phase, first.share, first.revision) == ("reading_pose", 0.25, 2)
    assert queue.beat(job.id, WORKER, "reading_pose", 0.25)
    again = queue.get(job.id)
    assert again.revision == first.revision
    assert again.changed_at == first.changed_at
    assert again.beat_at is not None
    assert first.beat_at is not None
    assert again.beat_at > first.beat_at


def test_a_waiting_job_is_cancelled_at_once_a_running_one_is_asked(
    store: Store, tmp_path: Path
) -> None:
    queue, running = Queue(store), claimed(store, tmp_path)
    _, waiting = submitted(store, tmp_path)
    assert queue.cancel(waiting.id).state == "cancelled"
    assert queue.cancel(running.id).state == "running"
    assert queue.get(running.id).cancel_wanted
    assert not queue.beat(running.id, WORKER, "on", 0.5)


@pytest.mark.parametrize("name", ["failed", "cancelled", "interrupted"])
def test_a_retry_is_a_new_job_for_the_same_clip(store: Store, tmp_path: Path, name: str) -> None:
    queue, job = Queue(store), claimed(store, tmp_path)
    ENDINGS[name](store, job)
    assert queue.get(job.id).may_retry
    retry = queue.retry(job.id)
    assert (retry.session_id, retry.state, retry.retry_of) == (job.session_id, "queued", job.id)
    with pytest.raises(ConflictError, match="already in the queue"):
        queue.retry(job.id)
    assert queue.latest(job.session_id) == retry


def test_what_is_done_or_goes_on_is_not_retried(store: Store, tmp_path: Path) -> None:
    queue, job = Queue(store), claimed(store, tmp_path)
    with pytest.raises(ConflictError, match="running"):
        queue.retry(job.id)
    done(store, job)
    with pytest.raises(ConflictError, match="done"):
        queue.retry(job.id)
    assert queue.requeue(job.session_id).state == "queued"


def test_an_ended_job_can_be_followed_to_its_end(store: Store, tmp_path: Path) -> None:
    queue, job = Queue(store), claimed(store, tmp_path)
    seen = []
    for state in queue.follow(job.id, every_s=0.0):
        seen.append(state.state)
        done(store, job)
    assert seen == ["running", "done"]


def test_what_is_not_there_is_said(store: Store) -> None:
    queue = Queue(store)
    for ask in (queue.get, queue.retry, queue.cancel, queue.requeue):
        with pytest.raises(MissingError):
            ask("nothing")


def test_a_job_deleted_with_its_session_tells_its_worker_to_stop(
    store: Store, tmp_path: Path
) -> None:
    job = claimed(store, tmp_path)
    store.delete_session(job.session_id)
    assert not Queue(store).beat(job.id, WORKER, "on", 0.5)
    assert not fail(store, job)


def test_jobs_are_listed_by_state_and_by_what_is_new(store: Store, tmp_path: Path) -> None:
    queue, job = Queue(store), claimed(store, tmp_path)
    _, waiting = submitted(store, tmp_path)
    assert [one.id for one in queue.all()] == [waiting.id, job.id]
    assert [one.id for one in queue.all(states=("running",))] == [job.id]
    queue.beat(job.id, WORKER, "on", 0.5)
    since = queue.get(job.id).changed_at
    assert [one.id for one in queue.all(since=since)] == [job.id]
    assert [worker for worker, _ in queue.workers()] == [WORKER]


def test_old_jobs_are_forgotten_but_not_their_sessions(store: Store, tmp_path: Path) -> None:
    queue, job = Queue(store), claimed(store, tmp_path)
    done(store, job)
    _, waiting = submitted(store, tmp_path)
    assert queue.prune() == 0
    assert queue.prune(timedelta(0)) == 1
    assert [one.id for one in queue.all()] == [waiting.id]
    assert store.sessions.get(job.session_id).result is not None


def test_the_final_states_are_the_ones_of_the_contract() -> None:
    assert set(FINAL_STATES) == set(ENDINGS)
