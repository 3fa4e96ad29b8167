"""The tables. A change here needs a migration in ``migrations/versions``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

HEAD: Final = "0002"
"""The newest migration: a store of this version needs none."""


class Utc(TypeDecorator[datetime]):
    """Aware moments in UTC, also where the database knows no time zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Into the database; a moment without a time zone is a mistake of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("moments in the store need a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401
        """Out of the database."""
        if value is None:
            return None
        known: datetime = value
        if dialect.name == "sqlite":
            return known.replace(tzinfo=UTC)
        return known.astimezone(UTC)


# Constraints have names, so that migrations can speak of them on every database.
metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> sa.Column[str]:
    return sa.Column("id", sa.String(32), primary_key=True)


def _of(table: str, *, gone: str = "CASCADE", empty: bool = False) -> sa.Column[str]:
    """A column that names a row of ``table`` and goes with it."""
    return sa.Column(
        f"{table}_id",
        sa.String(32),
        sa.ForeignKey(f"{table}.id", ondelete=gone),
        nullable=empty,
    )


# One row: the id that the folder of files must carry too, and a number that rises with every
# change of what pages show.
store_info = sa.Table(
    "store_info",
    metadata,
    _id(),
    sa.Column("revision", sa.BigInteger, nullable=False),
)

athlete = sa.Table(
    "athlete",
    metadata,
    _id(),
    sa.Column("name", sa.String(200), nullable=False, unique=True),
    sa.Column("height_m", sa.Float),
    sa.Column("notes", sa.Text, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
)

media = sa.Table(
    "media",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("suffix", sa.String(16), nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
)

session = sa.Table(
    "session",
    metadata,
    _id(),
    _of("athlete", empty=True),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("media_sha256", sa.String(64), sa.ForeignKey("media.sha256"), index=True),
    sa.Column("filmed_at", Utc, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("notes", sa.Text, nullable=False),
    sa.Column(
        "standing_id", sa.String(32), sa.ForeignKey("session.id", ondelete="SET NULL"), index=True
    ),
    # Of the result: all null until the clip is analysed.
    sa.Column("result", sa.String(32), unique=True),
    sa.Column("analysed_at", Utc),
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
)

job = sa.Table(
    "job",
    metadata,
    _id(),
    _of("session"),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("phase", sa.String(200), nullable=False),
    sa.Column("share", sa.Float, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("changed_at", Utc, nullable=False),
    sa.Column("started_at", Utc),
    sa.Column("finished_at", Utc),
    sa.Column("beat_at", Utc),
    sa.Column("worker", sa.String(200)),
    sa.Column("cancel_wanted", sa.Boolean, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("hint", sa.Text, nullable=False),
    sa.Column("error_type", sa.String(100), nullable=False),
    sa.Column("retry_of", sa.String(32)),
    sa.CheckConstraint(
        "state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')", name="state"
    ),
    sa.Index("ix_job_state", "state", "created_at"),
    sa.Index("ix_job_changed_at", "changed_at"),
    sa.Index("ix_job_session_id", "session_id"),
    # A session is never analysed twice at once.
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
    # The number keeps the order in which they were made.
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(32), nullable=False, unique=True),
    _of("session"),
    sa.Column("made_at", Utc, nullable=False),
    sa.Column("correction", sa.JSON, nullable=False),
    sa.Index("ix_correction_session_id", "session_id"),
)

watch_run = sa.Table(
    "watch_run",
    metadata,
    _id(),
    _of("athlete"),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("started_at", Utc, nullable=False),
    sa.Column("duration_s", sa.Float, nullable=False),
    sa.Column("device", sa.String(100), nullable=False),
    sa.Column("sport", sa.String(100), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("means", sa.JSON, nullable=False),
    sa.Column("samples", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.UniqueConstraint("athlete_id", "sha256"),
    sa.Index("ix_watch_run_history", "athlete_id", "started_at"),
)

plan = sa.Table(
    "plan",
    metadata,
    _id(),
    _of("athlete"),
    _of("session", gone="SET NULL", empty=True),
    sa.Column("made_at", Utc, nullable=False),
    sa.Column("plan", sa.JSON, nullable=False),
    sa.Index("ix_plan_history", "athlete_id", "made_at"),
    sa.Index("ix_plan_session_id", "session_id"),
)

# Uploads that became sessions, so that a clip handed in twice is one session.
arrival = sa.Table(
    "arrival",
    metadata,
    sa.Column("upload_id", sa.String(32), primary_key=True),
    _of("session"),
    sa.Index("ix_arrival_session_id", "session_id"),
)

# Files whose deletion somebody has asked for; the row goes when the file is gone.
removal = sa.Table(
    "removal",
    metadata,
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("wanted_at", Utc, nullable=False),
)
