"""How a job ends whose worker is gone, what the person is told, and whether it goes on by itself.

When the server ends (stopped, killed, a power cut), what it was doing starts again by itself.
When only the worker dies or hangs, the clip may be the reason: it is tried once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from leanline.store import JobState

MAX_TRIES: Final = 6
"""How often a job starts in all, whatever the reasons were."""
_MAX_OF_THE_CLIP: Final = 2
_SAFE: Final = "the clip is safe"


class Cause(StrEnum):
    """Why a worker is gone; the value is the job's ``error_type``."""

    SERVER_ENDED = "Interrupted"
    WORKER_DIED = "WorkerDied"
    WORKER_HUNG = "WorkerHung"
    OUT_OF_MEMORY = "OutOfMemory"


_BY_THE_CLIP: Final = frozenset({Cause.WORKER_DIED, Cause.WORKER_HUNG})


@dataclass(frozen=True)
class Ending:
    """The last values of a job."""

    state: JobState
    error: str
    hint: str
    error_type: str


def may_try_again(cause: Cause, before: Sequence[str]) -> bool:
    """Whether a job that was interrupted is queued again by itself.

    Parameters
    ----------
    cause
        Why the job was interrupted this time.
    before
        The causes for which the tries before it were interrupted.
    """
    if cause is Cause.OUT_OF_MEMORY or len(before) + 1 >= MAX_TRIES:
        return False
    by_the_clip = [one for one in (cause, *before) if one in _BY_THE_CLIP]
    return len(by_the_clip) < _MAX_OF_THE_CLIP


def ending(cause: Cause, clip: str, *, cancelled: bool, again: bool) -> Ending:
    """What is noted on a job whose worker is gone."""
    if cancelled:
        return Ending("cancelled", "The analysis was cancelled.", "", "CancelledError")
    if cause is Cause.OUT_OF_MEMORY:
        return Ending(
            "failed",
            f"The computer ran out of memory while it analysed {clip}.",
            f"Close other programs, film in 1080p instead of 4K or cut the clip; {_SAFE}.",
            cause,
        )
    return Ending("interrupted", _ERRORS[cause].format(clip=clip), _hint(cause, again), cause)


_ERRORS: Final = {
    Cause.SERVER_ENDED: "The analysis of {clip} was interrupted before it was done.",
    Cause.WORKER_DIED: "The program that analysed {clip} ended without a word.",
    Cause.WORKER_HUNG: "The program that analysed {clip} did not answer any more and was ended.",
}


def _hint(cause: Cause, again: bool) -> str:
    if again:
        return f"It is tried again from its start by itself; {_SAFE}."
    if cause in _BY_THE_CLIP:
        return f"It is not tried again by itself. Cut the clip or film in 1080p; {_SAFE}."
    return f"Start it again; {_SAFE}."
