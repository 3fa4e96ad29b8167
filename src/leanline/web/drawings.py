"""Cache of the rendered texts and charts of recent results."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from leanline.model import Analysis
from leanline.report.html import ChartMarkup
from leanline.report.model import ReportModel

_MAX_KEPT: Final = 32
#: A result and the language that it is shown in.
Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class Drawing:
    """The texts and charts of a result.

    Parameters
    ----------
    model
        The texts.
    charts
        By id.
    analysis
        Without its runner.
    has_runner
        Whether the result has one, and so pictures over time.
    """

    model: ReportModel
    charts: Mapping[str, ChartMarkup]
    analysis: Analysis
    has_runner: bool


class Drawings:
    """An LRU cache of drawings; results never change, so entries never become stale."""

    def __init__(self) -> None:
        self._drawings: OrderedDict[Key, Drawing] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key, make: Callable[[], Drawing]) -> Drawing:
        """Return the drawing of a result in a language."""
        with self._lock:
            found = self._drawings.get(key)
        made = found or make()
        with self._lock:
            self._drawings[key] = made
            self._drawings.move_to_end(key)
            while len(self._drawings) > _MAX_KEPT:
                self._drawings.popitem(last=False)
        return made
