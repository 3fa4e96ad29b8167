"""The first tables."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID: Final = sa.String(length=32)
_MOMENT: Final = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables of athletes, sessions, jobs and what hangs on them."""
    _athlete()
    _media()
    _session()
    _session_metric()
    _job()
    _correction()
    _watch_run()
    _plan()


def _athlete() -> None:
    op.create_table(
        "athlete",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("height_m", sa.Float()),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_athlete"),
        sa.UniqueConstraint("name", name="uq_athlete_name"),
    )


def _media() -> None:
    op.create_table(
        "media",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("suffix", sa.String(length=16), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_media"),
    )


def _session() -> None:
    op.create_table(
        "session",
        sa.Column("id", _ID, nullable=False),
        sa.Column("athlete_id", _ID),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("media_sha256", sa.String(length=64)),
        sa.Column("filmed_at", _MOMENT, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("standing_id", _ID),
        sa.Column("result", _ID),
        sa.Column("analysed_at", _MOMENT),
        sa.Column("activity", sa.String(length=16)),
        sa.Column("view", sa.String(length=16)),
        sa.Column("direction", sa.String(length=16)),
        sa.Column("surface", sa.String(length=16)),
        sa.Column("pose_model", sa.String(length=100)),
        sa.Column("definition", sa.String(length=100)),
        sa.Column("findings", sa.JSON()),
        sa.Column("duration_s", sa.Float()),
        sa.ForeignKeyConstraint(
            ["athlete_id"], ["athlete.id"], name="fk_session_athlete_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["media_sha256"], ["media.sha256"], name="fk_session_media_sha256"),
        sa.ForeignKeyConstraint(
            ["standing_id"], ["session.id"], name="fk_session_standing_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("result", name="uq_session_result"),
    )
    op.create_index("ix_session_filmed_at", "session", ["filmed_at"])
    op.create_index("ix_session_history", "session", ["athlete_id", "filmed_at"])
    op.create_index("ix_session_media_sha256", "session", ["media_sha256"])
    op.create_index("ix_session_standing_id", "session", ["standing_id"])


def _session_metric() -> None:
    op.create_table(
        "session_metric",
        sa.Column("session_id", _ID, nullable=False),
        sa.Column("metric", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Float()),
        sa.Column("word", sa.String(length=64)),
        sa.Column("low", sa.Float()),
        sa.Column("high", sa.Float()),
        sa.Column("sd", sa.Float()),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("left_side", sa.Float()),
        sa.Column("right_side", sa.Float()),
        sa.Column("quality", sa.String(length=16), nullable=False),
        sa.Column("why", sa.Text()),
        sa.Column("sdc95", sa.Float()),
        sa.Column("zeroed", sa.Float()),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name="fk_session_metric_session_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "metric", name="pk_session_metric"),
    )


def _job() -> None:
    op.create_table(
        "job",
        sa.Column("id", _ID, nullable=False),
        sa.Column("session_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("phase", sa.String(length=200), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("started_at", _MOMENT),
        sa.Column("finished_at", _MOMENT),
        sa.Column("beat_at", _MOMENT),
        sa.Column("worker", sa.String(length=200)),
        sa.Column("cancel_wanted", sa.Boolean(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("error_type", sa.String(length=100), nullable=False),
        sa.Column("retry_of", _ID),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')",
            name="ck_job_state",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name="fk_job_session_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    op.create_index("ix_job_changed_at", "job", ["changed_at"])
    op.create_index("ix_job_session_id", "job", ["session_id"])
    op.create_index("ix_job_state", "job", ["state", "created_at"])
    op.create_index(
        "uq_job_active",
        "job",
        ["session_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('queued', 'running')"),
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )


def _correction() -> None:
    op.create_table(
        "correction",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("session_id", _ID, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("correction", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name="fk_correction_session_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_correction"),
        sa.UniqueConstraint("id", name="uq_correction_id"),
    )
    op.create_index("ix_correction_session_id", "correction", ["session_id"])


def _watch_run() -> None:
    op.create_table(
        "watch_run",
        sa.Column("id", _ID, nullable=False),
        sa.Column("athlete_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=False),
        sa.Column("device", sa.String(length=100), nullable=False),
        sa.Column("sport", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("means", sa.JSON(), nullable=False),
        sa.Column("samples", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["athlete_id"], ["athlete.id"], name="fk_watch_run_athlete_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_watch_run"),
        sa.UniqueConstraint("athlete_id", "sha256", name="uq_watch_run_athlete_id_sha256"),
    )
    op.create_index("ix_watch_run_history", "watch_run", ["athlete_id", "started_at"])


def _plan() -> None:
    op.create_table(
        "plan",
        sa.Column("id", _ID, nullable=False),
        sa.Column("athlete_id", _ID, nullable=False),
        sa.Column("session_id", _ID),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["athlete_id"], ["athlete.id"], name="fk_plan_athlete_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name="fk_plan_session_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_plan"),
    )
    op.create_index("ix_plan_history", "plan", ["athlete_id", "made_at"])
    op.create_index("ix_plan_session_id", "plan", ["session_id"])
