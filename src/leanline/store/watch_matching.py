"""Matching of watch runs with the clips filmed on the same day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from leanline.formats.watch_run import RecordedRun
from leanline.registry.displays import WATCH
from leanline.store.records import WatchRun, new_id
from leanline.store.store import Store
from leanline.trends.session_data import SessionMeasurement
from leanline.trends.trend import local_day
from leanline.trends.watch import WatchAgreement, WatchTrace, compare_with_watch

MAX_RUNS: Final = 20


@dataclass(frozen=True)
class MatchedRun:
    """A run and the clips of the same day that share a metric with it.

    Parameters
    ----------
    run
        The run.
    clips
        Each clip with its agreement, metric by metric.
    """

    run: WatchRun
    clips: tuple[tuple[SessionMeasurement, tuple[WatchAgreement, ...]], ...]


def save_run(store: Store, athlete_id: str, run: RecordedRun) -> WatchRun:
    """Add a run read from a file to an athlete's history.

    Parameters
    ----------
    store
        Where to keep it.
    athlete_id
        Who ran.
    run
        From ``formats.watch_run``.

    Returns
    -------
    WatchRun
        As it was stored.

    Raises
    ------
    ConflictError
        The athlete has this run already.
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


def match_runs(
    store: Store, athlete_id: str, *, max_runs: int = MAX_RUNS, max_clips: int | None = None
) -> tuple[MatchedRun, ...]:
    """Return an athlete's latest runs with the clips they match.

    Parameters
    ----------
    store
        Where both are kept.
    athlete_id
        Whose.
    max_runs
        How many runs at most, the newest ones.
    max_clips
        How many of the newest clips to look through; all when None.

    Returns
    -------
    tuple of MatchedRun
        Newest first.
    """
    runs = store.watch_runs.all(athlete_id)[-max_runs:][::-1]
    history = store.sessions.history(athlete_id, WATCH, limit=max_clips) if runs else ()
    return tuple(_match_run(store, run, history) for run in runs)


def _match_run(store: Store, run: WatchRun, history: tuple[SessionMeasurement, ...]) -> MatchedRun:
    day = local_day(run.started_at)
    clips = [clip for clip in history if local_day(clip.at) == day]
    if not clips:
        return MatchedRun(run, ())
    trace = WatchTrace(run.started_at, store.watch_runs.samples(run.id))
    pairs = ((clip, compare_with_watch(clip, trace)) for clip in clips)
    return MatchedRun(run, tuple(pair for pair in pairs if pair[1]))
