"""The way in: one clip or track, what is known of it, its analysis."""

from __future__ import annotations

import os
from pathlib import Path

from leanline.deprecation import renamed_arguments
from leanline.model import Analysis
from leanline.pipeline.capture_analysis import analyze_capture
from leanline.pipeline.companions import analyze_rear, analyze_standing, minus_standing, with_rear
from leanline.pipeline.input_hash import sha256_of
from leanline.pipeline.part_of_film import measure_film
from leanline.pipeline.picture_folder import film_of
from leanline.pose.base import PoseBackend, Progress, no_progress
from leanline.settings import (
    RENAMED,
    AnalysisQuality,
    ClipInfo,
    Companions,
    Device,
    KnownActivity,
    PoseModel,
    PoseOptions,
    Settings,
)


@renamed_arguments(RENAMED)
def analyze(
    source: str | os.PathLike[str],
    *,
    height_m: float | None = None,
    speed_mps: float | None = None,
    roll_deg: float | None = None,
    phone_roll_deg: float | None = None,
    phone_roll_sd_deg: float | None = None,
    slow_motion: float | None = None,
    person: int | None = None,
    start_s: float | None = None,
    end_s: float | None = None,
    fps: float | None = None,
    keypoint_names: str | os.PathLike[str] | None = None,
    picture: str | None = None,
    rotate_deg: int | None = None,
    crop: str | None = None,
    shot: int | None = None,
    activity: KnownActivity | None = None,
    pose_model: PoseModel | None = None,
    quality: AnalysisQuality = "balanced",
    weights: str | os.PathLike[str] | None = None,
    device: Device = "cpu",
    standing_clip: str | os.PathLike[str] | None = None,
    rear_clip: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    backend: PoseBackend | None = None,
) -> Analysis:
    """Analyse one clip or one pose track.

    Parameters
    ----------
    source
        A video, a folder of numbered pictures (with ``fps``), or a pose track in any format of
        ``leanline.read_track``.
    height_m, speed_mps, roll_deg, phone_roll_deg, phone_roll_sd_deg, slow_motion, person, \
    start_s, end_s, fps, keypoint_names, picture
        What is known of the clip; see ``ClipInfo``.
    rotate_deg, crop, shot, activity
        How to look at it, and what the person does; see ``ClipInfo``.
    pose_model, quality, weights, device
        How the pose is read from it; see ``PoseOptions``.
    standing_clip, rear_clip
        Other clips of the same runner; see ``Companions``.
    progress
        Called with the code of a phase, such as ``finding_people``, and the share done; may
        raise to stop.
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
    clip = ClipInfo(
        height_m=height_m,
        speed_mps=speed_mps,
        roll_deg=roll_deg,
        phone_roll_deg=phone_roll_deg,
        phone_roll_sd_deg=phone_roll_sd_deg,
        slow_motion=slow_motion,
        person=person,
        start_s=start_s,
        end_s=end_s,
        fps=fps,
        keypoint_names=_text(keypoint_names),
        picture=picture,
        rotate_deg=rotate_deg,
        crop=crop,
        shot=shot,
        activity=activity,
    )
    pose = PoseOptions(
        pose_model=pose_model, quality=quality, weights=_text(weights), device=device
    )
    companions = Companions(standing_clip=_text(standing_clip), rear_clip=_text(rear_clip))
    settings = Settings(clip, pose, companions)
    return analyze_clip(Path(source), settings, progress, backend)


def analyze_clip(
    path: Path,
    settings: Settings,
    progress: Progress | None = None,
    backend: PoseBackend | None = None,
    *,
    sha256: str | None = None,
) -> Analysis:
    """``analyze`` for callers that have its settings, and perhaps the input's hash, at hand.

    The companions come first: they are short, and what is wrong with one is found before the clip
    itself is read.

    Parameters
    ----------
    path
        A video, a folder of pictures or a pose track.
    settings
        What is known of the clip, how its pose is read, and its companions.
    progress
        Called with the code of a phase, such as ``finding_people``, and the share done, 0 to 1;
        may raise to stop.
    backend
        The pose source; the one that the file and the settings ask for if None.
    sha256
        Hash of the input; computed if None.

    Returns
    -------
    Analysis
        As of ``analyze``.

    Raises
    ------
    UsageError, InputError, NobodyError
        As ``analyze`` does.
    """
    progress = progress or no_progress
    standing = analyze_standing(settings, progress)
    rear = analyze_rear(settings, progress)
    with film_of(path, settings) as (film, known):
        _, analysis = measure_film(
            film,
            known,
            lambda capture: analyze_capture(
                capture.named(str(path)), known, sha256 or sha256_of(path)
            ),
            progress,
            backend,
        )
    analysis = analysis if standing is None else minus_standing(analysis, standing)
    return analysis if rear is None else with_rear(analysis, rear)


def _text(path: str | os.PathLike[str] | None) -> str | None:
    return None if path is None else os.fspath(path)
