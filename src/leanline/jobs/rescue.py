"""Turn quarantined clips into sessions again, after the loss of a database or on demand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leanline.jobs.queue import Queue
from leanline.store import NewClip, Store
from leanline.store.quarantine import QuarantinedFile

NOTE: Final = "Rescued: the store had lost what was known of this clip."


@dataclass(frozen=True)
class RescueReport:
    """What became of the clips in quarantine.

    Parameters
    ----------
    sessions
        How many were turned into sessions.
    incomplete
        How many were incomplete and stay there.
    """

    sessions: int
    incomplete: int


def rescue(store: Store) -> RescueReport:
    """Create a session for every quarantined clip and queue its analysis.

    The store may have been opened with ``adopt``, in a folder that lost its database.
    """
    store.sweep()
    clips = [entry for entry in store.quarantine.entries() if entry.kind != "results"]
    complete = [entry for entry in clips if _is_complete(entry)]
    for entry in complete:
        Queue(store).submit(NewClip(entry.path, entry.name, notes=NOTE, move=True))
        store.quarantine.remove(entry)
    return RescueReport(len(complete), len(clips) - len(complete))


def _is_complete(entry: QuarantinedFile) -> bool:
    """Whether a clip is complete; partly written clips of the store have hidden names."""
    if entry.kind == "media":
        return not entry.path.name.startswith(".")
    return _declared_size_bytes(entry.path) == entry.size_bytes


def _declared_size_bytes(part: Path) -> int | None:
    try:
        return int(json.loads(part.with_suffix(".json").read_text(encoding="utf-8"))["size"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
