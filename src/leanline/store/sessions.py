"""Clips, what was measured in them, and what was put right by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from leanline.corrections import Correction, to_plain
from leanline.errors import InputError
from leanline.formats.analysis_json import read_analysis
from leanline.formats.runner_npz import read_runner
from leanline.model import Analysis, Metric
from leanline.store import schema
from leanline.store.database import Database
from leanline.store.errors import ConflictError, MissingError
from leanline.store.files import Files
from leanline.store.listing import Cursor, Listing, Window, listing, older
from leanline.store.records import CorrectionRecord, Media, Session, new_id, now
from leanline.store.removal import unwant, want
from leanline.store.rows import (
    TAKEN,
    correction_of,
    media_of,
    metric_values,
    metrics_of,
    session_of,
    taken_values,
)
from leanline.trends.session_data import Measured, RecordingConditions, taken

Within = Callable[[sa.Connection], bool]
_s, _m = schema.session, schema.session_metric
_OWN: Final = tuple(column.name for column in _s.c)
_SPEED: Final = "speed_mps"


@dataclass(frozen=True)
class NewClip:
    """A clip that somebody hands in.

    ``path`` is the file, ``name`` what the person calls it; ``move`` takes the file away once
    the clip is safe. ``settings`` are some of those of ``leanline.Settings``. ``upload_id`` is
    the upload that the clip came by; it becomes a session once only.
    """

    path: Path
    name: str
    athlete_id: str | None = None
    filmed_at: datetime | None = None
    settings: Mapping[str, Any] | None = None
    notes: str = ""
    standing_id: str | None = None
    move: bool = False
    upload_id: str | None = None


class Sessions:
    """The sessions of a store; to delete one is ``Store.delete_session``."""

    def __init__(self, database: Database, files: Files) -> None:
        self._database = database
        self._files = files

    def add(self, clip: NewClip, within: Callable[[sa.Connection, Session], None]) -> Session:
        """Keep a clip; what ``within`` writes is there if and only if the session is.

        ``jobs.Queue.submit`` does it together with the job; once it returns, the clip is safe.
        """
        with self._files.adding():
            media = self._files.keep(clip.path, clip.name, share=clip.move)
            session = _new_session(clip, media)
            try:
                with self._database.writing() as connection:
                    unwant(connection, "clip", [media.sha256])
                    connection.execute(_as_it_is(self._database, media))
                    connection.execute(_s.insert().values(**_own_values(session)))
                    if clip.upload_id is not None:
                        _arrive(connection, clip.upload_id, session.id)
                    within(connection, session)
            except sa.exc.IntegrityError as error:
                raise MissingError("The athlete or the standing clip is not there.") from error
            if clip.move:
                clip.path.unlink(missing_ok=True)
        return session

    def arrived(self, upload_id: str) -> Session | None:
        """The session that an upload has become; None when it has not become one."""
        of_it = sa.select(_s).join_from(schema.arrival, _s)
        query = of_it.where(schema.arrival.c.upload_id == upload_id)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else session_of(row)

    def get(self, session_id: str) -> Session:
        """The session of an id; ``MissingError`` if there is none."""
        with self._database.reading() as connection:
            return _get(connection, session_id)

    def exists(self, session_id: str) -> bool:
        """Whether there is a session of this id."""
        query = sa.select(_s.c.id).where(_s.c.id == session_id)
        with self._database.reading() as connection:
            return connection.execute(query).first() is not None

    def all(
        self,
        athlete_id: str | None = None,
        *,
        most: int | None = None,
        skip: int = 0,
        older_than: Cursor | None = None,
    ) -> tuple[Session, ...]:
        """Sessions, newest first; of one athlete or of all, from a place in the list on."""
        query = sa.select(_s).order_by(_s.c.filmed_at.desc(), _s.c.id)
        if athlete_id is not None:
            query = query.where(_s.c.athlete_id == athlete_id)
        if older_than is not None:
            query = query.where(older(older_than))
        query = query.limit(most).offset(skip) if most is not None else query
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(session_of(row) for row in rows)

    def listing(
        self,
        window: Window,
        metrics: Sequence[str] = (),
        *,
        athlete_id: str | None = None,
        analysed_only: bool = False,
    ) -> Listing:
        """A part of the list of sessions with athletes and some metrics, in one query."""
        with self._database.reading() as connection:
            return listing(
                connection, window, metrics, athlete_id=athlete_id, analysed_only=analysed_only
            )

    def count_by_athlete(self) -> Mapping[str, int]:
        """How many sessions each athlete has who has any."""
        query = sa.select(_s.c.athlete_id, sa.func.count()).group_by(_s.c.athlete_id)
        with self._database.reading() as connection:
            found = connection.execute(query).all()
        return {athlete_id: count for athlete_id, count in found if athlete_id is not None}

    def count(self, athlete_id: str | None = None) -> int:
        """How many sessions there are."""
        query = sa.select(sa.func.count()).select_from(_s)
        if athlete_id is not None:
            query = query.where(_s.c.athlete_id == athlete_id)
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def change(self, session: Session) -> Session:
        """Keep a session with another athlete, date, settings, notes or standing clip."""
        keep = ("athlete_id", "filmed_at", "settings", "notes", "standing_id", "name")
        values = {key: value for key, value in _own_values(session).items() if key in keep}
        try:
            with self._database.writing() as connection:
                connection.execute(sa.update(_s).where(_s.c.id == session.id).values(**values))
                return _get(connection, session.id)
        except sa.exc.IntegrityError as error:
            raise MissingError("The athlete or the standing clip is not there.") from error

    def save_result(
        self, session_id: str, folder: Path, analysis: Analysis, within: Within | None = None
    ) -> bool:
        """Make the files in ``folder`` the result of a session; it is moved into the store.

        When ``within`` says no, or the session is gone, nothing changes and the files go.

        Returns
        -------
        bool
            Whether the result is kept: if so, a power cut cannot take it away any more.
        """
        result, kept = new_id(), False
        with self._files.adding():
            # Should this process die before the commit, what it made is no leftover to keep.
            with self._database.writing(shown=False) as connection:
                want(connection, "result", [result])
            try:
                self._files.adopt(folder, result)
                with self._database.writing() as connection:
                    kept = (within is None or within(connection)) and _point_to(
                        connection, session_id, result, analysis
                    )
            finally:
                if not kept:
                    self._files.drop(result)
        return kept

    def clip(self, session: Session) -> Path:
        """The file of a session's clip; ``MissingError`` if it is not there."""
        query = sa.select(schema.media).where(schema.media.c.sha256 == session.media_sha256)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        path = None if row is None else self._files.clip(media_of(row))
        if path is None or not path.is_file():
            raise MissingError(f"The clip of {session.name} is not in the store.")
        return path

    def folder(self, session: Session) -> Path:
        """The folder of a session's result; ``MissingError`` if it was not analysed."""
        if session.result is None:
            raise MissingError(f"{session.name} has not been analysed.")
        return self._files.result(session.result)

    def analysis(self, session: Session) -> Analysis:
        """A session's result with its pose, as ``leanline report`` reads it.

        When the result was replaced meanwhile, it is the new one.
        """
        folder = self.folder(session)
        try:
            return replace(read_analysis(folder), runner=read_runner(folder))
        except InputError:
            newer = self.get(session.id)
            if newer.result == session.result:
                raise
            return self.analysis(newer)

    def metrics(self, session_id: str) -> Mapping[str, Metric]:
        """All metrics of one session; empty until it is analysed."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(_m).where(_m.c.session_id == session_id)).all()
            return metrics_of(rows).get(session_id, {})

    def history(
        self,
        athlete_id: str | None = None,
        metrics: Sequence[str] | None = None,
        *,
        most: int | None = None,
    ) -> tuple[Measured, ...]:
        """The analysed sessions, oldest first, with some or all of their metrics.

        ``most`` gives the newest so many only.
        """
        mine: sa.ColumnElement[bool] = _s.c.analysed_at.is_not(None)
        if athlete_id is not None:
            mine = mine & (_s.c.athlete_id == athlete_id)
        if most is not None:
            newest = sa.select(_s.c.id).where(mine).order_by(_s.c.filmed_at.desc(), _s.c.id)
            mine = _s.c.id.in_(newest.limit(most))
        columns = (_s.c.id, _s.c.filmed_at, _s.c.name, *(_s.c[name] for name in TAKEN))
        of_sessions = sa.select(*columns).where(mine).order_by(_s.c.filmed_at, _s.c.id)
        of_metrics = sa.select(_m).join_from(_m, _s, _m.c.session_id == _s.c.id).where(mine)
        if metrics is not None:
            of_metrics = of_metrics.where(_m.c.metric.in_({*metrics, _SPEED}))
        with self._database.reading() as connection:
            found = metrics_of(connection.execute(of_metrics).all())
            rows = connection.execute(of_sessions).all()
        return tuple(_measured(row, found.get(row[0], {})) for row in rows)

    def new_correction(self, session_id: str, correction: Correction) -> CorrectionRecord:
        """A correction that is not in the store yet; ``jobs.correct`` brings it there."""
        return CorrectionRecord(new_id(), session_id, now(), correction)

    def insert_correction(self, connection: sa.Connection, record: CorrectionRecord) -> None:
        """Record a correction."""
        connection.execute(
            schema.correction.insert().values(
                id=record.id,
                session_id=record.session_id,
                made_at=record.made_at,
                correction=to_plain(record.correction),
            )
        )

    def drop_correction(
        self, connection: sa.Connection, session_id: str, correction_id: str
    ) -> None:
        """Take a correction back; ``MissingError`` if there is none such."""
        c = schema.correction.c
        gone = sa.delete(schema.correction).where(c.id == correction_id, c.session_id == session_id)
        if not connection.execute(gone).rowcount:
            raise _no_correction(correction_id)

    def correction(self, session_id: str, correction_id: str) -> CorrectionRecord:
        """One correction of a session; ``MissingError`` if there is none such."""
        for record in self.corrections(session_id):
            if record.id == correction_id:
                return record
        raise _no_correction(correction_id)

    def result_is(self, connection: sa.Connection, session_id: str, result: str | None) -> bool:
        """Whether a session's result is this one still; it stays so until the commit."""
        query = sa.select(_s.c.result).where(_s.c.id == session_id).with_for_update()
        return bool(connection.execute(query).scalar() == result)

    def corrections(self, session_id: str) -> tuple[CorrectionRecord, ...]:
        """What was put right by hand, in the order in which it was."""
        c = schema.correction
        query = sa.select(c).where(c.c.session_id == session_id).order_by(c.c.number)
        with self._database.reading() as connection:
            return tuple(correction_of(row) for row in connection.execute(query).mappings())


def _get(connection: sa.Connection, session_id: str) -> Session:
    row = connection.execute(sa.select(_s).where(_s.c.id == session_id)).mappings().first()
    if row is None:
        raise MissingError(f"There is no session {session_id!r}.")
    return session_of(row)


def _no_correction(correction_id: str) -> MissingError:
    return MissingError(f"There is no correction {correction_id!r}.")


def _measured(row: Sequence[Any], metrics: Mapping[str, Metric]) -> Measured:
    session_id, filmed_at, name = row[:3]
    how: dict[str, Any] = dict(zip(TAKEN, row[3:], strict=True))
    speed = metrics.get(_SPEED)
    known = speed if speed is not None and isinstance(speed.value, float) else None
    return Measured(session_id, filmed_at, name, RecordingConditions(**how, speed=known), metrics)


def _new_session(clip: NewClip, media: Media) -> Session:
    return Session(
        id=new_id(),
        athlete_id=clip.athlete_id,
        name=Path(clip.name).name[:255] or "clip",
        media_sha256=media.sha256,
        filmed_at=clip.filmed_at or now(),
        created_at=now(),
        settings=dict(clip.settings or {}),
        notes=clip.notes,
        standing_id=clip.standing_id,
    )


def _arrive(connection: sa.Connection, upload_id: str, session_id: str) -> None:
    """Note what an upload has become; ``ConflictError`` when it has become a session already."""
    try:
        with connection.begin_nested():
            row = {"upload_id": upload_id, "session_id": session_id}
            connection.execute(schema.arrival.insert().values(**row))
    except sa.exc.IntegrityError as error:
        raise ConflictError("The clip has been handed in already.") from error


def _own_values(session: Session) -> dict[str, Any]:
    values = asdict(session)
    return {key: values[key] for key in _OWN if key in values and key != "findings"}


def _as_it_is(database: Database, media: Media) -> sa.Insert:
    """Insert a clip; one that is there takes the name of the file that is there."""
    insert: Any = sqlite.insert if database.is_sqlite else postgresql.insert
    made: sa.Insert = (
        insert(schema.media)
        .values(**asdict(media))
        .on_conflict_do_update(
            index_elements=["sha256"],
            set_={"suffix": media.suffix, "size_bytes": media.size_bytes},
        )
    )
    return made


def _point_to(connection: sa.Connection, session_id: str, result: str, analysis: Analysis) -> bool:
    """Set a session's result and metrics; False when there is no such session."""
    before = connection.execute(sa.select(_s.c.result).where(_s.c.id == session_id)).scalar()
    values = {
        "result": result,
        "analysed_at": now(),
        "findings": [[finding.id, finding.severity] for finding in analysis.findings],
        "duration_s": analysis.video.duration_s,
        **taken_values(taken(analysis)),
    }
    if not connection.execute(sa.update(_s).where(_s.c.id == session_id).values(**values)).rowcount:
        return False
    unwant(connection, "result", [result])
    want(connection, "result", [before] if before is not None else [])
    connection.execute(sa.delete(_m).where(_m.c.session_id == session_id))
    rows = [metric_values(session_id, metric) for metric in analysis.metrics.values()]
    if rows:
        connection.execute(_m.insert(), rows)
    return True
