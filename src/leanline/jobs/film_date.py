"""The date of a session, from its film."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from leanline.store import Session, Store
from leanline.video.recorded_at import read_recording_time


def use_film_date(store: Store, session: Session, clip: Path) -> None:
    """Date a session by the film's own metadata, unless a person entered the date.

    It is done by whoever analyses the clip, so that servers never open what was uploaded.

    Parameters
    ----------
    store
        Where the session is kept.
    session
        Dated by its file or upload, or by nothing known.
    clip
        Its film.
    """
    if session.date_source in ("film", "entered"):
        return
    found = read_recording_time(clip)
    if found.source == "film":
        store.sessions.update(replace(session, filmed_at=found.at, date_source="film"))
