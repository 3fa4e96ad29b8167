"""Clips and results as files in the store's folder.

``media/ab/ab12….mp4`` are clips by the hash of their content, ``results/ID/`` the files of one
analysis, ``work/ID/`` what a job is making. Rows of the database point to the first two and
are committed last, so a file without a row is a leftover, which ``Store.sweep`` removes.
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
from leanline.files import written_whole
from leanline.store.locks import locked
from leanline.store.records import Media, new_id, now

_SUFFIX: Final = re.compile(r"\.[a-z0-9]{1,8}")
_SWEEP_WAIT_S: Final = 5.0


class Files:
    """The folder of a store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.media = folder / "media"
        self.results = folder / "results"
        self.work = folder / "work"
        self.uploads = folder / "uploads"
        self.locks = folder / "locks"

    @contextmanager
    def adding(self) -> Iterator[None]:
        """While files are put in place whose rows are not there yet: nothing is swept."""
        with locked(self.locks / "files", shared=True):
            yield

    @contextmanager
    def sweeping(self) -> Iterator[bool]:
        """While leftovers are removed: nothing is added. False when others are busy adding."""
        with locked(self.locks / "files", wait_s=_SWEEP_WAIT_S) as held:
            yield held

    def clip(self, media: Media) -> Path:
        """Where a clip is."""
        return self.media / media.sha256[:2] / f"{media.sha256}{media.suffix}"

    def result(self, result: str) -> Path:
        """Where the files of a result are."""
        return self.results / result

    def keep(self, source: Path, name: str, *, move: bool = False) -> Media:
        """Put a clip into the store, unless one of the same content is there.

        ``move`` takes the file away from where it is. Call it within ``adding``.

        Raises
        ------
        InputError
            The file cannot be read.
        """
        try:
            size, digest = source.stat().st_size, _sha256(source)
        except OSError as error:
            raise InputError(
                f"{name} cannot be read: {error.strerror}.", hint="Check the name and the rights."
            ) from error
        there = next((self.media / digest[:2]).glob(f"{digest}.*"), None)
        media = Media(digest, there.suffix if there else _suffix(name), size, now())
        if there is None:
            with written_whole(self.clip(media)) as part:
                _bring(source, part, move=move)
        if move:
            source.unlink(missing_ok=True)
        return media

    def adopt(self, folder: Path) -> str:
        """Make a finished folder a result; its id. Call it within ``adding``."""
        result = new_id()
        self.results.mkdir(parents=True, exist_ok=True)
        for path in (*folder.rglob("*"), folder):
            _to_disk(path)
        folder.rename(self.result(result))
        _to_disk(self.results)
        return result

    def drop(self, result: str) -> None:
        """Remove a result that has no row."""
        shutil.rmtree(self.result(result), ignore_errors=True)


def _bring(source: Path, part: Path, *, move: bool) -> None:
    if move:
        try:
            source.rename(part)
        except OSError:  # on another disk
            shutil.copyfile(source, part)
    else:
        shutil.copyfile(source, part)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _suffix(name: str) -> str:
    """The end of a file's name if it is harmless."""
    suffix = Path(name).suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ".bin"


def _to_disk(path: Path) -> None:
    if os.name != "posix" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
