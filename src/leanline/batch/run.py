"""The coordinator of a batch: hands out tasks, commits outcomes and finally writes the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from leanline.batch.dataset import write_dataset
from leanline.batch.engine import Engine, outcomes
from leanline.batch.journal import Journal
from leanline.batch.summary import write_summary
from leanline.batch.task import BatchClip, Outcome, Status
from leanline.formats.parquet import load_pyarrow

OnOutcome = Callable[[Outcome], None]


@dataclass(frozen=True)
class Tally:
    """How a run of a batch ended.

    Parameters
    ----------
    clips
        Number of clips.
    counts
        Number of outcomes of this run by status.
    """

    clips: int
    counts: Mapping[Status, int]

    @property
    def failed(self) -> int:
        """Number of clips without a result."""
        return self.counts.get("failed", 0)


def run(
    clips: Sequence[BatchClip],
    out: Path,
    engine: Engine,
    *,
    retries: int = 2,
    keep: bool = False,
    on_outcome: OnOutcome | None = None,
) -> Tally:
    """Analyse all clips into the folder ``out``.

    Each outcome is committed as it arrives, so a run that was killed resumes where it stopped. The
    tables and the summary page are written when the run ends, even if it is stopped early.

    Parameters
    ----------
    clips
        With different ids.
    out
        Folder of the results; created if missing.
    engine
        The workers.
    retries
        How often a clip is retried after its worker was lost or it failed unexpectedly.
    keep
        Whether to keep the files that ``leanline analyze`` would write for each clip.
    on_outcome
        Called with each outcome after it is committed; may raise to stop the run.

    Returns
    -------
    Tally
        Of this run; clips that were done before count as unchanged.

    Raises
    ------
    UsageError
        Another batch is writing to ``out``, or pyarrow is not installed.
    """
    load_pyarrow()  # rather now than after the last clip
    journal = Journal(out)
    counts: Counter[Status] = Counter()
    with journal.lock():
        tasks = [journal.task(clip, keep=keep) for clip in clips]
        try:
            with engine:
                for outcome in outcomes(engine, tasks, retries):
                    journal.commit(outcome)
                    counts[outcome.status] += 1
                    if on_outcome is not None:
                        on_outcome(outcome)
        finally:
            write_dataset(clips, journal)
            write_summary(clips, journal)
    return Tally(len(clips), counts)
