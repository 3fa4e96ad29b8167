"""Lists of sessions and of pending jobs, each read with one query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

import sqlalchemy as sa

from leanline.errors import UsageError
from leanline.store import schema
from leanline.store.records import Athlete, Job, Session
from leanline.store.rows import to_athlete, to_job, to_session

_s, _a, _m, _j = schema.session, schema.athlete, schema.session_metric, schema.job
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Cursor:
    """A position in the list of sessions, valid even after its session has been deleted.

    Parameters
    ----------
    filmed_at
        When the session was filmed.
    session_id
        Its id, which orders sessions filmed at the same time.
    """

    filmed_at: datetime
    session_id: str

    @classmethod
    def of(cls, session: Session) -> Self:
        """Return the position of a session."""
        return cls(session.filmed_at, session.id)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Parse the output of ``str``; ``UsageError`` for anything else."""
        number, _, session_id = text.partition("-")
        try:
            return cls(_EPOCH + int(number) * _MICROSECOND, session_id)
        except (ValueError, OverflowError) as error:
            raise UsageError("store.bad_page") from error

    def __str__(self) -> str:
        return f"{(self.filmed_at - _EPOCH) // _MICROSECOND}-{self.session_id}"


@dataclass(frozen=True)
class Window:
    """A part of a list: the newest, those older or newer than a cursor, or by offset.

    Parameters
    ----------
    limit
        How many items at most.
    older_than, newer_than
        Where to start, one of them or neither.
    offset
        How many of the newest to leave out.
    """

    limit: int
    older_than: Cursor | None = None
    newer_than: Cursor | None = None
    offset: int = 0


@dataclass(frozen=True)
class ListedSession:
    """A session as a list shows it.

    Parameters
    ----------
    session
        The session.
    athlete
        Whose it is; None if nobody's.
    values
        Those of the metrics asked for that were measured, by id.
    """

    session: Session
    athlete: Athlete | None
    values: Mapping[str, float | str]


@dataclass(frozen=True)
class Listing:
    """A part of a list.

    Parameters
    ----------
    sessions
        Newest first.
    total
        Length of the whole list.
    """

    sessions: tuple[ListedSession, ...]
    total: int


@dataclass(frozen=True)
class PendingJob:
    """A job as a list shows it.

    Parameters
    ----------
    job
        The job.
    session
        What it analyses.
    athlete
        Whose session it is; None if nobody's.
    """

    job: Job
    session: Session
    athlete: Athlete | None


def list_sessions(
    connection: sa.Connection,
    window: Window,
    metrics: Sequence[str],
    *,
    athlete_id: str | None = None,
    analysed_only: bool = False,
) -> Listing:
    """Read a part of the list of sessions.

    Parameters
    ----------
    connection
        A transaction.
    window
        Which part.
    metrics
        Ids of the metrics to read with each session.
    athlete_id
        Whose sessions; everybody's if None.
    analysed_only
        Whether to leave out sessions without a result.

    Returns
    -------
    Listing
        Newest first; empty if nobody has that id.
    """
    condition: sa.ColumnElement[bool] = sa.true()
    if athlete_id is not None:
        condition = condition & (_s.c.athlete_id == athlete_id)
    if analysed_only:
        condition = condition & _s.c.result.is_not(None)
    total = sa.select(sa.func.count()).select_from(_s).where(condition).scalar_subquery()
    window_ids = _select_ids(window, condition).subquery("part")
    query = (
        sa.select(_s, *_label_columns(_a), _m.c.metric, _m.c.value, _m.c.word, total.label("total"))
        .join_from(window_ids, _s, window_ids.c.id == _s.c.id)
        .outerjoin(_a, _a.c.id == _s.c.athlete_id)
        .outerjoin(_m, (_m.c.session_id == _s.c.id) & _m.c.metric.in_(metrics))
        .order_by(_s.c.filmed_at.desc(), _s.c.id)
    )
    rows = connection.execute(query).mappings().all()
    if not rows:
        return Listing((), int(connection.execute(sa.select(total)).scalar_one()))
    return Listing(tuple(_group_by_session(rows)), int(rows[0]["total"]))


def list_pending_jobs(connection: sa.Connection, n_ended: int) -> tuple[PendingJob, ...]:
    """Read the last job of each session that has an active one, and the latest without a result.

    Parameters
    ----------
    connection
        A transaction.
    n_ended
        How many of the latter at most.

    Returns
    -------
    tuple of PendingJob
        Active jobs first; each group newest first.
    """
    later = _j.alias("later")
    superseded = sa.exists().where(
        later.c.session_id == _j.c.session_id, later.c.created_at > _j.c.created_at
    )
    active = _j.c.state.in_(("queued", "running"))
    newest_over = (
        sa.select(_j.c.id)
        .where(~active, _j.c.state != "done", ~superseded)
        .order_by(_j.c.created_at.desc(), _j.c.id)
        .limit(n_ended)
    )
    query = (
        sa.select(_j, *_label_columns(_s), *_label_columns(_a))
        .join_from(_j, _s, _s.c.id == _j.c.session_id)
        .outerjoin(_a, _a.c.id == _s.c.athlete_id)
        .where(active | _j.c.id.in_(newest_over))
        .order_by(active.desc(), _j.c.created_at.desc(), _j.c.id)
    )
    rows = connection.execute(query).mappings()
    return tuple(
        PendingJob(
            to_job({c.name: row[c.name] for c in _j.c}),
            to_session(_columns_of(row, _s)),
            _athlete_or_none(row),
        )
        for row in rows
    )


def _select_ids(window: Window, condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Select the ids of the sessions in a window."""
    query = sa.select(_s.c.id).where(condition).limit(window.limit)
    if window.older_than is not None:
        query = query.where(is_older(window.older_than))
    if window.newer_than is not None:
        query = query.where(_is_newer(window.newer_than))
        return query.order_by(_s.c.filmed_at, _s.c.id.desc())
    return query.order_by(_s.c.filmed_at.desc(), _s.c.id).offset(window.offset)


def is_older(place: Cursor) -> sa.ColumnElement[bool]:
    """The condition that a session follows a cursor in the list.

    Parameters
    ----------
    place
        The cursor.

    Returns
    -------
    ColumnElement
        For the WHERE clause of a query on sessions.
    """
    later = (_s.c.filmed_at == place.filmed_at) & (_s.c.id > place.session_id)
    return (_s.c.filmed_at < place.filmed_at) | later


def _is_newer(place: Cursor) -> sa.ColumnElement[bool]:
    earlier = (_s.c.filmed_at == place.filmed_at) & (_s.c.id < place.session_id)
    return (_s.c.filmed_at > place.filmed_at) | earlier


def _label_columns(table: sa.Table) -> list[sa.Label[Any]]:
    """Label the columns of a table so that they are unique in a join."""
    return [column.label(f"{table.name}__{column.name}") for column in table.c]


def _columns_of(row: Mapping[Any, Any], table: sa.Table) -> dict[str, Any]:
    return {column.name: row[f"{table.name}__{column.name}"] for column in table.c}


def _athlete_or_none(row: Mapping[Any, Any]) -> Athlete | None:
    columns = _columns_of(row, _a)
    return None if columns["id"] is None else to_athlete(columns)


def _group_by_session(rows: Iterable[Mapping[Any, Any]]) -> Iterable[ListedSession]:
    """Group rows, one per session and metric, into one item per session, keeping the order."""
    first: dict[str, Mapping[Any, Any]] = {}
    values: dict[str, dict[str, float | str]] = {}
    for row in rows:
        first.setdefault(row["id"], row)
        value = row["value"] if row["word"] is None else row["word"]
        if value is not None:
            values.setdefault(row["id"], {})[row["metric"]] = value
    for session_id, row in first.items():
        session = to_session({column.name: row[column.name] for column in _s.c})
        yield ListedSession(session, _athlete_or_none(row), values.get(session_id, {}))
