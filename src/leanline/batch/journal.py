"""What is done: one file for each clip, there whole or not at all.

The file's name follows from the clip's, so that no clip can be there twice; it is written
last, after the files to keep, so that what it promises is there.
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

from leanline.batch.task import Clip, Outcome, Task
from leanline.errors import UsageError
from leanline.files import replace_durably, written_atomically
from leanline.reason import from_json, to_json
from leanline.store.locks import file_lock

DATASET: Final = "dataset"
_FOLDER: Final = ".batch"
_KEPT: Final = "clips"
_VERSION: Final = 2


@dataclass(frozen=True)
class Journal:
    """The outcomes in an output folder; only the coordinator writes to it."""

    out: Path

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep others away from the folder, and clear what a killed one left behind.

        Raises
        ------
        UsageError
            Another batch writes to the folder.
        """
        self._records.mkdir(parents=True, exist_ok=True)
        with file_lock(self.out / _FOLDER / "lock", wait_s=0.0) as held:
            if not held:
                raise UsageError("batch.in_use", path=self.out)
            self._sweep()
            yield

    def task(self, clip: Clip, *, keep: bool) -> Task:
        """The task of a clip, which need not be done again if nothing has changed."""
        done = self.read(clip.id)
        good = done is not None and done.status in ("analysed", "nobody")
        if done is not None and keep and done.status == "analysed":
            good = self.kept(clip.id).is_dir()
        known = done.fingerprint if done is not None and good else ""
        return Task(clip.id, clip.source, clip.settings, known, keep)

    def commit(self, outcome: Outcome) -> None:
        """Write an outcome down, for good."""
        if outcome.status == "unchanged":
            return
        if outcome.files:
            self._keep(outcome)
        record = {"version": _VERSION, **_record_of(outcome)}
        text = json.dumps(record, allow_nan=False).encode()
        with written_atomically(self._record(outcome.task_id)) as part:
            part.write_bytes(gzip.compress(text, mtime=0))

    def read(self, clip_id: str) -> Outcome | None:
        """The outcome of a clip; None when there is none that can be read."""
        try:
            record = json.loads(gzip.decompress(self._record(clip_id).read_bytes()))
            if record.pop("version") != _VERSION:
                return None
            problem = record["problem"]
            return Outcome(**{**record, "problem": problem and from_json(problem), "files": ()})
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            return None

    def kept(self, clip_id: str) -> Path:
        """Where the files of a clip are kept."""
        return self.out / _KEPT / _safe(clip_id)

    @property
    def _records(self) -> Path:
        return self.out / _FOLDER / "done"

    def _record(self, clip_id: str) -> Path:
        return self._records / f"{hashlib.sha256(clip_id.encode()).hexdigest()[:32]}.json.gz"

    def _keep(self, outcome: Outcome) -> None:
        folder = self.kept(outcome.task_id)
        new, old = (self.out / _FOLDER / f"{name}-{folder.name}" for name in ("new", "old"))
        new.mkdir(parents=True)
        for name, content in outcome.files:
            with written_atomically(new / name) as part:
                part.write_bytes(content)
        replace_folder(new, folder, old)

    def _sweep(self) -> None:
        for left in self._records.glob(".*"):
            left.unlink()
        beside = self.out / _FOLDER
        for left in beside.glob("old-*"):
            name = left.name.removeprefix("old-")
            home = self.out / name if name == DATASET else self.out / _KEPT / name
            if not home.exists():  # killed between the two moves of ``replace_folder``
                left.rename(home)
        for left in beside.glob("*-*"):
            shutil.rmtree(left, ignore_errors=True)


def replace_folder(new: Path, folder: Path, old: Path) -> None:
    """Put ``new`` where ``folder`` is or is to be, by moves; ``old`` is a free name."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        folder.rename(old)
    replace_durably(new, folder)
    shutil.rmtree(old, ignore_errors=True)


def _safe(clip_id: str) -> str:
    """A folder's name that every system takes, and no other clip has."""
    plain = re.sub(r"[^\w.-]+", "_", clip_id).strip("._")[-80:]
    return f"{plain}-{hashlib.sha256(clip_id.encode()).hexdigest()[:8]}"


def _record_of(outcome: Outcome) -> dict[str, object]:
    problem = outcome.problem
    plain = asdict(replace(outcome, files=(), problem=None))
    return {**plain, "problem": None if problem is None else to_json(problem)}
