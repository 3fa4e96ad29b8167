"""What ``--quality fast`` costs in accuracy and saves in time, over the rendered clips.

    python -m validation.quality ../shared

analyses every rendered clip both ways, one after the other, and writes ``validation/QUALITY.md``.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np

from leanline import LeanlineError, __version__, analyze
from leanline.model import Analysis
from leanline.settings import Quality

HERE: Final = Path(__file__).parent
SHOWN: Final[Mapping[str, tuple[str, float]]] = {
    "lean_body_deg": ("body lean, deg", 1.0),
    "lean_trunk_deg": ("trunk lean, deg", 1.0),
    "waist_bend_deg": ("waist bend, deg", 1.0),
    "foot_strike_angle_deg": ("strike angle, deg", 1.0),
    "shin_angle_deg": ("shin at contact, deg", 1.0),
    "landing_distance_m": ("landing distance, mm", 1000.0),
    "vertical_oscillation_m": ("bounce, mm", 1000.0),
    "contact_time_s": ("contact time, ms", 1000.0),
    "cadence_spm": ("cadence, steps/min", 1.0),
    "stand_lean_deg": ("standing lean, deg", 1.0),
    "stand_straightness_deg": ("standing break, deg", 1.0),
}


@dataclass
class Found:
    """What one quality gave over all clips."""

    errors: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    inside: list[bool] = field(default_factory=list)
    frames: int = 0
    busy_s: float = 0.0
    refused: int = 0


def main() -> None:
    """Analyse, compare and write."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    truths = sorted((options.shared / "data" / "rendered").glob(f"{options.only}*.truth.json"))
    found = {quality: Found() for quality in get_args(Quality)}
    for path in truths:
        for quality, so_far in found.items():
            look(path, quality, so_far)
        print(path.name, flush=True)
    (HERE / "QUALITY.md").write_text(page(found, len(truths)), encoding="utf-8")


def look(path: Path, quality: Quality, so_far: Found) -> None:
    """One clip, one way."""
    truth = json.loads(path.read_text("utf-8"))
    said = truth.get("args") or []
    height = float(said[said.index("--height") + 1]) if "--height" in said else None
    busy = time.process_time()
    try:
        analysis = analyze(path.parent / truth["input"], height_m=height, quality=quality)
    except LeanlineError:
        so_far.refused += 1
        return
    so_far.busy_s += time.process_time() - busy
    so_far.frames += analysis.video.frames
    compare(analysis, truth.get("metrics") or {}, so_far)


def compare(analysis: Analysis, truth: Mapping[str, Any], so_far: Found) -> None:
    """The clip's numbers beside the truth."""
    for name in SHOWN:
        metric, true = analysis.metrics.get(name), truth.get(name)
        if metric is None or not isinstance(metric.value, float) or not isinstance(true, float):
            continue
        so_far.errors[name].append(abs(metric.value - true))
        if metric.ci95 is not None:
            so_far.inside.append(metric.ci95[0] <= true <= metric.ci95[1])


def page(found: Mapping[Quality, Found], clips: int) -> str:
    """The table."""
    lines = [
        "# Fast and best",
        "",
        f"Made by `python -m validation.quality ../shared` with leanline {__version__}: the "
        f"{clips} rendered clips of `../shared/data` both ways, mean absolute errors. `fast` is "
        "the network `full` in half precision (bfloat16) where the processor has it, on about 60 "
        "frames a second of a faster camera. Processor time is that of the whole analysis over "
        "all frames of the clip.",
        "",
        f"| | {' | '.join(found)} |",
        "|---" + "|---:" * len(found) + "|",
    ]
    for name, (title, factor) in SHOWN.items():
        means = [factor * float(np.mean(one.errors[name] or [np.nan])) for one in found.values()]
        lines.append(f"| {title} | {' | '.join(f'{mean:.3g}' for mean in means)} |")
    held = [f"{100 * sum(one.inside) / max(len(one.inside), 1):.0f} %" for one in found.values()]
    cost = [f"{1000 * one.busy_s / max(one.frames, 1):.0f}" for one in found.values()]
    refused = [str(one.refused) for one in found.values()]
    lines += [
        f"| intervals that hold the truth | {' | '.join(held)} |",
        f"| refused | {' | '.join(refused)} |",
        f"| processor, ms a frame | {' | '.join(cost)} |",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
