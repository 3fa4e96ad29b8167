"""Everything of a store in one file: the database, the clips and the results.

A backup is a ZIP archive with ``manifest.json``, the database as SQLite (whatever the store
uses, so a backup also moves a store from one kind to the other), ``media/`` and ``results/``.
``store.restore`` reads it.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path

import sqlalchemy as sa

from leanline import __version__
from leanline.files import written_atomically
from leanline.store import schema
from leanline.store.archive import FORMAT, MANIFEST, Backup, OnPart
from leanline.store.database import Database
from leanline.store.errors import ConflictError
from leanline.store.location import DATABASE_NAME, Place
from leanline.store.private import private_file
from leanline.store.records import now
from leanline.store.store import Store
from leanline.store.tables import contents, copy_rows, plain


def write_backup(store: Store, target: Path, progress: OnPart | None = None) -> Backup:
    """Write a backup of a store that may be in use, whole or not at all.

    Raises
    ------
    ConflictError
        The file is there already.
    OSError
        It cannot be written.
    """
    if target.exists():
        raise ConflictError(f"{target} is there already.", hint="Choose another name.")
    with tempfile.TemporaryDirectory() as temporary, store.files.adding():
        copy = Path(temporary) / DATABASE_NAME
        _copy_database(store, copy)
        found = contents(copy, store.files)
        there = [name for name in found.names if (store.files.folder / name).is_file()]
        manifest = {
            "format": FORMAT,
            "leanline": __version__,
            "made_at": now().isoformat(),
            "version": schema.HEAD,
            "files": len(there),
        }
        with written_atomically(target) as part:
            private_file(part)
            with zipfile.ZipFile(part, "w") as archive:
                archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
                archive.write(copy, DATABASE_NAME, zipfile.ZIP_DEFLATED)
                for number, name in enumerate(there):
                    if progress:
                        progress("Writing the backup", number / len(there))
                    archive.write(store.files.folder / name, name)
    missing = tuple(sorted(set(found.names) - set(there)))
    return Backup(target, found.athletes, found.sessions, files=len(there), missing=missing)


def _copy_database(store: Store, target: Path) -> None:
    """One state of the database as a SQLite file, while others go on writing."""
    if store.place.is_sqlite:
        store.database.save_copy(target)
        return
    Database(Place(f"sqlite:///{target}", target.parent)).close()
    with plain(target) as copied, store.database.reading(steady=True) as connection:
        copied.execute(sa.delete(schema.store_info))
        for table in schema.metadata.sorted_tables:
            copy_rows(connection, copied, table)
