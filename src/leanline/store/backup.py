"""Write a whole store to one file: the database, the clips and the results.

A backup is a ZIP archive of ``manifest.json``, ``media/``, ``results/`` and the database. The
database is always SQLite, so a backup can also move a store between SQLite and PostgreSQL.
``store.restore`` reads it.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path

import sqlalchemy as sa

from leanline.files import written_atomically
from leanline.store import schema
from leanline.store.archive import FORMAT, MANIFEST, Backup, ProgressCallback
from leanline.store.database import Database
from leanline.store.errors import ConflictError
from leanline.store.location import DATABASE_NAME, StoreLocation
from leanline.store.private import create_private_file
from leanline.store.records import now
from leanline.store.removal import unused_media
from leanline.store.store import Store
from leanline.store.tables import LEFT_OUT, connect_sqlite, copy_rows, read_contents
from leanline.version import __version__


def write_backup(store: Store, target: Path, progress: ProgressCallback | None = None) -> Backup:
    """Write a backup completely or not at all; the store may be in use.

    Parameters
    ----------
    store
        Any open store.
    target
        A file that does not exist yet.
    progress
        Called with a phase and the share done, 0 to 1; may raise to stop.

    Returns
    -------
    Backup
        With the files that were missing from the store.

    Raises
    ------
    ConflictError
        The target file exists.
    OSError
        The target cannot be written.
    """
    if target.exists():
        raise ConflictError("output.exists", path=target)
    with tempfile.TemporaryDirectory() as temporary, store.files.adding():
        copy = Path(temporary) / DATABASE_NAME
        _copy_database(store, copy)
        backed_up = read_contents(copy, store.files)
        existing = [name for name in backed_up.names if (store.files.folder / name).is_file()]
        manifest = {
            "format": FORMAT,
            "leanline": __version__,
            "made_at": now().isoformat(),
            "version": schema.HEAD,
            "files": len(existing),
        }
        with written_atomically(target) as part:
            create_private_file(part)
            with zipfile.ZipFile(part, "w") as archive:
                archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
                archive.write(copy, DATABASE_NAME, zipfile.ZIP_DEFLATED)
                for number, name in enumerate(existing):
                    if progress:
                        progress("writing_backup", number / len(existing))
                    archive.write(store.files.folder / name, name)
    missing = tuple(sorted(set(backed_up.names) - set(existing)))
    return Backup(
        target, backed_up.athletes, backed_up.sessions, files=len(existing), missing=missing
    )


def _copy_database(store: Store, target: Path) -> None:
    """Write a consistent snapshot of the database as a SQLite file, without blocking writers."""
    if store.place.is_sqlite:
        store.database.save_copy(target)
    else:
        _copy_rows(store, target)
    with connect_sqlite(target) as copied:
        copied.exec_driver_sql("PRAGMA secure_delete=ON")
        for table in LEFT_OUT:
            copied.execute(sa.delete(table))
        copied.execute(sa.delete(schema.media).where(unused_media()))


def _copy_rows(store: Store, target: Path) -> None:
    Database(StoreLocation(f"sqlite:///{target}", target.parent)).close()
    with connect_sqlite(target) as copied, store.database.reading(steady=True) as connection:
        copied.execute(sa.delete(schema.store_info))
        for table in schema.metadata.sorted_tables:
            copy_rows(connection, copied, table)
