"""Clips with truth, and what a pose network saw in them, kept in a cache."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from leanline.errors import LeanlineError
from leanline.formats.capture_npz import FILE_NAME, read_capture, write_capture
from leanline.model import Capture
from leanline.pose.blazepose import BlazePose
from leanline.settings import Settings

#: How a film is read: by either network, or as ``--quality fast`` does.
Reading = Literal["heavy", "full", "fast"]
NETWORKS: Final[tuple[Reading, ...]] = ("full", "heavy")

# The body of the demo clips, whose truth asks for no --height.
DEMO_HEIGHT_M: Final = 1.67


@dataclass(frozen=True)
class Clip:
    """One clip: its name, what was captured, its truth (metrics) and its joints (pictures)."""

    name: str
    folder: str
    capture: Capture
    truth: dict[str, Any]
    joints: dict[str, Any] | None

    @property
    def body(self) -> str:
        """The rendered body."""
        return str((self.joints or self.truth)["body"])

    @property
    def runner(self) -> str:
        """Whose motion it is: a captured person, or ``synthetic`` or ``standing``."""
        return runner_of(self.joints, self.truth)

    @property
    def is_running(self) -> bool:
        """Whether the truth holds a run."""
        return bool(self.truth.get("activity") == "running")

    @property
    def height_m(self) -> float:
        """Body height."""
        args = self.truth.get("args") or []
        return float(args[args.index("--height") + 1]) if "--height" in args else DEMO_HEIGHT_M


def runner_of(joints: dict[str, Any] | None, truth: dict[str, Any]) -> str:
    """The captured person of a clip: the motion's name without its take."""
    if joints is None:
        return "standing" if truth.get("activity") == "standing" else "rajagopal"
    if joints["mode"] != "real":
        return {"run": "synthetic", "stand": "standing"}[joints["mode"]]
    motion = joints["motion"]
    first = motion if isinstance(motion, str) else motion[0]
    return str(first).partition("_")[0]


def load(data: Path, folders: tuple[str, ...], cache: Path, reading: Reading) -> Iterator[Clip]:
    """All clips of the folders in which somebody is found."""
    for folder in folders:
        for film in sorted((data / folder).glob("*.mp4")):
            joints, truth = _json(film, "joints"), _json(film, "truth")
            if joints is None and (truth is None or "body" not in truth):
                continue
            capture = captured(film, cache, reading)
            if capture is not None:
                yield Clip(film.stem, folder, capture, truth or {}, joints)


def _json(film: Path, kind: str) -> dict[str, Any] | None:
    path = film.with_name(f"{film.stem}.{kind}.json")
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def captured(film: Path, cache: Path, reading: Reading) -> Capture | None:
    """Return the capture of a video, cached; None if it shows nobody."""
    kept = cache / reading / film.parent.name / film.stem
    nobody = kept / "nobody"
    if not (kept / FILE_NAME).exists() and not nobody.exists():
        kept.mkdir(parents=True, exist_ok=True)
        try:
            write_capture(_backend(reading).capture(film, _settings(reading), _quiet), kept)
        except LeanlineError as error:
            nobody.write_text(str(error), "utf-8")
    return None if nobody.exists() else read_capture(kept)


def _backend(reading: Reading) -> BlazePose:
    return BlazePose("full", half=True) if reading == "fast" else BlazePose(reading)


def _settings(reading: Reading) -> Settings:
    return Settings(quality="fast" if reading == "fast" else "best")


def _quiet(phase: str, share: float) -> None:
    del phase, share
