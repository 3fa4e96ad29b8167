"""Clips saved from live sessions, and their later analysis."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from leanline.formats.analysis_json import FILE_NAME
from leanline.live.session import Mode
from leanline.reason import LEGACY, Reason
from leanline.registry.displays import LIVE_CLIP

SUFFIX: Final = ".mkv"
REPORT: Final = "report.html"
_RUN: Final = "from leanline.cli.app import main; main()"

State = Literal["none", "working", "done", "failed"]


@dataclass(frozen=True)
class ClipAnalysis:
    """How the analysis of a saved clip stands.

    Parameters
    ----------
    state
        Of the analysis.
    reason
        Why there are no numbers, or what is being done.
    numbers
        By metric, to be compared with the live ones.
    """

    state: State
    reason: Reason | None = None
    numbers: dict[str, float] = field(default_factory=dict)


class SavedClips:
    """The folder of saved clips; each result is in a folder beside its clip, with the same name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tasks: dict[str, asyncio.Task[ClipAnalysis]] = {}

    def new_path(self, mode: Mode) -> Path:
        """Return the path for a clip that starts at this moment."""
        stamp = datetime.now(UTC).astimezone().strftime("%Y%m%d-%H%M%S")
        path = self.folder / f"{mode}-{stamp}{SUFFIX}"
        number = 1
        while path.exists():
            number += 1
            path = self.folder / f"{mode}-{stamp}-{number}{SUFFIX}"
        return path

    def find(self, name: str) -> Path | None:
        """Return the saved clip with that name (without suffix), or None."""
        if not self.folder.is_dir():
            return None
        return next((p for p in self.folder.glob(f"*{SUFFIX}") if p.stem == name), None)

    def report(self, name: str) -> Path | None:
        """Return the report of a clip, or None."""
        clip = self.find(name)
        page = None if clip is None else clip.with_suffix("") / REPORT
        return page if page is not None and page.is_file() else None

    def start_analysis(self, clip: Path, language: str = "en") -> None:
        """Analyse a clip with ``leanline analyze`` in a subprocess, with a report in a language."""
        if clip.stem not in self._tasks or self._tasks[clip.stem].done():
            self._tasks[clip.stem] = asyncio.create_task(_analyse(clip, language))

    async def outcome(self, clip: Path) -> ClipAnalysis:
        """Return the state of a clip's analysis."""
        task = self._tasks.get(clip.stem)
        if task is not None:
            return task.result() if task.done() else ClipAnalysis("working")
        return _read_result(clip) or ClipAnalysis("none")

    async def close(self) -> None:
        """Stop all running analyses."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)


async def _analyse(clip: Path, language: str) -> ClipAnalysis:
    folder = clip.with_suffix("")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _RUN, "analyze", str(clip), "-o", str(folder), "--lang", language,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        _, stderr = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        raise
    if process.returncode == 0:
        return _read_result(clip) or ClipAnalysis("failed", Reason("live_page.result_unreadable"))
    text = stderr.decode("utf-8", "replace").replace("leanline: ", "").strip()
    reason = Reason(LEGACY, {"text": text}) if text else Reason("live_page.stopped")
    return ClipAnalysis("failed", reason)


def _read_result(clip: Path) -> ClipAnalysis | None:
    file = clip.with_suffix("") / FILE_NAME
    if not file.is_file():
        return None
    metrics = json.loads(file.read_text(encoding="utf-8"))["metrics"]
    values = {name: metrics.get(name, {}).get("value") for name in LIVE_CLIP}
    return ClipAnalysis(
        "done", None, {k: v for k, v in values.items() if isinstance(v, float | int)}
    )
