"""A clip from the side: the sagittal plane, in which a runner leans, lands and steps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from leanline.camera.distortion import as_filmed, wide_lens_of, without_distortion
from leanline.corrections import Corrections
from leanline.drill.analyse import measure_drill, to_playback_time
from leanline.findings import evaluate_rules, judge_steps
from leanline.gait.analyse import Gait
from leanline.gait.manual_corrections import ManualCorrections, apply_side_swaps
from leanline.metrics.body import stature
from leanline.metrics.measure import ClipMetrics, measure_clip
from leanline.metrics.playback_time import in_playback_time, steps_in_playback_time, without_times
from leanline.model import Analysis, Camera, Capture, Drill, PoseTrack, Provenance, Runner
from leanline.pipeline.given_values import GivenValues, check_given
from leanline.pipeline.level_and_gait import level_and_gait
from leanline.pipeline.recording_warnings import recording_warnings
from leanline.pipeline.refusals import (
    refuse_no_gait,
    refuse_oblique,
    refuse_turned_standing,
)
from leanline.playback.pace import cut_to_constant_pace
from leanline.playback.time_scale import ClaimSource, TimeScale, estimate_time_scale, to_real_time
from leanline.runner.prepare import prepare
from leanline.runner.turning import keep_one_direction
from leanline.settings import Settings


def analyze_sagittal(
    capture: Capture, settings: Settings, provenance: Provenance, corrections: Corrections = ()
) -> Analysis:
    """Analyse a clip from the side: everything after the pose.

    Parameters
    ----------
    capture
        Keypoints of one person.
    settings
        What is known of the clip.
    provenance
        Goes into the analysis as it is.
    corrections
        Of contacts and sides, made by hand.

    Returns
    -------
    Analysis
        Times are those of the clip as it plays.

    Raises
    ------
    NobodyError
        The clip is too oblique, or shows no gait and nobody standing.
    """
    whole_s = _duration_s(capture.pose)
    lens = wide_lens_of(capture)
    capture = capture if lens is None else without_distortion(capture, lens)
    capture = keep_one_direction(capture)
    claimed = capture.video.time_scale
    capture = cut_to_constant_pace(capture, settings.clip.slow_motion)
    source: ClaimSource = "clip_file" if capture.video.time_scale == claimed else "own_part"
    played = apply_side_swaps(prepare(capture), corrections)
    refuse_oblique(played, capture)
    clock = _playback_clock(played, capture, settings, source)
    capture = replace(capture, video=replace(capture.video, time_scale=clock.reported_factor))
    runner = to_real_time(played, clock.factor)
    # A pace or a factor that was read into something that is no gait shortens nothing.
    seen_s = whole_s / clock.factor if clock.sure else whole_s
    camera, gait = level_and_gait(
        runner,
        capture,
        settings,
        ManualCorrections(corrections, clock.factor),
        refuse=lambda found: refuse_no_gait(found, runner, capture, seen_s),
    )
    given = _check_given(runner, gait, capture, settings) if clock.sure else GivenValues()
    camera = given.widen_scale(camera, settings.clip.height_m)
    refuse_turned_standing(gait.activity, capture, settings)
    measured, drill = _measure(runner, gait, camera, capture, settings)
    measured = _as_played(given.widen_speed(measured), clock, settings)
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
        findings=evaluate_rules(measured.metrics, measured.steps, gait.activity),
        verdicts=judge_steps(measured.metrics, gait.activity),
        warnings=(
            *capture.notes,
            *clock.notes,
            *runner.notes,
            *gait.notes,
            *given.warnings,
            *recording_warnings(capture, gait, runner),
        ),
        provenance=provenance,
        drill=None if drill is None else to_playback_time(drill, clock.factor),
        runner=played if lens is None else as_filmed(played, lens, capture.video),
        capture=capture,
    )


def _playback_clock(
    runner: Runner, capture: Capture, settings: Settings, source: ClaimSource
) -> TimeScale:
    """How slowly the clip plays: as given, or from the file and the runner's fall in flight."""
    if settings.clip.slow_motion is not None:
        return TimeScale(settings.clip.slow_motion)
    height = stature(runner.pose, runner.leg_length, capture.profile.stature_share)
    return estimate_time_scale(runner, capture.video, height, settings.clip.height_m, source)


def _check_given(runner: Runner, gait: Gait, capture: Capture, settings: Settings) -> GivenValues:
    """Compare what was given with a gait; somebody who stands says nothing of it."""
    if gait.activity not in ("running", "walking"):
        return GivenValues()
    height = stature(runner.pose, runner.leg_length, capture.profile.stature_share)
    return check_given(settings.clip, runner, gait, height)


def _measure(
    runner: Runner, gait: Gait, camera: Camera, capture: Capture, settings: Settings
) -> tuple[ClipMetrics, Drill | None]:
    """Metrics and steps of a gait, or metrics and drill of somebody standing."""
    if gait.activity != "standing":
        return measure_clip(runner, gait, camera, capture.profile, settings.clip.speed_mps), None
    stood = measure_drill(runner, camera, capture.profile)
    return ClipMetrics(stood.metrics, ()), stood.drill


def _as_played(measured: ClipMetrics, clock: TimeScale, settings: Settings) -> ClipMetrics:
    """Steps at their seconds in the clip; no times where the clip's speed is in doubt."""
    measured = steps_in_playback_time(measured, clock.factor)
    if clock.sure:
        return measured
    given = settings.clip.speed_mps is not None
    return without_times(measured, speed_given=given, sped_up=clock.factor < 1.0)


def _duration_s(track: PoseTrack) -> float:
    return float(np.ptp(track.time_s)) if len(track.time_s) else 0.0
