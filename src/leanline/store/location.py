"""Where the store is: the user's data folder, another folder, or a database by URL."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leanline.redact import shown_address
from leanline.store.errors import StoreError

DATA_VARIABLE: Final = "LEANLINE_DATA"
FILES_VARIABLE: Final = "LEANLINE_FILES"
DATABASE_NAME: Final = "leanline.sqlite3"


@dataclass(frozen=True)
class Place:
    """The database's URL and the folder of clips and results."""

    url: str
    folder: Path

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file in the folder."""
        return self.url.startswith("sqlite")

    @property
    def database(self) -> Path:
        """The file of a SQLite store."""
        return self.folder / DATABASE_NAME

    @property
    def writable(self) -> bool:
        """Whether the folder and, in it, a SQLite database can be written to, or made."""
        there = [path for path in (self.folder, self.database) if path.exists()]
        return all(os.access(path, os.W_OK) for path in there)

    @property
    def shown(self) -> str:
        """The place for people, without a password."""
        if self.is_sqlite:
            return str(self.folder)
        return shown_address(self.url.replace("+psycopg", "", 1))


def place(where: str | os.PathLike[str] | None = None, files: Path | None = None) -> Place:
    """The place meant by ``where``: a folder, a database URL, or None for the usual one.

    The usual one is ``LEANLINE_DATA`` or else the user's data folder. The files of a database
    by URL are in ``files``, ``LEANLINE_FILES`` or a folder of that database's own within the
    user's data folder.

    Raises
    ------
    StoreError
        A URL of a database that leanline does not know.
    """
    said = os.fspath(where) if where is not None else os.environ.get(DATA_VARIABLE, "")
    if "://" not in said:
        folder = Path(said).expanduser() if said else user_folder()
        folder = folder.absolute()
        return Place(f"sqlite:///{(folder / DATABASE_NAME).as_posix()}", folder)
    scheme, _, rest = said.partition("://")
    if scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise StoreError(
            f"leanline cannot keep its data in a {scheme} database.",
            hint="Give a folder, or a URL such as postgresql://user:password@host/leanline.",
        )
    told = os.environ.get(FILES_VARIABLE)
    folder = files or (Path(told).expanduser() if told else _own_folder(rest))
    return Place(f"postgresql+psycopg://{rest}", folder.absolute())


def _own_folder(rest: str) -> Path:
    """The folder of one PostgreSQL database, the same whatever user and password are given.

    Where an earlier leanline has put the files into the user's folder itself they stay there,
    unless a SQLite store is there too.
    """
    usual = user_folder()
    host = rest.rpartition("@")[2]
    readable = re.sub(r"[^A-Za-z0-9.-]+", "-", host.partition("?")[0]).strip("-.")[:60]
    digest = hashlib.sha256(host.encode()).hexdigest()[:8]
    own = usual / "postgresql" / f"{readable or 'database'}-{digest}"
    earlier = (usual / "media").is_dir() and not (usual / DATABASE_NAME).exists()
    return usual if earlier and not own.exists() else own


def user_folder() -> Path:
    """Where programs keep the user's data on this system."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "leanline"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "leanline"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "leanline"
