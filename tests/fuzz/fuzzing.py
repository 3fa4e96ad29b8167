"""How many examples, and what may come out."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st

from leanline.errors import LeanlineError

TIMES: Final = int(os.environ.get("LEANLINE_FUZZ", "1"))
SEEDS: Final = st.integers(0, 2**32 - 1)


def examples(count: int) -> settings:
    """``count`` examples that are always the same, or many times as many new ones."""
    return settings(max_examples=count * TIMES, derandomize=TIMES == 1)


def told(read: Callable[[Path], object], path: Path, name: str = "") -> LeanlineError | None:
    """The refusal, which must be a sentence with the file's name; None when it could be read.

    Whatever else is raised goes on, and is a failure.
    """
    error = refusal(lambda: read(path))
    if error is not None:
        assert (name or path.name) in str(error)
    return error


def refusal(read: Callable[[], object], *, hint: bool = True) -> LeanlineError | None:
    """The refusal, which must be a sentence with a hint; None when there is none."""
    refused = None
    try:
        read()
    except LeanlineError as error:
        refused = error
    if refused is not None:
        assert str(refused).endswith((".", "?"))
        assert refused.hint or not hint
    return refused
