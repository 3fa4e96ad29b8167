"""The coordinator: gives out tasks, commits outcomes, and writes the tables at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from leanline.batch.dataset import write_dataset
from leanline.batch.engine import Engine, outcomes
from leanline.batch.journal import Journal
from leanline.batch.summary import write_summary
from leanline.batch.task import Clip, Outcome, Status

Told = Callable[[Outcome], None]


@dataclass(frozen=True)
class Tally:
    """How many clips there are, and what became of those done in this run."""

    clips: int
    counts: Mapping[Status, int]

    @property
    def failed(self) -> int:
        """How many have no result."""
        return self.counts.get("failed", 0)


def run(
    clips: Sequence[Clip],
    out: Path,
    engine: Engine,
    *,
    retries: int = 2,
    keep: bool = False,
    told: Told | None = None,
) -> Tally:
    """Analyse all clips into ``out``.

    What is done is written down clip by clip, so that a run that was killed goes on where it
    was. The tables and the page are written when the run ends, also when it is stopped.

    Parameters
    ----------
    clips
        With different ids.
    out
        Folder of the results; created if missing.
    engine
        Who does the work.
    retries
        How often a clip is tried again after its worker was lost, or failed unexpectedly.
    keep
        Whether to keep the files of ``leanline analyze`` of each clip.
    told
        Called with each outcome once it is committed; may raise to stop.

    Raises
    ------
    UsageError
        Another batch writes to ``out``.
    """
    journal = Journal(out)
    counts: Counter[Status] = Counter()
    with journal.held():
        tasks = [journal.task(clip, keep=keep) for clip in clips]
        try:
            with engine:
                for outcome in outcomes(engine, tasks, retries):
                    journal.commit(outcome)
                    counts[outcome.status] += 1
                    if told is not None:
                        told(outcome)
        finally:
            write_dataset(clips, journal)
            write_summary(clips, journal)
    return Tally(len(clips), counts)
