"""Analyses that wait, run and end: a durable queue and the workers that empty it."""

from leanline.jobs.correct import correct, measure_again, uncorrect
from leanline.jobs.limits import Limits
from leanline.jobs.queue import Queue
from leanline.jobs.supervisor import Supervisor, recover

__all__ = [
    "Limits",
    "Queue",
    "Supervisor",
    "correct",
    "measure_again",
    "recover",
    "uncorrect",
]
