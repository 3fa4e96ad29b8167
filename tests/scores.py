"""Made-up truth files and results, for tests of the scoring."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from leanline.formats.analysis_json import write_analysis
from leanline.model import Analysis, Contact, Estimate, Metric
from leanline.skeleton import SIDES, other
from tests.analyses import analysis, said

LEAN = "lean_body_deg"


def truth_entry(name: str, **more: Any) -> dict[str, Any]:
    """A truth file's content; ``more`` adds properties or replaces them."""
    return {"schema": "leanline.truth/1", "name": name, "metrics": {}, **more}


def write_truth(folder: Path, name: str, **more: Any) -> Path:
    """Write ``NAME.truth.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.truth.json"
    path.write_text(json.dumps(truth_entry(name, **more)), encoding="utf-8")
    return path


def write_leans(folder: Path, leans: Mapping[str, float], **more: Any) -> Path:
    """Truth files of clips that differ in their body lean."""
    for name, lean in leans.items():
        write_truth(folder, name, metrics={LEAN: lean}, **more)
    return folder


def write_csv(path: Path, header: str, rows: Iterable[Sequence[object]]) -> Path:
    """Write a CSV."""
    lines = [header, *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_result(folder: Path, name: str, made: Analysis) -> Path:
    """Write ``NAME/analysis.json``."""
    return write_analysis(made, folder / name)


def near(truth: Mapping[str, Any], chance: random.Random) -> Analysis:
    """What a tool that errs now and then in every way would say of a clip."""
    metrics = {name: _near(name, true, chance) for name, true in truth["metrics"].items()}
    strike = chance.choice(["rear", "mid", "fore", None])
    metrics["foot_strike"] = Metric(
        "foot_strike", strike, why=None if strike else said("not clear")
    )
    roll = truth.get("roll_deg", 0.0) + chance.gauss(0, 0.5)
    base = analysis(chance.choice(["running", "standing"]))
    return replace(
        base,
        direction=chance.choice(["left", "right", None]),
        surface=chance.choice(["treadmill", "overground"]),
        camera=replace(base.camera, roll_deg=Estimate(roll, (roll - 0.8, roll + 0.8), ())),
        metrics=metrics,
        contacts=_contacts(truth.get("events") or {}, chance),
    )


def _near(name: str, true: float, chance: random.Random) -> Metric:
    scale = 0.1 * abs(true) + 0.01
    value = true + chance.gauss(0.3 * scale, scale)
    choice = chance.random()
    if choice < 0.1:
        return Metric(name, None, why=said("it was not seen"))
    interval = None if choice < 0.2 else (value - 1.5 * scale, value + 1.5 * scale)
    return Metric(name, value, interval, quality="good")


def _contacts(events: Mapping[str, Any], chance: random.Random) -> tuple[Contact, ...]:
    """The true contacts, some late or early, lost, too many, or all on the other foot."""
    exchanged = chance.random() < 0.2
    found = []
    for side in SIDES:
        foot = other(side) if exchanged else side
        times = events.get(side, {"contact_s": [], "toe_off_s": []})
        for start_s, end_s in zip(times["contact_s"], times["toe_off_s"], strict=False):
            if chance.random() < 0.1:
                continue
            late_s = chance.gauss(-0.01, 0.03)
            found.append((start_s + late_s, end_s + late_s + chance.gauss(0.0, 0.02), foot))
            if chance.random() < 0.1:
                found.append((start_s + 0.15, end_s + 0.12, foot))
    return tuple(Contact(foot, a, b) for a, b, foot in sorted(found))
