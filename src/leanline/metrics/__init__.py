"""From gait to numbers with intervals: one file for each family of metrics.

``leanline.metrics(track)`` measures a track: see ``leanline.metrics.of_track.metrics``.
"""

from __future__ import annotations

import sys
from types import ModuleType


class _Metrics(ModuleType):
    """The package can be called: its main function has its name in the public API."""

    def __call__(self, *args: object, **kwargs: object) -> object:
        from leanline.metrics.of_track import metrics

        return metrics(*args, **kwargs)  # type: ignore[arg-type]


sys.modules[__name__].__class__ = _Metrics
