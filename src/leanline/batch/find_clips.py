"""The clips of a folder, here or at an address."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from leanline.batch.fetch import as_text, is_address, shown
from leanline.batch.task import Clip
from leanline.errors import InputError, why_refused
from leanline.redact import redacted
from leanline.settings import Settings

VIDEOS: Final = frozenset(
    f".{name}"
    for name in "3gp avi m2ts m4v mkv mov mp4 mpeg mpg mts ts webm wmv".split()  # noqa: SIM905
)
#: Tracks that are hardly ever anything else; tables and JSON are looked at when asked for.
TRACKS: Final = frozenset({".trc", ".c3d"})
_RESULT: Final = "analysis.json"


def clips_in(
    folder: str, options: Mapping[str, Any], *, also: frozenset[str] = frozenset()
) -> tuple[Clip, ...]:
    """Every clip in a folder and the folders in it, in the order of their names.

    Parameters
    ----------
    folder
        A path, or an address that fsspec knows.
    options
        What is known of all clips; see ``Settings``.
    also
        More suffixes to take, such as ``.csv``.

    Raises
    ------
    InputError
        There is no such folder, or no clip in it.
    """
    suffixes = VIDEOS | TRACKS | also
    found = _remote(folder, suffixes) if is_address(folder) else _local(Path(folder), suffixes)
    settings = Settings(**options)
    clips = tuple(Clip(name, source, settings) for name, source in sorted(found))
    if not clips:
        raise InputError("batch.no_clips", path=shown(folder), suffixes=tuple(sorted(suffixes)))
    return clips


def _local(folder: Path, suffixes: frozenset[str]) -> Iterator[tuple[str, str]]:
    for place, folders, names in os.walk(folder):
        if _RESULT in names:  # what leanline wrote is no clip
            folders.clear()
            continue
        folders[:] = [name for name in folders if not _hidden(Path(place) / name)]
        for name in names:
            path = Path(place) / name
            if path.suffix.lower() in suffixes and not name.startswith("."):
                yield as_text(path.relative_to(folder).as_posix()), str(path)


def _hidden(folder: Path) -> bool:
    """Not to be looked into: hidden, or where a batch writes."""
    return folder.name.startswith(".") or (folder / ".batch").is_dir()


def _remote(folder: str, suffixes: frozenset[str]) -> Iterator[tuple[str, str]]:
    import fsspec

    try:
        system, root = fsspec.core.url_to_fs(folder)
        paths = system.find(root)
    except (ImportError, ValueError, OSError) as error:
        raise InputError(
            "address.unreachable",
            path=shown(folder),
            why=why_refused(error).map_text(lambda text: redacted(text, folder)),
        ) from error
    for path in paths:
        inside = PurePosixPath(path).relative_to(root)
        if inside.suffix.lower() in suffixes and not any(p.startswith(".") for p in inside.parts):
            yield inside.as_posix(), f"{folder.rstrip('/')}/{inside.as_posix()}"
