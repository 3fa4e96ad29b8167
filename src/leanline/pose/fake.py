"""A pose backend that plays back what it is given: for tests and examples."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leanline.model import Capture
from leanline.pose.base import Progress
from leanline.settings import Settings


@dataclass(frozen=True)
class Scripted:
    """Delivers ``result`` for whatever path."""

    result: Capture
    name: str = "scripted"

    def capture(self, path: Path, settings: Settings, progress: Progress) -> Capture:
        """The capture it was made with; the arguments are not looked at."""
        del path, settings
        progress("Playing back", 1.0)
        return self.result
