"""Files that nothing names: put aside by day and time, for a person to look at and to empty.

``quarantine/2026-03-01T09-00-00Z/media/…`` holds clips, ``results/`` the files of analyses,
``uploads/`` clips that never arrived whole or that nobody handed in. Whatever the database
names again (after a restore, say) goes back to its place by itself.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from leanline.store.files import Files
from leanline.store.private import close_to_others, private_folder
from leanline.store.records import now

Kind = Literal["media", "results", "uploads"]
KINDS: Final[tuple[Kind, ...]] = ("media", "results", "uploads")


@dataclass(frozen=True)
class Quarantined:
    """A file, or the folder of a result, that was put aside.

    ``name`` is what a person called it, where that is known; ``size_bytes`` is all of it.
    """

    path: Path
    kind: Kind
    put_aside: str
    name: str
    size_bytes: int


class Quarantine:
    """What was put aside in a store's folder."""

    def __init__(self, files: Files) -> None:
        self._folder = files.quarantine
        self._homes: dict[Kind, Path] = {"media": files.media, "results": files.results}

    def put(self, kind: Kind, path: Path) -> Path:
        """Move a file or a folder here; its new place."""
        return self._put(kind, path, now().strftime("%Y-%m-%dT%H-%M-%SZ"))

    def entries(self) -> tuple[Quarantined, ...]:
        """All of it, the oldest first."""
        return tuple(self._entries())

    def empty(self) -> int:
        """Delete all of it for good; how many entries that were."""
        found = self.entries()
        for entry in found:
            self.remove(entry)
        shutil.rmtree(self._folder, ignore_errors=True)
        return len(found)

    def remove(self, entry: Quarantined) -> None:
        """Delete one entry for good."""
        if entry.path.is_dir():
            shutil.rmtree(entry.path, ignore_errors=True)
            return
        entry.path.unlink(missing_ok=True)
        entry.path.with_suffix(".json").unlink(missing_ok=True)

    def forget_clip(self, sha256: str) -> None:
        """Delete copies of a clip whose deletion was asked for."""
        for path in self._folder.glob(f"*/media/{sha256}.*"):
            path.unlink(missing_ok=True)

    def give_back(self, clips: dict[str, str], results: set[str]) -> int:
        """Move back what is named and missing; how many entries that were.

        Parameters
        ----------
        clips
            Suffixes of the clips that the database names, by hash.
        results
            The results that it names.
        """
        homes = [
            (entry.path, self._home(entry, clips, results))
            for entry in self.entries()
            if entry.kind != "uploads"
        ]
        back = [(path, home) for path, home in homes if home is not None and not home.exists()]
        for path, home in back:
            private_folder(home.parent)
            path.rename(home)
        return len(back)

    def _home(self, entry: Quarantined, clips: dict[str, str], results: set[str]) -> Path | None:
        """Where an entry belongs; None when nothing names it."""
        if entry.kind == "results":
            named = entry.path.name in results
            return self._homes["results"] / entry.path.name if named else None
        sha256 = entry.path.stem
        if clips.get(sha256) != entry.path.suffix:
            return None
        return self._homes["media"] / sha256[:2] / entry.path.name

    def _put(self, kind: Kind, path: Path, stamp: str) -> Path:
        folder = private_folder(self._folder / stamp / kind)
        target, number = folder / path.name, 1
        while target.exists():
            number += 1
            target = private_folder(self._folder / f"{stamp}-{number}" / kind) / path.name
        path.rename(target)
        close_to_others(target)
        return target

    def _entries(self) -> Iterator[Quarantined]:
        for stamp in sorted(self._folder.glob("*")):
            for kind in KINDS:
                for path in sorted((stamp / kind).glob("*")):
                    if kind == "uploads" and path.suffix == ".json":
                        continue
                    yield Quarantined(path, kind, stamp.name, _name(path), _size(path))


def _name(path: Path) -> str:
    """What the person called an upload; the file's own name for all else."""
    try:
        note = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        return str(note["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return path.name


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else (path,)
    return sum(file.stat().st_size for file in files if file.is_file())
