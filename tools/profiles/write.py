"""A profile as files a reviewer can read: tables of shifts in CSV, the rest in TOML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from leanline.model import Array
from leanline.profile import FrontalModel, JointModel, PoseProfile


def write_profile(profile: PoseProfile, folder: Path) -> list[Path]:
    """Write ``SOURCE.toml`` and, with a joint model, its two tables; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [] if profile.joints is None else _write_joints(profile.source, profile.joints, folder)
    toml = folder / f"{profile.source}.toml"
    toml.write_text("\n".join(_toml(profile)) + "\n", encoding="utf-8")
    return [toml, *files]


def _write_joints(source: str, model: JointModel, folder: Path) -> list[Path]:
    weights, precision = folder / _weights(source), folder / _precision(source)
    columns = [f"{target}_{axis}" for target in model.targets for axis in "xy"]
    rows: list[tuple[str, float, Array]] = [
        (name, model.mean[k], model.weights[k].ravel()) for k, name in enumerate(model.features)
    ]
    rows += [("shift", 0.0, model.shift.ravel()), ("plain", 0.0, model.plain.ravel())]
    _csv(weights, ["feature", "mean", *columns], ((n, [m, *v]) for n, m, v in rows))
    matrix = zip(model.features, model.precision, strict=True)
    _csv(precision, ["feature", *model.features], ((name, row) for name, row in matrix))
    return [weights, precision]


def _csv(path: Path, head: Sequence[str], rows: Iterable[tuple[str, Iterable[float]]]) -> None:
    lines = [",".join(head)]
    lines += [",".join([name, *(f"{value:.5g}" for value in values)]) for name, values in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _weights(source: str) -> str:
    return f"{source}.joints.csv"


def _precision(source: str) -> str:
    return f"{source}.precision.csv"


def _toml(profile: PoseProfile) -> list[str]:
    lines = ["# Written by python -m tools.profiles; see leanline/profile.py."]
    lines += [f"stature_share = {profile.stature_share:.4f}"]
    if profile.joints is not None:
        low, high = profile.joints.familiar
        lines += ["", "[joints]", f'weights = "{_weights(profile.source)}"']
        lines += [f'precision = "{_precision(profile.source)}"']
        lines += [f"familiar_below = {low:.3f}", f"unfamiliar_above = {high:.3f}"]
    timing = profile.timing
    lines += ["", "[timing]", f"contact_sd_s = {timing.contact_sd_s:.4f}"]
    lines += [f"toe_off_sd_s = {timing.toe_off_sd_s:.4f}"]
    lines += _table("timing.contact_late_s", timing.contact_late_s)
    lines += _table("timing.toe_off_late_s", timing.toe_off_late_s)
    if profile.sole is not None:
        lines += _table("sole", {k: float(v) for k, v in vars(profile.sole).items()})
    for name in ("offset", "residual", "noise"):
        values: Mapping[str, float] = getattr(profile, name)
        if values:
            lines += _table(name, values)
    return lines + _frontal(profile.frontal)


def _frontal(model: FrontalModel) -> list[str]:
    if model.breadth is None:
        return []
    return [
        *_table("frontal", {"feet_line_sd_deg": model.feet_line_sd_deg}),
        f"hips_tilt = {str(model.hips_tilt).lower()}",
        *_table("frontal.breadth", vars(model.breadth)),
        *_table("frontal.offset", model.offset),
        *_table("frontal.residual", model.residual),
    ]


def _table(name: str, values: Mapping[str, float]) -> list[str]:
    return ["", f"[{name}]", *(f"{key} = {_number(value)}" for key, value in values.items())]


def _number(value: float) -> str:
    return f"{value:.4g}" if np.isfinite(value) else "nan"
