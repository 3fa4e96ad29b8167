"""Deleting what somebody asked to be deleted, now or as soon as nobody needs it any more.

What is to go is noted in the transaction that deletes its row, so that neither a crash nor a
backup that is being written makes a deletion be forgotten.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
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
_USED: Final = sa.select(_s.id).where(_s.media_sha256 == schema.media.c.sha256).exists()


def delete_rows(database: Database, table: sa.Table, row_id: str, what: str) -> None:
    """Delete an athlete or a session, and note the files that nothing needs any more.

    Raises
    ------
    MissingError
        There is no such row.
    """
    mine = _s.athlete_id if table is schema.athlete else _s.id
    with database.writing() as connection:
        of_it = sa.select(_s.media_sha256, _s.result).where(mine == row_id)
        found = connection.execute(of_it).all()
        if not connection.execute(sa.delete(table).where(table.c.id == row_id)).rowcount:
            raise MissingError(f"There is no {what} {row_id!r}.")
        clips = {sha256 for sha256, _ in found if sha256 is not None}
        unused = sa.select(schema.media.c.sha256).where(schema.media.c.sha256.in_(clips), ~_USED)
        gone = connection.execute(unused).scalars().all()
        connection.execute(sa.delete(schema.media).where(schema.media.c.sha256.in_(gone)))
        want(connection, "clip", gone)
        want(connection, "result", (result for _, result in found if result is not None))


def want(connection: sa.Connection, kind: Kind, names: Iterable[str]) -> None:
    """Note that files are to be deleted."""
    wanted = set(names)
    unwant(connection, kind, wanted)
    rows = [{"kind": kind, "name": name, "wanted_at": now()} for name in sorted(wanted)]
    if rows:
        connection.execute(schema.removal.insert(), rows)


def unwant(connection: sa.Connection, kind: Kind, names: Iterable[str]) -> None:
    """Take the note back: they are gone, or needed again."""
    connection.execute(sa.delete(schema.removal).where(_r.kind == kind, _r.name.in_(set(names))))


def count_wanted(database: Database) -> int:
    """How many clips and results are still to be deleted."""
    query = sa.select(sa.func.count()).select_from(schema.removal)
    with database.reading() as connection:
        return int(connection.execute(query).scalar_one())


def remove_wanted(database: Database, files: Files, *, wait_s: float) -> int:
    """Delete what is to be deleted; how much is left because others were busy.

    Nothing is deleted that a row names (again).
    """
    if database.read_only or not count_wanted(database):
        return 0
    with files.sweeping(wait_s) as alone:
        if not alone:
            return count_wanted(database)
        with database.reading() as connection:
            clips = _unnamed(connection, "clip", schema.media.c.sha256)
            results = _unnamed(connection, "result", _s.result)
            noted = {(kind, name) for kind, name in connection.execute(sa.select(_r.kind, _r.name))}
        _delete(files, clips, results)
        with database.writing() as connection:
            unwant(connection, "clip", {name for kind, name in noted if kind == "clip"})
            unwant(connection, "result", {name for kind, name in noted if kind == "result"})
    database.forget()
    return 0


def _unnamed(connection: sa.Connection, kind: Kind, column: sa.Column[str]) -> list[str]:
    """What is to be deleted of a kind and is named by no row."""
    named = sa.select(column).where(column == _r.name).exists()
    query = sa.select(_r.name).where(_r.kind == kind, ~named)
    return list(connection.execute(query).scalars())


def _delete(files: Files, clips: list[str], results: list[str]) -> None:
    quarantine = Quarantine(files)
    for sha256 in clips:
        for path in (files.media / sha256[:2]).glob(f"{sha256}.*"):
            path.unlink(missing_ok=True)
        quarantine.forget_clip(sha256)
    for result in results:
        shutil.rmtree(files.result(result), ignore_errors=True)
