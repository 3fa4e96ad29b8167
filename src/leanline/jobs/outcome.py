"""How a job ends whose worker is gone, what the person is told, and whether it goes on by itself.

When the server ends (stopped, killed, a power cut), what it was doing starts again by itself.
When only the worker dies or hangs, the clip may be the reason: it is tried once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from leanline.reason import Reason
from leanline.store import JobState

MAX_TRIES: Final = 6
"""How often a job starts in all, whatever the reasons were."""
_MAX_OF_THE_CLIP: Final = 2


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
    reason: Reason
    error_type: str


def may_try_again(cause: Cause, before: Sequence[str]) -> bool:
    """Whether a job that was interrupted is queued again by itself.

    Parameters
    ----------
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
        return Ending("cancelled", Reason("job.cancelled"), "CancelledError")
    if cause is Cause.OUT_OF_MEMORY:
        return Ending("failed", Reason("job.out_of_memory", {"clip": clip}), cause)
    codes = _CODES[cause]
    return Ending("interrupted", Reason(codes[0 if again else 1], {"clip": clip}), cause)


# By cause: with another try, and without.
_CODES: Final = {
    Cause.SERVER_ENDED: ("job.server_ended_again", "job.server_ended"),
    Cause.WORKER_DIED: ("job.worker_died_again", "job.worker_died"),
    Cause.WORKER_HUNG: ("job.worker_hung_again", "job.worker_hung"),
}
