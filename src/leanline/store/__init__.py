"""Persistent athletes, sessions and results, in SQLite in the user's folder or in PostgreSQL.

>>> from leanline.store import Store
>>> with Store.open("somewhere") as store:  # doctest: +SKIP
...     store.athletes.add("Ada", height_m=1.67)
"""

from leanline.store.errors import ConflictError, MissingError, StoreError
from leanline.store.records import (
    Athlete,
    CorrectionRecord,
    Job,
    JobState,
    Media,
    PlanRecord,
    PracticeLog,
    Session,
    WatchRun,
)
from leanline.store.sessions import NewClip
from leanline.store.store import Store

__all__ = [
    "Athlete",
    "ConflictError",
    "CorrectionRecord",
    "Job",
    "JobState",
    "Media",
    "MissingError",
    "NewClip",
    "PlanRecord",
    "PracticeLog",
    "Session",
    "Store",
    "StoreError",
    "WatchRun",
]
