"""Deleted items that can be put back, links for runners, and the coach's letterhead."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from leanline.store.schema import UtcDateTime

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the tables."""
    _add_deleted()
    _add_share_link()
    op.create_table(
        "letterhead",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("logo", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("number", name="pk_letterhead"),
    )


def _add_deleted() -> None:
    op.create_table(
        "deleted_item",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deleted_item"),
    )
    op.create_index("ix_deleted_item_deleted_at", "deleted_item", ["deleted_at"])
    op.create_table(
        "deleted_file",
        sa.Column("deleted_item_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["deleted_item_id"],
            ["deleted_item.id"],
            ondelete="CASCADE",
            name="fk_deleted_file_deleted_item_id",
        ),
        sa.PrimaryKeyConstraint("deleted_item_id", "kind", "name", name="pk_deleted_file"),
    )
    op.create_index("ix_deleted_file_name", "deleted_file", ["kind", "name"])


def _add_share_link() -> None:
    op.create_table(
        "share_link",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("athlete_id", sa.String(32)),
        sa.Column("session_id", sa.String(32)),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["athlete_id"], ["athlete.id"], ondelete="CASCADE", name="fk_share_link_athlete_id"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], ondelete="CASCADE", name="fk_share_link_session_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_share_link"),
        sa.UniqueConstraint("token_sha256", name="uq_share_link_token_sha256"),
        sa.CheckConstraint(
            "(athlete_id IS NULL) <> (session_id IS NULL)", name="ck_share_link_one"
        ),
    )
    op.create_index("ix_share_link_athlete_id", "share_link", ["athlete_id"])
    op.create_index("ix_share_link_session_id", "share_link", ["session_id"])
