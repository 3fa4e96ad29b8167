"""Fit the offsets from BlazePose's keypoints to joint centres, and what they leave.

    python tools/fit_anatomy.py ../shared/data --cache /tmp/captures

reads the rendered clips (``rendered/`` and ``demo/``) with their truth, fits hip, shoulder,
sole and stature for each network, judges every body by offsets fitted on the others, and
writes ``src/leanline/assets/anatomy.toml``. Poses are kept in the cache directory, as
reading them takes minutes.
"""

from __future__ import annotations

import argparse
import json
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import least_squares

from leanline.errors import LeanlineError
from leanline.gait.analyse import Gait, analyse_gait
from leanline.metrics.geometry import lean_deg
from leanline.metrics.sampling import Sampler
from leanline.metrics.spec import STEP_METRICS
from leanline.metrics.steps import FLAT, MID_STANCE, WHOLE_STANCE
from leanline.model import Array, Capture, Runner
from leanline.pipeline import analyze_capture
from leanline.pose.blazepose import BlazePose
from leanline.runner.anatomy import AS_IS, Anatomy, Sole, mean_leans_deg
from leanline.runner.prepare import prepare
from leanline.runner.scatter import PARTS
from leanline.settings import PoseModel, Settings

MODELS: tuple[PoseModel, ...] = ("full", "heavy")
ASSET = Path(__file__).parent.parent / "src" / "leanline" / "assets" / "anatomy.toml"
# Which truths the offsets are fitted to, and how far off (degrees) each may be.
TARGETS = {"lean_leg_deg": 1.0, "lean_trunk_deg": 1.2, "lean_body_deg": 0.5, "waist_bend_deg": 1.5}
FLAT_SHARES = tuple(np.round(np.arange(0.0, 1.01, 0.1), 1).tolist())
DEFAULT_HEIGHT_M = 1.67  # of the body in the demo clips, whose truth asks for no --height


@dataclass(frozen=True)
class Clip:
    """One clip: its truth, its capture, and what the offsets are fitted to.

    ``line`` holds hip and shoulder over the stance ankle (x, y, x, y), leg lengths, at
    mid-stance; ``whole`` the trunk lean over the whole contact less that at mid-stance;
    ``foot_deg`` the pitch of the near sole at contact and while it is flat.
    """

    truth: dict[str, Any]
    capture: Capture
    line: Array
    whole: float
    leans: tuple[float, float]
    outline: float
    foot_deg: tuple[float, float]
    stature_error: float
    scatter: Mapping[str, float]

    @property
    def body(self) -> str:
        """The rendered body."""
        return str(self.truth["body"])

    @property
    def height_m(self) -> float:
        """Body height."""
        args = self.truth.get("args") or []
        return float(args[args.index("--height") + 1]) if "--height" in args else DEFAULT_HEIGHT_M

    def wanted(self) -> Array:
        """The truths of ``TARGETS``; for a standing clip lean and break of the line."""
        metrics = self.truth["metrics"]
        if "stand_lean_deg" in metrics:
            bend = metrics["stand_straightness_deg"]
            return np.array([np.nan, np.nan, metrics["stand_lean_deg"], bend])
        return np.array([metrics[name] for name in TARGETS])


def main() -> None:
    """Fit both networks and write the asset."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    options = parser.parse_args()
    text = ["# Written by tools/fit_anatomy.py; see leanline/runner/anatomy.py."]
    for model in MODELS:
        clips = load(options.data, options.cache, model)
        anatomy = fit(clips)
        residual = left_out_residuals(clips)
        text += table(f"blazepose-{model}", replace(anatomy, residual=residual))
    ASSET.write_text("\n".join(text) + "\n", encoding="utf-8")
    print(f"wrote {ASSET}")


def load(data: Path, cache: Path, model: PoseModel) -> list[Clip]:
    """All rendered clips with a body, their poses from the cache where they are there."""
    clips = []
    for path in sorted([*data.glob("rendered/*.truth.json"), *data.glob("demo/*.truth.json")]):
        truth = json.loads(path.read_text("utf-8"))
        if "body" not in truth:
            continue
        kept = cache / f"{truth['name']}.{model}.pkl"
        if not kept.exists():
            cache.mkdir(parents=True, exist_ok=True)
            capture = BlazePose(model).capture(path.parent / truth["input"], Settings(), quiet)
            kept.write_bytes(pickle.dumps(capture))
        capture = pickle.loads(kept.read_bytes())  # noqa: S301 our own file
        clips.append(describe(truth, capture))
    return clips


def quiet(phase: str, share: float) -> None:
    """Say nothing."""


def describe(truth: dict[str, Any], capture: Capture) -> Clip:
    """What the offsets act on, measured without them and with the true roll."""
    runner = prepare(capture)
    sign = -1.0 if runner.direction == "left" else 1.0
    sampler = Sampler(
        runner.pose,
        sign * (truth["roll_deg"] or 0.0),
        runner.leg_length,
        sole_deg=runner.sole_deg,
    )
    gait = analyse_gait(runner, capture.source)
    standing = truth["activity"] == "standing"
    line, whole, foot = standing_line(sampler) if standing else running_line(sampler, gait, runner)
    clip = Clip(
        truth=truth,
        capture=capture,
        line=line,
        whole=whole,
        leans=mean_leans_deg(sampler.upright),
        outline=np.nan if runner.outline is None else runner.outline,
        foot_deg=foot,
        stature_error=np.nan,
        scatter=runner.scatter,
    )
    speed = truth["metrics"].get("speed_mps")
    if speed and gait.ground.surface == "overground":
        path = runner.pose.mid("hip")[:, 0] - runner.scene_shift[:, 0]
        known = np.isfinite(path)
        per_s = float(np.polyfit(runner.pose.time_s[known], path[known], 1)[0])
        return replace(clip, stature_error=sampler.stature / (per_s / speed * clip.height_m))
    return clip


def standing_line(sampler: Sampler) -> tuple[Array, float, tuple[float, float]]:
    """Hip and shoulder over the ankles, medians over time."""
    pose, leg = sampler.upright, sampler.leg_length
    ankle, hip, shoulder = (np.nanmedian(pose.mid(p), axis=0) for p in ("ankle", "hip", "shoulder"))
    return np.concatenate([hip - ankle, shoulder - ankle]) / leg, 0.0, (np.nan, np.nan)


def running_line(
    sampler: Sampler, gait: Gait, runner: Runner
) -> tuple[Array, float, tuple[float, float]]:
    """Means over the steps of the mid-stance lines, and of the sole at contact."""
    lines, wholes = [], []
    for contact in gait.contacts:
        mid, all_of_it = (
            contact.contact_s + shares * contact.duration_s for shares in (MID_STANCE, WHOLE_STANCE)
        )
        ankle = sampler.point(f"{contact.side}_ankle", mid)
        hip, shoulder = sampler.mid("hip", mid), sampler.mid("shoulder", mid)
        both = np.concatenate([hip - ankle, shoulder - ankle], axis=1).mean(axis=0)
        lines.append(both / runner.leg_length)
        whole = lean_deg(sampler.mid("hip", all_of_it), sampler.mid("shoulder", all_of_it)).mean()
        wholes.append(whole - lean_deg(hip, shoulder).mean())
    return np.nanmean(lines, axis=0), float(np.nanmean(wholes)), near_sole(sampler, gait, runner)


def near_sole(sampler: Sampler, gait: Gait, runner: Runner) -> tuple[float, float]:
    """Mean pitch of the near foot's edge at contact, and while the foot is flat."""
    near = [contact for contact in gait.contacts if contact.side == runner.near]
    landed = [sampler.foot_deg(c.side, np.array([c.contact_s]))[0] for c in near]
    flat = [np.median(sampler.foot_deg(c.side, c.contact_s + FLAT * c.duration_s)) for c in near]
    return float(np.nanmean(landed)), float(np.nanmean(flat))


def predict(clip: Clip, hip: Array, shoulder: float) -> Array:
    """The metrics of ``TARGETS`` with the hip and shoulder offsets applied."""
    shift = float(np.dot(hip, hip_terms(clip)[: len(hip)]))
    hip_x, hip_y, shoulder_x, shoulder_y = clip.line
    leg = lean(hip_x + shift, hip_y)
    trunk = lean(shoulder_x + shoulder - hip_x - shift, shoulder_y - hip_y)
    body = lean(shoulder_x + shoulder, shoulder_y)
    return np.array([leg, trunk + clip.whole, body, trunk - leg])


def hip_terms(clip: Clip) -> tuple[float, float, float, float]:
    """What the hip shift is made of: constant, trunk and leg lean (10 degrees), outline."""
    return 1.0, clip.leans[0] / 10.0, clip.leans[1] / 10.0, clip.outline


def lean(x: float, y: float) -> float:
    """Degrees from the vertical."""
    return float(np.degrees(np.arctan2(x, y)))


def fit(clips: Sequence[Clip]) -> Anatomy:
    """All offsets of one network."""
    shoulder_and = {terms: fit_line(clips, terms) for terms in (3, 4)}
    share = AS_IS.stature_share * float(np.nanmedian([c.stature_error for c in clips]))
    hip, alone = shoulder_and[4], shoulder_and[3]
    return Anatomy(
        hip=(hip[0], hip[1], hip[2], hip[3]),
        hip_alone=(alone[0], alone[1], alone[2]),
        shoulder=hip[-1],
        stature_share=share,
        sole=fit_sole(clips),
        residual={},
        scatter=usual_scatter(clips),
    )


def usual_scatter(clips: Sequence[Clip]) -> dict[str, float]:
    """How far parts of runners scatter, medians over the clips, all of which are clear."""
    rows = [clip.scatter for clip in clips if clip.truth["activity"] == "running"]
    return {part: float(np.median([row[part] for row in rows])) for part in PARTS}


def fit_sole(clips: Sequence[Clip]) -> Sole:
    """How the near shoe's edge tells the strike angle; the flat share that left-out bodies like."""

    def left_out(flat_share: float) -> float:
        off = []
        for body in {clip.body for clip in clips}:
            sole = sole_line([c for c in clips if c.body != body], flat_share)
            off += [
                sole.gain * (c.foot_deg[0] - flat_share * c.foot_deg[1] - sole.zero_deg) - strike(c)
                for c in clips
                if c.body == body
            ]
        return float(np.nanmean(np.square(off)))

    return sole_line(clips, min(FLAT_SHARES, key=left_out))


def sole_line(clips: Sequence[Clip], flat_share: float) -> Sole:
    """Least squares of the true angle over what is seen."""
    seen = np.array([c.foot_deg[0] - flat_share * c.foot_deg[1] for c in clips])
    wanted = np.array([strike(c) for c in clips])
    known = np.isfinite(seen) & np.isfinite(wanted)
    gain, at_zero = np.polyfit(seen[known], wanted[known], 1)
    return Sole(float(gain), flat_share, -float(at_zero / gain))


def strike(clip: Clip) -> float:
    """The true strike angle; NaN for who stands."""
    return float(clip.truth["metrics"].get("foot_strike_angle_deg", np.nan))


def fit_line(clips: Sequence[Clip], terms: int) -> tuple[float, ...]:
    """Hip coefficients and the shoulder's constant, by robust least squares."""
    scale = np.array(list(TARGETS.values()))

    def misfit(q: Array) -> Array:
        rows = [(predict(c, q[:-1], q[-1]) - c.wanted()) / scale for c in clips]
        return np.asarray(np.nan_to_num(np.concatenate(rows)))

    solved = least_squares(misfit, np.zeros(terms + 1), loss="soft_l1", x_scale="jac").x
    return tuple(float(value) for value in solved)


def left_out_residuals(clips: Sequence[Clip]) -> dict[str, float]:
    """Root mean square error of every metric, the whole way, each body judged by the others."""
    errors: dict[str, list[float]] = {}
    for body in sorted({clip.body for clip in clips}):
        anatomy = fit([clip for clip in clips if clip.body != body])
        for clip in clips:
            if clip.body == body:
                collect(errors, clip, anatomy)
    names = [*STEP_METRICS, "stand_lean_deg", "stand_straightness_deg"]
    found = {}
    for name in names:
        if errors.get(name):
            found[name] = float(np.sqrt(np.mean(np.square(errors[name]))))
            print(f"{name:28s} n {len(errors[name]):3d}  rms {found[name]:.4f}")
    return found


def collect(errors: dict[str, list[float]], clip: Clip, anatomy: Anatomy) -> None:
    """Add the errors of one clip, its roll given, so that the roll's own error stays apart."""
    settings = Settings(height_m=clip.height_m, roll_deg=clip.truth["roll_deg"] or 0.0)
    try:
        analysis = analyze_capture(clip.capture, settings, anatomy=anatomy)
    except LeanlineError as error:
        print(f"{clip.truth['name']}: {error}")
        return
    for name, metric in analysis.metrics.items():
        want = clip.truth["metrics"].get(name)
        if want is None and name.endswith("_pct"):
            metres = clip.truth["metrics"].get(name.replace("_pct", "_m"))
            want = None if metres is None else 100.0 * metres / clip.height_m
        if isinstance(metric.value, float) and isinstance(want, float):
            errors.setdefault(name, []).append(metric.value - want)


def table(source: str, anatomy: Anatomy) -> list[str]:
    """One network's section of the asset."""
    hip = dict(
        zip(
            ("constant", "per_10_deg_trunk", "per_10_deg_leg", "per_outline"),
            anatomy.hip,
            strict=True,
        )
    )
    alone = dict(
        zip(("constant", "per_10_deg_trunk", "per_10_deg_leg"), anatomy.hip_alone, strict=True)
    )
    if anatomy.sole is None:
        raise ValueError(f"{source}: no sole was fitted")
    sole = {key: float(value) for key, value in asdict(anatomy.sole).items()}
    lines = [
        "",
        f"[{source}]",
        f"stature_share = {anatomy.stature_share:.4f}",
        f"hip = {{ {inline(hip)} }}",
        f"hip_alone = {{ {inline(alone)} }}",
        f"shoulder = {{ constant = {anatomy.shoulder:.4f} }}",
        f"sole = {{ {inline(sole)} }}",
        f"scatter = {{ {inline(dict(anatomy.scatter))} }}",
        f"[{source}.residual]",
    ]
    return lines + [f"{name} = {value:.4g}" for name, value in anatomy.residual.items()]


def inline(values: dict[str, float]) -> str:
    """Key = value pairs of an inline table."""
    return ", ".join(f"{key} = {value:.4f}" for key, value in values.items())


if __name__ == "__main__":
    main()
