"""The part of each metric's error that all clips of a runner share."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; it is unknown for results from before."""
    op.add_column("session_metric", sa.Column("shared_sd", sa.Float()))
