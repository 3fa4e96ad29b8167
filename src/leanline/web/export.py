"""Export of an athlete as a streamed ZIP archive."""

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
_COMPRESSIBLE: Final = frozenset({".json", ".html"})  # all other files are compressed formats


def export(services: Services, athlete: Athlete) -> Iterator[bytes]:
    """Pack all that is stored of an athlete, piece by piece.

    There is ``athlete.json`` and one folder per session, with the original clip and the result in
    the format that ``leanline report`` reads.

    Parameters
    ----------
    services
        Of the server.
    athlete
        Whose.

    Yields
    ------
    bytes
        Parts of a ZIP file.
    """
    sink = _Sink()
    with zipfile.ZipFile(cast("IO[bytes]", sink), "w") as archive:
        metadata = json.dumps(_metadata(services, athlete), indent=1, default=_to_json)
        archive.writestr("athlete.json", metadata, zipfile.ZIP_DEFLATED)
        yield sink.drain()
        for session in services.store.sessions.all(athlete.id):
            for file, name in _session_files(services, session):
                yield from _add_file(archive, sink, file, name)
    yield sink.drain()


def _metadata(services: Services, athlete: Athlete) -> dict[str, Any]:
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
                "marks": [asdict(mark) for mark in store.marks.all(session.id)],
            }
            for session in store.sessions.all(athlete.id)
        ],
        "watch_runs": [asdict(run) for run in store.watch_runs.all(athlete.id)],
        "plans": [
            {**asdict(plan), "done": [asdict(one) for one in store.plans.logged(plan.id)]}
            for plan in store.plans.all(athlete.id)
        ],
    }


def _session_files(services: Services, session: Session) -> Iterator[tuple[Path, str]]:
    """Yield a session's files with their names in the archive, which are built from ids only."""
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


def _add_file(archive: zipfile.ZipFile, sink: _Sink, file: Path, name: str) -> Iterator[bytes]:
    entry = zipfile.ZipInfo(name, date_time=datetime.now().timetuple()[:6])
    compressible = file.suffix in _COMPRESSIBLE
    entry.compress_type = zipfile.ZIP_DEFLATED if compressible else zipfile.ZIP_STORED
    with file.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
        while piece := source.read(_PIECE):
            target.write(piece)
            yield sink.drain()


class _Sink:
    """A write-only, unseekable file whose content is drained as it is produced."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, data: bytes) -> int:
        """Buffer what the archive writes."""
        self._waiting += data
        return len(data)

    def flush(self) -> None:
        """Do nothing; required by ``zipfile``."""

    def drain(self) -> bytes:
        """Return and clear what was written since the last call."""
        data = bytes(self._waiting)
        self._waiting.clear()
        return data


def _to_json(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
