"""Check of an uploaded clip before minutes are spent on its analysis.

The clip is opened in a subprocess with limits on memory and time, so that a malicious file, or one
that hangs, cannot harm the server. The subprocess is ``python -m leanline.web.clip_check FILE``,
which prints JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from leanline.errors import InputError, LeanlineError
from leanline.reason import Reason, from_json, to_json
from leanline.web.problems import ProblemError
from leanline.web.settings import WebSettings
from leanline.workers.limits import limit_resources

_MEMORY_BYTES: Final = 4 * 1024**3
_CPU_S: Final = 30
_FILE_BYTES: Final = 1 << 20
_MAX_WAITING: Final = 50
_LOW_RATE_HZ: Final = 50.0
_SHORT_S: Final = 5.0
_SMALL_PX: Final = 700
_TRACKS: Final = frozenset({".trc", ".c3d", ".csv", ".parquet", ".json", ".h5", ".nc"})


@dataclass(frozen=True)
class ClipCheck:
    """What a clip is like, before it is uploaded.

    Parameters
    ----------
    fps
        Frames per second as played.
    duration_s
        As played.
    width, height
        Pixels, upright.
    frames
        How many there are.
    time_scale
        Slow-motion factor, if the file says.
    orientation
        ``landscape``, ``portrait`` or ``square``.
    usable
        False if the clip will not be accepted.
    advice
        What to mind, in sentences.
    """

    fps: float
    duration_s: float
    width: int
    height: int
    frames: int
    time_scale: float
    orientation: str
    usable: bool
    advice: tuple[Reason, ...]


class ClipChecker:
    """Checks a few clips at a time; further requests wait."""

    def __init__(self, at_once: int) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._waiting = 0

    async def check(self, path: Path, name: str, settings: WebSettings) -> ClipCheck:
        """Check a clip as soon as a slot is free.

        Raises
        ------
        ProblemError
            503 when too many requests are waiting.
        """
        if self._waiting >= _MAX_WAITING:
            raise ProblemError(503, "upload.too_many_checks")
        self._waiting += 1
        try:
            async with self._turns:
                return await check_clip(path, name, settings)
        finally:
            self._waiting -= 1


async def check_clip(path: Path, name: str, settings: WebSettings) -> ClipCheck:
    """Check a clip in a subprocess.

    Raises
    ------
    InputError
        The file is not a readable clip, or the check took too long; the message calls it
        ``name``.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "leanline.web.clip_check",
        str(path),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        out, _ = await asyncio.wait_for(process.communicate(), settings.check_timeout_s)
        properties = json.loads(out)
    except (TimeoutError, ValueError) as error:
        raise InputError("upload.uncheckable", path=name) from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if "error" in properties and Path(name).suffix.lower() in _TRACKS:
        raise InputError("upload.track", path=name, name=Path(name).name)
    if "error" in properties:
        reason = from_json(properties["error"])
        raise InputError.from_reason(reason).map_text(
            lambda text: name if text == str(path) else text
        )
    return assess(properties, settings.max_clip_s)


def assess(properties: dict[str, float], max_s: float) -> ClipCheck:
    """Judge a clip by the properties of its container.

    Parameters
    ----------
    properties
        From the child process that read them.
    max_s
        Longest clip that is accepted.

    Returns
    -------
    ClipCheck
        With advice.
    """
    width, height = int(properties["width"]), int(properties["height"])
    orientation = "landscape" if width > height else "portrait" if height > width else "square"
    usable = properties["duration_s"] <= max_s
    advice = tuple(_advice(properties, max_s, orientation)) or (Reason("clip_check.fine"),)
    return ClipCheck(
        round(properties["fps"], 3),
        round(properties["duration_s"], 3),
        width,
        height,
        int(properties["frames"]),
        properties["time_scale"],
        orientation,
        usable,
        advice,
    )


def _advice(properties: dict[str, float], max_s: float, orientation: str) -> Iterator[Reason]:
    duration_s = properties["duration_s"]
    if duration_s > max_s:
        yield Reason("clip_check.too_long", {"duration_s": duration_s, "limit_s": max_s})
    rate_hz = properties["fps"] * properties["time_scale"]
    if rate_hz < _LOW_RATE_HZ:
        yield Reason("clip_check.low_frame_rate", {"rate_hz": rate_hz})
    if duration_s / properties["time_scale"] < _SHORT_S:
        yield Reason("clip_check.short")
    if orientation == "portrait":
        yield Reason("clip_check.portrait")
    if min(properties["width"], properties["height"]) < _SMALL_PX:
        yield Reason("clip_check.small")


def _main(path: Path) -> str:
    from leanline.video.probe import probe

    limit_resources(memory_bytes=_MEMORY_BYTES, cpu_s=_CPU_S, file_bytes=_FILE_BYTES)
    try:
        return json.dumps(asdict(probe(path)))
    except LeanlineError as error:
        return json.dumps({"error": to_json(error.reason)})


if __name__ == "__main__":
    sys.stdout.write(_main(Path(sys.argv[1])))
