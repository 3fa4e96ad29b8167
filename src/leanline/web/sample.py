"""A sample result for people who have no clip yet: the bundled clip of a rendered figure."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import Final

from leanline.store import NewClip, Session
from leanline.web.services import Services

SAMPLE_NAME: Final = "sample.mp4"
_SETTINGS: Final = {"height_m": 1.67, "pose_model": "full"}


def sample_session(services: Services, note: str) -> Session:
    """Queue the analysis of the bundled clip, unless it is there.

    Parameters
    ----------
    services
        Of the server.
    note
        That the figure is no real runner, kept with the clip.

    Returns
    -------
    Session
        Of nobody, so that it counts in no runner's history.
    """
    for session in services.store.sessions.all(limit=_NEWEST):
        if is_sample(session):
            return session
    with as_file(files("leanline") / "assets" / "demo.mp4") as clip:
        new = NewClip(clip, SAMPLE_NAME, settings=_SETTINGS, notes=note)
        return services.queue.submit(new)[0]


def is_sample(session: Session) -> bool:
    """Whether a session is the sample, which pages must say."""
    return session.name == SAMPLE_NAME and session.athlete_id is None


# The sample is asked for while there are few clips.
_NEWEST: Final = 200
