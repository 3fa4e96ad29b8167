"""Which part of a watch's file is a run: sessions by sport and time, as in a triathlon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanline.formats.watch_messages import Fields, Messages
from leanline.model import Array

RUNNING: Final = "running"
#: Fields that watches record of nothing but steps.
DYNAMICS: Final = (
    "stance_time",
    "vertical_oscillation",
    "step_length",
    "stance_time_balance",
    "run_cadence",
)
_MIN_DYNAMICS_SHARE: Final = 0.2


@dataclass(frozen=True)
class Sports:
    """The run in a file.

    Parameters
    ----------
    name
        The sport in words, such as ``trail running``; empty if the file does not say.
    runs
        Start and end of each running session, seconds since 1970; None where the whole file is
        one.
    others
        The other sports in the file.
    """

    name: str
    runs: tuple[tuple[float, float], ...] | None
    others: tuple[str, ...]

    def inside(self, moments: Array) -> NDArray[np.bool_]:
        """Which moments (T,), seconds since 1970, belong to a run."""
        if self.runs is None:
            return np.ones(len(moments), dtype=bool)
        inside = np.zeros(len(moments), dtype=bool)
        for start, end in self.runs:
            inside |= (moments >= start) & (moments < end)
        return inside


def find_sports(messages: Messages) -> Sports:
    """The running sessions of a file; those of the laps where there are no sessions."""
    sessions = [m for m in messages.of("session") if _sport_of(m)]
    if not sessions:
        laps = [m for m in messages.of("lap") if _sport_of(m)]
        sessions = laps or [m for m in messages.of("sport") if _sport_of(m)][:1]
    names = [_sport_of(session) for session in sessions]
    running = [RUNNING in name for name in names]
    others = tuple(dict.fromkeys(name for name, run in zip(names, running, strict=True) if not run))
    if not any(running):
        return Sports(names[0] if names else "", None, others)
    name = names[running.index(True)]
    if all(running):
        return Sports(name, None, ())
    windows = _windows(sessions)
    runs = tuple(window for window, run in zip(windows, running, strict=True) if run)
    return Sports(name, runs, others)


def has_dynamics(records: Sequence[Fields]) -> bool:
    """Whether a good share of the records hold values that only running has."""
    with_steps = sum(any(record.get(field) for field in DYNAMICS) for record in records)
    return with_steps > _MIN_DYNAMICS_SHARE * max(len(records), 1)


def seconds(moment: object) -> float:
    """Seconds since 1970 of a time in a file; NaN if it is none."""
    if not isinstance(moment, datetime):
        return float("nan")
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.timestamp()


def _sport_of(message: Fields) -> str:
    if not message.get("sport"):
        return ""
    parts = [str(message[key]) for key in ("sport", "sub_sport") if message.get(key)]
    return " ".join(part for part in parts if part != "generic").replace("_", " ")


def _windows(sessions: Sequence[Fields]) -> list[tuple[float, float]]:
    """From when to when each session lasts; what is not said follows from its neighbours."""
    starts = [seconds(session.get("start_time")) for session in sessions]
    ends = [seconds(session.get("timestamp")) for session in sessions]
    spans = [_span(session) for session in sessions]
    windows: list[tuple[float, float]] = []
    for k, (start, end, span) in enumerate(zip(starts, ends, spans, strict=True)):
        # Some apps stamp all sessions with the time at which the file was written.
        until = start + span if np.isfinite(start + span) else end
        following = starts[k + 1] if k + 1 < len(starts) else float("nan")
        if np.isfinite(following) and not until <= following:
            until = following
        since = start if np.isfinite(start) else (windows[-1][1] if windows else -np.inf)
        windows.append((since, until if np.isfinite(until) else np.inf))
    return windows


def _span(session: Fields) -> float:
    value = session.get("total_elapsed_time")
    return float(value) if isinstance(value, int | float) and value > 0 else float("nan")
