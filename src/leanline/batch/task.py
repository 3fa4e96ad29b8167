"""What goes to a worker and what comes back; the same whichever engine carries them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from leanline.reason import Reason
from leanline.settings import Settings
from leanline.wording.catalogue import hint, render

Cell: TypeAlias = Any  # text, number, truth or None: what JSON and Parquet can hold alike
Columns = Mapping[str, Sequence[Cell]]
Status = Literal["analysed", "nobody", "failed", "unchanged"]

#: The settings that name a file beside the clip: a path or an address (``names`` a title too).
FILES: Final = ("standing", "rear", "names", "weights")
ANALYSER: Final = "leanline.batch.analyze_task:work"


@dataclass(frozen=True)
class Clip:
    """One clip of a batch and what is known of it.

    ``id`` names it in every table; ``source`` is a path or an address such as
    ``s3://bucket/run.mp4``; ``extra`` are the person's own columns, carried along.
    """

    id: str
    source: str
    settings: Settings
    athlete: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """One clip to analyse.

    Parameters
    ----------
    known
        Fingerprint of the result that is there already; empty for none.
    keep
        Whether the files of ``leanline analyze`` are wanted too.
    """

    id: str
    source: str
    settings: Settings
    known: str = ""
    keep: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a task.

    Parameters
    ----------
    fingerprint
        Of input, settings and version: an equal one need not be analysed again.
    facts
        The clip's row in the table ``clips``, as far as the worker knows it.
    tables
        Its rows in the other tables, by columns.
    problem
        Why there are no numbers; None where there are.
    again
        Whether another try may go better.
    files
        Names and contents of the files to keep.
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


Analyser = Callable[[Task], Outcome]


def analyser_of(name: str) -> Analyser:
    """The function that ``module:function`` names."""
    module, _, function = name.partition(":")
    found: Analyser = getattr(importlib.import_module(module), function)
    return found
