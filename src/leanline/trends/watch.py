"""A watch's numbers beside the video's of the same day, and whether they agree."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import numpy as np

from leanline.formats.fit import mean_over, running_share
from leanline.model import Array, Metric
from leanline.registry.displays import WATCH
from leanline.trends.change import SAME_SPEED_SHARE
from leanline.trends.session_data import Measured

Basis = Literal["moment", "speed", "run"]

# Clocks of phones and watches agree, and a clip begins or ends with its stamp, to about this.
_AROUND_S: Final = 30.0
_MIN_S: Final = 10.0


@dataclass(frozen=True)
class WatchTrace:
    """What a watch recorded of a run: samples by metric, ``time_s`` from the start."""

    started_at: datetime
    samples: Mapping[str, Array]


@dataclass(frozen=True)
class Agreement:
    """One metric by video and by watch.

    ``basis`` says which of the watch's samples are meant: those at the moment of the clip,
    those at its speed, or the whole run. ``allowed`` is what the video alone may be off by:
    half its 95 % interval or its smallest detectable change, whichever is larger.
    """

    metric_id: str
    video: Metric
    watch: float
    basis: Basis
    difference: float
    allowed: float | None

    @property
    def agrees(self) -> bool | None:
        """Whether they differ by no more than is allowed; None when that is not known."""
        return None if self.allowed is None else abs(self.difference) <= self.allowed


def agreement(session: Measured, trace: WatchTrace) -> tuple[Agreement, ...]:
    """The metrics that both a clip and a watch measured, one beside the other."""
    if session.taken.activity != "running":
        return ()
    basis, weights = _chosen(session, trace)
    found = []
    for name in WATCH:
        metric, values = session.metrics.get(name), trace.samples.get(name)
        if metric is None or values is None or not isinstance(metric.value, float):
            continue
        mean = mean_over(values, weights)
        difference = metric.value - mean
        if math.isfinite(difference):
            found.append(Agreement(name, metric, mean, basis, difference, _allowed(metric)))
    return tuple(found)


def _chosen(session: Measured, trace: WatchTrace) -> tuple[Basis, Array]:
    """Weights of the samples of the clip's own moment, or else of its speed, or else of all."""
    time_s = trace.samples["time_s"]
    running = running_share(trace.samples)
    at_s = (session.at - trace.started_at).total_seconds()
    near = np.where(np.abs(time_s - at_s) <= _AROUND_S, running, 0.0)
    if near.sum() >= _MIN_S:
        return "moment", near
    speed, speeds = session.taken.speed, trace.samples.get("speed_mps")
    if speed is not None and isinstance(speed.value, float) and speeds is not None:
        alike = np.abs(speeds - speed.value) <= SAME_SPEED_SHARE * speed.value
        like = np.where(alike, running, 0.0)
        if like.sum() >= _MIN_S:
            return "speed", like
    return "run", running


def _allowed(metric: Metric) -> float | None:
    half = None if metric.ci95 is None else 0.5 * (metric.ci95[1] - metric.ci95[0])
    known = [value for value in (half, metric.sdc95) if value is not None]
    return max(known, default=None)
