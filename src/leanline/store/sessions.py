"""The sessions table: clips, their results and manual corrections."""

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
from leanline.store.listing import Cursor, Listing, Window, is_older, list_sessions
from leanline.store.records import CorrectionRecord, DateSource, Media, Session, new_id, now
from leanline.store.removal import cancel_removal, schedule_removal
from leanline.store.rows import (
    CONDITION_COLUMNS,
    condition_values,
    metric_to_row,
    to_correction,
    to_media,
    to_metrics,
    to_session,
)
from leanline.trends.session_data import (
    RecordingConditions,
    SessionMeasurement,
    recording_conditions,
)

Within = Callable[[sa.Connection], bool]
_s, _m = schema.session, schema.session_metric
_COLUMNS: Final = tuple(column.name for column in _s.c)
_SPEED: Final = "speed_mps"

_EDITABLE: Final = (
    "athlete_id",
    "filmed_at",
    "date_source",
    "settings",
    "notes",
    "standing_id",
    "front_id",
    "name",
)


@dataclass(frozen=True)
class NewClip:
    """A clip to add.

    Parameters
    ----------
    path
        The file.
    name
        The user's name for it.
    athlete_id
        Whose it is; None if nobody's.
    filmed_at
        When it was filmed; now if None.
    settings
        Fields of ``leanline.Settings``.
    notes
        What the user wrote.
    standing_id
        Session in which the same person stands upright.
    front_id
        Session with the same drill from in front or behind.
    move
        Whether to delete the file once the clip is stored.
    upload_id
        Upload that the clip came from, which can become a session only once.
    date_source
        Where that comes from; ``upload`` if it is None.
    """

    path: Path
    name: str
    athlete_id: str | None = None
    filmed_at: datetime | None = None
    settings: Mapping[str, Any] | None = None
    notes: str = ""
    standing_id: str | None = None
    front_id: str | None = None
    move: bool = False
    upload_id: str | None = None
    date_source: DateSource = ""


class Sessions:
    """The sessions in a store; ``Store.delete_session`` deletes one."""

    def __init__(self, database: Database, files: Files) -> None:
        self._database = database
        self._files = files

    def add(self, clip: NewClip, within: Callable[[sa.Connection, Session], None]) -> Session:
        """Add a clip; what ``within`` writes is committed together with the session.

        ``jobs.Queue.submit`` uses this to create the job; once it returns, the clip is safe.
        """
        with self._files.adding():
            media = self._files.add_clip(clip.path, clip.name, share=clip.move)
            session = _new_session(clip, media)
            try:
                with self._database.writing() as connection:
                    cancel_removal(connection, "clip", [media.sha256])
                    connection.execute(_upsert_media(self._database, media))
                    connection.execute(_s.insert().values(**_column_values(session)))
                    if clip.upload_id is not None:
                        _record_upload(connection, clip.upload_id, session.id)
                    within(connection, session)
            except sa.exc.IntegrityError as error:
                raise MissingError("store.session_parts_missing") from error
            if clip.move:
                clip.path.unlink(missing_ok=True)
        return session

    def find_by_upload(self, upload_id: str) -> Session | None:
        """Return the session created from an upload, or None."""
        query = sa.select(_s).join_from(schema.arrival, _s)
        query = query.where(schema.arrival.c.upload_id == upload_id)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else to_session(row)

    def get(self, session_id: str) -> Session:
        """Return a session by id; ``MissingError`` if there is none."""
        with self._database.reading() as connection:
            return _get(connection, session_id)

    def with_front(self, front_id: str) -> tuple[Session, ...]:
        """Return the sessions whose drill was also filmed in the session ``front_id``."""
        query = sa.select(_s).where(_s.c.front_id == front_id).order_by(_s.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(to_session(row) for row in rows)

    def newest_measuring(self, athlete_id: str, metric: str, not_after: datetime) -> Session | None:
        """Return an athlete's newest session with a value of a metric, or None.

        Parameters
        ----------
        athlete_id
            Whose.
        metric
            Id of the metric.
        not_after
            Sessions that were filmed later do not count.

        Returns
        -------
        Session or None
            None if it was never measured.
        """
        query = (
            sa.select(_s)
            .join_from(_s, _m, (_m.c.session_id == _s.c.id) & (_m.c.metric == metric))
            .where(_s.c.athlete_id == athlete_id, _s.c.filmed_at <= not_after)
            .where(_m.c.value.is_not(None))
            .order_by(_s.c.filmed_at.desc(), _s.c.id)
            .limit(1)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else to_session(row)

    def exists(self, session_id: str) -> bool:
        """Whether there is a session with this id."""
        query = sa.select(_s.c.id).where(_s.c.id == session_id)
        with self._database.reading() as connection:
            return connection.execute(query).first() is not None

    def all(
        self,
        athlete_id: str | None = None,
        *,
        limit: int | None = None,
        offset: int = 0,
        older_than: Cursor | None = None,
    ) -> tuple[Session, ...]:
        """Return sessions of one athlete or of all, newest first, optionally from a cursor on."""
        query = sa.select(_s).order_by(_s.c.filmed_at.desc(), _s.c.id)
        if athlete_id is not None:
            query = query.where(_s.c.athlete_id == athlete_id)
        if older_than is not None:
            query = query.where(is_older(older_than))
        query = query.limit(limit).offset(offset) if limit is not None else query
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(to_session(row) for row in rows)

    def list_sessions(
        self,
        window: Window,
        metrics: Sequence[str] = (),
        *,
        athlete_id: str | None = None,
        analysed_only: bool = False,
    ) -> Listing:
        """Return a part of the list of sessions with athletes and some metrics, in one query."""
        with self._database.reading() as connection:
            return list_sessions(
                connection, window, metrics, athlete_id=athlete_id, analysed_only=analysed_only
            )

    def count_by_athlete(self) -> Mapping[str, int]:
        """Return the number of sessions of each athlete who has any."""
        query = sa.select(_s.c.athlete_id, sa.func.count()).group_by(_s.c.athlete_id)
        with self._database.reading() as connection:
            counts = connection.execute(query).all()
        return {athlete_id: count for athlete_id, count in counts if athlete_id is not None}

    def count(self, athlete_id: str | None = None) -> int:
        """Return the number of sessions, of one athlete or of all."""
        query = sa.select(sa.func.count()).select_from(_s)
        if athlete_id is not None:
            query = query.where(_s.c.athlete_id == athlete_id)
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def update(self, session: Session) -> Session:
        """Save a session whose athlete, date, settings, notes or standing clip were changed.

        With another athlete, the links that showed the clip to the first are withdrawn.
        """
        values = {key: value for key, value in _column_values(session).items() if key in _EDITABLE}
        link = schema.share_link.c
        try:
            with self._database.writing() as connection:
                if _get(connection, session.id).athlete_id != session.athlete_id:
                    links = sa.delete(schema.share_link).where(link.session_id == session.id)
                    connection.execute(links)
                connection.execute(sa.update(_s).where(_s.c.id == session.id).values(**values))
                return _get(connection, session.id)
        except sa.exc.IntegrityError as error:
            raise MissingError("store.session_parts_missing") from error

    def save_result(
        self, session_id: str, folder: Path, analysis: Analysis, within: Within | None = None
    ) -> bool:
        """Move the files in ``folder`` into the store as the result of a session.

        If ``within`` returns False, or the session is gone, nothing changes and the files are
        deleted.

        Returns
        -------
        bool
            Whether the result was stored; if so, it survives a power cut.
        """
        result, stored = new_id(), False
        with self._files.adding():
            # Scheduled for removal first, in case this process dies before the commit.
            with self._database.writing(shown=False) as connection:
                schedule_removal(connection, "result", [result])
            try:
                self._files.add_result(folder, result)
                with self._database.writing() as connection:
                    stored = (within is None or within(connection)) and _set_result(
                        connection, session_id, result, analysis
                    )
            finally:
                if not stored:
                    self._files.remove_result(result)
        return stored

    def clip_path(self, session: Session) -> Path:
        """Return the path of a session's clip; ``MissingError`` if the file is missing."""
        query = sa.select(schema.media).where(schema.media.c.sha256 == session.media_sha256)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        path = None if row is None else self._files.clip_path(to_media(row))
        if path is None or not path.is_file():
            raise MissingError("store.no_clip", clip=session.name)
        return path

    def result_folder(self, session: Session) -> Path:
        """Return the folder of a session's result; ``MissingError`` if it was not analysed."""
        if session.result is None:
            raise MissingError("store.not_analysed", clip=session.name)
        return self._files.result_folder(session.result)

    def load_analysis(self, session: Session) -> Analysis:
        """Load a session's result with its pose, as ``leanline report`` does.

        If the result is replaced during the call, the newer one is returned.
        """
        folder = self.result_folder(session)
        try:
            return replace(read_analysis(folder), runner=read_runner(folder))
        except InputError:
            newer = self.get(session.id)
            if newer.result == session.result:
                raise
            return self.load_analysis(newer)

    def metrics(self, session_id: str) -> Mapping[str, Metric]:
        """Return all metrics of one session; empty until it is analysed."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(_m).where(_m.c.session_id == session_id)).all()
            return to_metrics(rows).get(session_id, {})

    def history(
        self,
        athlete_id: str | None = None,
        metrics: Sequence[str] | None = None,
        *,
        limit: int | None = None,
    ) -> tuple[SessionMeasurement, ...]:
        """Return the analysed sessions, oldest first, with some or all of their metrics.

        ``limit`` keeps the result to the newest sessions.
        """
        condition: sa.ColumnElement[bool] = _s.c.analysed_at.is_not(None)
        if athlete_id is not None:
            condition = condition & (_s.c.athlete_id == athlete_id)
        if limit is not None:
            newest = sa.select(_s.c.id).where(condition).order_by(_s.c.filmed_at.desc(), _s.c.id)
            condition = _s.c.id.in_(newest.limit(limit))
        conditions = (_s.c[name] for name in CONDITION_COLUMNS)
        columns = (_s.c.id, _s.c.filmed_at, _s.c.name, _s.c.media_sha256, *conditions)
        session_query = sa.select(*columns).where(condition).order_by(_s.c.filmed_at, _s.c.id)
        metric_query = sa.select(_m).join_from(_m, _s, _m.c.session_id == _s.c.id).where(condition)
        if metrics is not None:
            metric_query = metric_query.where(_m.c.metric.in_({*metrics, _SPEED}))
        with self._database.reading() as connection:
            counts = to_metrics(connection.execute(metric_query).all())
            rows = connection.execute(session_query).all()
        return tuple(_to_measured(row, counts.get(row[0], {})) for row in rows)

    def new_correction(self, session_id: str, correction: Correction) -> CorrectionRecord:
        """Create a correction record; ``jobs.correct`` stores it."""
        return CorrectionRecord(new_id(), session_id, now(), correction)

    def insert_correction(self, connection: sa.Connection, record: CorrectionRecord) -> None:
        """Insert a correction."""
        connection.execute(
            schema.correction.insert().values(
                id=record.id,
                session_id=record.session_id,
                made_at=record.made_at,
                correction=to_plain(record.correction),
            )
        )

    def delete_correction(
        self, connection: sa.Connection, session_id: str, correction_id: str
    ) -> None:
        """Delete a correction; ``MissingError`` if there is none."""
        c = schema.correction.c
        statement = sa.delete(schema.correction).where(
            c.id == correction_id, c.session_id == session_id
        )
        if not connection.execute(statement).rowcount:
            raise _no_correction(correction_id)

    def correction(self, session_id: str, correction_id: str) -> CorrectionRecord:
        """Return one correction of a session; ``MissingError`` if there is none."""
        for record in self.corrections(session_id):
            if record.id == correction_id:
                return record
        raise _no_correction(correction_id)

    def has_result(self, connection: sa.Connection, session_id: str, result: str | None) -> bool:
        """Whether a session still has this result; the row stays locked until the commit."""
        query = sa.select(_s.c.result).where(_s.c.id == session_id).with_for_update()
        return bool(connection.execute(query).scalar() == result)

    def corrections(self, session_id: str) -> tuple[CorrectionRecord, ...]:
        """Return the manual corrections of a session in the order in which they were made."""
        c = schema.correction
        query = sa.select(c).where(c.c.session_id == session_id).order_by(c.c.number)
        with self._database.reading() as connection:
            return tuple(to_correction(row) for row in connection.execute(query).mappings())


def _get(connection: sa.Connection, session_id: str) -> Session:
    row = connection.execute(sa.select(_s).where(_s.c.id == session_id)).mappings().first()
    if row is None:
        raise MissingError("store.no_session", id=session_id)
    return to_session(row)


def _no_correction(correction_id: str) -> MissingError:
    return MissingError("store.no_correction", id=correction_id)


def _to_measured(row: Sequence[Any], metrics: Mapping[str, Metric]) -> SessionMeasurement:
    session_id, filmed_at, name, content = row[:4]
    conditions: dict[str, Any] = dict(zip(CONDITION_COLUMNS, row[4:], strict=True))
    speed = metrics.get(_SPEED)
    known = speed if speed is not None and isinstance(speed.value, float) else None
    return SessionMeasurement(
        session_id,
        filmed_at,
        name,
        RecordingConditions(**conditions, speed=known),
        metrics,
        content,
    )


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
        date_source=clip.date_source if clip.filmed_at else "upload",
        front_id=clip.front_id,
    )


def _record_upload(connection: sa.Connection, upload_id: str, session_id: str) -> None:
    """Record the session of an upload; ``ConflictError`` if the upload already has one."""
    try:
        with connection.begin_nested():
            row = {"upload_id": upload_id, "session_id": session_id}
            connection.execute(schema.arrival.insert().values(**row))
    except sa.exc.IntegrityError as error:
        raise ConflictError("upload.already_taken") from error


def _column_values(session: Session) -> dict[str, Any]:
    values = asdict(session)
    return {key: values[key] for key in _COLUMNS if key in values and key != "findings"}


def _upsert_media(database: Database, media: Media) -> sa.Insert:
    """Insert a clip; if it exists, update it to the suffix and size of the stored file."""
    insert: Any = sqlite.insert if database.is_sqlite else postgresql.insert
    statement: sa.Insert = (
        insert(schema.media)
        .values(**asdict(media))
        .on_conflict_do_update(
            index_elements=["sha256"],
            set_={"suffix": media.suffix, "size_bytes": media.size_bytes},
        )
    )
    return statement


def _set_result(
    connection: sa.Connection, session_id: str, result: str, analysis: Analysis
) -> bool:
    """Set a session's result and metrics; False if the session does not exist."""
    before = connection.execute(sa.select(_s.c.result).where(_s.c.id == session_id)).scalar()
    values = {
        "result": result,
        "analysed_at": now(),
        "findings": [[finding.id, finding.severity] for finding in analysis.findings],
        "duration_s": analysis.video.duration_s,
        **condition_values(recording_conditions(analysis)),
    }
    if not connection.execute(sa.update(_s).where(_s.c.id == session_id).values(**values)).rowcount:
        return False
    cancel_removal(connection, "result", [result])
    schedule_removal(connection, "result", [before] if before is not None else [])
    connection.execute(sa.delete(_m).where(_m.c.session_id == session_id))
    rows = [metric_to_row(session_id, metric) for metric in analysis.metrics.values()]
    if rows:
        connection.execute(_m.insert(), rows)
    return True
