"""Clips saved from live sessions, and their analysis afterwards."""

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
from leanline.registry.displays import LIVE_CLIP

SUFFIX: Final = ".mkv"
REPORT: Final = "report.html"
_RUN: Final = "from leanline.cli.app import main; main()"

State = Literal["none", "working", "done", "failed"]


@dataclass(frozen=True)
class Outcome:
    """How far the analysis of a clip is; ``numbers`` compare with the live ones."""

    state: State
    text: str = ""
    numbers: dict[str, float] = field(default_factory=dict)


class Clips:
    """The folder of saved clips; a result is in a folder of the clip's name beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._working: dict[str, asyncio.Task[Outcome]] = {}

    def new_path(self, mode: Mode) -> Path:
        """A name for a clip that begins now."""
        stamp = datetime.now(UTC).astimezone().strftime("%Y%m%d-%H%M%S")
        path = self.folder / f"{mode}-{stamp}{SUFFIX}"
        number = 1
        while path.exists():
            number += 1
            path = self.folder / f"{mode}-{stamp}-{number}{SUFFIX}"
        return path

    def find(self, name: str) -> Path | None:
        """The clip of that name (without suffix), if it is one of ours."""
        if not self.folder.is_dir():
            return None
        return next((p for p in self.folder.glob(f"*{SUFFIX}") if p.stem == name), None)

    def report(self, name: str) -> Path | None:
        """The page of the clip's result, if there is one."""
        clip = self.find(name)
        page = None if clip is None else clip.with_suffix("") / REPORT
        return page if page is not None and page.is_file() else None

    def begin(self, clip: Path) -> None:
        """Analyse a clip with the pipeline of ``leanline analyze``, in a process of its own."""
        if clip.stem not in self._working or self._working[clip.stem].done():
            self._working[clip.stem] = asyncio.create_task(_analysed(clip))

    async def outcome(self, clip: Path) -> Outcome:
        """How far its analysis is."""
        task = self._working.get(clip.stem)
        if task is not None:
            return task.result() if task.done() else Outcome("working")
        return _result(clip) or Outcome("none")

    async def close(self) -> None:
        """End what is still running."""
        for task in self._working.values():
            task.cancel()
        await asyncio.gather(*self._working.values(), return_exceptions=True)


async def _analysed(clip: Path) -> Outcome:
    folder = clip.with_suffix("")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _RUN, "analyze", str(clip), "-o", str(folder),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        raise
    if process.returncode == 0:
        return _result(clip) or Outcome("failed", "The result cannot be read.")
    text = said.decode("utf-8", "replace").replace("leanline: ", "").strip()
    return Outcome("failed", text or "The analysis stopped without a word.")


def _result(clip: Path) -> Outcome | None:
    file = clip.with_suffix("") / FILE_NAME
    if not file.is_file():
        return None
    metrics = json.loads(file.read_text(encoding="utf-8"))["metrics"]
    values = {name: metrics.get(name, {}).get("value") for name in LIVE_CLIP}
    return Outcome("done", "", {k: v for k, v in values.items() if isinstance(v, float | int)})
