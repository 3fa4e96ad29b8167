"""Leans of real people with optical markers, posture by posture.

    python -m validation.real_people ../shared/data --cache /tmp/captures

Reads ``real_markers`` (never used for fitting) and writes ``validation/REAL_PEOPLE.md``: how far
body, leg and trunk line are off, as the networks show them and at the joint centres of leanline.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from leanline import __version__
from leanline.camera.derotate import rotate
from leanline.metrics.geometry import lean_deg
from leanline.model import Array, Capture, PoseTrack
from leanline.runner.prepare import mirror, prepare
from tools.profiles.clips import NETWORKS, captured
from validation.tables import markdown

HERE: Final = Path(__file__).parent
LINES: Final = ("body", "leg", "trunk")
# Postures by the true trunk lean; arms count as raised when a wrist is this far up from the hips
# to the shoulders.
TALL_DEG, LEANING_DEG, ARMS_RAISED = 3.0, 8.0, 0.75
SAME_FRAME_S: Final = 0.02
MIN_FRAMES: Final = 5
HEAD: Final = """# Real people with markers (leanline {version})

Made by `python -m validation.real_people` from clips of three people in motion laboratories,
which no fit has seen: one 6 to 17 degrees off the side; two others, 52 to 55 degrees off, are taken
as seen from in front and not measured. Errors are measured less true, means over a posture,
in degrees, against joint centres estimated from markers (body and leg line to 0.7 degrees, trunk
to 0.9, in common; differences between postures are far better known). `network` are the keypoints
as the network shows them, `leanline` the joint centres that are measured.
"""


@dataclass(frozen=True)
class Frame:
    """One frame: who, in which posture, and the errors of the three lines each way."""

    person: str
    posture: str
    network: Array
    leanline: Array


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    options = parser.parse_args()
    lines = [HEAD.format(version=__version__)]
    for network in NETWORKS:
        frames = []
        for path in sorted((options.data / "real_markers").glob("*.joints.json")):
            joints = json.loads(path.read_text("utf-8"))
            film = path.with_name(path.name.replace(".joints.json", ".mp4"))
            capture = captured(film, options.cache, network)
            if capture is not None:
                frames += list(frames_of(capture, joints))
        lines += [f"## {network}", "", *table(frames), ""]
    (HERE / "REAL_PEOPLE.md").write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


def frames_of(capture: Capture, joints: dict[str, Any]) -> Iterator[Frame]:
    """Errors of every upright frame that has markers."""
    runner = prepare(capture)
    if runner.direction != joints["direction"]:
        return
    raw = mirror(capture.pose) if runner.direction == "left" else capture.pose
    times = np.array([frame["t"] for frame in joints["frames"]])
    network, measured = (_leans(track, joints) for track in (raw, runner.seen or runner.pose))
    for k, time_s in enumerate(capture.pose.time_s):
        i = int(np.abs(times - time_s).argmin())
        frame = joints["frames"][i]
        if abs(times[i] - time_s) > SAME_FRAME_S or not frame["upright"]:
            continue
        true = np.array([(frame.get("lean_centres") or frame["lean"])[f"{n}_deg"] for n in LINES])
        errors = network[k] - true, measured[k] - true
        if np.isfinite(errors).all():
            yield Frame(joints.get("person", "?"), _posture(frame, float(true[2])), *errors)


def _leans(track: PoseTrack, joints: dict[str, Any]) -> Array:
    """Body, leg and trunk lean of every frame, (T, 3) degrees, against the true vertical."""
    level = track.with_xy(rotate(track.xy, float(joints["vertical_deg"])))
    ankle, hip, shoulder = (level.mid(part) for part in ("ankle", "hip", "shoulder"))
    return np.stack([lean_deg(ankle, shoulder), lean_deg(ankle, hip), lean_deg(hip, shoulder)], 1)


def _posture(frame: dict[str, Any], trunk_deg: float) -> str:
    points = frame["joints"]
    wrists = [points[name][1] for name in ("left_wrist", "right_wrist") if name in points]
    hip, shoulder = (
        0.5 * (points[f"left_{part}"][1] + points[f"right_{part}"][1])
        for part in ("hip", "shoulder")
    )
    if wrists and (min(wrists) - hip) / (shoulder - hip) > ARMS_RAISED:
        return "arms raised"
    if trunk_deg > LEANING_DEG:
        return f"trunk over {LEANING_DEG:.0f}°"
    return "tall" if trunk_deg < TALL_DEG else f"trunk {TALL_DEG:.0f} to {LEANING_DEG:.0f}°"


def table(frames: list[Frame]) -> list[str]:
    """Mean errors for each person and posture."""
    groups: dict[tuple[str, str], list[Frame]] = defaultdict(list)
    for frame in frames:
        groups[frame.person, frame.posture].append(frame)
    rows = []
    for (person, posture), part in sorted(groups.items()):
        if len(part) < MIN_FRAMES:
            continue
        shown, measured = (
            np.mean([getattr(frame, kind) for frame in part], axis=0)
            for kind in ("network", "leanline")
        )
        cells = [f"{value:+.1f}" for pair in zip(shown, measured, strict=True) for value in pair]
        rows.append([f"{person}, {posture}", str(len(part)), *cells])
    head = [f"{line}: {kind}" for line in LINES for kind in ("network", "leanline")]
    return markdown(["person, posture", "frames", *head], rows)


if __name__ == "__main__":
    main()
