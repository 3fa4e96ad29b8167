"""Access to clips at addresses such as ``s3://`` or ``smb://``, through fsspec."""

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
    """Whether ``source`` is an address rather than a path."""
    return "://" in source


def to_text(path: str) -> str:
    """Convert a path to valid UTF-8; file names are arbitrary bytes to the system."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def display_source(source: str) -> str:
    """Return a source for display and storage: an address without password and signature.

    Bytes of a path that are not valid text become escapes.
    """
    return shown_address(source) if is_address(source) else to_text(source)


@contextmanager
def fetch(source: str) -> Iterator[Path]:
    """Provide a clip as a local file for the duration of the block.

    Parameters
    ----------
    source
        A path, or an address that fsspec supports.

    Yields
    ------
    Path
        The file itself, or a copy that is deleted afterwards.

    Raises
    ------
    InputError
        The clip does not exist or cannot be reached.
    OSError
        The transfer failed.
    """
    if not is_address(source):
        yield Path(source)
        return
    with tempfile.TemporaryDirectory(prefix="leanline-") as folder:
        target = Path(folder) / (PurePosixPath(urlsplit(source).path).name or "clip")
        with open_source(source) as remote, target.open("wb") as local:
            shutil.copyfileobj(remote, local, 1 << 20)
        yield target


@contextmanager
def open_source(source: str) -> Iterator[Any]:
    """Open a path or address for reading bytes; raises like ``fetch``."""
    import fsspec

    name = display_source(source)
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
