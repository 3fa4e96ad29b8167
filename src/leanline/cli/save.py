"""``leanline analyze --athlete``: the clip and its result go into the store."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from leanline.errors import InputError, UsageError

if TYPE_CHECKING:
    from leanline.cli.run_inputs import OnProgress, SaveTarget
    from leanline.model import Analysis
    from leanline.settings import Settings
    from leanline.store import Athlete, Store

# What names another file, which would not be in the store when the clip is measured again.
_NOT_KEPT: Final = ("rear", "names", "weights")


def analyse_and_keep(
    source: Path, settings: Settings, keep: SaveTarget, progress: OnProgress | None
) -> Analysis:
    """Analyse a clip and keep both for an athlete; a standing clip becomes a session too.

    Raises
    ------
    UsageError
        An option that cannot be kept.
    MissingError
        There is no such athlete.
    """
    from leanline.store import Store

    for name in _NOT_KEPT:
        if getattr(settings, name) is not None:
            raise UsageError("usage.not_with_athlete", setting=name)
    with Store.open(keep.data) as store:
        athlete = store.athletes.find(keep.athlete)
        settings = replace(settings, height_m=settings.height_m or athlete.height_m)
        standing = None
        if settings.standing is not None:
            other = settings.of_another_clip()
            standing, shown = _kept(store, athlete, Path(settings.standing), other, progress)
            if shown.activity != "standing":
                store.delete_session(standing)
                raise UsageError(
                    "standing.not_standing", setting="standing", path=settings.standing
                )
        return _kept(store, athlete, source, settings, progress, standing)[1]


def _kept(
    store: Store,
    athlete: Athlete,
    source: Path,
    settings: Settings,
    progress: OnProgress | None,
    standing_id: str | None = None,
) -> tuple[str, Analysis]:
    """The id of the session and the analysis of a clip that was kept."""
    from leanline.jobs.inline import analyse_inline
    from leanline.store import NewClip
    from leanline.video.recorded_at import filmed_at

    if not source.is_file():
        raise InputError("input.missing", path=source)
    said = {k: v for k, v in asdict(settings).items() if v is not None and k != "standing"}
    clip = NewClip(
        path=source,
        name=source.name,
        athlete_id=athlete.id,
        filmed_at=filmed_at(source),
        settings=said,
        standing_id=standing_id,
    )
    session, analysis = analyse_inline(store, clip, progress or _quiet)
    return session.id, analysis


def _quiet(phase: str, share: float) -> None:
    del phase, share
