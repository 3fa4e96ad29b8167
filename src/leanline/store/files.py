"""Clips and results as files in the store's folder.

``media/ab/ab12….mp4`` holds clips named by the hash of their content, ``results/ID/`` the files
of one analysis, ``refused/`` pictures of what was found in clips that were refused, ``work/ID/``
the output of a running job, ``quarantine/`` files that the database does not reference (see
``store.quarantine``). Rows that reference files are committed last.
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

from leanline.errors import InputError, why_refused
from leanline.files import replace_durably, written_atomically
from leanline.store.errors import StoreError
from leanline.store.faults import read_only_error
from leanline.store.location import DATABASE_NAME
from leanline.store.locks import file_lock
from leanline.store.private import make_private_folder, restrict_to_owner
from leanline.store.records import Media, now

SUFFIX: Final = re.compile(r"\.[a-z0-9]{1,8}")
SHA256: Final = re.compile(r"[0-9a-f]{64}")
ID: Final = re.compile(r"[0-9a-f]{1,32}")
# Prefixes of the names of all files and folders that belong to a store.
_NAME_PREFIXES: Final = (
    *("media", "results", "refused", "work", "uploads", "locks", "quarantine", "live"),
    *(DATABASE_NAME, "store.json", "restored.json"),
)
_SWEEP_WAIT_S: Final = 5.0


class Files:
    """The folder of a store.

    Parameters
    ----------
    folder
        Its path.
    read_only
        Write nothing in it, not even a lock.
    """

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self.folder = folder
        self.read_only = read_only
        self.media = folder / "media"
        self.results = folder / "results"
        self.refused = folder / "refused"
        self.work = folder / "work"
        self.uploads = folder / "uploads"
        self.locks = folder / "locks"
        self.quarantine = folder / "quarantine"

    @contextmanager
    def adding(self) -> Iterator[None]:
        """Hold off sweeps while files are added whose rows are not committed yet."""
        if self.read_only:
            yield
            return
        with file_lock(self.locks / "files", shared=True):
            yield

    @contextmanager
    def sweeping(self, wait_s: float | None = None) -> Iterator[bool]:
        """Hold off additions during a sweep; yields False when files are still being added."""
        if self.read_only:
            yield False
            return
        wait_s = _SWEEP_WAIT_S if wait_s is None else wait_s
        with file_lock(self.locks / "files", wait_s=wait_s) as held:
            yield held

    def restrict_to_owner(self) -> None:
        """Remove the permissions of group and others from everything in the folder of the store.

        The folder itself is restricted only if it holds nothing else.
        """
        entries = list(self.folder.iterdir())
        ours = [path for path in entries if path.name.startswith(_NAME_PREFIXES)]
        for path in ours:
            restrict_to_owner(path)
        if len(ours) == len(entries):
            self.folder.chmod(self.folder.stat().st_mode & ~0o077)

    def clip_files(self) -> Iterator[Path]:
        """Yield the files of all clips, partly written ones included."""
        return (path for path in self.media.glob("*/*") if path.is_file())

    def result_folders(self) -> Iterator[Path]:
        """Yield the folders of all results."""
        return self.results.glob("*")

    def has_any(self) -> bool:
        """Whether the folder has at least one clip or result."""
        return next(self.clip_files(), None) is not None or (
            next(self.result_folders(), None) is not None
        )

    def clip_path(self, media: Media) -> Path:
        """Return the path of a clip.

        Raises
        ------
        StoreError
            The row holds an invalid hash or suffix.
        """
        if not SHA256.fullmatch(media.sha256) or not SUFFIX.fullmatch(media.suffix):
            raise StoreError("store.odd_clip_name")
        return self.media / media.sha256[:2] / f"{media.sha256}{media.suffix}"

    def refusal_picture(self, sha256: str, session: str) -> Path:
        """Return the path of the picture of what was found when a session's clip was refused.

        Raises
        ------
        StoreError
            The row holds an invalid hash or id.
        """
        if not SHA256.fullmatch(sha256):
            raise StoreError("store.odd_clip_name")
        return self.refused / f"{sha256}-{_checked_id(session)}.jpg"

    def result_folder(self, result: str) -> Path:
        """Return the folder of a result.

        Raises
        ------
        StoreError
            The row holds an invalid id.
        """
        return self.results / _checked_id(result)

    def add_clip(self, source: Path, name: str, *, share: bool = False) -> Media:
        """Add a clip to the store unless it is there already; ``source`` is left unchanged.

        Parameters
        ----------
        source
            The clip.
        name
            Its name as the person knows it.
        share
            Hard-link instead of copying where the disk allows it; only for a source that will not
            change any more. Call within ``adding``.

        Raises
        ------
        InputError
            The file cannot be read.
        ReadOnlyError
            The store cannot be written to.
        """
        if self.read_only:
            raise read_only_error()
        try:
            size, digest = source.stat().st_size, _sha256(source)
        except OSError as error:
            raise InputError("input.unreadable", path=name, why=why_refused(error)) from error
        existing = self._find_intact(digest, size)
        media = Media(digest, existing.suffix if existing else _safe_suffix(name), size, now())
        if existing is None:
            make_private_folder(self.clip_path(media).parent)
            with written_atomically(self.clip_path(media)) as part:
                _link_or_copy(source, part, share=share)
                restrict_to_owner(part)
        return media

    def add_result(self, folder: Path, result: str) -> None:
        """Move a finished folder into the store as a result. Call within ``adding``."""
        make_private_folder(self.results)
        restrict_to_owner(folder)
        replace_durably(folder, self.result_folder(result))

    def remove_result(self, result: str) -> None:
        """Remove a result that has no row."""
        shutil.rmtree(self.result_folder(result), ignore_errors=True)

    def _find_intact(self, digest: str, size: int) -> Path | None:
        """Return the stored clip with that hash if its content is intact."""
        for path in (self.media / digest[:2]).glob(f"{digest}.*"):
            if path.stat().st_size == size and _sha256(path) == digest:
                return path
        return None


def _link_or_copy(source: Path, part: Path, *, share: bool) -> None:
    if share:
        try:
            os.link(source, part)
        except OSError:  # across disks, or no hard links on this one
            shutil.copyfile(source, part)
    else:
        shutil.copyfile(source, part)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _checked_id(name: str) -> str:
    """Return an id from a row, which becomes part of a path."""
    if not ID.fullmatch(name):
        raise StoreError("store.odd_result_name")
    return name


def _safe_suffix(name: str) -> str:
    """Return the file name's suffix if it is safe to use, else ``.bin``."""
    suffix = Path(name).suffix.lower()
    return suffix if SUFFIX.fullmatch(suffix) else ".bin"
