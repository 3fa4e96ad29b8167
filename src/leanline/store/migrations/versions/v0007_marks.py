"""What somebody measured, drew or noted on the frames of a clip."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from leanline.store.schema import UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "drawn_mark",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column(
            "session_id",
            sa.String(32),
            sa.ForeignKey("session.id", ondelete="CASCADE", name="fk_drawn_mark_session_id"),
            nullable=False,
        ),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("time_s", sa.Float(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drawn_mark"),
    )
    op.create_index("ix_drawn_mark_session_id", "drawn_mark", ["session_id"])
