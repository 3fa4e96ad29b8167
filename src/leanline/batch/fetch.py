"""Clips that are somewhere else: addresses such as ``s3://`` or ``smb://``, through fsspec."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from leanline.errors import InputError, why_refused
from leanline.redact import redacted, shown_address


def is_address(source: str) -> bool:
    """Whether ``source`` is an address and not a path."""
    return "://" in source


def as_text(path: str) -> str:
    """A path as text that can be written to any file; names of files are bytes to the system."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def shown(source: str) -> str:
    """A source as it may be written down: an address without password and signature.

    Bytes of a path that are no text become escapes.
    """
    return shown_address(source) if is_address(source) else as_text(source)


@contextmanager
def fetched(source: str) -> Iterator[Path]:
    """The clip as a file of this machine, for as long as the block runs.

    Raises
    ------
    InputError
        There is no such clip, or no way to it.
    OSError
        It could not be fetched this time.
    """
    if not is_address(source):
        yield Path(source)
        return
    with tempfile.TemporaryDirectory(prefix="leanline-") as folder:
        target = Path(folder) / (PurePosixPath(urlsplit(source).path).name or "clip")
        with opened(source) as remote, target.open("wb") as local:
            shutil.copyfileobj(remote, local, 1 << 20)
        yield target


@contextmanager
def opened(source: str) -> Iterator[Any]:
    """A file of any place, for reading bytes; the errors are those of ``fetched``."""
    import fsspec

    name = shown(source)
    try:
        with fsspec.open(source, "rb") as file:
            yield file
    except FileNotFoundError as error:
        raise InputError("address.missing", path=name) from error
    except (ImportError, ValueError) as error:
        raise InputError(
            "address.unreachable",
            path=name,
            why=why_refused(error).map_text(lambda text: redacted(text, source)),
        ) from error
