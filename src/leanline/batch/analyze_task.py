"""The full analysis of one clip by a batch worker, as rows of tables."""

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

from leanline.batch.fetch import display_source, fetch
from leanline.batch.task import FILES, Cell, ClipTask, Columns, Outcome
from leanline.errors import LeanlineError, NobodyError
from leanline.exporters import Table, columns_of
from leanline.model import Analysis
from leanline.pipeline import analyze_clip, sha256_of
from leanline.pose.base import PoseBackend
from leanline.reason import Reason
from leanline.redact import redacted
from leanline.report.result import write_result
from leanline.settings import Settings
from leanline.version import __version__

_TABLES: Final[tuple[Table, ...]] = ("metrics", "steps", "events")


def run_task(task: ClipTask, backend: PoseBackend | None = None) -> Outcome:
    """Analyse one clip; nothing that goes wrong is raised.

    Parameters
    ----------
    task
        What to analyse.
    backend
        The pose source; the one that the settings ask for if None.

    Returns
    -------
    Outcome
        ``failed``, with the reason, whatever the error was.
    """
    try:
        with ExitStack() as stack:
            clip = stack.enter_context(fetch(task.source))
            values = task.settings.values()
            wanted = {name: values[name] for name in FILES}
            fetched_files: dict[str, Any] = {
                name: str(stack.enter_context(fetch(source)))
                for name, source in wanted.items()
                if source is not None
            }
            settings = task.settings.with_values(**fetched_files)
            return _analyze(task, clip, settings, backend)
    except MemoryError:
        return _failure(task, Reason("batch.memory"), again=True)
    except LeanlineError as error:
        return _failure(task, error.reason)
    except Exception as error:  # one bad clip must not stop the batch
        problem = Reason("batch.crashed", {"error": type(error).__name__, "detail": str(error)})
        return _failure(task, problem, again=True)


def _analyze(
    task: ClipTask, clip: Path, settings: Settings, backend: PoseBackend | None
) -> Outcome:
    sha256 = sha256_of(clip)
    fingerprint = compute_fingerprint(sha256, settings)
    if fingerprint == task.known:
        return Outcome(task.id, "unchanged", fingerprint)
    facts = {"source": display_source(task.source), "input_sha256": sha256, "leanline": __version__}
    facts["settings"] = _settings_text(task)
    places = {str(clip): facts["source"], clip.name: Path(facts["source"]).name}

    def as_given(text: str) -> str:
        return places.get(text, text)

    try:
        analysis = analyze_clip(clip, settings, backend=backend, sha256=sha256)
    except NobodyError as error:
        problem = error.reason.map_text(as_given)
        return Outcome(task.id, "nobody", fingerprint, facts, problem=problem)
    except LeanlineError as error:
        raise error.map_text(as_given) from error
    analysis = _with_user_paths(analysis, task)
    return Outcome(
        task.id,
        "analysed",
        fingerprint,
        facts | clip_row(analysis),
        clip_tables(analysis),
        files=tuple(_result_files(analysis, clip)) if task.keep else (),
    )


def compute_fingerprint(sha256: str, settings: Settings) -> str:
    """Hash everything that a result depends on: input, settings and version.

    Files that the settings name are hashed by content, so that renaming one changes nothing.

    Parameters
    ----------
    sha256
        Hash of the input.
    settings
        As used for the analysis.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    content = {
        name: _hash_content(value) if name in FILES else value
        for name, value in settings.values().items()
    }
    text = json.dumps({"input": sha256, "leanline": __version__, **content}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _hash_content(path: str | None) -> str | None:
    """Hash a file's content, so that renaming it does not invalidate results."""
    return sha256_of(Path(path)) if path is not None and Path(path).exists() else path


def _explicit_settings(settings: Settings) -> dict[str, Cell]:
    explicit = {name: value for name, value in settings.values().items() if value is not None}
    return {
        name: display_source(value) if name in FILES else value for name, value in explicit.items()
    }


def _settings_text(task: ClipTask) -> str:
    return json.dumps(_explicit_settings(task.settings), sort_keys=True)


def _with_user_paths(analysis: Analysis, task: ClipTask) -> Analysis:
    """The analysis as of the clip where the person has it, not of the copy fetched."""
    explicit = _explicit_settings(task.settings)
    named: dict[str, Cell] = {name: explicit[name] for name in FILES if name in explicit}
    return replace(
        analysis,
        video=replace(analysis.video, path=display_source(task.source)),
        provenance=replace(analysis.provenance, settings={**analysis.provenance.settings, **named}),
    )


def _failure(task: ClipTask, problem: Reason, *, again: bool = False) -> Outcome:
    source = display_source(task.source)
    facts = {"source": source, "leanline": __version__, "settings": _settings_text(task)}
    values = task.settings.values()
    files = tuple(filter(None, (values[name] for name in FILES)))

    def without_secrets(text: str) -> str:
        return source if text == task.source else redacted(text, task.source, *files)

    problem = problem.map_text(without_secrets)
    return Outcome(task.id, "failed", facts=facts, problem=problem, again=again)


def clip_row(analysis: Analysis) -> dict[str, Cell]:
    """Return the clip's row in the table ``clips``, except for what the manifest says."""
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


def clip_tables(analysis: Analysis) -> dict[str, Columns]:
    """Return the clip's rows in all other tables."""
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
    """Convert to a plain Python value; non-finite numbers become None."""
    if value is None or isinstance(value, str | bool | int):
        return value
    number = float(value)
    return number if math.isfinite(number) else None


def _result_files(analysis: Analysis, clip: Path) -> Iterable[tuple[str, bytes]]:
    with tempfile.TemporaryDirectory(prefix="leanline-") as folder:
        write_result(analysis, Path(folder), clip)
        for file in sorted(Path(folder).iterdir()):
            yield file.name, file.read_bytes()
