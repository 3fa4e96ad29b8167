"""The database tables. A change here needs a migration in ``migrations/versions``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

HEAD: Final = "0008"
"""Revision of the newest migration."""


class UtcDateTime(TypeDecorator[datetime]):
    """Timezone-aware UTC datetimes, also on databases without time zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to the database's representation; naive datetimes are a programming error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("moments in the store need a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401
        """Convert from the database's representation."""
        if value is None:
            return None
        moment: datetime = value
        if dialect.name == "sqlite":
            return moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)


# Constraints are named so that migrations can refer to them on every database.
metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id_column() -> sa.Column[str]:
    return sa.Column("id", sa.String(32), primary_key=True)


def _reference(table: str, *, gone: str = "CASCADE", empty: bool = False) -> sa.Column[str]:
    """A foreign key to ``table``; by default the row is deleted with the one it references."""
    return sa.Column(
        f"{table}_id",
        sa.String(32),
        sa.ForeignKey(f"{table}.id", ondelete=gone),
        nullable=empty,
    )


# One row: the store's id, which the folder of files carries too, and a revision that increases
# with every change visible on a page.
store_info = sa.Table(
    "store_info",
    metadata,
    _id_column(),
    sa.Column("revision", sa.BigInteger, nullable=False),
)

athlete = sa.Table(
    "athlete",
    metadata,
    _id_column(),
    sa.Column("name", sa.String(200), nullable=False, unique=True),
    sa.Column("height_m", sa.Float),
    sa.Column("notes", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

media = sa.Table(
    "media",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("suffix", sa.String(16), nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

session = sa.Table(
    "session",
    metadata,
    _id_column(),
    _reference("athlete", empty=True),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("media_sha256", sa.String(64), sa.ForeignKey("media.sha256"), index=True),
    sa.Column("filmed_at", UtcDateTime, nullable=False),
    # film, file, upload or entered; empty for sessions from before this was recorded.
    sa.Column("date_source", sa.String(16), nullable=False, server_default=""),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("notes", sa.Text, nullable=False),
    sa.Column(
        "standing_id", sa.String(32), sa.ForeignKey("session.id", ondelete="SET NULL"), index=True
    ),
    # No foreign key, which SQLite cannot add to a table that exists: the session may be gone.
    sa.Column("front_id", sa.String(32), index=True),
    # Columns of the result: null until the clip is analysed.
    sa.Column("result", sa.String(32), unique=True),
    sa.Column("analysed_at", UtcDateTime),
    sa.Column("activity", sa.String(16)),
    sa.Column("view", sa.String(16)),
    sa.Column("direction", sa.String(16)),
    sa.Column("surface", sa.String(16)),
    sa.Column("pose_model", sa.String(100)),
    sa.Column("definition", sa.String(100)),
    sa.Column("findings", sa.JSON),
    sa.Column("duration_s", sa.Float),
    sa.Index("ix_session_history", "athlete_id", "filmed_at"),
    sa.Index("ix_session_filmed_at", "filmed_at"),
)

session_metric = sa.Table(
    "session_metric",
    metadata,
    sa.Column(
        "session_id",
        sa.String(32),
        sa.ForeignKey("session.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("metric", sa.String(64), primary_key=True),
    sa.Column("value", sa.Float),
    sa.Column("word", sa.String(64)),
    sa.Column("low", sa.Float),
    sa.Column("high", sa.Float),
    sa.Column("sd", sa.Float),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("left_side", sa.Float),
    sa.Column("right_side", sa.Float),
    sa.Column("quality", sa.String(16), nullable=False),
    sa.Column("why", sa.Text),
    sa.Column("sdc95", sa.Float),
    sa.Column("zeroed", sa.Float),
    sa.Column("shared_sd", sa.Float),
)

job = sa.Table(
    "job",
    metadata,
    _id_column(),
    _reference("session"),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("phase", sa.String(200), nullable=False),
    sa.Column("share", sa.Float, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Column("started_at", UtcDateTime),
    sa.Column("finished_at", UtcDateTime),
    sa.Column("beat_at", UtcDateTime),
    sa.Column("worker", sa.String(200)),
    sa.Column("cancel_wanted", sa.Boolean, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("hint", sa.Text, nullable=False),
    sa.Column("error_type", sa.String(100), nullable=False),
    sa.Column("code", sa.String(100), nullable=False, server_default=""),
    sa.Column("params", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("retry_of", sa.String(32)),
    sa.CheckConstraint(
        "state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')", name="state"
    ),
    sa.Index("ix_job_state", "state", "created_at"),
    sa.Index("ix_job_changed_at", "changed_at"),
    sa.Index("ix_job_session_id", "session_id"),
    # At most one active job per session.
    sa.Index(
        "uq_job_active",
        "session_id",
        unique=True,
        sqlite_where=sa.text("state IN ('queued', 'running')"),
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    ),
)

correction = sa.Table(
    "correction",
    metadata,
    # Keeps the order in which corrections were made.
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(32), nullable=False, unique=True),
    _reference("session"),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("correction", sa.JSON, nullable=False),
    sa.Index("ix_correction_session_id", "session_id"),
)

# What somebody measured, drew or noted on a frame.
drawn_mark = sa.Table(
    "drawn_mark",
    metadata,
    _id_column(),
    _reference("session"),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("time_s", sa.Float, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("points", sa.JSON, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Index("ix_drawn_mark_session_id", "session_id"),
)

watch_run = sa.Table(
    "watch_run",
    metadata,
    _id_column(),
    _reference("athlete"),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("duration_s", sa.Float, nullable=False),
    sa.Column("device", sa.String(100), nullable=False),
    sa.Column("sport", sa.String(100), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("means", sa.JSON, nullable=False),
    sa.Column("samples", sa.LargeBinary, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("athlete_id", "sha256"),
    sa.Index("ix_watch_run_history", "athlete_id", "started_at"),
)

plan = sa.Table(
    "plan",
    metadata,
    _id_column(),
    _reference("athlete"),
    _reference("session", gone="SET NULL", empty=True),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("plan", sa.JSON, nullable=False),
    sa.Index("ix_plan_history", "athlete_id", "made_at"),
    sa.Index("ix_plan_session_id", "session_id"),
)

# What was done of a plan: one row for each practice that was ticked off.
practice_log = sa.Table(
    "practice_log",
    metadata,
    sa.Column(
        "plan_id", sa.String(32), sa.ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("done_at", UtcDateTime, nullable=False),
    sa.Column("felt", sa.String(16), nullable=False),
    sa.Column("pain", sa.Boolean, nullable=False),
    sa.Column("notes", sa.Text, nullable=False),
)

# Uploads that became sessions, so that submitting one twice makes one session.
arrival = sa.Table(
    "arrival",
    metadata,
    sa.Column("upload_id", sa.String(32), primary_key=True),
    _reference("session"),
    sa.Index("ix_arrival_session_id", "session_id"),
)

# Files scheduled for deletion; the row is deleted once the file is.
removal = sa.Table(
    "removal",
    metadata,
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("wanted_at", UtcDateTime, nullable=False),
)

# What was deleted and can still be put back: its rows as compressed JSON.
deleted_item = sa.Table(
    "deleted_item",
    metadata,
    _id_column(),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("deleted_at", UtcDateTime, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Index("ix_deleted_item_deleted_at", "deleted_at"),
)

# The clips and results that stay on the disk for it.
deleted_file = sa.Table(
    "deleted_file",
    metadata,
    sa.Column(
        "deleted_item_id",
        sa.String(32),
        sa.ForeignKey("deleted_item.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Index("ix_deleted_file_name", "kind", "name"),
)

# Read-only links for runners. Only the hash of the secret part is kept.
share_link = sa.Table(
    "share_link",
    metadata,
    _id_column(),
    sa.Column("token_sha256", sa.String(64), nullable=False, unique=True),
    _reference("athlete", empty=True),
    _reference("session", empty=True),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.CheckConstraint("(athlete_id IS NULL) <> (session_id IS NULL)", name="one"),
    sa.Index("ix_share_link_athlete_id", "athlete_id"),
    sa.Index("ix_share_link_session_id", "session_id"),
)

# One row: who signs the sheets. The logo is a PNG file.
letterhead = sa.Table(
    "letterhead",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("logo", sa.LargeBinary),
)
