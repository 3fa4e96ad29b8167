"""The interface of pose sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from leanline.model import Capture
from leanline.settings import Settings

#: Called with the code of a phase and the share done, 0 to 1.
Progress = Callable[[str, float], None]


def no_progress(phase: str, share: float) -> None:
    """Report nothing; for callers without a progress display.

    Parameters
    ----------
    phase
        The code of what is being done.
    share
        How much of it is done, 0 to 1.
    """
    del phase, share


class PoseBackend(Protocol):
    """A source of raw keypoints: a network on a video, a recorded track, or a fake.

    ``capture`` raises ``InputError`` for an unreadable file and ``NobodyError`` if it shows nobody.
    An exception raised in ``progress`` stops the work.
    """

    @property
    def name(self) -> str:
        """Name for the provenance, such as ``blazepose-full``."""
        ...

    def capture(self, path: Path, settings: Settings, progress: Progress) -> Capture:
        """Return raw keypoints of the person to measure in ``path``."""
        ...
