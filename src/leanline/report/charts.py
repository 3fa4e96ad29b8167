"""The charts of an analysis, from its metrics, steps and curves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from leanline.metrics.curves import CycleCurve, lean_cycle, standing_lean
from leanline.model import Analysis, Array, Step
from leanline.registry.bands import COACHING_LEAN, MIDFOOT_STRIKE
from leanline.report.catalog import Texts, texts
from leanline.report.chart import Chart, Curve, Dots, Strip, pad_range
from leanline.skeleton import SIDES, Side

BAND: Final = (COACHING_LEAN.low, COACHING_LEAN.high)
_REAR_DEG, _FORE_DEG = MIDFOOT_STRIKE.high, MIDFOOT_STRIKE.low


def charts(analysis: Analysis, code: str = "en") -> dict[str, Chart]:
    """The charts of an analysis.

    Parameters
    ----------
    analysis
        With ``runner`` for curves over time.
    code
        The language.

    Returns
    -------
    dict of Chart
        By id; only those for which there are data.
    """
    words = texts(code)
    made = (
        _lean_steps(analysis, words),
        _lean_cycle(analysis, words),
        _strike_steps(analysis, words),
        _stand_time(analysis, words),
    )
    return {chart.id: chart for chart in made if chart is not None}


def _lean_steps(analysis: Analysis, words: Texts) -> Chart | None:
    dots = tuple(_step_dots(analysis.steps, "lean_body_deg", words))
    metric = analysis.metrics.get("lean_body_deg")
    if not dots or metric is None or not isinstance(metric.value, float):
        return None
    x = _clip_range(dots)
    low, high = metric.ci95 or (metric.value, metric.value)
    ends = np.array(x)
    mean = Curve(
        ends,
        np.full(2, 0.5 * (low + high)),
        "mean",
        words.say("charts.lean_steps.mean"),
        np.full(2, 0.5 * (high - low)),
    )
    y = _range([*_all_y(dots), low, high, *BAND])
    return _chart("lean_steps", words, x, y, (_band(words),), (mean,), dots)


def _lean_cycle(analysis: Analysis, words: Texts) -> Chart | None:
    if analysis.runner is None or (analysis.activity, analysis.view) != ("running", "side"):
        return None
    start: Side = analysis.runner.near or "left"
    lines = lean_cycle(analysis.runner, analysis.contacts, analysis.camera, start)
    curves = tuple(_cycle_curve(line, words) for line in lines if np.isfinite(line.mean_deg).any())
    if not curves:
        return None
    seen = [
        value
        for line in lines
        for value in (*(line.mean_deg - line.sd_deg), *(line.mean_deg + line.sd_deg))
        if np.isfinite(value)
    ]
    side = words.say(f"sides_of.{start}")
    return _chart(
        "lean_cycle",
        words,
        (0.0, 100.0),
        _range([*seen, *BAND]),
        (_band(words),),
        curves,
        side=side,
    )


def _strike_steps(analysis: Analysis, words: Texts) -> Chart | None:
    dots = tuple(_step_dots(analysis.steps, "foot_strike_angle_deg", words))
    if not dots:
        return None
    low, high = _range([*_all_y(dots), _REAR_DEG + 6.0, _FORE_DEG - 6.0])
    zones = (
        Strip(_REAR_DEG, high, "trunk", words.say("charts.strike_steps.rear")),
        Strip(_FORE_DEG, _REAR_DEG, "mean", words.say("charts.strike_steps.mid")),
        Strip(low, _FORE_DEG, "trunk", words.say("charts.strike_steps.fore")),
    )
    first, last = _clip_range(dots)
    # The names of the zones are at the right, where there are no dots.
    room = first, last + 0.14 * (last - first)
    return _chart("strike_steps", words, room, (low, high), zones, (), dots)


def _stand_time(analysis: Analysis, words: Texts) -> Chart | None:
    if analysis.runner is None or (analysis.activity, analysis.view) != ("standing", "side"):
        return None
    lean = standing_lean(analysis.runner, analysis.camera)
    seen = lean.value_deg[np.isfinite(lean.value_deg)]
    if not len(seen):
        return None
    x = float(lean.time_s[0]), float(lean.time_s[-1])
    curve = Curve(lean.time_s, lean.value_deg, "mean", words.say("metrics.stand_lean_deg.name"))
    y = _range([*seen, 0.0, *BAND])
    return _chart("stand_time", words, x, y, (_band(words),), (curve,))


def _chart(
    name: str,
    words: Texts,
    x: tuple[float, float],
    y: tuple[float, float],
    strips: tuple[Strip, ...],
    curves: tuple[Curve, ...],
    dots: tuple[Dots, ...] = (),
    **values: str,
) -> Chart:
    title, alt, x_label, y_label = (
        words.say(f"charts.{name}.{part}", **values) for part in ("title", "alt", "x", "y")
    )
    return Chart(name, title, alt, x_label, y_label, x, y, strips, curves, dots)


def _band(words: Texts) -> Strip:
    return Strip(*BAND, "band", words.say("ui.band"))


def _cycle_curve(line: CycleCurve, words: Texts) -> Curve:
    label = words.say(f"charts.lean_cycle.{line.part}")
    return Curve(line.percent, line.mean_deg, line.part, label, line.sd_deg)


def _step_dots(steps: Sequence[Step], metric: str, words: Texts) -> Iterator[Dots]:
    for side in SIDES:
        own = [s for s in steps if s.side == side and np.isfinite(s.values.get(metric, np.nan))]
        if own:
            x = np.array([step.contact_s for step in own])
            y = np.array([step.values[metric] for step in own])
            yield Dots(x, y, side, words.say(f"sides.{side}"))


def _clip_range(dots: Sequence[Dots]) -> tuple[float, float]:
    times = np.concatenate([d.x for d in dots])
    low, high = float(times.min()), float(times.max())
    room = max(0.03 * (high - low), 0.1)
    return max(0.0, low - room), high + room


def _all_y(dots: Sequence[Dots]) -> Array:
    return np.concatenate([d.y for d in dots])


def _range(values: Sequence[float] | Array) -> tuple[float, float]:
    return pad_range(float(np.min(values)), float(np.max(values)))
