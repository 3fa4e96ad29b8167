"""Resumable uploads of clips, written to disk piece by piece.

Each upload is two files named by a random id: its description (``.json``) and the bytes so far
(``.part``). The length of the latter is the offset, so confirmed bytes survive a restart and
several servers can share the folder. An upload is discarded only on request or when it has become
a session; one abandoned for days goes to the quarantine.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import secrets
import shutil
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

from anyio import to_thread

from leanline.files import written_atomically
from leanline.store.locks import file_lock
from leanline.store.private import create_private_file, make_private_folder, restrict_to_owner
from leanline.store.quarantine import Quarantine
from leanline.web.problems import ProblemError
from leanline.web.stream import StalledError, TakenOverError, read_until_stopped

RETENTION_S: Final = 48 * 3600.0
# An upload that received data this recently counts towards the sender's limit.
_ACTIVE_S: Final = 60.0
_MAX_KEPT: Final = 1000
_LEFTOVER_S: Final = 60.0
_PIECE: Final = 1 << 20
_RESERVE_BYTES: Final = 512 * 1024**2
_MAX_NAME: Final = 200


@dataclass(frozen=True)
class Upload:
    """A clip on its way.

    Parameters
    ----------
    id
        Random.
    name
        File name as the user knows it.
    size
        Bytes in all.
    offset
        Bytes stored.
    sha256
        Set once complete.
    """

    id: str
    name: str
    size: int
    offset: int = 0
    sha256: str | None = None

    @property
    def complete(self) -> bool:
        """Whether all bytes have arrived."""
        return self.sha256 is not None


@dataclass
class _Slot:
    """State of an upload: digest up to ``offset``, and locks for writing and submitting."""

    name: str
    size: int
    sender: str
    touched_s: float
    offset: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    write_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    superseded: asyncio.Event = field(default_factory=asyncio.Event)
    submit_lock: threading.Lock = field(default_factory=threading.Lock)


class Uploads:
    """The uploads of a server.

    Parameters
    ----------
    folder
        Where uploads are stored; created if missing.
    quarantine
        Where abandoned uploads go.
    max_bytes, max_open
        Limits on the size of a clip and on the number of uploads in progress per sender.
    idle_s
        How long a request may send nothing.
    clock
        Monotonic time in seconds.
    """

    def __init__(
        self,
        folder: Path,
        quarantine: Quarantine,
        *,
        max_bytes: int,
        max_open: int,
        idle_s: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._quarantine = quarantine
        self._max_bytes = max_bytes
        self._max_open = max_open
        self._idle_s = idle_s
        self._clock = clock
        self._slots: dict[str, _Slot] = {}
        # For each upload, when its bytes last changed by the file system's clock, and when
        # this server noticed, by its own clock.
        self._seen: dict[str, tuple[float, float]] = {}

    def create(self, name: str, size: int, sender: str = "") -> Upload:
        """Create an upload for a clip of ``size`` bytes."""
        if size > self._max_bytes:
            most = self._max_bytes / 1e9
            raise ProblemError(413, "upload.too_large", size_gb=size / 1e9, max_gb=most)
        self.sweep()
        self._check_quota(sender)
        make_private_folder(self._folder)
        if shutil.disk_usage(self._folder).free < size + _RESERVE_BYTES:
            raise ProblemError(507, "upload.disk_full")
        key = secrets.token_hex(16)
        slot = _Slot(display_name(name), size, sender, self._clock())
        create_private_file(self._file(key, ".part"))
        with written_atomically(self._file(key, ".json")) as part:
            part.write_text(json.dumps({"name": slot.name, "size": size}), encoding="utf-8")
            restrict_to_owner(part)
        self._slots[key] = slot
        return _to_upload(key, slot)

    def get(self, key: str) -> Upload:
        """Return the progress of an upload."""
        return _to_upload(key, self._slot(key))

    def all(self) -> tuple[Upload, ...]:
        """Return all uploads."""
        return tuple(self.get(key) for key in self.ids())

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all uploads."""
        return tuple(sorted(path.stem for path in self._folder.glob("*.json")))

    async def append(self, key: str, offset: int, pieces: AsyncIterator[bytes]) -> Upload:
        """Append bytes from ``offset`` on; an earlier request that is still writing is ended.

        Bytes that arrive before the connection breaks or stalls are kept; so are, when a newer
        request takes over, the bytes that ``get`` has reported. A request that sends more than the
        declared size leaves nothing behind.

        Raises
        ------
        ProblemError
            409 if ``offset`` is not the current offset, or a newer request has taken over; 408 if
            the request stalled; 413 if it sends more than was declared.
        """
        slot = await to_thread.run_sync(self._slot, key)
        slot.superseded.set()  # ends an earlier request that is still writing
        superseded = slot.superseded = asyncio.Event()
        async with slot.write_lock:
            try:
                await self._append(
                    key, slot, offset, read_until_stopped(pieces, superseded, self._idle_s)
                )
            except TakenOverError as error:
                raise _taken_over_error() from error
            except StalledError as error:
                raise ProblemError(
                    408, "upload.stalled", headers=_offset_header(slot), idle_s=self._idle_s
                ) from error
            finally:
                slot.touched_s = self._clock()
        return _to_upload(key, slot)

    @contextmanager
    def submitting(self, key: str) -> Iterator[tuple[Path, str]]:
        """Yield the path and name of a complete upload, locked against other requests."""
        slot = self._slot(key)
        with slot.submit_lock:
            if not self.get(key).complete:
                raise ProblemError(409, "upload.incomplete")
            yield self._file(key, ".part"), slot.name

    def path_of(self, key: str) -> Path:
        """Return the path of a complete upload."""
        with self.submitting(key) as (path, _):
            return path

    async def delete(self, key: str) -> None:
        """Delete an upload on request, even while it is being sent."""
        slot = await to_thread.run_sync(self._slot, key)
        slot.superseded.set()
        async with slot.write_lock:
            if not slot.submit_lock.acquire(blocking=False):
                raise ProblemError(409, "upload.being_taken")
            try:
                self.discard(key)
            finally:
                slot.submit_lock.release()

    def discard(self, key: str) -> None:
        """Delete an upload's files; it has become a session or is no longer wanted."""
        self._slots.pop(key, None)
        self._seen.pop(key, None)
        for suffix in (".part", ".json"):  # a description without bytes is a leftover
            self._file(key, suffix).unlink(missing_ok=True)

    def sweep(self, retention_s: float = RETENTION_S) -> None:
        """Quarantine uploads that, as far as this server has seen, were abandoned long ago."""
        moment = self._clock()
        for key in self.ids():
            slot = self._slots.get(key)
            touched_s = self._last_seen_s(key, slot)
            if moment - touched_s > retention_s and (slot is None or not slot.write_lock.locked()):
                self._quarantine_upload(key)
        self._clear_leftovers()

    async def _append(
        self, key: str, slot: _Slot, offset: int, pieces: AsyncIterator[bytes]
    ) -> None:
        path = self._file(key, ".part")
        if not path.exists():
            raise ProblemError(404, "web.no_upload")
        with file_lock(path, wait_s=0.0) as exclusive:
            if not exclusive:
                raise _taken_over_error()
            await to_thread.run_sync(_catch_up, slot, path)
            if offset != slot.offset:
                raise ProblemError(
                    409,
                    "upload.offset",
                    headers=_offset_header(slot),
                    offset=slot.offset,
                    sent_offset=offset,
                )
            with path.open("r+b") as file:
                file.seek(offset)
                try:
                    await _write(slot, file, pieces)
                finally:
                    # What ``get`` reports from now on survives a power cut too.
                    await to_thread.run_sync(os.fsync, file.fileno(), abandon_on_cancel=False)

    def _last_seen_s(self, key: str, slot: _Slot | None) -> float:
        """Return when this server last noticed a change to an upload, by whichever server."""
        try:
            changed_s = self._file(key, ".part").stat().st_mtime
        except FileNotFoundError:
            changed_s = 0.0
        touched_s = self._clock() if slot is None else slot.touched_s
        known_s, at_s = self._seen.setdefault(key, (changed_s, touched_s))
        if known_s != changed_s:
            at_s = self._clock()
            self._seen[key] = (changed_s, at_s)
        return at_s if slot is None else max(at_s, touched_s)

    def _check_quota(self, sender: str) -> None:
        """Refuse a sender with too many uploads in progress; abandoned ones do not count."""
        moment = self._clock()
        recent = [
            slot
            for slot in self._slots.values()
            if slot.sender == sender and moment - slot.touched_s < _ACTIVE_S
        ]
        if len(recent) >= self._max_open:
            raise ProblemError(429, "upload.too_many")
        if len(self._slots) >= _MAX_KEPT:
            empty = [key for key, slot in self._slots.items() if not slot.offset]
            if not empty:
                raise ProblemError(429, "upload.too_many_waiting")
            self.discard(min(empty, key=lambda key: self._slots[key].touched_s))

    def _slot(self, key: str) -> _Slot:
        """Return the state of an upload of this server or of another one on the same folder."""
        slot, path = self._slots.get(key), self._file(key, ".part")
        try:
            size = path.stat().st_size
            if slot is None:
                note = json.loads(self._file(key, ".json").read_text(encoding="utf-8"))
                slot = _Slot(str(note["name"]), int(note["size"]), "", self._clock())
            if slot.offset != size and not slot.write_lock.locked():
                _catch_up(slot, path)
        except FileNotFoundError as error:
            self._slots.pop(key, None)
            raise ProblemError(404, "web.no_upload") from error
        except (ValueError, KeyError, TypeError) as error:
            self._quarantine_upload(key)
            raise ProblemError(404, "web.no_upload") from error
        return self._slots.setdefault(key, slot)

    def _quarantine_upload(self, key: str) -> None:
        self._slots.pop(key, None)
        self._seen.pop(key, None)
        for suffix in (".part", ".json"):
            path = self._file(key, suffix)
            if path.exists():
                self._quarantine.add("uploads", path)

    def _clear_leftovers(self) -> None:
        """Delete descriptions without bytes and quarantine bytes without a description."""
        notes, parts = (
            {path.stem: path for path in self._folder.glob(f"*{suffix}")}
            for suffix in (".json", ".part")
        )
        for key in notes.keys() - parts.keys():
            if _is_old(notes[key]):
                notes[key].unlink(missing_ok=True)
        for key in parts.keys() - notes.keys():
            if _is_old(parts[key]):
                self._quarantine_upload(key)

    def _file(self, key: str, suffix: str) -> Path:
        return self._folder / f"{key}{suffix}"


def display_name(name: str) -> str:
    """Clean a file name for display: no folders or control characters, and not too long.

    It is never used as the name of a file on the server.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(c for c in last if c.isprintable()).strip()
    return printable[-_MAX_NAME:] or "clip"


def as_dict(upload: Upload) -> dict[str, Any]:
    """Convert an upload to plain values."""
    return {**asdict(upload), "complete": upload.complete}


def _to_upload(key: str, slot: _Slot) -> Upload:
    done = slot.offset == slot.size
    return Upload(key, slot.name, slot.size, slot.offset, slot.digest.hexdigest() if done else None)


def _offset_header(slot: _Slot) -> dict[str, str]:
    return {"Upload-Offset": str(slot.offset)}


def _taken_over_error() -> ProblemError:
    return ProblemError(409, "upload.other_request")


async def _write(slot: _Slot, file: BinaryIO, pieces: AsyncIterator[bytes]) -> None:
    start, digest = slot.offset, slot.digest.copy()
    waiting = bytearray()

    async def flush() -> None:
        await to_thread.run_sync(_write_chunk, file, bytes(waiting), slot)
        waiting.clear()

    try:
        async for piece in pieces:
            if slot.offset + len(waiting) + len(piece) > slot.size:
                file.truncate(start)
                slot.offset, slot.digest = start, digest
                waiting.clear()
                raise ProblemError(413, "upload.longer_than_stated")
            waiting += piece
            if len(waiting) >= _PIECE:
                await flush()
    except TakenOverError:
        waiting.clear()  # ``get`` has not reported these bytes
        raise
    finally:
        if waiting:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.shield(flush())


def _write_chunk(file: BinaryIO, data: bytes, slot: _Slot) -> None:
    """Write bytes, all or none; the last ones are flushed to disk before they count."""
    end = slot.offset + len(data)
    try:
        file.write(data)
        file.flush()
        if end == slot.size:
            os.fsync(file.fileno())
    except OSError:
        file.truncate(slot.offset)
        file.seek(slot.offset)
        raise
    slot.digest.update(data)
    slot.offset = end


def _catch_up(slot: _Slot, path: Path) -> None:
    """Update the digest with what an earlier or another server has written."""
    if path.stat().st_size == slot.offset:
        return
    digest, offset = hashlib.sha256(), 0
    with path.open("rb") as file:
        while data := file.read(_PIECE):
            digest.update(data)
            offset += len(data)
    if offset > slot.size:
        raise ValueError("longer than announced")
    slot.digest, slot.offset = digest, offset


def _is_old(path: Path) -> bool:
    """Whether a file is too old to be another server's upload in the making."""
    try:
        return abs(time.time() - path.stat().st_mtime) > _LEFTOVER_S
    except FileNotFoundError:
        return False
