"""Clips that nothing names become sessions again: when the database is lost, or on demand."""

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
class Rescued:
    """How many clips are sessions again, and how many are incomplete and stay put aside."""

    sessions: int
    incomplete: int


def rescue(store: Store) -> Rescued:
    """Make a session of every clip that was put aside, and queue its analysis.

    The store may have been opened with ``adopt``, in a folder whose database is gone.
    """
    store.sweep()
    clips = [entry for entry in store.quarantine.entries() if entry.kind != "results"]
    whole = [entry for entry in clips if _is_whole(entry)]
    for entry in whole:
        Queue(store).submit(NewClip(entry.path, entry.name, notes=NOTE, move=True))
        store.quarantine.remove(entry)
    return Rescued(len(whole), len(clips) - len(whole))


def _is_whole(entry: QuarantinedFile) -> bool:
    """Whether a clip has arrived as a whole; those of the store have, by their names."""
    if entry.kind == "media":
        return not entry.path.name.startswith(".")
    return _announced_bytes(entry.path) == entry.size_bytes


def _announced_bytes(part: Path) -> int | None:
    try:
        return int(json.loads(part.with_suffix(".json").read_text(encoding="utf-8"))["size"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
