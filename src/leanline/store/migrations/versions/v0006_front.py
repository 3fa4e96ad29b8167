"""The clip of the same drill from in front or behind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column, without a constraint: SQLite can add none to a table that exists."""
    op.add_column("session", sa.Column("front_id", sa.String(length=32)))
    op.create_index("ix_session_front_id", "session", ["front_id"])
