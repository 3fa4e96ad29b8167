"""Agreement of a watch's numbers with those of clips filmed on the same day."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import numpy as np

from leanline.confidence import interval_half_width
from leanline.formats.watch_run import mean_over, running_share
from leanline.model import Array, Metric
from leanline.registry.displays import WATCH
from leanline.trends.change import SAME_SPEED_SHARE
from leanline.trends.session_data import SessionMeasurement

Basis = Literal["moment", "speed", "run"]

# Clocks of phones and watches agree, and a clip begins or ends with its stamp, to about this.
_CLOCK_TOLERANCE_S: Final = 30.0
_MIN_S: Final = 10.0


@dataclass(frozen=True, eq=False)
class WatchTrace:
    """What a watch recorded of a run.

    Parameters
    ----------
    started_at
        When the run started, aware.
    samples
        Arrays of one length by metric id, and ``time_s`` from the start.
    """

    started_at: datetime
    samples: Mapping[str, Array]


@dataclass(frozen=True)
class WatchAgreement:
    """One metric by video and by watch.

    Parameters
    ----------
    metric_id
        The metric.
    video
        What the clip says.
    watch
        The watch's value, in the metric's unit.
    basis
        Which of the watch's samples are meant: those at the moment of the clip, those at
        its speed, or the whole run.
    difference
        Video minus watch.
    allowed
        What the video alone may be off by: half its 95 % interval or its smallest
        detectable change, whichever is larger; None where neither is known.
    """

    metric_id: str
    video: Metric
    watch: float
    basis: Basis
    difference: float
    allowed: float | None

    @property
    def agrees(self) -> bool | None:
        """Whether the difference is within ``allowed``; None if that is unknown."""
        return None if self.allowed is None else abs(self.difference) <= self.allowed


def compare_with_watch(
    session: SessionMeasurement, trace: WatchTrace
) -> tuple[WatchAgreement, ...]:
    """Compare the metrics that both a clip and a watch measured.

    Parameters
    ----------
    session
        The clip.
    trace
        The run of the same day.

    Returns
    -------
    tuple of WatchAgreement
        Of the metrics that both measured.
    """
    if session.taken.activity != "running":
        return ()
    basis, weights = _select_samples(session, trace)
    found = []
    for name in WATCH:
        metric, values = session.metrics.get(name), trace.samples.get(name)
        if metric is None or values is None or not isinstance(metric.value, float):
            continue
        mean = mean_over(values, weights)
        difference = metric.value - mean
        if math.isfinite(difference):
            found.append(
                WatchAgreement(name, metric, mean, basis, difference, _allowed_error(metric))
            )
    return tuple(found)


def _select_samples(session: SessionMeasurement, trace: WatchTrace) -> tuple[Basis, Array]:
    """Weight the samples at the time of the clip, or else at its speed, or else the whole run."""
    time_s = trace.samples["time_s"]
    running = running_share(trace.samples)
    at_s = (session.at - trace.started_at).total_seconds()
    near = np.where(np.abs(time_s - at_s) <= _CLOCK_TOLERANCE_S, running, 0.0)
    if near.sum() >= _MIN_S:
        return "moment", near
    speed, speeds = session.taken.speed, trace.samples.get("speed_mps")
    if speed is not None and isinstance(speed.value, float) and speeds is not None:
        same_speed = np.abs(speeds - speed.value) <= SAME_SPEED_SHARE * speed.value
        at_speed = np.where(same_speed, running, 0.0)
        if at_speed.sum() >= _MIN_S:
            return "speed", at_speed
    return "run", running


def _allowed_error(metric: Metric) -> float | None:
    half = None if metric.ci95 is None else interval_half_width(metric.ci95)
    known = [value for value in (half, metric.sdc95) if value is not None]
    return max(known, default=None)
