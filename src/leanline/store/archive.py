"""The backup file format, and a reader that does not trust the file.

The manifest and the database are read first, under size limits; after that only the files that
the database references are extracted.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from leanline.errors import DamageError, InputError, why_refused
from leanline.inputs import check_file
from leanline.store.faults import full_error
from leanline.store.location import DATABASE_NAME
from leanline.store.private import make_private_folder

FORMAT: Final = "leanline.backup/1"
MANIFEST: Final = "manifest.json"
ProgressCallback = Callable[[str, float], None]
_MEMBER: Final = re.compile(
    r"media/[0-9a-f]{2}/[0-9a-f]{64}\.[a-z0-9]{1,8}|results/[0-9a-f]{1,32}/\w[\w.-]{0,99}",
    re.ASCII,
)
_CHUNK: Final = 1 << 20
_MAX_MANIFEST_BYTES: Final = 1 << 16
# Clips and results are stored uncompressed; a SQLite database deflates to about a tenth.
_MAX_EXPANSION: Final = 20
_MAX_SMALL_BYTES: Final = 64 << 20
_RESERVE_BYTES: Final = 64 << 20


@dataclass(frozen=True)
class Backup:
    """What a backup contains.

    Parameters
    ----------
    path
        The backup file.
    athletes, sessions, files
        How many there are of each.
    missing
        Names of files that the store should have but lacks.
    """

    path: Path
    athletes: int
    sessions: int
    files: int
    missing: tuple[str, ...] = ()


class Archive:
    """An open backup with a validated table of contents."""

    def __init__(self, packed: zipfile.ZipFile, size_bytes: int) -> None:
        self._packed = packed
        members = packed.infolist()
        if (
            sum(member.file_size for member in members)
            > _MAX_SMALL_BYTES + _MAX_EXPANSION * size_bytes
        ):
            raise DamageError("damage.growth")
        if len({member.filename for member in members}) != len(members):
            raise DamageError("damage.file_twice")
        self.manifest = self._manifest()
        self.names = frozenset(n for n in packed.namelist() if _MEMBER.fullmatch(n))
        if len(self.names) != self.manifest["files"]:
            raise DamageError("damage.files_missing")

    def extract_database(self, target: Path) -> None:
        """Extract the database."""
        self._extract(DATABASE_NAME, target)

    def extract_files(
        self, referenced: frozenset[str], folder: Path, progress: ProgressCallback | None
    ) -> None:
        """Extract the files that the database references and verify the hash of every clip."""
        if unreferenced := self.names - referenced:
            raise DamageError("damage.unnamed_file", name=min(unreferenced))
        self._check_room(folder)
        for number, name in enumerate(sorted(self.names)):
            if progress:
                progress("reading_backup", number / len(self.names))
            make_private_folder((folder / name).parent)
            digest = self._extract(name, folder / name)
            if name.startswith("media/") and digest != Path(name).stem:
                raise DamageError("damage.file_changed", name=name)

    def _manifest(self) -> dict[str, Any]:
        if self._packed.getinfo(MANIFEST).file_size > _MAX_MANIFEST_BYTES:
            raise DamageError("damage.manifest_too_long")
        manifest: dict[str, Any] = json.loads(self._packed.read(MANIFEST))
        if manifest["format"] != FORMAT:
            raise DamageError("damage.backup_format", format=str(manifest["format"])[:40])
        return manifest

    def _check_room(self, folder: Path) -> None:
        needed = sum(self._packed.getinfo(name).file_size for name in self.names)
        if shutil.disk_usage(folder).free < needed + _RESERVE_BYTES:
            raise full_error()

    def _extract(self, name: str, target: Path) -> str:
        """Extract one member and return the SHA-256 of its content."""
        digest = hashlib.sha256()
        with self._packed.open(name) as packed, target.open("wb") as file:
            while chunk := packed.read(_CHUNK):
                digest.update(chunk)
                file.write(chunk)
        return digest.hexdigest()


@contextmanager
def open_archive(source: Path) -> Iterator[Archive]:
    """Open a backup for the duration of the block; signs of corruption in it become an error.

    Parameters
    ----------
    source
        The backup file, which is not trusted.

    Yields
    ------
    Archive
        With its table of contents checked.

    Raises
    ------
    InputError
        The file is not a backup, or is corrupt.
    """
    check_file(source)
    try:
        with zipfile.ZipFile(source) as packed:
            yield Archive(packed, source.stat().st_size)
    except _CORRUPTION_ERRORS as error:
        raise InputError("backup.damaged", path=source, why=why_refused(error)) from error


_CORRUPTION_ERRORS: Final = (
    KeyError,
    ValueError,
    TypeError,
    RuntimeError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
)
