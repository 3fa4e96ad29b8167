"""Whether a folder of clips and a database are of the same store.

The id is in the database and in a file of the folder. Where they differ, or where there are
clips and the database is gone, nothing is opened: what the database does not name would
otherwise count as left over.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from leanline.files import written_atomically
from leanline.store import schema
from leanline.store.database import Database
from leanline.store.errors import ForeignError
from leanline.store.files import Files
from leanline.store.location import DATABASE_NAME, Place
from leanline.store.locks import locked
from leanline.store.private import close_to_others

MARKER: Final = "store.json"
_LEFT: Final = (
    "Put the right database back, or restore a backup into another folder (leanline restore FILE "
    "--data DIR). Without both, leanline store rescue makes a session of every clip."
)


def refuse_lost_database(place: Place, files: Files) -> None:
    """Refuse to begin a database in a folder that has clips of one that is gone.

    Raises
    ------
    ForeignError
        There are clips, and the database is missing or empty.
    """
    if not place.is_sqlite or not files.has_any():
        return
    if not place.database.exists() or place.database.stat().st_size == 0:
        state = "empty" if place.database.exists() else "missing"
        raise ForeignError(
            f"There are clips in {place.folder}, but their database ({DATABASE_NAME}) is {state}.",
            hint=_LEFT,
        )


def belong_together(place: Place, database: Database, files: Files, *, adopt: bool) -> None:
    """Make sure that a folder and a database are of one store; a new folder is marked.

    Parameters
    ----------
    adopt
        Take the folder over, whatever it was of.

    Raises
    ------
    ForeignError
        They are not.
    """
    identity = database.identity()
    if _marked(place.folder) == identity or database.read_only:
        return
    with locked(files.locks / "identity"):
        marked = _marked(place.folder)
        if marked == identity:
            return
        if not adopt:
            _refuse_foreign(place, database, files, marked)
        mark(place, identity)


def mark(place: Place, identity: str | None = None) -> None:
    """Mark a folder as the one of a database; of the SQLite database in it unless given."""
    if identity is None:
        database = Database(place)
        identity = database.identity()
        database.close()
    with written_atomically(place.folder / MARKER) as part:
        part.write_text(json.dumps({"store": identity}), encoding="utf-8")
        close_to_others(part)


def _refuse_foreign(place: Place, database: Database, files: Files, marked: str | None) -> None:
    if not place.is_sqlite and place.database.exists():
        raise _foreign(place, "it is the folder of a SQLite store")
    if not files.has_any():
        return
    if marked is not None:
        raise _foreign(place, "it is marked as another store's")
    if not _names_any(database, files):
        raise _foreign(place, "the database names none of the clips in it")


def _marked(folder: Path) -> str | None:
    """The id in the folder; None where there is none that can be read."""
    try:
        return str(json.loads((folder / MARKER).read_text(encoding="utf-8"))["store"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _names_any(database: Database, files: Files) -> bool:
    """Whether some file that the database names is in the folder."""
    with database.reading() as connection:
        clips = set(connection.execute(sa.select(schema.media.c.sha256)).scalars())
        results = set(connection.execute(sa.select(schema.session.c.result)).scalars())
    return any(path.stem in clips for path in files.clips()) or any(
        path.name in results for path in files.result_folders()
    )


def _foreign(place: Place, why: str) -> ForeignError:
    return ForeignError(
        f"The folder {place.folder} does not belong to the database {place.shown}: {why}.",
        hint=_LEFT
        if place.is_sqlite
        else "Give the database a folder of its own: LEANLINE_FILES=DIR.",
    )
