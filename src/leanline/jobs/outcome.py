"""How a job ends when its worker is gone, and whether it is retried automatically.

When the server ends (stopped, killed, power cut), its jobs start again with the next server.
When only the worker dies or hangs, the clip may be the cause: the job is retried once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from leanline.reason import Reason
from leanline.store import JobState

MAX_TRIES: Final = 6
"""Maximum number of starts of a job, for whatever reasons it was interrupted."""
_MAX_CLIP_FAILURES: Final = 2


class Cause(StrEnum):
    """Why a worker is gone; the value becomes the job's ``error_type``."""

    SERVER_ENDED = "Interrupted"
    WORKER_DIED = "WorkerDied"
    WORKER_HUNG = "WorkerHung"
    OUT_OF_MEMORY = "OutOfMemory"


_CLIP_CAUSES: Final = frozenset({Cause.WORKER_DIED, Cause.WORKER_HUNG})


@dataclass(frozen=True)
class JobOutcome:
    """How a job ends.

    Parameters
    ----------
    state
        Its final state.
    reason
        For the message to the user.
    error_type
        Stands in the place of an error's class.
    """

    state: JobState
    reason: Reason
    error_type: str


def can_retry(cause: Cause, before: Sequence[str]) -> bool:
    """Decide whether an interrupted job is queued again automatically.

    Parameters
    ----------
    cause
        Why the job was interrupted this time.
    before
        Causes of the previous interruptions.

    Returns
    -------
    bool
        False when memory ran out, at the second death of a worker, or after ``MAX_TRIES``
        starts.
    """
    if cause is Cause.OUT_OF_MEMORY or len(before) + 1 >= MAX_TRIES:
        return False
    clip_failures = [cause for cause in (cause, *before) if cause in _CLIP_CAUSES]
    return len(clip_failures) < _MAX_CLIP_FAILURES


def job_outcome(cause: Cause, clip: str, *, cancelled: bool, again: bool) -> JobOutcome:
    """Decide how a job ends whose worker is gone.

    Parameters
    ----------
    cause
        Why the worker is gone.
    clip
        Name of the clip, for the message.
    cancelled
        Whether somebody had asked to cancel the job.
    again
        Whether it is queued again.

    Returns
    -------
    JobOutcome
        ``cancelled``, ``failed`` or ``interrupted``.
    """
    if cancelled:
        return JobOutcome("cancelled", Reason("job.cancelled"), "CancelledError")
    if cause is Cause.OUT_OF_MEMORY:
        return JobOutcome("failed", Reason("job.out_of_memory", {"clip": clip}), cause)
    retried, final = _CODES[cause]
    return JobOutcome("interrupted", Reason(retried if again else final, {"clip": clip}), cause)


# By cause: with another try, and without.
_CODES: Final = {
    Cause.SERVER_ENDED: ("job.server_ended_again", "job.server_ended"),
    Cause.WORKER_DIED: ("job.worker_died_again", "job.worker_died"),
    Cause.WORKER_HUNG: ("job.worker_hung_again", "job.worker_hung"),
}
