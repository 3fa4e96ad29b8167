"""Analysers that take no time, and workers that come to grief."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from dataclasses import replace
from pathlib import Path

from leanline.batch.task import ClipTask, Columns, Outcome
from leanline.reason import Reason


def analyse(task: ClipTask) -> Outcome:
    """Rows made of the input's bytes, after a moment."""
    content = Path(task.source).read_bytes()
    mark = hashlib.sha256(content).hexdigest()
    if mark == task.known:
        return Outcome(task.id, "unchanged", mark)
    time.sleep(0.02)
    if content == b"nobody":
        return Outcome(
            task.id,
            "nobody",
            mark,
            {"source": task.source},
            problem=Reason("nobody.still", {"path": "nobody"}),
        )
    values = [int(mark[k : k + 2], 16) / 7 for k in range(0, 20, 2)]
    columns: dict[str, Columns] = {
        "metrics": {
            "metric": ["lean_body_deg", "foot_strike"],
            "unit": ["deg", None],
            "value": [values[0], None],
            "label": [None, "mid"],
            "ci95_low": [values[0] - 1, None],
            "ci95_high": [values[0] + 1, None],
            "n": [len(values), len(values)],
            "quality": ["good", "poor"],
            "why": [None, None],
        },
        "steps": {
            "step": list(range(1, len(values) + 1)),
            "side": ["left", "right"] * (len(values) // 2),
            "lean_body_deg": values,
        },
        "events": {"time_s": values, "side": ["left"] * 10, "event": ["contact"] * 10},
        "warnings": {"code": ["few_steps"], "text": [f"Only {len(values)} steps."]},
    }
    facts = {"source": task.source, "input_sha256": mark, "activity": "running"}
    files = (("report.html", b"<p>" + mark.encode()),) if task.keep else ()
    return Outcome(task.id, "analysed", mark, facts, columns, files=files)


def wait_for_company(task: ClipTask) -> Outcome:
    """As ``analyse``, once three clips have been begun: nodes may take long to join."""
    path = Path(task.source)
    path.with_suffix(".begun").touch()
    ends_s = time.monotonic() + 120.0
    while len(list(path.parent.glob("*.begun"))) < 3 and time.monotonic() < ends_s:
        time.sleep(0.05)
    time.sleep(0.25)
    return analyse(task)


def stumble(task: ClipTask) -> Outcome:
    """What the clip's name says goes wrong, once when it says so."""
    path = Path(task.source)
    once = path.with_suffix(".once")
    first = not once.exists()
    if "once" not in path.name or first:
        once.touch()
        if "crash" in path.name:
            os.kill(os.getpid(), signal.SIGKILL)
        if "hang" in path.name:
            time.sleep(600)
        if "raise" in path.name:
            return replace(Outcome(task.id, "failed", problem=Reason("batch.memory")), again=True)
    return analyse(task)
