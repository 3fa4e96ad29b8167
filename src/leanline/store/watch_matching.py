"""Runs of a watch beside the clips of the same days."""

from __future__ import annotations

from dataclasses import dataclass

from leanline.formats.fit import FitRun
from leanline.registry.displays import WATCH
from leanline.store.records import WatchRun, new_id
from leanline.store.store import Store
from leanline.trends.session_data import Measured
from leanline.trends.trend import day_of
from leanline.trends.watch import Agreement, WatchTrace, agreement


@dataclass(frozen=True)
class RunBeside:
    """A run, and how it agrees with each clip of its day that it has numbers in common with."""

    run: WatchRun
    clips: tuple[tuple[Measured, tuple[Agreement, ...]], ...]


def keep_run(store: Store, athlete_id: str, run: FitRun) -> WatchRun:
    """Take a run that was read from a file into an athlete's history.

    Raises
    ------
    ConflictError
        It is there already.
    MissingError
        There is no such athlete.
    """
    record = WatchRun(
        id=new_id(),
        athlete_id=athlete_id,
        name=run.name[:255],
        started_at=run.started_at,
        duration_s=run.duration_s,
        device=run.device,
        sport=run.sport[:100],
        sha256=run.sha256,
        means=dict(run.means),
    )
    return store.watch_runs.add(record, run.samples)


def runs_beside(store: Store, athlete_id: str, most: int = 20) -> tuple[RunBeside, ...]:
    """An athlete's newest runs, newest first."""
    runs = store.watch_runs.all(athlete_id)[-most:][::-1]
    history = store.sessions.history(athlete_id, WATCH) if runs else ()
    return tuple(_beside(store, run, history) for run in runs)


def _beside(store: Store, run: WatchRun, history: tuple[Measured, ...]) -> RunBeside:
    day = day_of(run.started_at)
    clips = [one for one in history if day_of(one.at) == day]
    if not clips:
        return RunBeside(run, ())
    trace = WatchTrace(run.started_at, store.watch_runs.samples(run.id))
    pairs = ((one, agreement(one, trace)) for one in clips)
    return RunBeside(run, tuple(pair for pair in pairs if pair[1]))
