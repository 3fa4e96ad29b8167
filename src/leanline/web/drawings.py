"""What is drawn and worded of a result, kept for the next time the result is shown."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from leanline.model import Analysis
from leanline.report.html import Drawn
from leanline.report.model import ReportModel

_MAX_KEPT: Final = 32


@dataclass(frozen=True)
class Drawing:
    """A result in words and pictures; ``analysis`` is without its runner."""

    model: ReportModel
    charts: Mapping[str, Drawn]
    analysis: Analysis
    has_runner: bool


class Drawings:
    """The drawings that were asked for lately; a result never changes, only sessions do."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Drawing] = OrderedDict()
        self._turn = threading.Lock()

    def get(self, result: str, make: Callable[[], Drawing]) -> Drawing:
        """The drawing of a result."""
        with self._turn:
            found = self._kept.get(result)
        made = found or make()
        with self._turn:
            self._kept[result] = made
            self._kept.move_to_end(result)
            while len(self._kept) > _MAX_KEPT:
                self._kept.popitem(last=False)
        return made
