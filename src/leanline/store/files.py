"""Clips and results as files in the store's folder.

``media/ab/ab12….mp4`` are clips by the hash of their content, ``results/ID/`` the files of one
analysis, ``work/ID/`` what a job is making, ``quarantine/`` what no database names (see
``store.quarantine``). Rows of the database point to the first two and are committed last.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from leanline.errors import InputError
from leanline.files import replace_durably, written_atomically
from leanline.store.errors import StoreError
from leanline.store.faults import read_only
from leanline.store.location import DATABASE_NAME
from leanline.store.locks import locked
from leanline.store.private import close_to_others, private_folder
from leanline.store.records import Media, now

SUFFIX: Final = re.compile(r"\.[a-z0-9]{1,8}")
SHA256: Final = re.compile(r"[0-9a-f]{64}")
ID: Final = re.compile(r"[0-9a-f]{1,32}")
# How the names of all files and folders of a store begin.
_OWN: Final = (
    *("media", "results", "work", "uploads", "locks", "quarantine", "live"),
    *(DATABASE_NAME, "store.json", "restored.json"),
)
_SWEEP_WAIT_S: Final = 5.0


class Files:
    """The folder of a store.

    Parameters
    ----------
    folder
        Where it is.
    read_only
        Nothing is written there, not even a lock.
    """

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self.folder = folder
        self.read_only = read_only
        self.media = folder / "media"
        self.results = folder / "results"
        self.work = folder / "work"
        self.uploads = folder / "uploads"
        self.locks = folder / "locks"
        self.quarantine = folder / "quarantine"

    @contextmanager
    def adding(self) -> Iterator[None]:
        """While files are put in place whose rows are not there yet: nothing is swept."""
        if self.read_only:
            yield
            return
        with locked(self.locks / "files", shared=True):
            yield

    @contextmanager
    def sweeping(self, wait_s: float | None = None) -> Iterator[bool]:
        """While leftovers are removed: nothing is added. False when others are busy adding."""
        if self.read_only:
            yield False
            return
        wait_s = _SWEEP_WAIT_S if wait_s is None else wait_s
        with locked(self.locks / "files", wait_s=wait_s) as held:
            yield held

    def close_to_others(self) -> None:
        """Take the rights of group and others from all that is the store's in its folder.

        The folder itself is left as it is where it has something else in it.
        """
        inside = list(self.folder.iterdir())
        own = [path for path in inside if path.name.startswith(_OWN)]
        for path in own:
            close_to_others(path)
        if len(own) == len(inside):
            self.folder.chmod(self.folder.stat().st_mode & ~0o077)

    def clips(self) -> Iterator[Path]:
        """The files of all clips, and what was left half written among them."""
        return (path for path in self.media.glob("*/*") if path.is_file())

    def result_folders(self) -> Iterator[Path]:
        """The folders of all results."""
        return self.results.glob("*")

    def has_any(self) -> bool:
        """Whether there is any clip or result."""
        return next(self.clips(), None) is not None or (
            next(self.result_folders(), None) is not None
        )

    def clip(self, media: Media) -> Path:
        """Where a clip is.

        Raises
        ------
        StoreError
            The row names what no clip can be called.
        """
        if not SHA256.fullmatch(media.sha256) or not SUFFIX.fullmatch(media.suffix):
            raise StoreError("The database names a clip as leanline never does.")
        return self.media / media.sha256[:2] / f"{media.sha256}{media.suffix}"

    def result(self, result: str) -> Path:
        """Where the files of a result are.

        Raises
        ------
        StoreError
            The row names what no result can be called.
        """
        if not ID.fullmatch(result):
            raise StoreError("The database names a result as leanline never does.")
        return self.results / result

    def keep(self, source: Path, name: str, *, share: bool = False) -> Media:
        """Put a clip into the store, unless it is there; ``source`` stays as it is.

        Parameters
        ----------
        share
            Let both names be of one file where the disk can do so, as the source will not
            change any more. Call it within ``adding``.

        Raises
        ------
        InputError
            The file cannot be read.
        ReadOnlyError
            Nothing can be put into the store.
        """
        if self.read_only:
            raise read_only()
        try:
            size, digest = source.stat().st_size, _sha256(source)
        except OSError as error:
            raise InputError(
                f"{name} cannot be read: {error.strerror}.", hint="Check the name and the rights."
            ) from error
        there = self._whole(digest, size)
        media = Media(digest, there.suffix if there else _suffix(name), size, now())
        if there is None:
            private_folder(self.clip(media).parent)
            with written_atomically(self.clip(media)) as part:
                _bring(source, part, share=share)
                close_to_others(part)
        return media

    def adopt(self, folder: Path, result: str) -> None:
        """Make a finished folder the result of that id. Call it within ``adding``."""
        private_folder(self.results)
        close_to_others(folder)
        replace_durably(folder, self.result(result))

    def drop(self, result: str) -> None:
        """Remove a result that has no row."""
        shutil.rmtree(self.result(result), ignore_errors=True)

    def _whole(self, digest: str, size: int) -> Path | None:
        """The clip of that hash if it is there and has not lost or changed anything."""
        for path in (self.media / digest[:2]).glob(f"{digest}.*"):
            if path.stat().st_size == size and _sha256(path) == digest:
                return path
        return None


def _bring(source: Path, part: Path, *, share: bool) -> None:
    if share:
        try:
            os.link(source, part)
        except OSError:  # another disk, or one without links
            shutil.copyfile(source, part)
    else:
        shutil.copyfile(source, part)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _suffix(name: str) -> str:
    """The end of a file's name if it is harmless."""
    suffix = Path(name).suffix.lower()
    return suffix if SUFFIX.fullmatch(suffix) else ".bin"
