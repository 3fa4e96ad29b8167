"""Runs recorded by a watch: received as files, shown with the clips of the same day."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from leanline.reason import Reason
from leanline.store import WatchRun
from leanline.store import watch_matching as matching
from leanline.web.services import Services
from leanline.web.uploads import display_name

# A page looks through this many clips at most; more belong to runs that it no longer lists.
MAX_CLIPS: Final = 500


def add_run(
    services: Services, athlete_id: str, name: str, data: bytes
) -> tuple[WatchRun, tuple[Reason, ...]]:
    """Read a watch's file and add its run to the athlete's history.

    Parameters
    ----------
    services
        Of the server.
    athlete_id
        Who ran.
    name
        The user's name for the file.
    data
        Its content.

    Returns
    -------
    tuple of WatchRun and tuple of Reason
        As stored, and what is odd about the file.

    Raises
    ------
    InputError
        The bytes are not a run.
    ConflictError
        The athlete has this run already.
    """
    from leanline.formats.watch_run import read_watch_run

    services.store.athletes.get(athlete_id)
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        found = read_watch_run(Path(file.name), display_name(name))
    run = matching.save_run(services.store, athlete_id, found)
    return run, tuple(note.reason for note in found.notes)


def newest_runs(services: Services, athlete_id: str) -> tuple[matching.MatchedRun, ...]:
    """The newest runs with the clips of their days.

    Parameters
    ----------
    services
        Of the server.
    athlete_id
        Who ran.

    Returns
    -------
    tuple of MatchedRun
        Newest first.
    """
    return matching.match_runs(services.store, athlete_id, max_clips=MAX_CLIPS)
