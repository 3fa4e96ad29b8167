"""The journal of a batch: one atomically written file per finished clip.

A record's file name is derived from the clip's id, so there is at most one. It is written last,
after the result files it refers to.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from leanline.batch.task import BatchClip, ClipTask, Outcome
from leanline.errors import UsageError
from leanline.files import replace_durably, written_atomically
from leanline.reason import from_json, to_json
from leanline.store.locks import file_lock

DATASET: Final = "dataset"
_FOLDER: Final = ".batch"
_RESULTS: Final = "clips"
_VERSION: Final = 1


@dataclass(frozen=True)
class Journal:
    """The outcomes in an output folder; only the coordinator writes to it.

    Parameters
    ----------
    out
        The output folder.
    """

    out: Path

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Lock the output folder, and clean up after a batch that was killed.

        Raises
        ------
        UsageError
            Another batch is writing to the folder.
        """
        self._records.mkdir(parents=True, exist_ok=True)
        with file_lock(self.out / _FOLDER / "lock", wait_s=0.0) as held:
            if not held:
                raise UsageError("batch.in_use", path=self.out)
            self._clean_up()
            yield

    def task(self, clip: BatchClip, *, keep: bool) -> ClipTask:
        """Create a clip's task, with the fingerprint of its result if that is complete."""
        done = self.read(clip.id)
        up_to_date = done is not None and done.status in ("analysed", "nobody")
        if done is not None and keep and done.status == "analysed":
            up_to_date = self.result_folder(clip.id).is_dir()
        known = done.fingerprint if done is not None and up_to_date else ""
        return ClipTask(clip.id, clip.source, clip.settings, known, keep)

    def commit(self, outcome: Outcome) -> None:
        """Store an outcome durably."""
        if outcome.status == "unchanged":
            return
        if outcome.files:
            self._save_files(outcome)
        record = {"version": _VERSION, **_record_of(outcome)}
        text = json.dumps(record, allow_nan=False).encode()
        with written_atomically(self._record(outcome.task_id)) as part:
            part.write_bytes(gzip.compress(text, mtime=0))

    def read(self, clip_id: str) -> Outcome | None:
        """Return the outcome of a clip; None if there is none or it is unreadable."""
        try:
            record = json.loads(gzip.decompress(self._record(clip_id).read_bytes()))
            if record.pop("version") != _VERSION:
                return None
            problem = record["problem"]
            return Outcome(**{**record, "problem": problem and from_json(problem), "files": ()})
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            return None

    def result_folder(self, clip_id: str) -> Path:
        """Return the folder of a clip's result files."""
        return self.out / _RESULTS / _safe_name(clip_id)

    @property
    def _records(self) -> Path:
        return self.out / _FOLDER / "done"

    def _record(self, clip_id: str) -> Path:
        return self._records / f"{hashlib.sha256(clip_id.encode()).hexdigest()[:32]}.json.gz"

    def _save_files(self, outcome: Outcome) -> None:
        folder = self.result_folder(outcome.task_id)
        new, old = (self.out / _FOLDER / f"{name}-{folder.name}" for name in ("new", "old"))
        new.mkdir(parents=True)
        for name, content in outcome.files:
            with written_atomically(new / name) as part:
                part.write_bytes(content)
        replace_folder(new, folder, old)

    def _clean_up(self) -> None:
        for leftover in self._records.glob(".*"):
            leftover.unlink()
        scratch = self.out / _FOLDER
        for leftover in scratch.glob("old-*"):
            name = leftover.name.removeprefix("old-")
            original = self.out / name if name == DATASET else self.out / _RESULTS / name
            if not original.exists():  # killed between the two moves of ``replace_folder``
                leftover.rename(original)
        for leftover in scratch.glob("*-*"):
            shutil.rmtree(leftover, ignore_errors=True)


def replace_folder(new: Path, folder: Path, old: Path) -> None:
    """Replace a folder by another one; a crash leaves the old one or the new one.

    Parameters
    ----------
    new
        What takes its place.
    folder
        What is replaced; need not exist.
    old
        A free name on the same disk, where the old folder is meanwhile.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        folder.rename(old)
    replace_durably(new, folder)
    shutil.rmtree(old, ignore_errors=True)


def _safe_name(clip_id: str) -> str:
    """Return a unique folder name that is valid on every system."""
    plain = re.sub(r"[^\w.-]+", "_", clip_id).strip("._")[-80:]
    return f"{plain}-{hashlib.sha256(clip_id.encode()).hexdigest()[:8]}"


def _record_of(outcome: Outcome) -> dict[str, object]:
    problem = outcome.problem
    plain = asdict(replace(outcome, files=(), problem=None))
    return {**plain, "problem": None if problem is None else to_json(problem)}
