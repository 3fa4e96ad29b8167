"""Tasks and outcomes, which look the same to every engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from leanline.reason import Reason
from leanline.settings import Settings
from leanline.wording.catalogue import hint, render

Cell: TypeAlias = Any  # str, float, int, bool or None: what JSON and Parquet have in common
Columns = Mapping[str, Sequence[Cell]]
Status = Literal["analysed", "nobody", "failed", "unchanged"]

#: Settings that name a file: a path or an address (``keypoint_names`` may also be a title).
FILES: Final = ("standing_clip", "rear_clip", "keypoint_names", "weights")
ANALYSER: Final = "leanline.batch.analyze_task:run_task"


@dataclass(frozen=True)
class BatchClip:
    """One clip of a batch.

    Parameters
    ----------
    id
        Identifies it in every table.
    source
        A path, or an address such as ``s3://bucket/run.mp4``.
    settings
        What is known of it.
    athlete
        Whose it is; None if nobody's.
    extra
        Custom columns of the manifest.
    """

    id: str
    source: str
    settings: Settings
    athlete: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ClipTask:
    """One clip to analyse.

    Parameters
    ----------
    id
        Name of the clip in the tables, unique.
    source
        Path or address of the clip.
    settings
        What is known of it.
    known
        Fingerprint of the existing result; empty if there is none.
    keep
        Whether to return the files that ``leanline analyze`` would write.
    """

    id: str
    source: str
    settings: Settings
    known: str = ""
    keep: bool = False


@dataclass(frozen=True)
class Outcome:
    """The outcome of a task.

    Parameters
    ----------
    task_id
        The task's id.
    status
        How it ended.
    fingerprint
        Hash of input, settings and version; an equal one need not be analysed again.
    facts
        The clip's row in the table ``clips``, as far as the worker knows it.
    tables
        The clip's rows in the other tables, by column.
    problem
        Why there are no numbers; None where there are.
    again
        Whether a retry may succeed.
    files
        Names and contents of the result files.
    """

    task_id: str
    status: Status
    fingerprint: str = ""
    facts: Mapping[str, Cell] = field(default_factory=dict)
    tables: Mapping[str, Columns] = field(default_factory=dict)
    problem: Reason | None = None
    again: bool = False
    files: tuple[tuple[str, bytes], ...] = ()

    @property
    def reason(self) -> str:
        """Why there are no numbers, in English; empty where there are."""
        return "" if self.problem is None else render(self.problem)

    @property
    def hint(self) -> str:
        """What to do about it, in English; empty where nothing is known."""
        return "" if self.problem is None else hint(self.problem)


Analyser = Callable[[ClipTask], Outcome]
