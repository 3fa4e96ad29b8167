"""A fake pose source that returns a given capture, for tests and examples."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leanline.model import Capture
from leanline.pose.base import Progress
from leanline.settings import Settings


@dataclass(frozen=True)
class FakeBackend:
    """A pose source that returns the same capture for any path.

    Parameters
    ----------
    result
        What it returns.
    name
        Its name.
    """

    result: Capture
    name: str = "scripted"

    def capture(self, path: Path, settings: Settings, progress: Progress) -> Capture:
        """Return the given capture, whatever the arguments."""
        del path, settings
        progress("playing_back", 1.0)
        return self.result
