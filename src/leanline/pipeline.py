"""The way of the data: video -> pose -> runner -> gait -> metrics -> findings."""

from __future__ import annotations

import hashlib
import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from leanline import __version__
from leanline.camera.derotate import derotated
from leanline.camera.roll import roll_of
from leanline.camera.scale import metres_per_unit
from leanline.corrections import Corrections, given, to_plain
from leanline.drill.analyse import drill_as_played, stand
from leanline.errors import InputError, NobodyError, UsageError, why_refused
from leanline.findings import find
from leanline.formats.reading import is_track
from leanline.frontal import analyze_frontal, is_frontal_view, with_rear
from leanline.gait.analyse import Gait, analyse_gait
from leanline.gait.manual_corrections import ManualCorrections, with_sides_put_right
from leanline.inputs import check_file, is_folder
from leanline.metrics.body import stature
from leanline.metrics.measure import Measured, measure
from leanline.metrics.playback_time import in_playback_time, steps_in_playback_time, without_times
from leanline.metrics.standing_baseline import with_zero
from leanline.model import (
    Analysis,
    AnalysisWarning,
    Camera,
    Capture,
    Drill,
    PoseTrack,
    Provenance,
    Runner,
)
from leanline.playback.pace import part_of_one_pace
from leanline.playback.time_scale import TimeScale, in_real_time, time_scale
from leanline.pose.base import PoseBackend, Progress
from leanline.pose.blazepose import BlazePose
from leanline.pose.recorded import Recorded
from leanline.pose.rtmpose import RTMPose
from leanline.profile import PoseProfile
from leanline.runner.keypoint_noise import CLEAR_TIMES, noise_ratio
from leanline.runner.prepare import prepare
from leanline.settings import AnalysisQuality, PoseModel, Settings

LOW_RATE_HZ = 50.0
FEW_STEPS = 7
FEET_SEEN = 0.3
# Farther off the side than this nothing is measured, from the second on it is told.
MAX_YAW_DEG, TOLD_YAW_DEG = 40.0, 15.0


def analyze(
    source: str | os.PathLike[str],
    *,
    height_m: float | None = None,
    speed_mps: float | None = None,
    roll_deg: float | None = None,
    slow_motion: float | None = None,
    pose_model: PoseModel | None = None,
    person: int | None = None,
    start_s: float | None = None,
    end_s: float | None = None,
    standing: str | os.PathLike[str] | None = None,
    rear: str | os.PathLike[str] | None = None,
    fps: float | None = None,
    names: str | os.PathLike[str] | None = None,
    weights: str | os.PathLike[str] | None = None,
    quality: AnalysisQuality = "best",
    progress: Progress | None = None,
    backend: PoseBackend | None = None,
) -> Analysis:
    """Analyse one clip or one pose track.

    Parameters
    ----------
    source
        A video, or a pose track in any format of ``leanline.read_track``.
    height_m, speed_mps, roll_deg, slow_motion, pose_model, person, start_s, end_s, standing, \
    rear, fps, names, weights, quality
        What is known of the clip; see ``Settings``.
    progress
        Called with a phase in words and the share done; may raise to stop.
    backend
        Another source of poses than the one that the file's name asks for.

    Returns
    -------
    Analysis
        Frozen and typed; what could not be measured says why.

    Raises
    ------
    UsageError
        An option outside its range.
    InputError
        The file cannot be read.
    NobodyError
        There is nobody running, walking or standing to measure.
    """
    settings = Settings(
        height_m,
        speed_mps,
        roll_deg,
        slow_motion,
        pose_model,
        person,
        start_s,
        end_s,
        None if standing is None else os.fspath(standing),
        None if rear is None else os.fspath(rear),
        fps,
        None if names is None else os.fspath(names),
        None if weights is None else os.fspath(weights),
        quality,
    )
    return analyze_clip(Path(source), settings, progress, backend)


def analyze_clip(
    path: Path,
    settings: Settings,
    progress: Progress | None = None,
    backend: PoseBackend | None = None,
    *,
    sha256: str | None = None,
) -> Analysis:
    """``analyze`` for those who have its settings, and perhaps the input's hash, at hand."""
    progress = progress or _quiet
    standing, rear = (None if p is None else Path(p) for p in (settings.standing, settings.rear))
    zero = None if standing is None else _standing(standing, settings, progress)
    behind = None if rear is None else _beside(rear, settings, progress)
    capture = capture_clip(path, settings, progress, backend)
    analysis = analyze_capture(capture, settings, sha256 or sha256_of(path))
    analysis = analysis if zero is None else minus_standing(analysis, zero)
    return analysis if behind is None else with_rear(analysis, behind)


def capture_clip(
    path: Path,
    settings: Settings,
    progress: Progress | None = None,
    backend: PoseBackend | None = None,
) -> Capture:
    """What a pose source sees in a clip or a track: all of ``analyze`` that takes long."""
    backend = backend or _backend_for(path, settings)
    return backend.capture(path, settings, progress or _quiet)


def _standing(path: Path, settings: Settings, progress: Progress) -> Analysis:
    """The runner's own zero, read with the same pose model."""
    analysis = _beside(path, replace(settings, slow_motion=None), progress)
    if analysis.activity != "standing":
        raise UsageError("standing.not_standing", setting="standing", path=path)
    if analysis.drill is not None and any(rep.whole for rep in analysis.drill.repetitions):
        raise UsageError("standing.leaning", setting="standing", path=path)
    return analysis


def _beside(path: Path, settings: Settings, progress: Progress) -> Analysis:
    """Another clip of the same runner, with what is known of the runner and the files."""
    track = is_track(path)
    alone = replace(
        settings.of_another_clip(),
        slow_motion=settings.slow_motion,
        fps=settings.fps if track else None,
        names=settings.names if track else None,
    )
    return analyze_capture(capture_clip(path, alone, progress), alone)


def minus_standing(analysis: Analysis, standing: Analysis) -> Analysis:
    """The analysis with the runner's own zero; ``UsageError`` when seen from the other side."""
    if standing.direction != analysis.direction:
        raise UsageError("standing.other_side", setting="standing", path=standing.video.path)
    return replace(analysis, metrics=with_zero(analysis.metrics, standing.metrics))


def analyze_capture(
    capture: Capture,
    settings: Settings,
    input_sha256: str = "",
    *,
    corrections: Corrections = (),
) -> Analysis:
    """Everything after the pose; raises ``NobodyError`` when there is no gait to measure.

    ``corrections`` are what a person put right by hand.
    """
    settings = replace(settings, **given(corrections))  # type: ignore[arg-type]
    if is_frontal_view(capture):
        return analyze_frontal(capture, settings, input_sha256, _said(settings, corrections))
    profile = capture.profile
    whole_s = _seen_s(capture.pose)
    capture = part_of_one_pace(capture, settings.slow_motion)
    played = with_sides_put_right(prepare(capture), corrections)
    _refuse_slanted(played, capture)
    clock = _clock(played, capture, settings)
    capture = replace(capture, video=replace(capture.video, time_scale=clock.reported_factor))
    runner = in_real_time(played, clock.factor)
    by_hand = ManualCorrections(corrections, clock.factor)
    # A pace or a factor that was read into something that is no gait shortens nothing.
    seen_s = whole_s / clock.factor if clock.sure else whole_s
    gait = analyse_gait(runner, profile.timing, by_hand)
    _refuse_nobody(gait, runner, capture, seen_s)
    camera = _camera(capture, runner, gait, settings)
    # Contacts depend on what is level, the level on the footfalls: once more, upright.
    gait = analyse_gait(derotated(runner, camera), profile.timing, by_hand)
    _refuse_nobody(gait, runner, capture, seen_s)
    measured, drill = _measured(runner, gait, camera, profile, settings)
    measured = steps_in_playback_time(measured, clock.factor)
    if not clock.sure:
        measured = without_times(measured, speed_given=settings.speed_mps is not None)
    return Analysis(
        video=capture.video,
        activity=gait.activity,
        view=runner.view,
        direction=runner.direction,
        surface="unknown" if gait.activity == "standing" else gait.ground.surface,
        camera=camera,
        metrics=measured.metrics,
        contacts=in_playback_time(gait.contacts, clock.factor),
        steps=measured.steps,
        findings=find(measured.metrics, measured.steps, gait.activity),
        warnings=(
            *capture.notes,
            *clock.notes,
            *runner.notes,
            *gait.notes,
            *_warnings(capture, gait, runner, noise_ratio(runner.scatter, profile.noise)),
        ),
        provenance=Provenance(
            __version__, capture.source, _said(settings, corrections), input_sha256
        ),
        drill=None if drill is None else drill_as_played(drill, clock.factor),
        runner=played,
        capture=capture,
    )


def _measured(
    runner: Runner,
    gait: Gait,
    camera: Camera,
    profile: PoseProfile,
    settings: Settings,
) -> tuple[Measured, Drill | None]:
    if gait.activity != "standing":
        return measure(runner, gait, camera, profile, settings.speed_mps), None
    stood = stand(runner, camera, profile)
    return Measured(stood.metrics, ()), stood.drill


def _backend_for(path: Path, settings: Settings) -> PoseBackend:
    if is_track(path):
        return Recorded()
    if settings.fps is not None or settings.names is not None:
        option = "fps" if settings.fps is not None else "names"
        raise UsageError("usage.tracks_only", setting=option, path=path)
    if settings.network == "rtmpose":
        return RTMPose(settings.weights)
    return BlazePose(settings.network, half=settings.quality == "fast")


def _said(settings: Settings, corrections: Corrections) -> dict[str, Any]:
    """What a person said of the clip, for the provenance."""
    said = asdict(settings)
    return {**said, "corrections": [to_plain(c) for c in corrections]} if corrections else said


def _quiet(phase: str, share: float) -> None:
    del phase, share


def sha256_of(path: Path) -> str:
    """Of the file, or of the sorted names and hashes of a folder's files."""
    try:
        if is_folder(path):
            inside = sorted(file for file in path.iterdir() if file.is_file())
            text = "".join(f"{file.name} {sha256_of(file)}\n" for file in inside)
            return hashlib.sha256(text.encode()).hexdigest()
        check_file(path)
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError("input.unreadable", path=path, why=why_refused(error)) from error


def _clock(runner: Runner, capture: Capture, settings: Settings) -> TimeScale:
    """How slow the clip plays: as given, or as told by the file and by the runner's fall."""
    if settings.slow_motion is not None:
        return TimeScale(settings.slow_motion)
    height = stature(runner.pose, runner.leg_length, capture.profile.stature_share)
    return time_scale(runner, capture.video, height, settings.height_m)


def _refuse_slanted(runner: Runner, capture: Capture) -> None:
    yaw = runner.yaw_deg
    if yaw is not None and abs(yaw.value) > MAX_YAW_DEG:
        raise NobodyError(
            "nobody.yaw", path=capture.video.path, yaw_deg=abs(yaw.value), max_yaw_deg=MAX_YAW_DEG
        )


def _seen_s(track: PoseTrack) -> float:
    return float(np.ptp(track.time_s)) if len(track.time_s) else 0.0


def _refuse_nobody(gait: Gait, runner: Runner, capture: Capture, seen_s: float) -> None:
    path = capture.video.path
    if capture.video.width and gait.activity != "standing" and _feet_seen(runner) < FEET_SEEN:
        raise NobodyError("nobody.feet_hidden", path=path)
    if gait.activity != "none":
        return
    if seen_s < 2.0:
        raise NobodyError("nobody.too_short", path=path, seen_s=seen_s)
    raise NobodyError("nobody.still", path=path)


def _feet_seen(runner: Runner) -> float:
    feet = [
        np.isfinite(runner.raw.point(f"{side}_{part}")).all(axis=1).mean()
        for side in ("left", "right")
        for part in ("heel", "foot_index")
    ]
    return float(np.mean(feet))


def _camera(capture: Capture, runner: Runner, gait: Gait, settings: Settings) -> Camera:
    overground = gait.activity != "standing" and gait.ground.surface == "overground"
    footfalls = gait.contacts if overground else ()
    roll = roll_of(settings.roll_deg, capture, runner, footfalls)
    height = stature(runner.pose, runner.leg_length, capture.profile.stature_share)
    belt = gait.ground.speed if gait.ground.surface == "treadmill" else None
    scale = metres_per_unit(capture.pose.unit, settings.height_m, height, settings.speed_mps, belt)
    moving = capture.camera is not None and capture.camera.moving
    return Camera(roll, moving, scale, runner.yaw_deg)


def _warnings(
    capture: Capture, gait: Gait, runner: Runner, unclear: float
) -> tuple[AnalysisWarning, ...]:
    notes = []
    if gait.activity == "running" and unclear > CLEAR_TIMES:
        text = (
            f"The runner is seen unclearly (dark, blurred, small, grainy or compressed): the "
            f"points on the body are {unclear:.1f} times as unsteady as in a clear clip, and the "
            f"intervals are so much wider."
        )
        notes.append(AnalysisWarning("unclear", text))
    yaw = runner.yaw_deg
    if yaw is not None and abs(yaw.value) > TOLD_YAW_DEG:
        low, high = sorted(abs(end) for end in yaw.ci95)
        text = (
            f"The path turns about {abs(yaw.value):.0f} degrees ({low:.0f} to {high:.0f}) "
            f"{'towards' if yaw.value > 0 else 'away from'} the camera, which is taken out as "
            f"far as it is known; film at right angles to it."
        )
        notes.append(AnalysisWarning("off_side", text))
    rate = capture.video.fps * capture.video.time_scale
    if gait.activity == "running" and rate < LOW_RATE_HZ:
        text = (
            f"At {rate:.3g} frames a second contact times and landing angles are rough; "
            f"film at 60 or more."
        )
        notes.append(AnalysisWarning("low_frame_rate", text))
    if gait.activity == "running" and len(gait.contacts) < FEW_STEPS:
        text = f"Only {len(gait.contacts)} steps were seen whole; film at least 10."
        notes.append(AnalysisWarning("few_steps", text))
    return tuple(notes)
