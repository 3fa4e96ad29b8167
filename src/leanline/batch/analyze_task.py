"""What a worker does with one task: the whole analysis, as rows of tables."""

from __future__ import annotations

import hashlib
import json
import math
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from leanline import __version__
from leanline.batch.fetch import fetched, shown
from leanline.batch.task import FILES, Cell, Columns, Outcome, Task
from leanline.errors import LeanlineError, NobodyError
from leanline.export import Table, columns_of
from leanline.model import Analysis
from leanline.pipeline import analyze_clip, sha256_of
from leanline.pose.base import PoseBackend
from leanline.reason import Reason
from leanline.redact import redacted
from leanline.report.result import write_result
from leanline.settings import Settings

_TABLES: Final[tuple[Table, ...]] = ("metrics", "steps", "events")


def work(task: Task, backend: PoseBackend | None = None) -> Outcome:
    """Analyse one clip; whatever happens, there is an outcome."""
    try:
        with ExitStack() as stack:
            clip = stack.enter_context(fetched(task.source))
            wanted = {name: getattr(task.settings, name) for name in FILES}
            here: dict[str, Any] = {
                name: str(stack.enter_context(fetched(source)))
                for name, source in wanted.items()
                if source is not None
            }
            settings = replace(task.settings, **here)
            return _outcome(task, clip, settings, backend)
    except MemoryError:
        return _failed(task, Reason("batch.memory"), again=True)
    except LeanlineError as error:
        return _failed(task, error.reason)
    except Exception as error:  # one bad clip never stops the batch
        problem = Reason("batch.crashed", {"error": type(error).__name__, "detail": str(error)})
        return _failed(task, problem, again=True)


def _outcome(task: Task, clip: Path, settings: Settings, backend: PoseBackend | None) -> Outcome:
    sha256 = sha256_of(clip)
    mark = fingerprint(sha256, settings)
    if mark == task.known:
        return Outcome(task.id, "unchanged", mark)
    facts = {"source": shown(task.source), "input_sha256": sha256, "leanline": __version__}
    facts["settings"] = _settings_text(task)
    places = {str(clip): facts["source"], clip.name: Path(facts["source"]).name}

    def at_home(text: str) -> str:
        return places.get(text, text)

    try:
        analysis = analyze_clip(clip, settings, backend=backend, sha256=sha256)
    except NobodyError as error:
        problem = error.reason.map_text(at_home)
        return Outcome(task.id, "nobody", mark, facts, problem=problem)
    except LeanlineError as error:
        raise error.map_text(at_home) from error
    analysis = _at_home(analysis, task)
    return Outcome(
        task.id,
        "analysed",
        mark,
        facts | facts_of(analysis),
        tables_of(analysis),
        files=tuple(_files(analysis, clip)) if task.keep else (),
    )


def fingerprint(sha256: str, settings: Settings) -> str:
    """The same for two tasks only if their results must be the same."""
    content = {
        name: _content(value) if name in FILES else value
        for name, value in asdict(settings).items()
    }
    text = json.dumps({"input": sha256, "leanline": __version__, **content}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _content(path: str | None) -> str | None:
    """What a file holds counts, not what it is called."""
    return sha256_of(Path(path)) if path is not None and Path(path).exists() else path


def _said(settings: Settings) -> dict[str, Cell]:
    said = {name: value for name, value in asdict(settings).items() if value is not None}
    return {name: shown(value) if name in FILES else value for name, value in said.items()}


def _settings_text(task: Task) -> str:
    return json.dumps(_said(task.settings), sort_keys=True)


def _at_home(analysis: Analysis, task: Task) -> Analysis:
    """The analysis as of the clip where the person has it, not of the copy fetched."""
    said = _said(task.settings)
    named: dict[str, Cell] = {name: said[name] for name in FILES if name in said}
    return replace(
        analysis,
        video=replace(analysis.video, path=shown(task.source)),
        provenance=replace(analysis.provenance, settings={**analysis.provenance.settings, **named}),
    )


def _failed(task: Task, problem: Reason, *, again: bool = False) -> Outcome:
    source = shown(task.source)
    facts = {"source": source, "leanline": __version__, "settings": _settings_text(task)}
    files = tuple(filter(None, (getattr(task.settings, name) for name in FILES)))

    def without_secrets(text: str) -> str:
        return source if text == task.source else redacted(text, task.source, *files)

    problem = problem.map_text(without_secrets)
    return Outcome(task.id, "failed", facts=facts, problem=problem, again=again)


def facts_of(analysis: Analysis) -> dict[str, Cell]:
    """The clip's row, without what the task says of it."""
    video, camera = analysis.video, analysis.camera
    scale, yaw = camera.metres_per_px, camera.yaw_deg
    facts = {
        "activity": analysis.activity,
        "view": analysis.view,
        "direction": analysis.direction,
        "surface": analysis.surface,
        **{name: value for name, value in asdict(video).items() if name != "path"},
        "roll_deg": camera.roll_deg.value,
        "roll_ci95_low_deg": camera.roll_deg.ci95[0],
        "roll_ci95_high_deg": camera.roll_deg.ci95[1],
        "yaw_deg": None if yaw is None else yaw.value,
        "camera_moving": bool(camera.moving),
        "metres_per_px": None if scale is None else scale.value,
        "pose_model": analysis.provenance.pose_model,
    }
    return {name: _cell(value) for name, value in facts.items()}


def tables_of(analysis: Analysis) -> dict[str, Columns]:
    """The clip's rows in every other table."""
    tables: dict[str, Columns] = {name: columns_of(analysis, name) for name in _TABLES}
    tables["warnings"] = {
        "code": [note.code for note in analysis.warnings],
        "text": [note.text for note in analysis.warnings],
    }
    return {
        table: {name: [_cell(value) for value in values] for name, values in columns.items()}
        for table, columns in tables.items()
    }


def _cell(value: Cell) -> Cell:
    """Numbers as Python's own; what is missing is None."""
    if value is None or isinstance(value, str | bool | int):
        return value
    number = float(value)
    return number if math.isfinite(number) else None


def _files(analysis: Analysis, clip: Path) -> Iterable[tuple[str, bytes]]:
    with tempfile.TemporaryDirectory(prefix="leanline-") as folder:
        write_result(analysis, Path(folder), clip)
        for file in sorted(Path(folder).iterdir()):
            yield file.name, file.read_bytes()
