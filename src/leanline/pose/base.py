"""What every source of poses is to the rest of leanline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from leanline.model import Capture
from leanline.settings import Settings

Progress = Callable[[str, float], None]


class PoseBackend(Protocol):
    """A source of raw keypoints: networks on a video, a recorded track, a script.

    ``capture`` raises ``InputError`` for a file that cannot be read and ``NobodyError``
    when there is nobody in it. ``progress`` is called with a phase in words and the share
    done, 0 to 1; an exception raised in it stops the work.
    """

    @property
    def name(self) -> str:
        """What the provenance says, such as ``blazepose-full``."""
        ...

    def capture(self, path: Path, settings: Settings, progress: Progress) -> Capture:
        """Raw keypoints of the person to measure in ``path``."""
        ...
