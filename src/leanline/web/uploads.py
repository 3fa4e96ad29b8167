"""Clips on their way in: in pieces, from where the last piece ended, never in memory.

Each upload is two files of the uploads' folder, named by a random id: what it is (``.json``)
and the bytes so far (``.part``). The length of the latter is the offset, so that whatever was
confirmed survives the server, and several servers may share the folder. An upload is forgotten
only when it has become a session, or when a person says so; what nobody goes on with for days
is put aside.
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
from leanline.web.stream import StalledError, TakenOverError, until_stopped

KEPT_S: Final = 48 * 3600.0
# An upload that was sent something so lately counts as one that is on its way.
_ON_ITS_WAY_S: Final = 60.0
_MAX_KEPT: Final = 1000
_LEFTOVER_S: Final = 60.0
_PIECE: Final = 1 << 20
_ROOM_BYTES: Final = 512 * 1024**2
_MAX_NAME: Final = 200


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
    """An upload's state: its digest up to ``offset``, who is writing, who hands it in."""

    name: str
    size: int
    sender: str
    touched_s: float
    offset: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    newest: asyncio.Event = field(default_factory=asyncio.Event)
    handing: threading.Lock = field(default_factory=threading.Lock)


class Uploads:
    """The folder of uploads.

    Parameters
    ----------
    folder
        Where the pieces are kept; made if need be.
    quarantine
        Where what nobody goes on with is put aside.
    max_bytes, max_open
        Limits of one clip's size and of the clips that one sender has on their way.
    idle_s
        How long a request may send nothing.
    clock
        Seconds that never go back, whatever the time of day does.
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
        # When the bytes of each upload were last changed, by the disk's clock, and when this
        # server saw that, by its own.
        self._seen: dict[str, tuple[float, float]] = {}

    def create(self, name: str, size: int, sender: str = "") -> Upload:
        """Make room for a clip of so many bytes."""
        if size > self._max_bytes:
            most = self._max_bytes / 1e9
            raise ProblemError(413, "upload.too_large", size_gb=size / 1e9, max_gb=most)
        self.sweep()
        self._check_number(sender)
        make_private_folder(self._folder)
        if shutil.disk_usage(self._folder).free < size + _ROOM_BYTES:
            raise ProblemError(507, "upload.disk_full")
        key = secrets.token_hex(16)
        slot = _Slot(shown_name(name), size, sender, self._clock())
        create_private_file(self._file(key, ".part"))
        with written_atomically(self._file(key, ".json")) as part:
            part.write_text(json.dumps({"name": slot.name, "size": size}), encoding="utf-8")
            restrict_to_owner(part)
        self._slots[key] = slot
        return _shown(key, slot)

    def get(self, key: str) -> Upload:
        """How far an upload is."""
        return _shown(key, self._slot(key))

    def all(self) -> tuple[Upload, ...]:
        """All uploads."""
        return tuple(self.get(key) for key in self.ids())

    def ids(self) -> tuple[str, ...]:
        """The ids of all uploads."""
        return tuple(sorted(path.stem for path in self._folder.glob("*.json")))

    async def append(self, key: str, offset: int, pieces: AsyncIterator[bytes]) -> Upload:
        """Write what comes, from ``offset`` on; a request that writes already ends for it.

        What has arrived before the connection breaks, or before nothing comes any more, is
        kept; so is, when a newer request takes over, what ``get`` has told of. A request that
        brings more than the clip's size leaves nothing behind.

        Raises
        ------
        ProblemError
            409 when ``offset`` is not where the upload stands, or a newer request goes on with
            it; 408 when nothing came for too long; 413 when more comes than was announced.
        """
        slot = await to_thread.run_sync(self._slot, key)
        slot.newest.set()  # whoever writes now makes way
        mine = slot.newest = asyncio.Event()
        async with slot.busy:
            try:
                await self._append(key, slot, offset, until_stopped(pieces, mine, self._idle_s))
            except TakenOverError as error:
                raise _taken_over() from error
            except StalledError as error:
                raise ProblemError(
                    408, "upload.stalled", headers=_where(slot), idle_s=self._idle_s
                ) from error
            finally:
                slot.touched_s = self._clock()
        return _shown(key, slot)

    @contextmanager
    def handing_in(self, key: str) -> Iterator[tuple[Path, str]]:
        """The bytes and the name of a whole upload; meanwhile nobody else touches it."""
        slot = self._slot(key)
        with slot.handing:
            if not self.get(key).complete:
                raise ProblemError(409, "upload.incomplete")
            yield self._file(key, ".part"), slot.name

    def file_of(self, key: str) -> Path:
        """Where the bytes of a whole upload are."""
        with self.handing_in(key) as (path, _):
            return path

    async def delete(self, key: str) -> None:
        """Forget an upload because a person says so, also while it is being sent."""
        slot = await to_thread.run_sync(self._slot, key)
        slot.newest.set()
        async with slot.busy:
            if not slot.handing.acquire(blocking=False):
                raise ProblemError(409, "upload.being_taken")
            try:
                self.truncate_log(key)
            finally:
                slot.handing.release()

    def truncate_log(self, key: str) -> None:
        """Forget an upload and its bytes, if they are there: it has become a session."""
        self._slots.pop(key, None)
        self._seen.pop(key, None)
        for suffix in (".part", ".json"):  # a note without bytes is a leftover, not the reverse
            self._file(key, suffix).unlink(missing_ok=True)

    def sweep(self, kept_s: float = KEPT_S) -> None:
        """Put aside what nobody has sent anything to for long, as this server has seen it."""
        moment = self._clock()
        for key in self.ids():
            slot = self._slots.get(key)
            touched_s = self._last_seen_s(key, slot)
            if moment - touched_s > kept_s and (slot is None or not slot.busy.locked()):
                self._put_aside(key)
        self._clear_leftovers()

    async def _append(
        self, key: str, slot: _Slot, offset: int, pieces: AsyncIterator[bytes]
    ) -> None:
        path = self._file(key, ".part")
        if not path.exists():
            raise ProblemError(404, "web.no_upload")
        with file_lock(path, wait_s=0.0) as alone:
            if not alone:
                raise _taken_over()
            await to_thread.run_sync(_catch_up, slot, path)
            if offset != slot.offset:
                raise ProblemError(
                    409,
                    "upload.offset",
                    headers=_where(slot),
                    offset=slot.offset,
                    sent_offset=offset,
                )
            with path.open("r+b") as file:
                file.seek(offset)
                await _write(slot, file, pieces)

    def _last_seen_s(self, key: str, slot: _Slot | None) -> float:
        """Since when this server has seen no change of an upload, by whichever server."""
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

    def _check_number(self, sender: str) -> None:
        """Refuse a sender with too many clips on their way; abandoned ones keep nobody out."""
        moment = self._clock()
        recent = [
            slot
            for slot in self._slots.values()
            if slot.sender == sender and moment - slot.touched_s < _ON_ITS_WAY_S
        ]
        if len(recent) >= self._max_open:
            raise ProblemError(429, "upload.too_many")
        if len(self._slots) >= _MAX_KEPT:
            empty = [key for key, slot in self._slots.items() if not slot.offset]
            if not empty:
                raise ProblemError(429, "upload.too_many_waiting")
            self.truncate_log(min(empty, key=lambda key: self._slots[key].touched_s))

    def _slot(self, key: str) -> _Slot:
        """An upload, of this server or of another one on the same folder."""
        slot, path = self._slots.get(key), self._file(key, ".part")
        try:
            size = path.stat().st_size
            if slot is None:
                note = json.loads(self._file(key, ".json").read_text(encoding="utf-8"))
                slot = _Slot(str(note["name"]), int(note["size"]), "", self._clock())
            if slot.offset != size and not slot.busy.locked():
                _catch_up(slot, path)
        except FileNotFoundError as error:
            self._slots.pop(key, None)
            raise ProblemError(404, "web.no_upload") from error
        except (ValueError, KeyError, TypeError) as error:
            self._put_aside(key)
            raise ProblemError(404, "web.no_upload") from error
        return self._slots.setdefault(key, slot)

    def _put_aside(self, key: str) -> None:
        self._slots.pop(key, None)
        self._seen.pop(key, None)
        for suffix in (".part", ".json"):
            path = self._file(key, suffix)
            if path.exists():
                self._quarantine.add("uploads", path)

    def _clear_leftovers(self) -> None:
        """Notes without bytes are deleted; bytes without a note are put aside."""
        notes, parts = (
            {path.stem: path for path in self._folder.glob(f"*{suffix}")}
            for suffix in (".json", ".part")
        )
        for key in notes.keys() - parts.keys():
            if _is_old(notes[key]):
                notes[key].unlink(missing_ok=True)
        for key in parts.keys() - notes.keys():
            if _is_old(parts[key]):
                self._put_aside(key)

    def _file(self, key: str, suffix: str) -> Path:
        return self._folder / f"{key}{suffix}"


def shown_name(name: str) -> str:
    """A file's name as it may be shown: no folders, no control characters, not too long.

    It is never the name of a file of ours.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(c for c in last if c.isprintable()).strip()
    return clean[-_MAX_NAME:] or "clip"


def as_dict(upload: Upload) -> dict[str, Any]:
    """An upload as plain values."""
    return {**asdict(upload), "complete": upload.complete}


def _shown(key: str, slot: _Slot) -> Upload:
    done = slot.offset == slot.size
    return Upload(key, slot.name, slot.size, slot.offset, slot.digest.hexdigest() if done else None)


def _where(slot: _Slot) -> dict[str, str]:
    return {"Upload-Offset": str(slot.offset)}


def _taken_over() -> ProblemError:
    return ProblemError(409, "upload.other_request")


async def _write(slot: _Slot, file: BinaryIO, pieces: AsyncIterator[bytes]) -> None:
    start, digest = slot.offset, slot.digest.copy()
    waiting = bytearray()

    async def flush() -> None:
        await to_thread.run_sync(_store, file, bytes(waiting), slot)
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
        waiting.clear()  # whoever asked where the upload stands was not told of it
        raise
    finally:
        if waiting:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.shield(flush())


def _store(file: BinaryIO, data: bytes, slot: _Slot) -> None:
    """Write some bytes, all of them or none; the last ones are on the disk before they count."""
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
    """Read again what an earlier or another server has written."""
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
    """Whether a file was not made just now by another server."""
    try:
        return abs(time.time() - path.stat().st_mtime) > _LEFTOVER_S
    except FileNotFoundError:
        return False
