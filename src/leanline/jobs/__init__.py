"""A durable queue of analyses, and the workers that process it."""

from leanline.jobs.correct import correct, remeasure, undo_correction
from leanline.jobs.limits import Limits
from leanline.jobs.queue import Queue
from leanline.jobs.supervisor import Supervisor, recover

__all__ = [
    "Limits",
    "Queue",
    "Supervisor",
    "correct",
    "recover",
    "remeasure",
    "undo_correction",
]
