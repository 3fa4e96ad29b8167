"""Search for clips in a folder, local or at an address."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from leanline.batch.fetch import display_source, is_address, to_text
from leanline.batch.task import BatchClip
from leanline.errors import InputError, why_refused
from leanline.redact import redacted
from leanline.settings import Settings

VIDEOS: Final = frozenset(
    f".{name}"
    for name in "3gp avi m2ts m4v mkv mov mp4 mpeg mpg mts ts webm wmv".split()  # noqa: SIM905
)
#: Track formats taken by default; CSV and JSON usually hold something else.
TRACKS: Final = frozenset({".trc", ".c3d"})
_RESULT: Final = "analysis.json"


def find_clips(
    folder: str, options: Mapping[str, Any], *, also: frozenset[str] = frozenset()
) -> tuple[BatchClip, ...]:
    """Find every clip in a folder and its subfolders, sorted by name.

    Parameters
    ----------
    folder
        A path, or an address that fsspec supports.
    options
        Settings that apply to all clips; see ``Settings``.
    also
        Additional suffixes, such as ``.csv``.

    Returns
    -------
    tuple of BatchClip
        At least one; results, hidden files and outputs of batches are left out.

    Raises
    ------
    InputError
        The folder does not exist, or holds no clips.
    """
    suffixes = VIDEOS | TRACKS | also
    found = (
        _find_remote(folder, suffixes)
        if is_address(folder)
        else _find_local(Path(folder), suffixes)
    )
    settings = Settings(**options)
    clips = tuple(BatchClip(name, source, settings) for name, source in sorted(found))
    if not clips:
        raise InputError(
            "batch.no_clips", path=display_source(folder), suffixes=tuple(sorted(suffixes))
        )
    return clips


def _find_local(folder: Path, suffixes: frozenset[str]) -> Iterator[tuple[str, str]]:
    for parent, folders, names in os.walk(folder):
        if _RESULT in names:  # a result of leanline's holds no clips to analyse
            folders.clear()
            continue
        folders[:] = [name for name in folders if not _is_excluded(Path(parent) / name)]
        for name in names:
            path = Path(parent) / name
            if path.suffix.lower() in suffixes and not name.startswith("."):
                yield to_text(path.relative_to(folder).as_posix()), str(path)


def _is_excluded(folder: Path) -> bool:
    """Whether to skip a folder: hidden, or the output of a batch."""
    return folder.name.startswith(".") or (folder / ".batch").is_dir()


def _find_remote(folder: str, suffixes: frozenset[str]) -> Iterator[tuple[str, str]]:
    import fsspec

    try:
        system, root = fsspec.core.url_to_fs(folder)
        paths = system.find(root)
    except (ImportError, ValueError, OSError) as error:
        raise InputError(
            "address.unreachable",
            path=display_source(folder),
            why=why_refused(error).map_text(lambda text: redacted(text, folder)),
        ) from error
    for path in paths:
        relative = PurePosixPath(path).relative_to(root)
        if relative.suffix.lower() in suffixes and not any(
            p.startswith(".") for p in relative.parts
        ):
            yield relative.as_posix(), f"{folder.rstrip('/')}/{relative.as_posix()}"
