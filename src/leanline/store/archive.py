"""What a backup's file looks like, and reading one that somebody else may have made.

Nothing is unpacked before it is known what for: the manifest and the database come first, with
limits of their size, then the files that the database names and no others.
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

from leanline.errors import InputError
from leanline.inputs import check_file
from leanline.store.faults import full
from leanline.store.location import DATABASE_NAME
from leanline.store.private import private_folder

FORMAT: Final = "leanline.backup/1"
MANIFEST: Final = "manifest.json"
OnPart = Callable[[str, float], None]
_MEMBER: Final = re.compile(
    r"media/[0-9a-f]{2}/[0-9a-f]{64}\.[a-z0-9]{1,8}|results/[0-9a-f]{1,32}/\w[\w.-]{0,99}",
    re.ASCII,
)
_CHUNK: Final = 1 << 20
_MAX_MANIFEST_BYTES: Final = 1 << 16
# Clips and results are packed as they are, the database to about a tenth.
_MAX_GROWTH: Final = 20
_MAX_SMALL_BYTES: Final = 64 << 20
_ROOM_BYTES: Final = 64 << 20


@dataclass(frozen=True)
class Backup:
    """What is in a backup; ``missing`` are files that the store should have and has not."""

    path: Path
    athletes: int
    sessions: int
    files: int
    missing: tuple[str, ...] = ()


class Archive:
    """An opened backup, whose directory is checked."""

    def __init__(self, packed: zipfile.ZipFile, size_bytes: int) -> None:
        self._packed = packed
        members = packed.infolist()
        if sum(one.file_size for one in members) > _MAX_SMALL_BYTES + _MAX_GROWTH * size_bytes:
            raise ValueError("it would unpack to many times its size")
        if len({one.filename for one in members}) != len(members):
            raise ValueError("it holds a file twice")
        self.manifest = self._manifest()
        self.names = frozenset(n for n in packed.namelist() if _MEMBER.fullmatch(n))
        if len(self.names) != self.manifest["files"]:
            raise ValueError("files are missing")

    def database(self, target: Path) -> None:
        """Unpack the database."""
        self._extract(DATABASE_NAME, target)

    def unpack(self, named: frozenset[str], folder: Path, progress: OnPart | None) -> None:
        """Unpack the files that the database names, checking clips by their hash."""
        if unnamed := self.names - named:
            raise ValueError(f"its database does not name {min(unnamed)}")
        self._check_room(folder)
        for number, name in enumerate(sorted(self.names)):
            if progress:
                progress("Reading the backup", number / len(self.names))
            private_folder((folder / name).parent)
            digest = self._extract(name, folder / name)
            if name.startswith("media/") and digest != Path(name).stem:
                raise ValueError(f"{name} has changed")

    def _manifest(self) -> dict[str, Any]:
        if self._packed.getinfo(MANIFEST).file_size > _MAX_MANIFEST_BYTES:
            raise ValueError("its manifest is too long")
        manifest: dict[str, Any] = json.loads(self._packed.read(MANIFEST))
        if manifest["format"] != FORMAT:
            raise ValueError(f"format {str(manifest['format'])[:40]}")
        return manifest

    def _check_room(self, folder: Path) -> None:
        needed = sum(self._packed.getinfo(name).file_size for name in self.names)
        if shutil.disk_usage(folder).free < needed + _ROOM_BYTES:
            raise full()

    def _extract(self, name: str, target: Path) -> str:
        """Unpack one member; the hash of what it holds."""
        digest = hashlib.sha256()
        with self._packed.open(name) as packed, target.open("wb") as file:
            while chunk := packed.read(_CHUNK):
                digest.update(chunk)
                file.write(chunk)
        return digest.hexdigest()


@contextmanager
def opened(source: Path) -> Iterator[Archive]:
    """A backup, opened; whatever is wrong with it in the block is said in a sentence.

    Raises
    ------
    InputError
        The file is no backup, or damaged.
    """
    check_file(source)
    try:
        with zipfile.ZipFile(source) as packed:
            yield Archive(packed, source.stat().st_size)
    except _DAMAGED as error:
        raise InputError(
            f"{source} is damaged or no backup of leanline's ({error}).",
            hint="Use a file that leanline backup has written.",
        ) from error


_DAMAGED: Final = (
    KeyError,
    ValueError,
    TypeError,
    RuntimeError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
)
