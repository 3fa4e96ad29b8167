"""Whatever users and workers do, in whatever order, a job that is over stays as it is."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from leanline.errors import CancelledError, InputError
from leanline.jobs.queue import Queue
from leanline.report.result import write_result
from leanline.store import ConflictError, Job, NewClip, Store
from tests.analyses import analysis
from tests.searching import everyday

MADE = analysis()
WORKERS = st.sampled_from(["somewhere:1", "somewhere:2"])
MOVES = {
    "queued": {"queued", "running", "cancelled"},
    "running": {"running", "done", "failed", "cancelled", "interrupted"},
}


class JobStates(RuleBasedStateMachine):
    """A queue in a real store, and what was last seen of each job."""

    jobs = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="leanline-jobs-"))
        self.store = Store.open(self.folder / "data")
        self.queue = Queue(self.store)
        self.seen: dict[str, Job] = {}

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    @rule(target=jobs, content=st.integers(0, 3))
    def submit(self, content: int) -> str:
        clip = self.folder / "clip"
        clip.write_bytes(bytes([content]))
        return self.queue.submit(NewClip(clip, "run.mp4"))[1].id

    @rule(worker=WORKERS)
    def claim(self, worker: str) -> None:
        waiting = [job.id for job in reversed(self.queue.all(states=("queued",)))]
        job = self.queue.claim(worker)
        assert (job.id if job else None) == (waiting[0] if waiting else None)

    @rule(job=jobs, worker=WORKERS, share=st.floats(0, 1))
    def beat(self, job: str, worker: str, share: float) -> None:
        before = self.queue.get(job)
        goes_on = self.queue.beat(job, worker, "on", share)
        mine = before.state == "running" and before.worker == worker
        assert goes_on == (mine and not before.cancel_wanted)

    @rule(job=jobs)
    def cancel(self, job: str) -> None:
        self.queue.cancel(job)

    @rule(job=jobs, worker=WORKERS, cancelled=st.booleans())
    def fail(self, job: str, worker: str, cancelled: bool) -> None:
        error = (
            CancelledError("job.cancelled") if cancelled else InputError("input.empty", path="x")
        )
        self.queue.fail(job, worker, error)

    @rule(job=jobs, worker=WORKERS)
    def complete(self, job: str, worker: str) -> None:
        before = self.queue.get(job)
        folder = self.store.files.work / job
        write_result(MADE, folder, report=False)
        kept = self.queue.complete(before, worker, folder, MADE)
        assert kept == (before.state == "running" and before.worker == worker)
        shutil.rmtree(folder, ignore_errors=True)

    @rule(worker=WORKERS)
    def die(self, worker: str) -> None:
        self.queue.interrupt(worker)

    @rule(target=jobs, job=jobs)
    def retry(self, job: str) -> object:
        try:
            return self.queue.retry(job).id
        except ConflictError:
            return multiple()

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store = Store.open(self.folder / "data")
        self.queue = Queue(self.store)

    @rule()
    def sweep(self) -> None:
        assert self.store.sweep().done

    @invariant()
    def states_only_move_forward(self) -> None:
        for job in self.queue.all():
            before = self.seen.get(job.id)
            if before is not None and before.final:
                assert job == before
            elif before is not None:
                assert job.state in MOVES[before.state]
            self.seen[job.id] = job

    @invariant()
    def a_clip_is_never_analysed_twice_at_once(self) -> None:
        active = [job.session_id for job in self.queue.all() if not job.final]
        assert len(active) == len(set(active))

    @invariant()
    def what_is_done_has_its_result(self) -> None:
        for job in self.queue.all(states=("done",)):
            session = self.store.sessions.get(job.session_id)
            assert (self.store.sessions.result_folder(session) / "analysis.json").is_file()


TestJobStates = JobStates.TestCase
TestJobStates.settings = settings(
    everyday(20),
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
