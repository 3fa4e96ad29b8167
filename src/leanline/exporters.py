"""Export of results in other tools' formats: pose, joint angles and tables.

The exported pose is the one that the numbers were measured on: sides resolved, smoothed, at joint
centres, facing +x, with the true vertical along y, in metres if the scale is known. Times are the
clip's own, as in ``analysis.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, get_args

import numpy as np

from leanline.camera.derotate import roll_facing_x
from leanline.errors import UsageError
from leanline.formats.c3d_write import write_c3d
from leanline.formats.keypoint_json import write_openpose
from leanline.formats.mot import write_mot
from leanline.formats.movement_nc import write_movement
from leanline.formats.parquet import write_parquet
from leanline.formats.tables import JOINT_CENTRES_OF, track_columns, write_csv
from leanline.formats.trc import write_trc
from leanline.metrics.angles import SIGNS, joint_angles
from leanline.metrics.sampling import Sampler
from leanline.model import Analysis, Metric, PoseTrack, Runner
from leanline.units import unit_of
from leanline.wording.catalogue import render

Format = Literal["trc", "mot", "c3d", "csv", "parquet", "netcdf", "kinovea"]
Table = Literal["pose", "angles", "steps", "events", "metrics"]
Columns = Mapping[str, Sequence[object]]

#: Default endings of file names.
ENDINGS: Final[Mapping[Format, str]] = {
    "trc": ".trc",
    "mot": ".mot",
    "c3d": ".c3d",
    "csv": ".csv",
    "parquet": ".parquet",
    "netcdf": ".nc",
    "kinovea": "",
}


def export(analysis: Analysis, to: Format, target: Path, table: Table = "pose") -> Path:
    """Write an analysis in another tool's format.

    Parameters
    ----------
    analysis
        With its runner, as analysed or read back from its directory.
    to
        ``trc``, ``c3d`` (with events), ``mot`` (joint angles), ``netcdf`` (movement
        convention), ``csv`` and ``parquet`` (of ``table``), or ``kinovea`` (a folder of
        OpenPose JSON for the clip, which Kinovea draws).
    target
        The file, or the folder for ``kinovea``.
    table
        What a CSV or Parquet file holds.

    Returns
    -------
    Path
        ``target``.

    Raises
    ------
    UsageError
        The format or table is unknown, the format has no tables, or there is no pose to export.
    """
    _check(to, table)
    if to in ("csv", "parquet"):
        columns = columns_of(analysis, table)
        write_csv(columns, target) if to == "csv" else write_parquet(columns, target)
    elif to == "kinovea":
        _write_kinovea(analysis, target)
    else:
        _WRITERS[to](analysis, target)
    return target


def _check(to: str, table: str) -> None:
    if to not in get_args(Format):
        raise UsageError("usage.choice", setting="to", choices=get_args(Format), value=str(to))
    if table not in get_args(Table):
        raise UsageError("usage.choice", setting="table", choices=get_args(Table), value=str(table))
    if table != "pose" and to not in ("csv", "parquet"):
        raise UsageError("export.table_without_use", table=table, to=to)


def exported_track(analysis: Analysis) -> PoseTrack:
    """Return the pose that the numbers were measured on, in metres if the scale is known.

    Exported files say that their points are joint centres, and of which pose source; read again
    they give the same angles at the same times.

    Parameters
    ----------
    analysis
        With its runner, as analysed or read back from its directory.

    Returns
    -------
    PoseTrack
        Facing +x, the true vertical along y, at joint centres.

    Raises
    ------
    UsageError
        The analysis has no pose.
    """
    runner, camera = _runner(analysis), analysis.camera
    roll = roll_facing_x(runner.direction, camera)
    track = Sampler(runner.pose, roll, runner.leg_length).upright
    scale = camera.metres_per_px
    if track.unit == "m" or scale is None:
        return track
    return PoseTrack(track.time_s, track.xy * scale.value, track.confidence, track.keypoints, "m")


def _runner(analysis: Analysis) -> Runner:
    if analysis.runner is None:
        raise UsageError("export.no_pose", path=analysis.video.path)
    return analysis.runner


def columns_of(analysis: Analysis, table: Table) -> Columns:
    """Return a table of the analysis by columns of equal length.

    Parameters
    ----------
    analysis
        For ``pose`` and ``angles`` with its runner.
    table
        ``pose`` and ``angles`` have a row for each frame, ``steps`` for each step, ``events`` for
        each contact and toe-off in order of time, ``metrics`` for each metric.

    Returns
    -------
    Columns
        By name; units end the names (``unit`` holds them in ``metrics``). Missing numbers are NaN
        in ``pose``, ``angles`` and ``steps``, None in ``metrics``.

    Raises
    ------
    UsageError
        The analysis has no pose, and the table needs it.
    """
    return _TABLES[table](analysis)


def _pose(analysis: Analysis) -> Columns:
    track = exported_track(analysis)
    mark = [analysis.provenance.pose_model] * len(track.time_s)
    return {**_listed(track_columns(track)), JOINT_CENTRES_OF: mark}


def _angles(analysis: Analysis) -> Columns:
    track = exported_track(analysis)
    named = {
        f"{name}_{'m' if name in ('pelvis_tx', 'pelvis_ty') else 'deg'}": values
        for name, values in joint_angles(track).items()
    }
    return _listed({"time_s": track.time_s, **named})


def _listed(columns: Mapping[str, Any]) -> Columns:
    return {name: [float(value) for value in values] for name, values in columns.items()}


def _steps(analysis: Analysis) -> Columns:
    names = list(dict.fromkeys(name for step in analysis.steps for name in step.values))
    columns: dict[str, list[object]] = {
        "step": list(range(1, len(analysis.steps) + 1)),
        "side": [step.side for step in analysis.steps],
        "contact_s": [step.contact_s for step in analysis.steps],
        "toe_off_s": [step.toe_off_s for step in analysis.steps],
    }
    return columns | {
        name: [float(step.values.get(name, np.nan)) for step in analysis.steps] for name in names
    }


def _events(analysis: Analysis) -> Columns:
    rows = sorted(
        (at_s, contact.side, event)
        for contact in analysis.contacts
        for at_s, event in ((contact.contact_s, "contact"), (contact.toe_off_s, "toe_off"))
        if np.isfinite(at_s)
    )
    return {
        "time_s": [at_s for at_s, *_ in rows],
        "side": [side for _, side, _ in rows],
        "event": [event for *_, event in rows],
    }


def _metrics(analysis: Analysis) -> Columns:
    rows = [_metric_row(metric) for metric in analysis.metrics.values()]
    return {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}


def _metric_row(metric: Metric) -> dict[str, object]:
    """Return one row; labels (foot_strike) have their own column, so that columns have one type."""
    value, interval = metric.value, metric.ci95 or (None, None)
    text = isinstance(value, str)
    return {
        "metric": metric.id,
        "unit": unit_of(metric.id),
        "value": None if text or value is None else float(value),
        "label": value if text else None,
        "ci95_low": interval[0],
        "ci95_high": interval[1],
        **{name: getattr(metric, name) for name in ("sd", "n", "left", "right", "sdc95")},
        "zeroed": metric.minus_standing,
        "shared_sd": metric.shared_sd,
        "quality": metric.quality,
        "why": None if metric.why is None else render(metric.why),
        "why_code": None if metric.why is None else metric.why.code,
    }


_TABLES: Final[Mapping[Table, Callable[[Analysis], Columns]]] = {
    "pose": _pose,
    "angles": _angles,
    "steps": _steps,
    "events": _events,
    "metrics": _metrics,
}


def _write_mot(analysis: Analysis, target: Path) -> None:
    track = exported_track(analysis)
    write_mot(track.time_s, joint_angles(track), target, notes=SIGNS)


def _write_trc(analysis: Analysis, target: Path) -> None:
    source = analysis.provenance.pose_model
    write_trc(exported_track(analysis), target, joint_centres_of=source)


def _write_c3d(analysis: Analysis, target: Path) -> None:
    track, source = exported_track(analysis), analysis.provenance.pose_model
    write_c3d(track, target, analysis.contacts, joint_centres_of=source)


def _write_netcdf(analysis: Analysis, target: Path) -> None:
    source = analysis.provenance.pose_model
    write_movement(exported_track(analysis), target, joint_centres_of=source)


_WRITERS: Final[Mapping[str, Callable[[Analysis, Path], None]]] = {
    "trc": _write_trc,
    "c3d": _write_c3d,
    "mot": _write_mot,
    "netcdf": _write_netcdf,
}


def _write_kinovea(analysis: Analysis, folder: Path) -> None:
    """Write the pose in picture coordinates, one OpenPose file for each frame of the clip."""
    video, runner = analysis.video, _runner(analysis)
    if not video.width:
        raise UsageError("export.no_video", path=video.path)
    track = runner.picture_pose
    frame = np.rint(track.time_s * video.fps).astype(int)
    write_openpose(
        track,
        folder,
        frame=[int(number) for number in frame],
        height_px=video.height,
        stem=Path(video.path).stem,
        measured=exported_track(analysis),
        joint_centres_of=analysis.provenance.pose_model,
    )
