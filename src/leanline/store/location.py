"""Where a store is: the user's data folder, another folder, or a database URL."""

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
class StoreLocation:
    """Where a store is.

    Parameters
    ----------
    url
        Of its database, with password if there is one; not for display.
    folder
        Of clips and results, and of the database if that is SQLite.
    """

    url: str
    folder: Path

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a SQLite file in the folder."""
        return self.url.startswith("sqlite")

    @property
    def database(self) -> Path:
        """Path of the SQLite database."""
        return self.folder / DATABASE_NAME

    @property
    def writable(self) -> bool:
        """Whether the folder and its SQLite database can be written to or created."""
        existing = [path for path in (self.folder, self.database) if path.exists()]
        return all(os.access(path, os.W_OK) for path in existing)

    @property
    def shown(self) -> str:
        """The folder or URL for display, without a password."""
        if self.is_sqlite:
            return str(self.folder)
        return shown_address(self.url.replace("+psycopg", "", 1))


def resolve_location(
    where: str | os.PathLike[str] | None = None, files: Path | None = None
) -> StoreLocation:
    """Find out where a store is.

    Parameters
    ----------
    where
        A folder or a database URL; None for ``LEANLINE_DATA`` or else the user's data folder.
    files
        Folder of clips and results for a database given by URL; None for ``LEANLINE_FILES`` or
        else a folder for that database inside the user's data folder.

    Returns
    -------
    StoreLocation
        It need not exist.

    Raises
    ------
    StoreError
        The URL's scheme is not supported.
    """
    text = os.fspath(where) if where is not None else os.environ.get(DATA_VARIABLE, "")
    if "://" not in text:
        folder = Path(text).expanduser() if text else user_folder()
        folder = folder.absolute()
        return StoreLocation(f"sqlite:///{(folder / DATABASE_NAME).as_posix()}", folder)
    scheme, _, rest = text.partition("://")
    if scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise StoreError("store.unknown_database", scheme=scheme)
    files_variable = os.environ.get(FILES_VARIABLE)
    folder = files or (
        Path(files_variable).expanduser() if files_variable else _postgres_folder(rest)
    )
    return StoreLocation(f"postgresql+psycopg://{rest}", folder.absolute())


def _postgres_folder(rest: str) -> Path:
    """Return the folder of a PostgreSQL database, independent of the user and password in its URL.

    Early versions put the files directly into the user's data folder; they stay there unless a
    SQLite store is there too.
    """
    default = user_folder()
    host = rest.rpartition("@")[2]
    readable = re.sub(r"[^A-Za-z0-9.-]+", "-", host.partition("?")[0]).strip("-.")[:60]
    digest = hashlib.sha256(host.encode()).hexdigest()[:8]
    folder = default / "postgresql" / f"{readable or 'database'}-{digest}"
    has_early_files = (default / "media").is_dir() and not (default / DATABASE_NAME).exists()
    return default if has_early_files and not folder.exists() else folder


def user_folder() -> Path:
    """Return the platform's folder for application data."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "leanline"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "leanline"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "leanline"
