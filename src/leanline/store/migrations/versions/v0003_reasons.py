"""Why a job ended, as a code with its values."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the two columns; jobs from before have neither code nor values."""
    op.add_column("job", sa.Column("code", sa.String(100), nullable=False, server_default=""))
    op.add_column("job", sa.Column("params", sa.JSON(), nullable=False, server_default="{}"))
