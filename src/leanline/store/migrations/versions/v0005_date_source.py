"""Where the date of a session comes from, and what was done of a plan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from leanline.store.schema import UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column, empty for sessions from before, and the table."""
    op.add_column(
        "session", sa.Column("date_source", sa.String(16), nullable=False, server_default="")
    )
    op.create_table(
        "practice_log",
        sa.Column(
            "plan_id",
            sa.String(32),
            sa.ForeignKey("plan.id", ondelete="CASCADE", name="fk_practice_log_plan_id"),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=False),
        sa.Column("felt", sa.String(16), nullable=False),
        sa.Column("pain", sa.Boolean(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "number", name="pk_practice_log"),
    )
