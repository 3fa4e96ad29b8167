"""Everything of one athlete as a ZIP archive, sent while it is made."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final, cast

from leanline.corrections import to_plain
from leanline.store import Athlete, MissingError, Session
from leanline.web.services import Services

_PIECE: Final = 1 << 20
_FOLDED: Final = frozenset({".json", ".html"})  # the other files are packed already


def export(services: Services, athlete: Athlete) -> Iterator[bytes]:
    """The archive piece by piece: ``athlete.json`` and a folder for each session.

    Clips are in it as they were filmed, results as ``leanline report`` and others read them.
    """
    sink = _Sink()
    with zipfile.ZipFile(cast("IO[bytes]", sink), "w") as archive:
        about = json.dumps(_about(services, athlete), indent=1, default=_said)
        archive.writestr("athlete.json", about, zipfile.ZIP_DEFLATED)
        yield sink.taken()
        for session in services.store.sessions.all(athlete.id):
            for file, name in _files(services, session):
                yield from _packed(archive, sink, file, name)
    yield sink.taken()


def _about(services: Services, athlete: Athlete) -> dict[str, Any]:
    store = services.store
    return {
        "schema": "leanline.athlete/1",
        "athlete": asdict(athlete),
        "sessions": [
            {
                **asdict(session),
                "corrections": [
                    {"made_at": record.made_at, **to_plain(record.correction)}
                    for record in store.sessions.corrections(session.id)
                ],
            }
            for session in store.sessions.all(athlete.id)
        ],
        "watch_runs": [asdict(run) for run in store.watch_runs.all(athlete.id)],
        "plans": [asdict(plan) for plan in store.plans.all(athlete.id)],
    }


def _files(services: Services, session: Session) -> Iterator[tuple[Path, str]]:
    """The files of a session and their names in the archive, which are of ids only."""
    folder = f"sessions/{session.id}"
    try:
        clip = services.store.sessions.clip_path(session)
        yield clip, f"{folder}/clip{clip.suffix}"
    except MissingError:
        pass
    if session.result is None:
        return
    for file in sorted(services.store.sessions.result_folder(session).iterdir()):
        yield file, f"{folder}/{file.name}"


def _packed(archive: zipfile.ZipFile, sink: _Sink, file: Path, name: str) -> Iterator[bytes]:
    entry = zipfile.ZipInfo(name, date_time=datetime.now().timetuple()[:6])
    folds = file.suffix in _FOLDED
    entry.compress_type = zipfile.ZIP_DEFLATED if folds else zipfile.ZIP_STORED
    with file.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
        while piece := source.read(_PIECE):
            target.write(piece)
            yield sink.taken()


class _Sink:
    """A file that cannot be gone back in, whose content is taken away as it comes."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, data: bytes) -> int:
        """Take what the archive writes."""
        self._waiting += data
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        data = bytes(self._waiting)
        self._waiting.clear()
        return data


def _said(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
