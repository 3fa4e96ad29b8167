"""The queue of analyses, kept in the store's database so that it outlives every process.

queued -> running -> done | failed | cancelled | interrupted; queued -> cancelled. The states
after running are final: every update is conditional on the state it starts from, so a job that
has ended cannot change. A retry is a new job; interrupted jobs are retried automatically as
``jobs.outcome`` decides. Timestamps of jobs never go back, even when the system clock does.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from leanline.errors import CancelledError, LeanlineError
from leanline.jobs.clip_settings import parse_clip_settings
from leanline.jobs.outcome import MAX_TRIES, Cause, can_retry, job_outcome
from leanline.model import Analysis
from leanline.reason import Reason, to_json
from leanline.store import ConflictError, Job, MissingError, NewClip, Session, Store, schema
from leanline.store.listing import PendingJob, list_pending_jobs
from leanline.store.records import ACTIVE_STATES, new_id, now
from leanline.store.rows import to_job
from leanline.wording.catalogue import hint, render
from leanline.wording.words import JOB_STATES

_j = schema.job
RETRY_PHASE: Final = "waiting_again"


class Queue:
    """The jobs in a store; safe to use from any thread or process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._database = store.database

    def submit(self, clip: NewClip, *, worker: str | None = None) -> tuple[Session, Job]:
        """Store a clip and queue its analysis, atomically.

        Parameters
        ----------
        clip
            The clip, whose it is and its settings.
        worker
            Worker that claims the job right away, so that no other can.

        Raises
        ------
        InputError
            The clip cannot be read.
        MissingError
            There is no such athlete.
        UsageError
            A setting is invalid.
        """
        parse_clip_settings(clip.settings or {})
        job: dict[str, Any] = {}

        def queue(connection: sa.Connection, session: Session) -> None:
            job.update(_new_job(session.id, _next_timestamp(connection)))
            if worker is not None:
                moment = job["created_at"]
                job.update(state="running", worker=worker, started_at=moment, beat_at=moment)
            connection.execute(_j.insert().values(**job))

        session = self._store.sessions.add(clip, queue)
        return session, to_job(job)

    def requeue(self, session_id: str) -> Job:
        """Queue another analysis of a session.

        Raises
        ------
        ConflictError
            An analysis is queued or running.
        MissingError
            There is no such session.
        """
        with self._database.writing() as connection:
            return requeue_session(connection, session_id, None)

    def retry(self, job_id: str) -> Job:
        """Queue a failed, cancelled or interrupted job again, as a new job.

        Raises
        ------
        ConflictError
            The job is active or done, or its session is queued again already.
        MissingError
            There is no such job.
        """
        with self._database.writing() as connection:
            job = _get(connection, job_id)
            if not job.may_retry:
                raise ConflictError("job.not_retryable", state=JOB_STATES[job.state])
            return requeue_session(connection, job.session_id, job.id)

    def get(self, job_id: str) -> Job:
        """Return a job by id; ``MissingError`` if there is none."""
        with self._database.reading() as connection:
            return _get(connection, job_id)

    def all(
        self,
        *,
        session_id: str | None = None,
        states: Sequence[str] | None = None,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> tuple[Job, ...]:
        """Return jobs, newest first: of one session, in some states, or changed since a time."""
        query = sa.select(_j).order_by(_j.c.created_at.desc(), _j.c.id)
        if session_id is not None:
            query = query.where(_j.c.session_id == session_id)
        if states is not None:
            query = query.where(_j.c.state.in_(states))
        if since is not None:
            query = query.where(_j.c.changed_at >= since)
        if limit is not None:
            query = query.limit(limit)
        with self._database.reading() as connection:
            return tuple(to_job(row) for row in connection.execute(query).mappings())

    def list_pending_jobs(self, n_ended: int = 12) -> tuple[PendingJob, ...]:
        """Return active jobs and then the latest failures, with their sessions."""
        with self._database.reading() as connection:
            return list_pending_jobs(connection, n_ended)

    def newest_change(self) -> datetime | None:
        """Return when a job last changed; None if there are no jobs."""
        with self._database.reading() as connection:
            return _newest_change(connection)

    def latest(self, session_id: str) -> Job | None:
        """Return a session's newest job, or None."""
        return next(iter(self.all(session_id=session_id, limit=1)), None)

    def follow(self, job_id: str, every_s: float = 0.25) -> Iterator[Job]:
        """Yield a job whenever it changes until it has ended (blocks; for progress bars)."""
        seen = -1
        while True:
            job = self.get(job_id)
            if job.revision != seen:
                seen = job.revision
                yield job
            if job.final:
                return
            time.sleep(every_s)

    def cancel(self, job_id: str) -> Job:
        """Cancel a job: at once if queued, shortly if running; no effect once it has ended."""
        with self._database.writing() as connection:
            _update_job(connection, job_id, "queued", state="cancelled", finished_at=now())
            _update_job(connection, job_id, "running", cancel_wanted=True)
            return _get(connection, job_id)

    def claim(self, worker: str) -> Job | None:
        """Claim the oldest queued job; no two workers get the same one.

        A clip waits for its companions: the standing clip and the one from in front or behind.
        """
        oldest = (
            sa.select(_j.c.id)
            .where(_j.c.state == "queued", ~_companion_unfinished())
            .order_by(_j.c.created_at, _j.c.id)
            .limit(1)
        )
        with self._database.reading() as connection:  # polling an idle queue must not write
            if connection.execute(oldest).first() is None:
                return None
        with self._database.writing() as connection:
            job_id = connection.execute(oldest.with_for_update(skip_locked=True)).scalar()
            moment = now()
            if job_id is None or not _update_job(
                connection,
                job_id,
                "queued",
                state="running",
                worker=worker,
                started_at=moment,
                beat_at=moment,
            ):
                return None
            return _get(connection, job_id)

    def beat(self, job_id: str, worker: str, phase: str, share: float) -> bool:
        """Record a worker's heartbeat and progress; False if it must stop."""
        own_job = (_j.c.id == job_id) & (_j.c.state == "running") & (_j.c.worker == worker)
        progressed = (_j.c.phase != phase) | (_j.c.share != share)
        with self._database.writing(shown=False) as connection:
            moment = sa.literal(_next_timestamp(connection), schema.UtcDateTime)
            values = {
                "phase": phase,
                "share": share,
                "beat_at": now(),
                "changed_at": sa.case((progressed, moment), else_=_j.c.changed_at),
                "revision": sa.case((progressed, _j.c.revision + 1), else_=_j.c.revision),
            }
            if not connection.execute(sa.update(_j).where(own_job).values(**values)).rowcount:
                return False
            cancel_wanted = sa.select(_j.c.cancel_wanted).where(_j.c.id == job_id)
            return not connection.execute(cancel_wanted).scalar_one()

    def complete(self, job: Job, worker: str, folder: Path, analysis: Analysis) -> bool:
        """Atomically save the result and mark the job done; False if another worker owns it."""

        def done(connection: sa.Connection) -> bool:
            return _end_job(connection, job.id, worker, state="done", phase="", share=1.0)

        return self._store.sessions.save_result(job.session_id, folder, analysis, done)

    def fail(self, job_id: str, worker: str, error: BaseException) -> bool:
        """Mark a job failed (or cancelled); False if it is not running on this worker."""
        state = "cancelled" if isinstance(error, CancelledError) else "failed"
        with self._database.writing() as connection:
            return _end_job(
                connection,
                job_id,
                worker,
                state=state,
                error_type=type(error).__name__,
                **(
                    _words_of(error.reason)
                    if isinstance(error, LeanlineError)
                    else {"error": str(error)}
                ),
            )

    def interrupt(
        self, worker: str, cause: Cause = Cause.SERVER_ENDED, *, again: bool = False
    ) -> int:
        """Mark the jobs of a worker that is gone as interrupted; return how many.

        A job being cancelled becomes cancelled, and one whose worker ran out of memory failed.

        Parameters
        ----------
        worker
            Name of the worker that is gone.
        cause
            Why the worker is gone.
        again
            Queue the jobs again, unless that has happened too often.
        """
        with self._database.writing() as connection:
            running = (_j.c.state == "running") & (_j.c.worker == worker)
            rows = connection.execute(sa.select(_j).where(running)).mappings().all()
            return sum(_interrupt_job(connection, to_job(row), cause, again=again) for row in rows)

    def is_cancelling(self, worker: str) -> bool:
        """Whether a worker is running a job that is to be cancelled."""
        query = sa.select(_j.c.id).where(
            _j.c.state == "running", _j.c.worker == worker, _j.c.cancel_wanted
        )
        with self._database.reading() as connection:
            return connection.execute(query).first() is not None

    def workers(self) -> tuple[tuple[str, datetime], ...]:
        """Return the workers with running jobs and the time of each one's last heartbeat."""
        query = (
            sa.select(_j.c.worker, sa.func.max(_j.c.beat_at, type_=schema.UtcDateTime()))
            .where(_j.c.state == "running")
            .group_by(_j.c.worker)
        )
        with self._database.reading() as connection:
            return tuple((str(worker), beat) for worker, beat in connection.execute(query))

    def prune(self, keep: timedelta = timedelta(days=90)) -> int:
        """Delete jobs that ended long ago; sessions and results are kept."""
        old = _j.c.finished_at < now() - keep
        with self._database.writing(shown=False) as connection:
            statement = sa.delete(_j).where(_j.c.state.not_in(ACTIVE_STATES), old)
            return int(connection.execute(statement).rowcount)


def requeue_session(connection: sa.Connection, session_id: str, retry_of: str | None) -> Job:
    """Create a new job for an existing session.

    Parameters
    ----------
    connection
        A write transaction.
    session_id
        What to analyse again.
    retry_of
        The job that the new one retries, if any.

    Returns
    -------
    Job
        Queued.

    Raises
    ------
    ConflictError
        An analysis is queued or running.
    MissingError
        There is no such session.
    """
    existing = sa.select(schema.session.c.id).where(schema.session.c.id == session_id)
    if connection.execute(existing).first() is None:
        raise MissingError("store.no_session", id=session_id)
    job = _new_job(session_id, _next_timestamp(connection), retry_of)
    try:
        with connection.begin_nested():
            connection.execute(_j.insert().values(**job))
    except sa.exc.IntegrityError as error:
        raise ConflictError("job.already_queued") from error
    return to_job(job)


def _companion_unfinished() -> sa.ColumnElement[bool]:
    """Return the condition that a companion of a job's clip is still to be analysed."""
    session, companion = schema.session, _j.alias("companion")
    is_companion = (companion.c.session_id == session.c.front_id) | (
        companion.c.session_id == session.c.standing_id
    )
    return sa.exists().where(
        session.c.id == _j.c.session_id, is_companion, companion.c.state.in_(ACTIVE_STATES)
    )


def _new_job(session_id: str, moment: datetime, retry_of: str | None = None) -> dict[str, Any]:
    return {
        "id": new_id(),
        "session_id": session_id,
        "state": "queued",
        "phase": "",
        "share": 0.0,
        "revision": 0,
        "created_at": moment,
        "changed_at": moment,
        "cancel_wanted": False,
        "error": "",
        "hint": "",
        "code": "",
        "params": {},
        "error_type": "",
        "retry_of": retry_of,
    }


def _next_timestamp(connection: sa.Connection) -> datetime:
    """Return the time, but later than every earlier change even if the clock went back."""
    newest = connection.execute(
        sa.select(sa.func.max(_j.c.changed_at, type_=schema.UtcDateTime()))
    ).scalar()
    moment = now()
    return moment if newest is None or moment > newest else newest + timedelta(microseconds=1)


def _newest_change(connection: sa.Connection) -> datetime | None:
    return connection.execute(
        sa.select(sa.func.max(_j.c.changed_at, type_=schema.UtcDateTime()))
    ).scalar()


def _get(connection: sa.Connection, job_id: str) -> Job:
    row = connection.execute(sa.select(_j).where(_j.c.id == job_id)).mappings().first()
    if row is None:
        raise MissingError("store.no_job", id=job_id)
    return to_job(row)


def _update_job(
    connection: sa.Connection, job_id: str, start: str, of: str | None = None, **values: object
) -> bool:
    """Update a job if it is in state ``start`` and, if given, belongs to a worker."""
    condition = (_j.c.id == job_id) & (_j.c.state == start)
    if of is not None:
        condition = condition & (_j.c.worker == of)
    values = {**values, "changed_at": _next_timestamp(connection), "revision": _j.c.revision + 1}
    return bool(connection.execute(sa.update(_j).where(condition).values(**values)).rowcount)


def _end_job(connection: sa.Connection, job_id: str, worker: str, **values: object) -> bool:
    return _update_job(connection, job_id, "running", worker, finished_at=now(), **values)


def _interrupt_job(connection: sa.Connection, job: Job, cause: Cause, *, again: bool) -> bool:
    """End a job whose worker is gone, and queue it again where that is worthwhile."""
    names = sa.select(schema.session.c.name).where(schema.session.c.id == job.session_id)
    clip = str(connection.execute(names).scalar())
    requeue = again and can_retry(cause, _causes_before(connection, job))
    outcome = job_outcome(cause, clip, cancelled=job.cancel_wanted, again=requeue)
    values = {"state": outcome.state, "error_type": outcome.error_type, **_words_of(outcome.reason)}
    if not _end_job(connection, job.id, job.worker or "", **values):
        return False
    if outcome.state == "interrupted" and requeue:
        new = requeue_session(connection, job.session_id, job.id)
        connection.execute(sa.update(_j).where(_j.c.id == new.id).values(phase=RETRY_PHASE))
    return True


def _words_of(reason: Reason) -> dict[str, object]:
    """A reason as columns: as data, and in English for those who read the table."""
    return {"error": render(reason), "hint": hint(reason), **to_json(reason)}


def _causes_before(connection: sa.Connection, job: Job) -> list[str]:
    """Return the causes of the previous interruptions, the latest first."""
    causes: list[str] = []
    previous_id = job.retry_of
    while previous_id is not None and len(causes) < MAX_TRIES:
        row = connection.execute(sa.select(_j).where(_j.c.id == previous_id)).mappings().first()
        if row is None or row["state"] != "interrupted":
            break
        causes.append(row["error_type"])
        previous_id = row["retry_of"]
    return causes
