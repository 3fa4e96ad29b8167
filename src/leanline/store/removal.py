"""Deletion of files on request, at once or as soon as they are no longer in use.

Pending removals are recorded in the transaction that deletes the row, so that neither a crash
nor a backup in progress loses a deletion.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Set
from typing import Final, Literal

import sqlalchemy as sa

from leanline.store import schema
from leanline.store.database import Database
from leanline.store.errors import MissingError
from leanline.store.files import Files
from leanline.store.quarantine import Quarantine
from leanline.store.records import now

Kind = Literal["clip", "result"]
_s, _r = schema.session.c, schema.removal.c
_f = schema.deleted_file.c
_SHA256 = schema.media.c.sha256
_USED: Final = (
    sa.select(_s.id).where(_s.media_sha256 == _SHA256).exists()
    | sa.select(_f.name).where(_f.kind == "clip", _f.name == _SHA256).exists()
)


def delete_rows(database: Database, table: sa.Table, row_id: str, missing: str) -> None:
    """Delete an athlete or a session and schedule the removal of files no longer referenced.

    Parameters
    ----------
    database
        The store's database.
    table
        The table of athletes or of sessions.
    row_id
        Id of the row to delete.
    missing
        Code of the error if there is no such row.

    Raises
    ------
    MissingError
        There is no such row.
    """
    owner = _s.athlete_id if table is schema.athlete else _s.id
    with database.writing() as connection:
        query = sa.select(_s.media_sha256, _s.result).where(owner == row_id)
        files_of_row = connection.execute(query).all()
        if not connection.execute(sa.delete(table).where(table.c.id == row_id)).rowcount:
            raise MissingError(missing, id=row_id)
        clips = {sha256 for sha256, _ in files_of_row if sha256 is not None}
        results = {result for _, result in files_of_row if result is not None}
        release_files(connection, clips, results)


def unused_media() -> sa.ColumnElement[bool]:
    """The condition that no session needs a clip, nor one that can be put back.

    Returns
    -------
    ColumnElement
        For the WHERE clause of a query on ``media``.
    """
    return ~_USED


def release_files(connection: sa.Connection, clips: Set[str], results: Set[str]) -> None:
    """Schedule the removal of files whose rows were deleted, except clips that others need.

    Parameters
    ----------
    connection
        The transaction that deletes the rows.
    clips
        Their hashes.
    results
        Their ids.
    """
    unused = sa.select(_SHA256).where(_SHA256.in_(clips), unused_media())
    unused_clips = connection.execute(unused).scalars().all()
    connection.execute(sa.delete(schema.media).where(_SHA256.in_(unused_clips)))
    schedule_removal(connection, "clip", unused_clips)
    schedule_removal(connection, "result", results)


def schedule_removal(connection: sa.Connection, kind: Kind, names: Iterable[str]) -> None:
    """Schedule the removal of files, in the transaction that drops the last reference.

    Parameters
    ----------
    connection
        The transaction.
    kind
        Of files.
    names
        Hashes of clips, or ids of results.
    """
    wanted = set(names)
    cancel_removal(connection, kind, wanted)
    rows = [{"kind": kind, "name": name, "wanted_at": now()} for name in sorted(wanted)]
    if rows:
        connection.execute(schema.removal.insert(), rows)


def cancel_removal(connection: sa.Connection, kind: Kind, names: Iterable[str]) -> None:
    """Cancel scheduled removals: the files are gone, or referenced again.

    Parameters
    ----------
    connection
        A write transaction.
    kind
        Of files.
    names
        Hashes of clips, or ids of results.
    """
    connection.execute(sa.delete(schema.removal).where(_r.kind == kind, _r.name.in_(set(names))))


def count_pending_removals(database: Database) -> int:
    """Count the clips and results that are still to be deleted.

    Parameters
    ----------
    database
        The store's.

    Returns
    -------
    int
        0 if nothing is left to do.
    """
    query = sa.select(sa.func.count()).select_from(schema.removal)
    with database.reading() as connection:
        return int(connection.execute(query).scalar_one())


def remove_pending(database: Database, files: Files, *, wait_s: float) -> int:
    """Delete the files scheduled for removal, except those that a row references again.

    Parameters
    ----------
    database
        The store's.
    files
        Its folder.
    wait_s
        How long to wait for a backup or an upload in progress.

    Returns
    -------
    int
        How many files had to stay because of one.
    """
    if database.read_only or not count_pending_removals(database):
        return 0
    with files.sweeping(wait_s) as exclusive:
        if not exclusive:
            return count_pending_removals(database)
        with database.reading() as connection:
            clips = _select_unreferenced(connection, "clip", schema.media.c.sha256)
            results = _select_unreferenced(connection, "result", _s.result)
            scheduled = {
                (kind, name) for kind, name in connection.execute(sa.select(_r.kind, _r.name))
            }
        _delete(files, clips, results)
        with database.writing() as connection:
            cancel_removal(connection, "clip", {name for kind, name in scheduled if kind == "clip"})
            cancel_removal(
                connection, "result", {name for kind, name in scheduled if kind == "result"}
            )
    database.truncate_log()
    return 0


def _select_unreferenced(
    connection: sa.Connection, kind: Kind, column: sa.Column[str]
) -> list[str]:
    """Return the scheduled removals of a kind that neither a row nor a deleted item needs."""
    referenced = sa.select(column).where(column == _r.name).exists()
    kept = sa.select(_f.name).where(_f.kind == kind, _f.name == _r.name).exists()
    query = sa.select(_r.name).where(_r.kind == kind, ~referenced, ~kept)
    return list(connection.execute(query).scalars())


def _delete(files: Files, clips: list[str], results: list[str]) -> None:
    quarantine = Quarantine(files)
    for sha256 in clips:
        for path in (files.media / sha256[:2]).glob(f"{sha256}.*"):
            path.unlink(missing_ok=True)
        for path in files.refused.glob(f"{sha256}-*.jpg"):
            path.unlink(missing_ok=True)
        quarantine.remove_clip(sha256)
    for result in results:
        shutil.rmtree(files.result_folder(result), ignore_errors=True)
