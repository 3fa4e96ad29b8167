from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from leanline.jobs import Limits, Queue, Supervisor, recover
from leanline.jobs.worker import WorkerConfig, run_job, worker_lock_path
from leanline.store import Job, Store
from leanline.store.locks import file_lock
from tests.store import acting
from tests.store.made import clip, submitted

ROOT = Path(__file__).parents[2]
QUICK = Limits(memory_mib=None, clip_s=0.5, cpu_s=None)


@pytest.fixture(autouse=True)
def workers_know_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data") as store:
        yield store


def submit(store: Store, folder: Path, content: bytes) -> Job:
    return submitted(store, folder, path=clip(folder, content))[1]


def wait_for_end(store: Store, job: Job) -> Job:
    """The job when it is over."""
    return [*Queue(store).follow(job.id, every_s=0.02)][-1]


def team(store: Store, workers: int = 1, limits: Limits | None = None) -> Supervisor:
    return Supervisor(store, workers=workers, limits=limits, analyser=acting.NAME)


def test_one_bad_clip_never_stops_the_queue(store: Store, tmp_path: Path) -> None:
    jobs = [submit(store, tmp_path, word) for word in (b"nobody", b"mistake", b"crash", b"good")]
    with team(store):
        nobody, mistake, crash, good = [wait_for_end(store, job) for job in jobs]
    assert [j.state for j in (nobody, mistake, crash, good)] == [
        "failed",
        "failed",
        "interrupted",
        "done",
    ]
    assert mistake.error.startswith("The analysis failed (IndexError")
    assert "clip is safe" in crash.hint
    assert store.sessions.get(good.session_id).result is not None
    assert list(store.files.work.iterdir()) == []


def test_a_refusal_is_recorded_even_if_its_picture_cannot_be_drawn(
    local: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bool:
        raise IndexError("list index out of range")

    monkeypatch.setattr("leanline.jobs.refusal.write_refusal_picture", fail)
    submit(local, tmp_path, b"nobody")
    job = Queue(local).claim("here:1")
    assert job is not None
    config = WorkerConfig("here:1", str(local.place.folder), analyser=acting.NAME)
    run_job(local, job, config, acting.act, threading.Event())
    assert Queue(local).get(job.id).state == "failed"


def test_two_workers_share_the_queue(local: Store, tmp_path: Path) -> None:
    jobs = [submit(local, tmp_path, b"parts 10") for _ in range(8)]
    with team(local, workers=2):
        over = [wait_for_end(local, job) for job in jobs]
    assert {job.state for job in over} == {"done"}
    assert len({job.worker for job in over}) == 2


def test_a_running_job_stops_when_it_is_cancelled(local: Store, tmp_path: Path) -> None:
    job = submit(local, tmp_path, b"endless")
    with team(local):
        for state in Queue(local).follow(job.id, every_s=0.02):
            if state.phase == "reading_pose" and not state.cancel_wanted:
                Queue(local).cancel(job.id)
        after = submit(local, tmp_path, b"good")
        assert wait_for_end(local, after).state == "done"
    assert Queue(local).get(job.id).state == "cancelled"


@pytest.mark.parametrize(
    ("word", "limits", "said"),
    [
        (b"endless", Limits(None, 0.5, None), "took longer than"),
        (b"busy", Limits(None, None, 0.5), "minutes of processor time"),
        (b"large", Limits(4096, None, None), "more memory"),
    ],
)
def test_a_clip_that_costs_too_much_fails_and_says_so(
    local: Store, tmp_path: Path, word: bytes, limits: Limits, said: str
) -> None:
    job, after = submit(local, tmp_path, word), submit(local, tmp_path, b"good")
    with team(local, limits=limits):
        over = wait_for_end(local, job)
        assert wait_for_end(local, after).state == "done"
    assert over.state == "failed"
    assert said in over.error


def test_a_job_is_interrupted_when_the_server_stops(local: Store, tmp_path: Path) -> None:
    job = submit(local, tmp_path, b"endless")
    with team(local) as workers:
        for state in Queue(local).follow(job.id, every_s=0.02):
            if state.phase == "reading_pose":
                break
        pids = workers.pids()
    over = Queue(local).get(job.id)
    assert (over.state, over.may_retry) == ("interrupted", True)
    assert all(ends(pid) for pid in pids)


SERVER = """
import sys
from pathlib import Path
from leanline.jobs import Supervisor
from leanline.store import Store
with Store.open(Path(sys.argv[1])) as store, Supervisor(store, analyser=sys.argv[2]) as workers:
    print(*workers.pids(), flush=True)
    sys.stdin.read()
"""


def test_a_worker_does_not_outlive_its_server(local: Store, tmp_path: Path) -> None:
    job = submit(local, tmp_path, b"endless")
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(local.place.folder), acting.NAME],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        worker = int(server.stdout.readline())
        for state in Queue(local).follow(job.id, every_s=0.02):
            if state.phase == "reading_pose":
                break
        server.send_signal(signal.SIGKILL)
        over = wait_for_end(local, job)
    assert over.state == "interrupted"
    assert ends(worker)


def test_a_restart_calls_what_dead_workers_did_interrupted(store: Store, tmp_path: Path) -> None:
    queue = Queue(store)
    here = socket.gethostname()
    jobs = [submit(store, tmp_path, b"good") for _ in range(3)]
    for worker in (f"{here}:dead", f"{here}:alive", "elsewhere:other"):
        queue.claim(worker)
    with file_lock(worker_lock_path(store, f"{here}:alive")):
        assert recover(store) == 1
    assert [queue.get(job.id).state for job in jobs] == ["interrupted", "running", "running"]


def test_an_order_survives_its_way_to_the_worker() -> None:
    order = WorkerConfig("a:b", "postgresql+psycopg://me:secret@host/db", "/files", limits=QUICK)
    assert WorkerConfig.from_json(order.to_json()) == order
    assert "\n" not in order.to_json()
    assert json.loads(order.to_json())["limits"]["clip_s"] == 0.5


def ends(pid: int, within_s: float = 10.0) -> bool:
    """Whether a process ends soon."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], within_s)[0])
    finally:
        os.close(process)
