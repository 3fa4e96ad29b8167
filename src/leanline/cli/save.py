"""``leanline analyze --athlete``: saves the clip and its result to the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from leanline.errors import InputError, UsageError

if TYPE_CHECKING:
    from leanline.model import Analysis
    from leanline.pose.base import Progress
    from leanline.settings import Settings
    from leanline.store import Athlete, Store

# Settings that name other files, which would be missing when the clip is remeasured.
_UNSUPPORTED: Final = ("rear_clip", "keypoint_names", "weights")


@dataclass(frozen=True)
class SaveTarget:
    """Where to save clips and results.

    Parameters
    ----------
    athlete
        Name or id.
    data
        Location of the store; None for the default one.
    filmed_at
        When the clip was filmed, if a person said so.
    """

    athlete: str
    data: str | None
    filmed_at: datetime | None = None


def check_savable(settings: Settings, targets: Sequence[SaveTarget]) -> None:
    """Refuse before minutes are spent on an analysis what could not be saved after it.

    Parameters
    ----------
    settings
        What is known of the clip.
    targets
        Where to save it.

    Raises
    ------
    UsageError
        An option cannot be saved.
    MissingError
        There is no such athlete.
    """
    from leanline.store import Store

    values = settings.values()
    for name in _UNSUPPORTED:
        if values[name] is not None:
            raise UsageError("usage.not_with_athlete", setting=name)
    for target in targets:
        with Store.open(target.data) as store:
            store.athletes.find(target.athlete)


def analyse_and_save(
    source: Path, settings: Settings, keep: SaveTarget, progress: Progress | None
) -> Analysis:
    """Analyse a clip and save both for an athlete; a standing clip becomes a session too.

    Parameters
    ----------
    source
        The clip.
    settings
        What is known of it.
    keep
        Where to save.
    progress
        Called with a phase and the share done, 0 to 1; may raise to stop.

    Returns
    -------
    Analysis
        As saved.

    Raises
    ------
    UsageError
        An option cannot be saved.
    MissingError
        There is no such athlete.
    """
    from leanline.store import Store

    check_savable(settings, (keep,))
    with Store.open(keep.data) as store:
        athlete = store.athletes.find(keep.athlete)
        settings = settings.with_values(height_m=settings.clip.height_m or athlete.height_m)
        standing = None
        if (path := settings.companions.standing_clip) is not None:
            other = settings.of_another_clip()
            standing, standing_analysis = _analyse_and_save_clip(
                store, athlete, Path(path), other, progress
            )
            if standing_analysis.activity != "standing":
                store.delete_session(standing)
                raise UsageError("standing.not_standing", setting="standing_clip", path=path)
        return _analyse_and_save_clip(
            store, athlete, source, settings, progress, standing, filmed_at=keep.filmed_at
        )[1]


def _analyse_and_save_clip(
    store: Store,
    athlete: Athlete,
    source: Path,
    settings: Settings,
    progress: Progress | None,
    standing_id: str | None = None,
    *,
    filmed_at: datetime | None = None,
) -> tuple[str, Analysis]:
    """Analyse and save one clip; return the session's id and the analysis."""
    from leanline.jobs.inline import analyse_inline
    from leanline.pose.base import no_progress
    from leanline.store import NewClip
    from leanline.video.recorded_at import read_recording_time

    if not source.is_file():
        raise InputError("input.missing", path=source)
    stored_settings = {
        k: v for k, v in settings.values().items() if v is not None and k != "standing_clip"
    }
    filmed = read_recording_time(source)
    clip = NewClip(
        path=source,
        name=source.name,
        athlete_id=athlete.id,
        filmed_at=filmed.at if filmed_at is None else filmed_at,
        date_source=filmed.source if filmed_at is None else "entered",
        settings=stored_settings,
        standing_id=standing_id,
    )
    session, analysis = analyse_inline(store, clip, progress or no_progress)
    return session.id, analysis
