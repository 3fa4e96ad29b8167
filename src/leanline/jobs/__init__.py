"""Analyses that wait, run and end: a durable queue and the workers that empty it."""

from leanline.jobs.queue import Queue

__all__ = ["Queue"]
