"""Files that no row references: moved aside by date, for a person to review and delete.

``quarantine/2026-03-01T09-00-00Z/media/…`` holds clips, ``results/`` analyses, ``uploads/`` clips
that were never completed or never submitted. Files that the database references again (after a
restore, say) are moved back automatically.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from leanline.store.files import Files
from leanline.store.private import make_private_folder, restrict_to_owner
from leanline.store.records import now

Kind = Literal["media", "results", "uploads"]
KINDS: Final[tuple[Kind, ...]] = ("media", "results", "uploads")


@dataclass(frozen=True)
class QuarantinedFile:
    """A file, or the folder of a result, in quarantine.

    Parameters
    ----------
    path
        Where it is now.
    kind
        What it is.
    put_aside
        When it was moved there, as the name of a folder.
    name
        The user's name for it if known.
    size_bytes
        The total of a folder.
    """

    path: Path
    kind: Kind
    put_aside: str
    name: str
    size_bytes: int


class Quarantine:
    """The quarantine of a store's folder."""

    def __init__(self, files: Files) -> None:
        self._folder = files.quarantine
        self._originals: dict[Kind, Path] = {"media": files.media, "results": files.results}

    def add(self, kind: Kind, path: Path) -> Path:
        """Move a file or folder into the quarantine; return its path there."""
        return self._move(kind, path, now().strftime("%Y-%m-%dT%H-%M-%SZ"))

    def entries(self) -> tuple[QuarantinedFile, ...]:
        """Return all entries, oldest first."""
        return tuple(self._entries())

    def empty(self) -> int:
        """Delete all entries permanently; return how many there were."""
        found = self.entries()
        for entry in found:
            self.remove(entry)
        shutil.rmtree(self._folder, ignore_errors=True)
        return len(found)

    def remove(self, entry: QuarantinedFile) -> None:
        """Delete one entry permanently."""
        if entry.path.is_dir():
            shutil.rmtree(entry.path, ignore_errors=True)
            return
        entry.path.unlink(missing_ok=True)
        entry.path.with_suffix(".json").unlink(missing_ok=True)

    def remove_clip(self, sha256: str) -> None:
        """Delete quarantined copies of a clip that somebody asked to delete."""
        for path in self._folder.glob(f"*/media/{sha256}.*"):
            path.unlink(missing_ok=True)

    def restore_referenced(self, clips: dict[str, str], results: set[str]) -> int:
        """Move files back that are referenced and missing; return how many.

        Parameters
        ----------
        clips
            Suffixes of the clips that the database references, by hash.
        results
            Ids of the results that it references.
        """
        moves = [
            (entry.path, self._original_path(entry, clips, results))
            for entry in self.entries()
            if entry.kind != "uploads"
        ]
        pending = [
            (path, original)
            for path, original in moves
            if original is not None and not original.exists()
        ]
        for path, original in pending:
            make_private_folder(original.parent)
            path.rename(original)
        return len(pending)

    def _original_path(
        self, entry: QuarantinedFile, clips: dict[str, str], results: set[str]
    ) -> Path | None:
        """Return where an entry belongs, or None if no row references it."""
        if entry.kind == "results":
            referenced = entry.path.name in results
            return self._originals["results"] / entry.path.name if referenced else None
        sha256 = entry.path.stem
        if clips.get(sha256) != entry.path.suffix:
            return None
        return self._originals["media"] / sha256[:2] / entry.path.name

    def _move(self, kind: Kind, path: Path, stamp: str) -> Path:
        folder = make_private_folder(self._folder / stamp / kind)
        target, number = folder / path.name, 1
        while target.exists():
            number += 1
            target = make_private_folder(self._folder / f"{stamp}-{number}" / kind) / path.name
        path.rename(target)
        restrict_to_owner(target)
        return target

    def _entries(self) -> Iterator[QuarantinedFile]:
        for stamp in sorted(self._folder.glob("*")):
            for kind in KINDS:
                for path in sorted((stamp / kind).glob("*")):
                    if kind == "uploads" and path.suffix == ".json":
                        continue
                    yield QuarantinedFile(path, kind, stamp.name, _name(path), _size(path))


def _name(path: Path) -> str:
    """Return the user's name for an upload; the file name for anything else."""
    try:
        note = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        return str(note["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return path.name


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else (path,)
    return sum(file.stat().st_size for file in files if file.is_file())
