"""A clip, or a few seconds of it, with its lines drawn in, as a film to keep or share."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import Final

from leanline.errors import UsageError
from leanline.model import Analysis
from leanline.report.overlay import Part, write_overlay
from leanline.report.picture_geometry import build_scene
from leanline.store import Session
from leanline.web.services import Services

#: Longest part, seconds of the clip; a longer one takes too long to wait for.
MAX_S: Final = 6.0
#: Longest film of a whole clip, seconds; of a longer clip the part that was measured is drawn.
MAX_WHOLE_S: Final = 30.0
#: How many times slower a film may play.
MAX_TIMES: Final = 8.0
# Each uses a core or two: one at a time.
_DRAWING: Final = threading.Lock()


def short_film(services: Services, session: Session, part: Part, language: str) -> bytes:
    """Draw a part of a clip.

    Parameters
    ----------
    services
        Of the server.
    session
        The clip.
    part
        Which part, and how slow.
    language
        Of the words below the picture.

    Returns
    -------
    bytes
        An MP4 file.

    Raises
    ------
    UsageError
        The part is empty or too long.
    MissingError
        The clip is missing, or was not analysed.
    """
    length_s = part.end_s - part.start_s
    if not (part.start_s >= 0.0 and 0.0 < length_s <= MAX_S and 1.0 <= part.times <= MAX_TIMES):
        raise UsageError("film.part", max_s=MAX_S)
    return _draw(services, session, services.store.sessions.load_analysis(session), part, language)


def whole_film(services: Services, session: Session, language: str) -> bytes:
    """Draw a whole clip; of one over 30 s the measured part, and no more than 30 s of that.

    Parameters
    ----------
    services
        Of the server.
    session
        The clip.
    language
        Of the words below the picture.

    Returns
    -------
    bytes
        An MP4 file.

    Raises
    ------
    MissingError
        The clip is missing, or was not analysed.
    UsageError
        The clip has no pose in pixels.
    """
    analysis = services.store.sessions.load_analysis(session)
    part = None
    if analysis.video.duration_s > MAX_WHOLE_S:
        times = build_scene(analysis).pose.time_s
        first_s = float(times[0])
        part = Part(first_s, min(float(times[-1]), first_s + MAX_WHOLE_S), 1.0)
    return _draw(services, session, analysis, part, language)


def _draw(
    services: Services, session: Session, analysis: Analysis, part: Part | None, language: str
) -> bytes:
    clip = services.store.sessions.clip_path(session)
    with _DRAWING, tempfile.TemporaryDirectory(prefix="leanline-") as folder:
        out = Path(folder) / "film.mp4"
        write_overlay(clip, analysis, out, language=language, part=part)
        return out.read_bytes()
