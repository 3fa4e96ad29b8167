"""The store's id and revision, uploads that arrived, and deletions still to be done."""

from __future__ import annotations

from secrets import token_hex
from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID: Final = sa.String(length=32)


def upgrade() -> None:
    """Make the three tables and give the store its id."""
    info = op.create_table(
        "store_info",
        sa.Column("id", _ID, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_store_info"),
    )
    op.bulk_insert(info, [{"id": token_hex(16), "revision": 0}])
    op.create_table(
        "arrival",
        sa.Column("upload_id", _ID, nullable=False),
        sa.Column("session_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name="fk_arrival_session_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("upload_id", name="pk_arrival"),
    )
    op.create_index("ix_arrival_session_id", "arrival", ["session_id"])
    op.create_table(
        "removal",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", name="pk_removal"),
    )
