"""Everything that is fitted for one pose source, and the same with any person left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np

from leanline.camera.derotate import rotate
from leanline.errors import LeanlineError
from leanline.metrics.sampling import Sampler
from leanline.metrics.spec import STEP_METRICS
from leanline.metrics.steps import foot_pitch
from leanline.model import Analysis, Array, Runner
from leanline.pipeline import analyze_capture
from leanline.profile import MARKERS, EventTiming, JointModel, PoseProfile, SoleModel, profile_of
from leanline.runner.keypoint_noise import PARTS
from leanline.runner.prepare import prepare
from leanline.settings import Settings
from tools.profiles import joints, timing
from tools.profiles.clips import Clip

# Metrics whose mean error has one sign in every captured runner: smoothing blunts the landing.
OFFSET_METRICS: Final = ("shin_angle_deg", "knee_flexion_contact_deg")
STANDING: Final = (
    "stand_lean_deg",
    "stand_leg_deg",
    "stand_trunk_deg",
    "stand_bend_deg",
    "stand_straightness_deg",
)
# Which line each metric is: body, leg, trunk, or trunk less leg.
LINES: Final = {
    "lean_body_deg": 0,
    "lean_stride_deg": 0,
    "lean_body_toe_off_deg": 0,
    "lean_leg_deg": 1,
    "lean_trunk_deg": 2,
    "waist_bend_deg": 3,
    "stand_lean_deg": 0,
    "stand_leg_deg": 1,
    "stand_trunk_deg": 2,
    "stand_bend_deg": 3,
    "stand_straightness_deg": 3,
}
# Percentile of clear clips' noise beyond which a picture counts as unclear: phone clips by hand
# and of small runners are 1.5 times as noisy as those of a tripod, and no less right.
NOISE_PCT: Final = 90.0
Z95: Final = 1.96


@dataclass(frozen=True)
class Reading:
    """What one clip tells of a profile: errors of its metrics, and what of them is explained.

    ``errors`` are measured less true; ``explained`` standard deviations that the interval has
    already (steps, camera, clock), in the metric's unit.
    """

    clip: Clip
    errors: Mapping[str, float]
    explained: Mapping[str, float]
    noise: Mapping[str, float]
    speed_ratio: float
    pitch: tuple[float, float, float, float]


@dataclass(frozen=True)
class People:
    """All clips of one pose source, and what is learned from them in stages.

    Each stage stands on the one before with the judged person left out of it: joints first,
    then how late events are seen, then the size of the body, soles, offsets and residuals.
    """

    source: str
    frames: joints.Frames
    clips: Sequence[Clip]
    _models: dict[tuple[str, str], JointModel] = field(default_factory=dict, compare=False)
    _lines: dict[str | None, dict[str, float]] = field(default_factory=dict, compare=False)

    def joint_model(self, body: str, runner: str) -> JointModel:
        """The joint model without a body and, if it is one, without a captured runner."""
        key = (body, runner)
        if key not in self._models:
            self._models[key] = joints.fit(self.frames.without(body, runner), self.familiar)
        return self._models[key]

    @cached_property
    def familiar(self) -> tuple[float, float]:
        """The limits of familiarity, from people left out."""
        return joints.left_out_familiar(self.frames)

    @cached_property
    def feet(self) -> list[timing.Foot]:
        """Signs of events in all running clips, each with joints learned from others."""
        levels = [self._level(clip) for clip in self.clips if clip.is_running]
        found: list[timing.Foot] = []
        now = profile_of(MARKERS).timing
        for _ in range(timing.ROUNDS):
            found = [foot for level in levels for foot in timing.feet_of(level, now)]
            now = timing.fit(found)
        return found

    def event_timing(self, without: str | None = None) -> EventTiming:
        """How late events are seen, perhaps without one runner."""
        kept = [foot for foot in self.feet if foot.runner != without]
        return timing.with_spread(timing.fit(kept), kept)

    def _level(self, clip: Clip) -> timing.Level:
        profile = PoseProfile(
            self.source, profile_of(MARKERS).timing, self.joint_model(clip.body, clip.runner)
        )
        runner = prepare(replace(clip.capture, profile=profile))
        roll = roll_facing_x(clip, runner)
        return timing.Level(
            clip.name,
            clip.runner,
            runner.pose.with_xy(rotate(runner.pose.xy, -roll)),
            rotate(runner.scene_shift, -roll)[:, 0],
            runner.leg_length,
            clip.truth["events"],
        )

    def _line_spreads(self, without: str | None) -> dict[str, float]:
        """What joints alone make wrong of the lines, running and standing."""
        if without not in self._lines:
            running, standing = (
                joints.left_out_lines(self.frames, standing=stands, without=without)
                for stands in (False, True)
            )
            self._lines[without] = {
                name: float((standing if name in STANDING else running)[column])
                for name, column in LINES.items()
            }
        return self._lines[without]

    @cached_property
    def readings(self) -> list[Reading]:
        """Every clip measured with joints and timing learned from others, nothing else fitted."""
        return [reading for clip in self.clips if (reading := self._read(clip)) is not None]

    def _read(self, clip: Clip) -> Reading | None:
        bare = PoseProfile(
            self.source,
            self.event_timing(clip.runner),
            self.joint_model(clip.body, clip.runner),
            residual=dict.fromkeys((*STEP_METRICS, *STANDING), 0.0),
        )
        analysis = analysed(clip, bare)
        if analysis is None or analysis.runner is None:
            return None
        errors, explained = errors_of(analysis, clip)
        return Reading(
            clip,
            errors,
            explained,
            analysis.runner.scatter,
            speed_ratio(analysis, clip),
            strike_pitch(analysis, clip, bare) if clip.is_running else (np.nan,) * 4,
        )

    def profile(self, body: str | None = None, runner: str | None = None) -> PoseProfile:
        """The whole profile; with ``body`` and ``runner`` nothing of it has seen either.

        Who stands, or runs by a formula, shares no motion with anybody: only the body is left out.
        """
        runner = None if runner in joints.NOBODY else runner
        kept = [r for r in self.readings if r.clip.body != body and r.clip.runner != runner]
        model = joints.fit(self.frames.without(body, runner), self.familiar)
        share = float(np.nanmedian([reading.speed_ratio for reading in kept]))
        sole, strike_sd = fit_sole(kept)
        offset = {name: mean_over_runners(kept, name) for name in OFFSET_METRICS}
        residual = {
            name: spread(kept, name, offset.get(name, 0.0)) for name in metrics_with_errors(kept)
        }
        residual["foot_strike_angle_deg"] = strike_sd
        for name, least in self._line_spreads(runner).items():
            residual[name] = max(residual.get(name, 0.0), least)
        return PoseProfile(
            self.source,
            self.event_timing(runner),
            model,
            stature_share=share * profile_of(MARKERS).stature_share,
            sole=sole,
            offset=offset,
            residual=residual,
            noise=usual_noise(kept),
        )


def analysed(clip: Clip, profile: PoseProfile) -> Analysis | None:
    """The clip measured as a user would, with a profile; None when it is refused."""
    capture = replace(clip.capture, profile=profile)
    try:
        return analyze_capture(capture, Settings(height_m=clip.height_m))
    except LeanlineError as error:
        print(f"{clip.name}: {error}")
        return None


def roll_facing_x(clip: Clip, runner: Runner) -> float:
    """The true roll, as a runner who was turned to face +x has it."""
    roll = float(clip.truth["roll_deg"] or 0.0)
    return -roll if runner.direction == "left" else roll


def truth_of(clip: Clip, name: str) -> float | None:
    """A true metric; percent of height from metres where the truth has these."""
    metrics = clip.truth["metrics"]
    if name in metrics:
        return float(metrics[name])
    metres = metrics.get(name.removesuffix("_pct") + "_m") if name.endswith("_pct") else None
    return None if metres is None else 100.0 * float(metres) / clip.height_m


def errors_of(analysis: Analysis, clip: Clip) -> tuple[dict[str, float], dict[str, float]]:
    """Errors of all metrics with truth, and the standard deviations stated for them."""
    errors, explained = {}, {}
    for name in (*STEP_METRICS, *STANDING):
        metric, true = analysis.metrics.get(name), truth_of(clip, name)
        if metric is None or not isinstance(metric.value, float) or true is None:
            continue
        errors[name] = metric.value - true
        low, high = metric.ci95 or (metric.value, metric.value)
        explained[name] = (high - low) / (2 * Z95)
    return errors, explained


def speed_ratio(analysis: Analysis, clip: Clip) -> float:
    """Measured over true running speed: how much too small the body is taken for."""
    measured, true = analysis.metrics.get("speed_mps"), clip.truth["metrics"].get("speed_mps")
    if analysis.surface != "overground" or measured is None or true is None:
        return float("nan")
    return float(true) / float(measured.value) if isinstance(measured.value, float) else np.nan


def strike_pitch(
    analysis: Analysis, clip: Clip, profile: PoseProfile
) -> tuple[float, float, float, float]:
    """Mean pitches of the near foot: edge at contact and flat, line at contact and flat."""
    runner = analysis.runner
    if runner is None:
        return (np.nan,) * 4
    sampler = Sampler(
        runner.pose, roll_facing_x(clip, runner), runner.leg_length, profile, runner.sole_deg
    )
    pitches = [foot_pitch(c, sampler) for c in analysis.contacts if c.side == runner.near]
    if not pitches:
        return (np.nan,) * 4
    table = np.array(
        [(p.edge_at_contact, p.edge_flat, p.line_at_contact, p.line_flat) for p in pitches]
    )
    means = [float(np.mean(c[np.isfinite(c)])) if np.isfinite(c).any() else np.nan for c in table.T]
    return means[0], means[1], means[2], means[3]


def fit_sole(readings: Sequence[Reading]) -> tuple[SoleModel, float]:
    """How the near shoe tells the strike angle, and what left-out runners' angles are off by."""
    runners = sorted({reading.clip.runner for reading in readings if reading.clip.is_running})
    squares = []
    for runner in runners:
        rest = [reading for reading in readings if reading.clip.runner != runner]
        model = _sole(rest)
        mine = [reading for reading in readings if reading.clip.runner == runner]
        seen, true = _strikes(mine)
        if len(true):
            squares.append(np.mean((seen @ _coefficients(model) - true) ** 2))
    return _sole(readings), float(np.sqrt(np.mean(squares)))


def _sole(readings: Sequence[Reading]) -> SoleModel:
    """Least squares, every captured runner counting alike."""
    seen, true = _strikes(readings)
    names = [reading.clip.runner for reading in readings if _has_strike(reading)]
    weight = np.sqrt([1.0 / names.count(name) for name in names])
    solved = np.linalg.lstsq(seen * weight[:, None], true * weight, rcond=None)[0]
    return SoleModel(*(float(value) for value in solved))


def _coefficients(model: SoleModel) -> Array:
    return np.array(
        [
            model.constant_deg,
            model.edge_at_contact,
            model.edge_flat,
            model.line_at_contact,
            model.line_flat,
        ]
    )


def _has_strike(reading: Reading) -> bool:
    true = truth_of(reading.clip, "foot_strike_angle_deg")
    return reading.clip.is_running and true is not None and bool(np.isfinite(reading.pitch).all())


def _strikes(readings: Sequence[Reading]) -> tuple[Array, Array]:
    kept = [reading for reading in readings if _has_strike(reading)]
    seen = np.array([[1.0, *reading.pitch] for reading in kept]).reshape(-1, 5)
    return seen, np.array([truth_of(reading.clip, "foot_strike_angle_deg") for reading in kept])


def metrics_with_errors(readings: Sequence[Reading]) -> list[str]:
    """Metrics that have an error in any reading, in their usual order."""
    there = {name for reading in readings for name in reading.errors}
    return [name for name in (*STEP_METRICS, *STANDING) if name in there]


def by_runner(readings: Sequence[Reading], name: str) -> dict[str, list[tuple[float, float]]]:
    """Error and explained spread of a metric, by captured runner (by body of who stands)."""
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for reading in readings:
        if name in reading.errors:
            who = reading.clip.body if name in STANDING else reading.clip.runner
            found[who].append((reading.errors[name], reading.explained[name]))
    return found


def mean_over_runners(readings: Sequence[Reading], name: str) -> float:
    """Mean error, every runner counting alike."""
    means = [np.mean([e for e, _ in rows]) for rows in by_runner(readings, name).values()]
    return float(np.mean(means))


def spread(readings: Sequence[Reading], name: str, offset: float) -> float:
    """Standard deviation between people that the interval does not have already.

    Runners count alike, and one whose errors are smaller than explained does not make up for
    another. The next runner is off from the mean of G by sqrt(1 + 1 / G) times as much as the
    spread between all.
    """
    groups = by_runner(readings, name).values()
    squares = [np.mean([(e - offset) ** 2 - known**2 for e, known in rows]) for rows in groups]
    few = (len(squares) + 1) / len(squares)
    return float(np.sqrt(few * np.mean(np.maximum(squares, 0.0))))


def usual_noise(readings: Sequence[Reading]) -> dict[str, float]:
    """How far keypoints scatter in clear clips of runners."""
    rows = [reading.noise for reading in readings if reading.clip.is_running]
    return {part: float(np.percentile([row[part] for row in rows], NOISE_PCT)) for part in PARTS}
