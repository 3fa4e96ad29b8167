"""The queue of analyses: rows of the store's database, so it outlives every process.

queued -> running -> done | failed | cancelled | interrupted; queued -> cancelled. The states
after running are final: every change names the state it starts from, so that a job that is
over cannot change, whoever tries and however late. A retry is a new job; what was interrupted
is retried by itself, as ``jobs.outcome`` decides. Moments of jobs never go back, even when the
clock does.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from leanline.errors import CancelledError, LeanlineError
from leanline.jobs.clip_settings import settings_of
from leanline.jobs.outcome import MAX_TRIES, Cause, ending, may_try_again
from leanline.model import Analysis
from leanline.reason import Reason, to_json
from leanline.store import ConflictError, Job, MissingError, NewClip, Session, Store, schema
from leanline.store.listing import PendingJob, list_pending_jobs
from leanline.store.records import ACTIVE_STATES, new_id, now
from leanline.store.rows import to_job
from leanline.wording.catalogue import hint, render
from leanline.wording.words import JOB_STATES

_j = schema.job
AGAIN: Final = "Waiting to be tried again from its start"


class Queue:
    """The jobs of a store; use it from any thread or process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._database = store.database

    def submit(self, clip: NewClip, *, worker: str | None = None) -> tuple[Session, Job]:
        """Keep a clip and queue its analysis, both or neither.

        Parameters
        ----------
        worker
            Who has taken the job already, so that nobody else does.

        Raises
        ------
        InputError
            The clip cannot be read.
        MissingError
            The athlete is not there.
        UsageError
            Settings that cannot be.
        """
        settings_of(clip.settings or {})
        job: dict[str, Any] = {}

        def queue(connection: sa.Connection, session: Session) -> None:
            job.update(_new_job(session.id, _moment(connection)))
            if worker is not None:
                moment = job["created_at"]
                job.update(state="running", worker=worker, started_at=moment, beat_at=moment)
            connection.execute(_j.insert().values(**job))

        session = self._store.sessions.add(clip, queue)
        return session, to_job(job)

    def again(self, session_id: str) -> Job:
        """Queue the analysis of a session that is there already.

        Raises
        ------
        ConflictError
            It is queued or running already.
        MissingError
            There is no such session.
        """
        with self._database.writing() as connection:
            return queue_again(connection, session_id, None)

    def retry(self, job_id: str) -> Job:
        """Queue again what failed, was cancelled or interrupted: a new job.

        Raises
        ------
        ConflictError
            The job is not over, or done, or its session is queued again already.
        MissingError
            There is no such job.
        """
        with self._database.writing() as connection:
            job = _get(connection, job_id)
            if not job.may_retry:
                raise ConflictError("job.not_retryable", state=JOB_STATES[job.state])
            return queue_again(connection, job.session_id, job.id)

    def get(self, job_id: str) -> Job:
        """The job of an id; ``MissingError`` if there is none."""
        with self._database.reading() as connection:
            return _get(connection, job_id)

    def all(
        self,
        *,
        session_id: str | None = None,
        states: Sequence[str] | None = None,
        since: datetime | None = None,
        most: int | None = None,
    ) -> tuple[Job, ...]:
        """Jobs, newest first; those of one session, in some states, or changed since."""
        query = sa.select(_j).order_by(_j.c.created_at.desc(), _j.c.id)
        if session_id is not None:
            query = query.where(_j.c.session_id == session_id)
        if states is not None:
            query = query.where(_j.c.state.in_(states))
        if since is not None:
            query = query.where(_j.c.changed_at >= since)
        if most is not None:
            query = query.limit(most)
        with self._database.reading() as connection:
            return tuple(to_job(row) for row in connection.execute(query).mappings())

    def list_pending_jobs(self, over: int = 12) -> tuple[PendingJob, ...]:
        """Jobs that wait or run, then some that went wrong last, with their sessions."""
        with self._database.reading() as connection:
            return list_pending_jobs(connection, over)

    def newest_change(self) -> datetime | None:
        """When a job last changed; None when there are none."""
        with self._database.reading() as connection:
            return _newest_change(connection)

    def latest(self, session_id: str) -> Job | None:
        """The newest job of a session."""
        return next(iter(self.all(session_id=session_id, most=1)), None)

    def follow(self, job_id: str, every_s: float = 0.25) -> Iterator[Job]:
        """The job whenever it has changed, until it is over (blocks; for progress)."""
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
        """Stop a job: at once when it is queued, soon when it runs, not at all when it is over."""
        with self._database.writing() as connection:
            _change(connection, job_id, "queued", state="cancelled", finished_at=now())
            _change(connection, job_id, "running", cancel_wanted=True)
            return _get(connection, job_id)

    def claim(self, worker: str) -> Job | None:
        """Take the oldest queued job; no two workers ever get the same."""
        oldest = (
            sa.select(_j.c.id)
            .where(_j.c.state == "queued")
            .order_by(_j.c.created_at, _j.c.id)
            .limit(1)
        )
        with self._database.reading() as connection:  # an idle queue costs no write
            if connection.execute(oldest).first() is None:
                return None
        with self._database.writing() as connection:
            job_id = connection.execute(oldest.with_for_update(skip_locked=True)).scalar()
            moment = now()
            if job_id is None or not _change(
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
        """Say that a worker lives and how far it is; False when it is to stop."""
        mine = (_j.c.id == job_id) & (_j.c.state == "running") & (_j.c.worker == worker)
        moved = (_j.c.phase != phase) | (_j.c.share != share)
        with self._database.writing(shown=False) as connection:
            moment = sa.literal(_moment(connection), schema.UtcDateTime)
            values = {
                "phase": phase,
                "share": share,
                "beat_at": now(),
                "changed_at": sa.case((moved, moment), else_=_j.c.changed_at),
                "revision": sa.case((moved, _j.c.revision + 1), else_=_j.c.revision),
            }
            if not connection.execute(sa.update(_j).where(mine).values(**values)).rowcount:
                return False
            wanted = sa.select(_j.c.cancel_wanted).where(_j.c.id == job_id)
            return not connection.execute(wanted).scalar_one()

    def complete(self, job: Job, worker: str, folder: Path, analysis: Analysis) -> bool:
        """Keep the result and call the job done, both or neither; False when it is not ours."""

        def done(connection: sa.Connection) -> bool:
            return _end(connection, job.id, worker, state="done", phase="", share=1.0)

        return self._store.sessions.save_result(job.session_id, folder, analysis, done)

    def fail(self, job_id: str, worker: str, error: BaseException) -> bool:
        """Call a job failed (or cancelled); False when it is not running on this worker."""
        state = "cancelled" if isinstance(error, CancelledError) else "failed"
        with self._database.writing() as connection:
            return _end(
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
        """Call what a worker that is gone was doing interrupted; how many jobs that were.

        A job that was to be cancelled is cancelled, and one whose worker ran out of memory has
        failed.

        Parameters
        ----------
        cause
            Why the worker is gone.
        again
            Queue them again, unless that has happened too often already.
        """
        with self._database.writing() as connection:
            running = (_j.c.state == "running") & (_j.c.worker == worker)
            rows = connection.execute(sa.select(_j).where(running)).mappings().all()
            return sum(_give_up(connection, to_job(row), cause, again=again) for row in rows)

    def asked_to_stop(self, worker: str) -> bool:
        """Whether a worker runs a job that somebody wants cancelled."""
        query = sa.select(_j.c.id).where(
            _j.c.state == "running", _j.c.worker == worker, _j.c.cancel_wanted
        )
        with self._database.reading() as connection:
            return connection.execute(query).first() is not None

    def workers(self) -> tuple[tuple[str, datetime], ...]:
        """The workers that are said to run something, and when each last said that it lives."""
        query = (
            sa.select(_j.c.worker, sa.func.max(_j.c.beat_at, type_=schema.UtcDateTime()))
            .where(_j.c.state == "running")
            .group_by(_j.c.worker)
        )
        with self._database.reading() as connection:
            return tuple((str(worker), beat) for worker, beat in connection.execute(query))

    def prune(self, keep: timedelta = timedelta(days=90)) -> int:
        """Forget jobs that were over long ago; sessions and results stay."""
        old = _j.c.finished_at < now() - keep
        with self._database.writing(shown=False) as connection:
            gone = sa.delete(_j).where(_j.c.state.not_in(ACTIVE_STATES), old)
            return int(connection.execute(gone).rowcount)


def queue_again(connection: sa.Connection, session_id: str, retry_of: str | None) -> Job:
    """A new job for a session that is there already.

    Raises
    ------
    ConflictError
        It is queued or running already.
    MissingError
        There is no such session.
    """
    there = sa.select(schema.session.c.id).where(schema.session.c.id == session_id)
    if connection.execute(there).first() is None:
        raise MissingError("store.no_session", id=session_id)
    job = _new_job(session_id, _moment(connection), retry_of)
    try:
        with connection.begin_nested():
            connection.execute(_j.insert().values(**job))
    except sa.exc.IntegrityError as error:
        raise ConflictError("job.already_queued") from error
    return to_job(job)


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


def _moment(connection: sa.Connection) -> datetime:
    """The time, but later than that of every change before, also when the clock went back."""
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


def _change(
    connection: sa.Connection, job_id: str, start: str, of: str | None = None, **values: object
) -> bool:
    """Change a job if it is in the state ``start``, and ``of`` a worker where that is said."""
    one = (_j.c.id == job_id) & (_j.c.state == start)
    if of is not None:
        one = one & (_j.c.worker == of)
    values = {**values, "changed_at": _moment(connection), "revision": _j.c.revision + 1}
    return bool(connection.execute(sa.update(_j).where(one).values(**values)).rowcount)


def _end(connection: sa.Connection, job_id: str, worker: str, **values: object) -> bool:
    return _change(connection, job_id, "running", worker, finished_at=now(), **values)


def _give_up(connection: sa.Connection, job: Job, cause: Cause, *, again: bool) -> bool:
    """End a job whose worker is gone, and queue it again where that makes sense."""
    names = sa.select(schema.session.c.name).where(schema.session.c.id == job.session_id)
    clip = str(connection.execute(names).scalar())
    may_go_on = again and may_try_again(cause, _causes_before(connection, job))
    end = ending(cause, clip, cancelled=job.cancel_wanted, again=may_go_on)
    values = {"state": end.state, "error_type": end.error_type, **_words_of(end.reason)}
    if not _end(connection, job.id, job.worker or "", **values):
        return False
    if end.state == "interrupted" and may_go_on:
        new = queue_again(connection, job.session_id, job.id)
        connection.execute(sa.update(_j).where(_j.c.id == new.id).values(phase=AGAIN))
    return True


def _words_of(reason: Reason) -> dict[str, object]:
    """A reason as columns: as data, and in English for those who read the table."""
    return {"error": render(reason), "hint": hint(reason), **to_json(reason)}


def _causes_before(connection: sa.Connection, job: Job) -> list[str]:
    """Why the tries before this one were interrupted, the latest first."""
    causes: list[str] = []
    earlier = job.retry_of
    while earlier is not None and len(causes) < MAX_TRIES:
        row = connection.execute(sa.select(_j).where(_j.c.id == earlier)).mappings().first()
        if row is None or row["state"] != "interrupted":
            break
        causes.append(row["error_type"])
        earlier = row["retry_of"]
    return causes
