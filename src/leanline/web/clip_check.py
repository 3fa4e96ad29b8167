"""The first look at a clip: what it is and whether it will do, before minutes are spent.

The clip is opened in a process of its own with limits on memory and time, so that a file made
to do harm, or one that hangs, does nothing to the server. That process is
``python -m leanline.web.clip_check FILE``; it prints JSON.
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
from leanline.reason import from_json, to_json
from leanline.web.problems import ProblemError
from leanline.web.settings import WebSettings

_MEMORY_BYTES: Final = 4 * 1024**3
_MAX_WAITING: Final = 50
_LOW_RATE_HZ: Final = 50.0
_SHORT_S: Final = 5.0
_SMALL_PX: Final = 700
_TRACKS: Final = frozenset({".trc", ".c3d", ".csv", ".parquet", ".json", ".h5", ".nc"})


@dataclass(frozen=True)
class ClipLook:
    """What the container says, and advice; ``usable`` is False when it will not be taken."""

    fps: float
    duration_s: float
    width: int
    height: int
    frames: int
    time_scale: float
    orientation: str
    usable: bool
    advice: tuple[str, ...]


class Looks:
    """Looks at clips, a few at once; the others wait their turn."""

    def __init__(self, at_once: int) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._waiting = 0

    async def look_at(self, path: Path, name: str, settings: WebSettings) -> ClipLook:
        """Look at a clip as soon as there is a turn.

        Raises
        ------
        ProblemError
            503 when too many wait already.
        """
        if self._waiting >= _MAX_WAITING:
            raise ProblemError(503, "upload.too_many_checks")
        self._waiting += 1
        try:
            async with self._turns:
                return await look_at(path, name, settings)
        finally:
            self._waiting -= 1


async def look_at(path: Path, name: str, settings: WebSettings) -> ClipLook:
    """Look at a clip in a process of its own.

    Raises
    ------
    InputError
        The file is no clip that can be read, or looking at it took too long; ``name`` is what
        the sentence calls it.
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
        said = json.loads(out)
    except (TimeoutError, ValueError) as error:
        raise InputError("upload.uncheckable", path=name) from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if "error" in said and Path(name).suffix.lower() in _TRACKS:
        raise InputError("upload.track", path=name, name=Path(name).name)
    if "error" in said:
        raise InputError.from_reason(from_json(said["error"])).map_text(
            lambda text: name if text == str(path) else text
        )
    return judged(said, settings.max_clip_s)


def judged(said: dict[str, float], max_s: float) -> ClipLook:
    """What the container says, with advice."""
    width, height = int(said["width"]), int(said["height"])
    orientation = "landscape" if width > height else "portrait" if height > width else "square"
    usable = said["duration_s"] <= max_s
    advice = tuple(_advice(said, max_s, orientation)) or ("The clip is as it should be.",)
    return ClipLook(
        round(said["fps"], 3),
        round(said["duration_s"], 3),
        width,
        height,
        int(said["frames"]),
        said["time_scale"],
        orientation,
        usable,
        advice,
    )


def _advice(said: dict[str, float], max_s: float, orientation: str) -> Iterator[str]:
    if said["duration_s"] > max_s:
        yield (
            f"The clip lasts {said['duration_s']:.0f} s; at most {max_s:.0f} s are taken. "
            "Cut it to the part with the runner."
        )
    rate = said["fps"] * said["time_scale"]
    if rate < _LOW_RATE_HZ:
        yield (
            f"{rate:.0f} frames a second is slow: contact times and landing angles will be "
            "rough. Film at 60 or more."
        )
    if said["duration_s"] / said["time_scale"] < _SHORT_S:
        yield "The clip is short. Film at least ten steps, about 5 seconds."
    if orientation == "portrait":
        yield (
            "The clip is upright. That is fine on a treadmill; to film somebody running past, "
            "hold the phone sideways."
        )
    if min(said["width"], said["height"]) < _SMALL_PX:
        yield "The picture is small. Film at 1280 × 720 or more, if the phone can."


def _limited() -> None:
    """Take memory and time limits, where the system has them."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (30, 40))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))


def _main(path: Path) -> str:
    from leanline.video.probe import probe

    _limited()
    try:
        return json.dumps(asdict(probe(path)))
    except LeanlineError as error:
        return json.dumps({"error": to_json(error.reason)})


if __name__ == "__main__":
    sys.stdout.write(_main(Path(sys.argv[1])))
