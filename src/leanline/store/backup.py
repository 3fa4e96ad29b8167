"""Everything of a store in one file, and back: the database, the clips and the results.

A backup is a ZIP archive with ``manifest.json``, the database as SQLite (whatever the store
uses, so a backup also moves a store from one kind to the other), ``media/`` and ``results/``.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from leanline import __version__
from leanline.errors import InputError
from leanline.files import written_whole
from leanline.inputs import check_file
from leanline.store import schema
from leanline.store.database import Database
from leanline.store.errors import ConflictError, StoreError
from leanline.store.files import Files
from leanline.store.locks import is_free
from leanline.store.place import DATABASE_NAME, Place
from leanline.store.records import now
from leanline.store.store import Store

FORMAT: Final = "leanline.backup/1"
_MANIFEST: Final = "manifest.json"
_MEMBER: Final = re.compile(
    r"media/[0-9a-f]{2}/[0-9a-f]{64}\.[a-z0-9]{1,8}|results/[0-9a-f]{1,32}/[\w.-]{1,100}"
)
_CHUNK: Final = 1 << 20
OnPart = Callable[[str, float], None]


@dataclass(frozen=True)
class Backup:
    """What is in a backup; ``missing`` are files that the store should have and has not."""

    path: Path
    athletes: int
    sessions: int
    files: int
    missing: tuple[str, ...] = ()


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
        names, counts = _contents(copy, store.files)
        there = [name for name in names if (store.files.folder / name).is_file()]
        manifest = {
            "format": FORMAT,
            "leanline": __version__,
            "made_at": now().isoformat(),
            "version": schema.HEAD,
            "files": len(there),
        }
        with written_whole(target) as part, zipfile.ZipFile(part, "w") as archive:
            archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
            archive.write(copy, DATABASE_NAME, zipfile.ZIP_DEFLATED)
            for number, name in enumerate(there):
                if progress:
                    progress("Writing the backup", number / len(there))
                archive.write(store.files.folder / name, name)
    missing = tuple(sorted(set(names) - set(there)))
    return Backup(target, *counts, files=len(there), missing=missing)


def restore_backup(
    source: Path, where: Place, *, overwrite: bool = False, progress: OnPart | None = None
) -> Backup:
    """Make a store what a backup holds.

    What was in a store of files before is kept beside it, under a name that ends in
    ``.before-`` and the time; rows of a PostgreSQL store are replaced.

    Parameters
    ----------
    overwrite
        Also when there is something in the store.

    Raises
    ------
    InputError
        The file is no backup, or damaged.
    ConflictError
        There is something in the store, or it is in use.
    """
    where.folder.parent.mkdir(parents=True, exist_ok=True)
    _refuse_in_use(where)
    staging = Path(tempfile.mkdtemp(prefix=".leanline-restore-", dir=where.folder.parent))
    try:
        count = _unpack(source, staging, progress)
        Database(Place(f"sqlite:///{staging / DATABASE_NAME}", staging)).close()
        _, counts = _contents(staging / DATABASE_NAME, Files(staging))
        if where.is_sqlite:
            _put_in_place(staging, where, overwrite=overwrite)
        else:
            _fill(staging, where, overwrite=overwrite)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Backup(source, *counts, files=count)


def _copy_database(store: Store, target: Path) -> None:
    """One state of the database as a SQLite file, while others go on writing."""
    if store.place.is_sqlite:
        with (
            closing(sqlite3.connect(store.place.database)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
        return
    Database(Place(f"sqlite:///{target}", target.parent)).close()
    with _plain(target) as copied, store.database.reading(steady=True) as connection:
        for table in schema.metadata.sorted_tables:
            _copy_rows(connection, copied, table)


def _copy_rows(source: sa.Connection, target: sa.Connection, table: sa.Table) -> None:
    for rows in source.execute(sa.select(table)).mappings().partitions(500):
        target.execute(table.insert(), [dict(row) for row in rows])


@contextmanager
def _plain(database: Path) -> Iterator[sa.Connection]:
    """A transaction on a SQLite file, without the order that foreign keys ask for."""
    engine = sa.create_engine(f"sqlite:///{database}")
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _contents(database: Path, files: Files) -> tuple[list[str], tuple[int, int]]:
    """The files that the rows point to, by their place; and how many athletes and sessions."""
    media, session = schema.media.c, schema.session.c
    with _plain(database) as connection:
        clips = connection.execute(sa.select(media.sha256, media.suffix)).all()
        results = connection.execute(sa.select(session.result)).scalars().all()
        count = sa.select(sa.func.count())
        athletes = connection.execute(count.select_from(schema.athlete)).scalar_one()
    names = [f"media/{sha256[:2]}/{sha256}{suffix}" for sha256, suffix in clips]
    for result in filter(None, results):
        folder = files.result(result)
        own = sorted(path.name for path in folder.glob("*")) or ["analysis.json"]
        names += [f"results/{result}/{name}" for name in own]
    return names, (int(athletes), len(results))


def _unpack(source: Path, staging: Path, progress: OnPart | None) -> int:
    """Unpack a backup and check it; how many files it has."""
    check_file(source)
    try:
        with zipfile.ZipFile(source) as archive:
            names = _members(archive)
            for number, name in enumerate((DATABASE_NAME, *names)):
                if progress:
                    progress("Reading the backup", number / (len(names) + 1))
                _extract(archive, name, staging / name)
        _check_database(staging / DATABASE_NAME)
    except (
        OSError,
        KeyError,
        ValueError,
        TypeError,
        RuntimeError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
        sqlite3.DatabaseError,
    ) as error:
        raise InputError(
            f"{source} is damaged or no backup of leanline's ({error}).",
            hint="Use a file that leanline backup has written.",
        ) from error
    return len(names)


def _members(archive: zipfile.ZipFile) -> list[str]:
    """The files of clips and results; nothing else in the archive is looked at."""
    manifest = json.loads(archive.read(_MANIFEST))
    if manifest["format"] != FORMAT:
        raise ValueError(f"format {manifest['format']}")
    names = [name for name in archive.namelist() if _MEMBER.fullmatch(name)]
    if len(names) != manifest["files"]:
        raise ValueError("files are missing")
    return names


def _extract(archive: zipfile.ZipFile, name: str, target: Path) -> None:
    """Unpack one member and check a clip by the hash that it is named by."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with archive.open(name) as packed, target.open("wb") as file:
        while chunk := packed.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
    if name.startswith("media/") and digest.hexdigest() != target.stem:
        raise ValueError(f"{name} has changed")


def _check_database(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        (said,) = connection.execute("PRAGMA integrity_check").fetchone()
    if said != "ok":
        raise ValueError(str(said))


def _refuse_in_use(where: Place) -> None:
    locks = where.folder / "locks"
    if not all(is_free(lock) for lock in locks.glob("worker-*")):
        raise ConflictError(
            f"The store at {where.shown} is in use.", hint="Stop leanline serve first."
        )


def _put_in_place(staging: Path, where: Place, *, overwrite: bool) -> None:
    folder = where.folder
    if where.database.exists() and not overwrite:
        raise _occupied(where)
    try:
        if folder.exists() and any(folder.iterdir()):
            stamp = now().strftime("%Y%m%d-%H%M%S-%f")
            folder.rename(folder.with_name(f"{folder.name}.before-{stamp}"))
        elif folder.exists():
            folder.rmdir()
        staging.rename(folder)
    except OSError as error:
        raise StoreError(
            f"The store at {where.shown} cannot be replaced: {error.strerror}.",
            hint="Restore into another folder: --data DIR.",
        ) from error


def _fill(staging: Path, where: Place, *, overwrite: bool) -> None:
    with Store(where) as store, store.files.adding():
        if not overwrite and (store.athletes.all() or store.sessions.count()):
            raise _occupied(where)
        for kind in ("media", "results"):
            for path in (p for p in (staging / kind).rglob("*") if p.is_file()):
                target = where.folder / path.relative_to(staging)
                with written_whole(target) as part:
                    shutil.copyfile(path, part)
        tables = schema.metadata.sorted_tables
        with _plain(staging / DATABASE_NAME) as packed, store.database.writing() as connection:
            for table in reversed(tables):
                connection.execute(sa.delete(table))
            for table in tables:
                _copy_rows_in_order(packed, connection, table)
            connection.execute(
                sa.text(
                    "SELECT setval(pg_get_serial_sequence('correction', 'number'), "
                    "(SELECT coalesce(max(number), 0) + 1 FROM correction), false)"
                )
            )
    with Store(where) as store:
        store.sweep()


def _copy_rows_in_order(source: sa.Connection, target: sa.Connection, table: sa.Table) -> None:
    """Rows; what points into its own table is set when all of it is there."""
    own = [c for c in table.c if any(key.column.table is table for key in c.foreign_keys)]
    later: list[dict[str, Any]] = []
    for rows in source.execute(sa.select(table)).mappings().partitions(500):
        plain = [dict(row) for row in rows]
        for row in plain:
            pointing = {c.name: row[c.name] for c in own if row[c.name] is not None}
            if pointing:
                later.append({"of": row["id"], **pointing})
                row.update(dict.fromkeys(pointing))
        target.execute(table.insert(), plain)
    for row in later:
        of = row.pop("of")
        target.execute(sa.update(table).where(table.c.id == of).values(**row))


def _occupied(where: Place) -> ConflictError:
    return ConflictError(
        f"There is something in the store at {where.shown} already.",
        hint="Restore into another folder (--data DIR), or add --overwrite"
        + ("; what is there is kept beside it." if where.is_sqlite else ", which replaces it."),
    )
