"""Runs of a watch in an athlete's history, beside what the clips of those days say."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from leanline.registry.displays import WATCH
from leanline.store import WatchRun
from leanline.store.records import new_id
from leanline.trends.trend import day_of
from leanline.trends.watch import Agreement, WatchTrace, agreement
from leanline.web.services import Services
from leanline.web.uploads import shown_name

_MAX_COUNT = 20
_CLIPS = 500


@dataclass(frozen=True)
class RunView:
    """A run, and how it agrees with the clips of its day."""

    run: WatchRun
    agreements: tuple[tuple[str, str, tuple[Agreement, ...]], ...]


def add_run(services: Services, athlete_id: str, name: str, data: bytes) -> WatchRun:
    """Read a ``.fit`` file and keep its run.

    Raises
    ------
    InputError
        The bytes are no run.
    ConflictError
        The run is there already.
    """
    from leanline.formats.fit import read_fit

    services.store.athletes.get(athlete_id)
    shown = shown_name(name)
    with tempfile.NamedTemporaryFile(suffix=".fit") as file:
        file.write(data)
        file.flush()
        found = read_fit(Path(file.name), shown)
    run = WatchRun(
        id=new_id(),
        athlete_id=athlete_id,
        name=shown,
        started_at=found.started_at,
        duration_s=found.duration_s,
        device=found.device,
        sport=found.sport,
        sha256=found.sha256,
        means=dict(found.means),
    )
    return services.store.watch_runs.add(run, found.samples)


def run_views(services: Services, athlete_id: str) -> tuple[RunView, ...]:
    """The newest runs with the clips of their days, newest first."""
    runs = services.store.watch_runs.all(athlete_id)[-_MAX_COUNT:]
    if not runs:
        return ()
    days = {day_of(run.started_at) for run in runs}
    history = services.store.sessions.history(athlete_id, WATCH, most=_CLIPS)
    filmed = [one for one in history if day_of(one.at) in days]
    views = []
    for run in reversed(runs):
        mine = [one for one in filmed if day_of(one.at) == day_of(run.started_at)]
        trace = WatchTrace(
            run.started_at, services.store.watch_runs.samples(run.id) if mine else {}
        )
        found = ((one.session_id, one.name, agreement(one, trace)) for one in mine)
        views.append(RunView(run, tuple(item for item in found if item[2])))
    return tuple(views)
