"""Lists of sessions, each of one query: page by page, and what the queue shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

import sqlalchemy as sa

from leanline.errors import UsageError
from leanline.store import schema
from leanline.store.records import Athlete, Job, Session
from leanline.store.rows import athlete_of, job_of, session_of

_s, _a, _m, _j = schema.session, schema.athlete, schema.session_metric, schema.job
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Cursor:
    """A place between two sessions of the list: that of a session, whether it is there or not."""

    filmed_at: datetime
    session_id: str

    @classmethod
    def of(cls, session: Session) -> Self:
        """The place of a session."""
        return cls(session.filmed_at, session.id)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The place that ``str`` gives; ``UsageError`` for any other text."""
        number, _, session_id = text.partition("-")
        try:
            return cls(_EPOCH + int(number) * _MICROSECOND, session_id)
        except (ValueError, OverflowError) as error:
            raise UsageError("The page has an address that is none of ours.") from error

    def __str__(self) -> str:
        return f"{(self.filmed_at - _EPOCH) // _MICROSECOND}-{self.session_id}"


@dataclass(frozen=True)
class Window:
    """Which part of a list: the newest, those older or newer than a place, or by number."""

    most: int
    older_than: Cursor | None = None
    newer_than: Cursor | None = None
    skip: int = 0


@dataclass(frozen=True)
class Listed:
    """One session of a list with its athlete and the values of some of its metrics."""

    session: Session
    athlete: Athlete | None
    values: Mapping[str, float | str]


@dataclass(frozen=True)
class Listing:
    """A part of a list, newest first, and how long the whole list is."""

    sessions: tuple[Listed, ...]
    total: int


@dataclass(frozen=True)
class Waiting:
    """A job with its session and athlete."""

    job: Job
    session: Session
    athlete: Athlete | None


def listing(
    connection: sa.Connection,
    window: Window,
    metrics: Sequence[str],
    *,
    athlete_id: str | None = None,
    analysed_only: bool = False,
) -> Listing:
    """A part of the list of sessions, of one athlete or of all, in one query."""
    mine: sa.ColumnElement[bool] = sa.true()
    if athlete_id is not None:
        mine = mine & (_s.c.athlete_id == athlete_id)
    if analysed_only:
        mine = mine & _s.c.result.is_not(None)
    total = sa.select(sa.func.count()).select_from(_s).where(mine).scalar_subquery()
    part = _part(window, mine).subquery("part")
    query = (
        sa.select(_s, *_named(_a), _m.c.metric, _m.c.value, _m.c.word, total.label("total"))
        .join_from(part, _s, part.c.id == _s.c.id)
        .outerjoin(_a, _a.c.id == _s.c.athlete_id)
        .outerjoin(_m, (_m.c.session_id == _s.c.id) & _m.c.metric.in_(metrics))
        .order_by(_s.c.filmed_at.desc(), _s.c.id)
    )
    rows = connection.execute(query).mappings().all()
    if not rows:
        return Listing((), int(connection.execute(sa.select(total)).scalar_one()))
    return Listing(tuple(_listed(rows)), int(rows[0]["total"]))


def waiting(connection: sa.Connection, over: int) -> tuple[Waiting, ...]:
    """The last job of every session that waits or runs, and some that are over, in one query.

    The newest are first, those that are not over before the others.
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
        .limit(over)
    )
    query = (
        sa.select(_j, *_named(_s), *_named(_a))
        .join_from(_j, _s, _s.c.id == _j.c.session_id)
        .outerjoin(_a, _a.c.id == _s.c.athlete_id)
        .where(active | _j.c.id.in_(newest_over))
        .order_by(active.desc(), _j.c.created_at.desc(), _j.c.id)
    )
    rows = connection.execute(query).mappings()
    return tuple(
        Waiting(
            job_of({c.name: row[c.name] for c in _j.c}),
            session_of(_of(row, _s)),
            _athlete(row),
        )
        for row in rows
    )


def _part(window: Window, mine: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The ids of the sessions in a window."""
    query = sa.select(_s.c.id).where(mine).limit(window.most)
    if window.older_than is not None:
        query = query.where(older(window.older_than))
    if window.newer_than is not None:
        query = query.where(_newer(window.newer_than))
        return query.order_by(_s.c.filmed_at, _s.c.id.desc())
    return query.order_by(_s.c.filmed_at.desc(), _s.c.id).offset(window.skip)


def older(place: Cursor) -> sa.ColumnElement[bool]:
    """Whether a session comes after a place in the list."""
    later = (_s.c.filmed_at == place.filmed_at) & (_s.c.id > place.session_id)
    return (_s.c.filmed_at < place.filmed_at) | later


def _newer(place: Cursor) -> sa.ColumnElement[bool]:
    earlier = (_s.c.filmed_at == place.filmed_at) & (_s.c.id < place.session_id)
    return (_s.c.filmed_at > place.filmed_at) | earlier


def _named(table: sa.Table) -> list[sa.Label[Any]]:
    """The columns of a table under names that no other table has."""
    return [column.label(f"{table.name}__{column.name}") for column in table.c]


def _of(row: Mapping[Any, Any], table: sa.Table) -> dict[str, Any]:
    return {column.name: row[f"{table.name}__{column.name}"] for column in table.c}


def _athlete(row: Mapping[Any, Any]) -> Athlete | None:
    known = _of(row, _a)
    return None if known["id"] is None else athlete_of(known)


def _listed(rows: Iterable[Mapping[Any, Any]]) -> Iterable[Listed]:
    """One item of each session, in the order of the rows."""
    first: dict[str, Mapping[Any, Any]] = {}
    values: dict[str, dict[str, float | str]] = {}
    for row in rows:
        first.setdefault(row["id"], row)
        value = row["value"] if row["word"] is None else row["word"]
        if value is not None:
            values.setdefault(row["id"], {})[row["metric"]] = value
    for session_id, row in first.items():
        session = session_of({column.name: row[column.name] for column in _s.c})
        yield Listed(session, _athlete(row), values.get(session_id, {}))
