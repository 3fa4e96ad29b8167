"""Clips on their way in: in pieces, from where the last piece ended, never in memory.

Each upload is two files of the uploads' folder, named by a random id: what it is (``.json``)
and the bytes so far (``.part``). The length of the latter is the offset, so that whatever was
confirmed survives the server.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

from anyio import to_thread

from leanline.files import written_whole
from leanline.web.problems import ProblemError, not_found

KEPT_S: Final = 48 * 3600.0
_PIECE: Final = 1 << 20
_ROOM: Final = 512 * 1024**2
_LONGEST_NAME: Final = 200


@dataclass(frozen=True)
class Upload:
    """One clip on its way: ``offset`` bytes of ``size`` are here; the hash when all are."""

    id: str
    name: str
    size: int
    offset: int = 0
    sha256: str | None = None

    @property
    def complete(self) -> bool:
        """Whether all of it is here."""
        return self.sha256 is not None


@dataclass
class _Slot:
    """An upload's state: its digest up to ``offset``, and who is writing."""

    name: str
    size: int
    offset: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)


class Uploads:
    """The folder of uploads.

    Parameters
    ----------
    folder
        Where the pieces are kept; made if need be.
    max_bytes, max_open
        Limits of one clip's size and of the number of clips on their way.
    """

    def __init__(self, folder: Path, *, max_bytes: int, max_open: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._max_open = max_open
        folder.mkdir(parents=True, exist_ok=True)
        self._slots = self._found()

    def create(self, name: str, size: int) -> Upload:
        """Make room for a clip of so many bytes."""
        if size > self._max_bytes:
            most = self._max_bytes / 1e9
            raise ProblemError(
                413,
                f"The clip has {size / 1e9:.2f} GB; at most {most:.2f} GB are taken.",
                hint="Cut the clip to the part with the runner, or film a shorter one.",
            )
        self.sweep()
        if len(self._slots) >= self._max_open:
            raise ProblemError(
                429, "Too many clips are on their way.", hint="Wait until some have arrived."
            )
        if shutil.disk_usage(self._folder).free < size + _ROOM:
            raise ProblemError(507, "The disk has no room for the clip.", hint="Make room on it.")
        key = secrets.token_hex(16)
        slot = _Slot(shown_name(name), size)
        with written_whole(self._file(key, ".json")) as part:
            part.write_text(json.dumps({"name": slot.name, "size": size}), encoding="utf-8")
        self._file(key, ".part").touch()
        self._slots[key] = slot
        return self.get(key)

    def get(self, key: str) -> Upload:
        """How far an upload is."""
        slot = self._slot(key)
        done = slot.offset == slot.size
        return Upload(
            key, slot.name, slot.size, slot.offset, slot.digest.hexdigest() if done else None
        )

    def all(self) -> tuple[Upload, ...]:
        """All uploads."""
        return tuple(self.get(key) for key in self._slots)

    async def append(self, key: str, offset: int, pieces: AsyncIterator[bytes]) -> Upload:
        """Write what comes, from ``offset`` on.

        What has arrived before the connection breaks is kept; a request that brings more
        than the clip's size leaves nothing behind.

        Raises
        ------
        ProblemError
            409 when ``offset`` is not where the upload stands, or another request writes; 413
            when more comes than was announced.
        """
        slot = self._slot(key)
        if slot.busy.locked():
            raise ProblemError(409, "Another request is sending this clip.", hint="Wait for it.")
        async with slot.busy:
            if offset != slot.offset:
                raise ProblemError(
                    409,
                    f"The upload stands at byte {slot.offset}, not at {offset}.",
                    hint="Ask for the offset and go on from there.",
                    headers={"Upload-Offset": str(slot.offset)},
                )
            with self._file(key, ".part").open("r+b") as file:
                file.seek(offset)
                await self._write(slot, file, pieces)
        return self.get(key)

    async def _write(self, slot: _Slot, file: BinaryIO, pieces: AsyncIterator[bytes]) -> None:
        start, digest = slot.offset, slot.digest.copy()
        waiting = bytearray()

        async def flush() -> None:
            await to_thread.run_sync(_append, file, bytes(waiting), slot)
            waiting.clear()

        try:
            async for piece in pieces:
                if slot.offset + len(waiting) + len(piece) > slot.size:
                    file.truncate(start)
                    slot.offset, slot.digest = start, digest
                    waiting.clear()
                    raise ProblemError(413, "More was sent than the clip's size said.")
                waiting += piece
                if len(waiting) >= _PIECE:
                    await flush()
        finally:
            if waiting:
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.shield(flush())

    def file_of(self, key: str) -> Path:
        """Where the bytes of a whole upload are."""
        if not self.get(key).complete:
            raise ProblemError(
                409, "The clip has not arrived whole.", hint="Send the rest of it first."
            )
        return self._file(key, ".part")

    def drop(self, key: str) -> None:
        """Forget an upload and its bytes."""
        self._slot(key)
        del self._slots[key]
        for suffix in (".json", ".part"):
            self._file(key, suffix).unlink(missing_ok=True)

    def sweep(self, kept_s: float = KEPT_S) -> None:
        """Forget what nobody has sent anything to for long."""
        limit = time.time() - kept_s
        for key, slot in tuple(self._slots.items()):
            part = self._file(key, ".part")
            stale = not part.exists() or part.stat().st_mtime < limit
            if stale and not slot.busy.locked():
                self.drop(key)

    def _slot(self, key: str) -> _Slot:
        if key not in self._slots:
            raise not_found("upload")
        return self._slots[key]

    def _file(self, key: str, suffix: str) -> Path:
        return self._folder / f"{key}{suffix}"

    def _found(self) -> dict[str, _Slot]:
        """The uploads of an earlier server, hashed again; what is damaged is removed."""
        found = {}
        for note in self._folder.glob("*.json"):
            part = note.with_suffix(".part")
            try:
                said = json.loads(note.read_text(encoding="utf-8"))
                found[note.stem] = _read_back(part, str(said["name"]), int(said["size"]))
            except (OSError, ValueError, KeyError, TypeError):
                note.unlink(missing_ok=True)
        for part in self._folder.glob("*.part"):
            if part.stem not in found:
                part.unlink(missing_ok=True)
        return found


def shown_name(name: str) -> str:
    """A file's name as it may be shown: no folders, no control characters, not too long.

    It is never the name of a file of ours.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(c for c in last if c.isprintable()).strip()
    return clean[-_LONGEST_NAME:] or "clip"


def _append(file: BinaryIO, data: bytes, slot: _Slot) -> None:
    file.write(data)
    file.flush()
    slot.digest.update(data)
    slot.offset += len(data)
    if slot.offset == slot.size:
        os.fsync(file.fileno())


def _read_back(part: Path, name: str, size: int) -> _Slot:
    slot = _Slot(name, size)
    with part.open("rb") as file:
        while data := file.read(_PIECE):
            slot.digest.update(data)
            slot.offset += len(data)
    if slot.offset > size:
        raise ValueError("longer than said")
    return slot


def as_dict(upload: Upload) -> dict[str, Any]:
    """An upload as plain values."""
    return {**asdict(upload), "complete": upload.complete}
