"""What a watch's file says, in the terms of ``.fit``, whatever its format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from leanline.model import AnalysisWarning

Fields = Mapping[str, Any]
#: Messages that say something about a run.
KINDS: Final = ("record", "session", "lap", "sport", "file_id")


@dataclass(frozen=True)
class Messages:
    """What a file says, message by message.

    Parameters
    ----------
    by_kind
        Messages by kind, in the order of the file.
    notes
        What is odd about the file.
    """

    by_kind: Mapping[str, Sequence[Fields]]
    notes: tuple[AnalysisWarning, ...]

    def of(self, kind: str) -> Sequence[Fields]:
        """The messages of one kind."""
        return self.by_kind.get(kind, ())
