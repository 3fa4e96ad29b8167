"""Checks that a folder of clips and a database belong to the same store.

The store's id is in the database and in a file of the folder. If they differ, or if there are
clips but no database, the store is not opened: a sweep would otherwise take every clip for an
orphan.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from leanline.files import written_atomically
from leanline.reason import Reason
from leanline.store import schema
from leanline.store.database import Database
from leanline.store.errors import ForeignError
from leanline.store.files import Files
from leanline.store.location import DATABASE_NAME, StoreLocation
from leanline.store.locks import file_lock
from leanline.store.private import restrict_to_owner

MARKER: Final = "store.json"


def check_database_exists(place: StoreLocation, files: Files) -> None:
    """Refuse to create a database in a folder that still has the clips of a lost one.

    Parameters
    ----------
    place
        Where the store is.
    files
        Its folder of clips and results.

    Raises
    ------
    ForeignError
        There are clips, and the database is missing or empty.
    """
    if not place.is_sqlite or not files.has_any():
        return
    if not place.database.exists() or place.database.stat().st_size == 0:
        code = "store.database_empty" if place.database.exists() else "store.database_missing"
        raise ForeignError(code, folder=place.folder, database=DATABASE_NAME)


def check_identity(place: StoreLocation, database: Database, files: Files, *, adopt: bool) -> None:
    """Check that a folder and a database belong to one store; an unmarked folder is marked.

    Parameters
    ----------
    place
        Where the store is.
    database
        Its open database.
    files
        Its folder of clips and results.
    adopt
        Take over the folder, whichever store it belonged to.

    Raises
    ------
    ForeignError
        They belong to different stores.
    """
    identity = database.identity()
    if _read_marker(place.folder) == identity or database.read_only:
        return
    with file_lock(files.locks / "identity"):
        marked = _read_marker(place.folder)
        if marked == identity:
            return
        if not adopt:
            _check_foreign(place, database, files, marked)
        write_marker(place, identity)


def write_marker(place: StoreLocation, identity: str | None = None) -> None:
    """Write a store's id into its folder.

    Parameters
    ----------
    place
        Where the store is.
    identity
        The id; that of the folder's SQLite database if None.
    """
    if identity is None:
        database = Database(place)
        identity = database.identity()
        database.close()
    with written_atomically(place.folder / MARKER) as part:
        part.write_text(json.dumps({"store": identity}), encoding="utf-8")
        restrict_to_owner(part)


def _check_foreign(
    place: StoreLocation, database: Database, files: Files, marked: str | None
) -> None:
    if not place.is_sqlite and place.database.exists():
        raise _foreign_error(place, Reason("foreign.sqlite_folder"))
    if not files.has_any():
        return
    if marked is not None:
        raise _foreign_error(place, Reason("foreign.marked"))
    if not _references_any(database, files):
        raise _foreign_error(place, Reason("foreign.no_clip_named"))


def _read_marker(folder: Path) -> str | None:
    """Return the id in the folder, or None if there is none or it is unreadable."""
    try:
        return str(json.loads((folder / MARKER).read_text(encoding="utf-8"))["store"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _references_any(database: Database, files: Files) -> bool:
    """Whether the folder has at least one file that the database references."""
    with database.reading() as connection:
        clips = set(connection.execute(sa.select(schema.media.c.sha256)).scalars())
        results = set(connection.execute(sa.select(schema.session.c.result)).scalars())
    return any(path.stem in clips for path in files.clip_files()) or any(
        path.name in results for path in files.result_folders()
    )


def _foreign_error(place: StoreLocation, why: Reason) -> ForeignError:
    code = "store.foreign_folder" if place.is_sqlite else "store.foreign_database_folder"
    return ForeignError(code, folder=place.folder, place=place.shown, why=why)
