"""Accuracy on people who took no part in any fitting, and whether the intervals hold.

    python -m validation.left_out ../shared/data --cache /tmp/captures

Every clip of rendered people is measured with a profile of the pose network that was fitted
without its body and without the person whose motion it shows (joints, event timing, shoes,
offsets, residuals), and scored as ``leanline score`` does. Writes ``validation/LEFT_OUT.md``,
``validation/reliability.svg`` and, between its two markers, the table of the README.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from leanline import __version__, score
from leanline.formats.analysis_json import write_analysis
from leanline.profile import PoseProfile
from leanline.scoring.agreement import Agreement
from leanline.scoring.calibration import LEVELS
from leanline.scoring.parts import ScorePart
from leanline.scoring.run import Score
from leanline.scoring.truth import EventKind
from tools.profiles.__main__ import CLIPS, people
from tools.profiles.clips import Clip, load
from tools.profiles.people import People, analysed
from validation.readme_table import put_in_readme
from validation.tables import markdown, number, percent

HERE: Final = Path(__file__).parent
SETS: Final[Mapping[str, str]] = {
    "pop": "phone clips of 14 bodies moved by four captured runners",
    "rendered": "four other bodies, a fifth captured runner, 30 to 240 frames/s",
}
# Metrics of the tables, in order: key, label and unit, factor to that unit.
SHOWN: Final[Mapping[str, tuple[str, float]]] = {
    "camera.roll_deg": ("Camera roll, °", 1.0),
    "metric.lean_body_deg": ("Body lean, foot under you, °", 1.0),
    "metric.lean_stride_deg": ("Body lean, whole stride, °", 1.0),
    "metric.lean_leg_deg": ("Leg lean, °", 1.0),
    "metric.lean_trunk_deg": ("Trunk lean, °", 1.0),
    "metric.waist_bend_deg": ("Waist bend, °", 1.0),
    "metric.lean_body_toe_off_deg": ("Body lean at toe-off, °", 1.0),
    "metric.hip_offset_pct": ("Hip offset, % of height", 1.0),
    "metric.foot_strike_angle_deg": ("Foot strike angle, °", 1.0),
    "metric.shin_angle_deg": ("Shin angle at contact, °", 1.0),
    "metric.knee_flexion_contact_deg": ("Knee flexion at contact, °", 1.0),
    "metric.landing_distance_m": ("Landing distance, cm", 100.0),
    "metric.vertical_oscillation_m": ("Vertical oscillation, cm", 100.0),
    "metric.cadence_spm": ("Cadence, steps/min", 1.0),
    "metric.contact_time_s": ("Contact time, ms", 1000.0),
    "metric.flight_time_s": ("Flight time, ms", 1000.0),
    "metric.duty_factor_pct": ("Duty factor, %", 1.0),
    "metric.speed_mps": ("Speed, m/s", 1.0),
    "metric.step_length_m": ("Step length, cm", 100.0),
    "metric.stand_lean_deg": ("Standing lean, °", 1.0),
    "metric.stand_straightness_deg": ("Standing break of the line, °", 1.0),
}
BREAKDOWN: Final = ("metric.lean_body_deg", "metric.lean_stride_deg", "metric.lean_trunk_deg")
PLOTTED: Final = (
    *BREAKDOWN,
    "metric.lean_leg_deg",
    "metric.waist_bend_deg",
    "metric.contact_time_s",
)
TABLE_HEAD: Final = ("metric", "given", "bias", "mean abs error", "worst", "covered", "width")
EVENTS: Final[Mapping[EventKind, str]] = {"contact": "Initial contact", "toe_off": "Toe-off"}
QUALITIES: Final[Mapping[str, str]] = {
    "best": "`--quality best`, the network heavy",
    "fast": "`--quality fast`, the network full in half precision",
}
HEAD: Final = """# People left out of all fitting (leanline {version})

Made by `python -m validation.left_out`. Every clip was measured with a profile that was fitted
without its body and without the person whose motion it shows: joints, event timing, shoes,
offsets and residuals. `given` counts the clips with a value, `covered` how often the truth lay
inside the stated 95 % interval, `width` is the interval's median width. How each number is found
is in [METHODS.md](METHODS.md). What even this cannot leave out: the choices of method were made
in view of these clips."""


def main() -> None:
    """Measure, score and write."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--keep", type=Path, help="where the results stay")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        results = options.keep or Path(temporary) / "results"
        heavy, full = (people(options.data, options.cache, model) for model in ("heavy", "full"))
        measure(heavy, heavy.clips, results / "best")
        measure(full, load(options.data, CLIPS, options.cache, "fast"), results / "fast")
        truth = pool_truth(options.data, Path(temporary) / "truth")
        write_page(options.data, truth, results)


def measure(source: People, clips: Iterable[Clip], results: Path) -> None:
    """Write the result of every clip, measured with a profile that has seen nobody like it."""

    @cache
    def profile(body: str, runner: str) -> PoseProfile:
        return source.profile(body, runner)

    for clip in clips:
        analysis = analysed(clip, profile(clip.body, clip.runner))
        if analysis is not None:
            folder = results / clip.name
            folder.mkdir(parents=True, exist_ok=True)
            write_analysis(analysis, folder)


def pool_truth(data: Path, folder: Path) -> Path:
    """The truth files of all sets in one folder."""
    folder.mkdir(parents=True)
    for name in CLIPS:
        for path in (data / name).glob("*.truth.json"):
            shutil.copy(path, folder / path.name)
    return folder


def write_page(data: Path, truth: Path, results: Path) -> None:
    """The page, the plot, and the table of the README."""
    lines = [HEAD.format(version=__version__)]
    for quality, about in QUALITIES.items():
        lines += ["", f"## {about}"]
        for name, which in SETS.items():
            found = score(data / name, results / quality).total
            lines += ["", f"### {which.capitalize()}", "", *table(found), "", *remarks(found)]
    best = score(truth, results / "best", by="body")
    lines += ["", "## Body by body", "", *breakdown(best)]
    lines += [
        "",
        "## Runner by runner",
        "",
        *breakdown(score(truth, results / "best", by="runner")),
    ]
    lines += ["", "## Do the intervals hold?", "", *reliability(best.total)]
    (HERE / "LEFT_OUT.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    plot(best.total, HERE / "reliability.svg")
    put_in_readme(
        "accuracy", "validation/left_out.py", [*table(best.total), "", *short_remarks(best.total)]
    )


def table(found: ScorePart, shown: Mapping[str, tuple[str, float]] = SHOWN) -> list[str]:
    """How every metric agrees, and how its intervals hold."""
    rows = []
    for key, (label, factor) in shown.items():
        values = found.values.get(key)
        if values is None or values.agreement is None or values.calibration is None:
            continue
        off, held = values.agreement, values.calibration
        cells = [number(off.bias, factor), number(off.mae, factor), number(off.worst, factor)]
        share = [f"{len(values.given)} of {values.clips}", *cells, percent(held.covered)]
        rows.append([label, *share, number(held.width, factor)])
    return markdown(TABLE_HEAD, rows)


def remarks(found: ScorePart) -> list[str]:
    """A line for each kind of event and label."""
    lines = []
    for kind, label in EVENTS.items():
        events = found.events.get(kind)
        if events is not None and events.timing_ms is not None:
            timing = events.timing_ms
            lines.append(
                f"- {label}: mean error {timing.mae:.1f} ms (median {timing.median:+.1f}), found "
                f"{percent(events.matched / events.true)}"
            )
    for name, labels in found.labels.items():
        lines.append(
            f"- {name.replace('_', ' ').capitalize()} given in {labels.given} of {labels.clips}, "
            f"right in {percent(labels.right / max(labels.given, 1))} of these"
        )
    return lines


def short_remarks(found: ScorePart) -> list[str]:
    """The same on two lines."""
    events = (
        f"{EVENTS[kind].lower()} {part.timing_ms.mae:.1f} ms, "
        f"found {percent(part.matched / part.true)}"
        for kind, part in found.events.items()
        if part.timing_ms is not None
    )
    labels = (
        f"{name.replace('_', ' ')} {percent(one.right / max(one.given, 1))} of {one.given}"
        for name, one in found.labels.items()
    )
    return [f"- Mean error of {'; '.join(events)}", f"- Right of those given: {', '.join(labels)}"]


def breakdown(found: Score) -> list[str]:
    """Mean and largest error of the leans for each group."""
    head = ["", "clips"]
    for key in BREAKDOWN:
        head += [f"{SHOWN[key][0]}: bias", "mean abs error", "worst"]
    rows = []
    for group, part in found.groups.items():
        cells = [group]
        for key in BREAKDOWN:
            values = part.values.get(key)
            off = None if values is None else values.agreement
            cells += [number(None if off is None else x) for x in _three(off)]
        given = part.values.get(BREAKDOWN[0])
        rows.append([cells[0], str(len(given.given) if given else 0), *cells[1:]])
    return markdown(head, rows)


def _three(off: Agreement | None) -> tuple[float | None, float | None, float | None]:
    return (None, None, None) if off is None else (off.bias, off.mae, off.worst)


def reliability(found: ScorePart) -> list[str]:
    """Share of truths inside the intervals at several nominal levels."""
    head = ["", "n", *(percent(level) for level in LEVELS), "width", "interval score"]
    rows = []
    for key, (label, factor) in SHOWN.items():
        values = found.values.get(key)
        held = None if values is None else values.calibration
        if held is not None:
            shares = [percent(row.covered) for row in held.reliability]
            last = [number(held.width, factor), number(held.interval_score, factor)]
            rows.append([label, str(held.n), *shares, *last])
    return [*markdown(head, rows), "", "![Nominal against observed coverage](reliability.svg)"]


def plot(found: ScorePart, path: Path) -> None:
    """Nominal against observed coverage of the main metrics."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.0, 5.0), layout="constrained")
    axes = figure.add_subplot(
        xlabel="nominal coverage", ylabel="truths inside", xlim=(0.45, 1.0), ylim=(0.45, 1.0)
    )
    axes.plot([0, 1], [0, 1], color="0.6", linewidth=1)
    for key in PLOTTED:
        values = found.values[key]
        if values.calibration is not None:
            shares = [row.covered for row in values.calibration.reliability]
            axes.plot(LEVELS, shares, marker="o", markersize=4, label=SHOWN[key][0])
    axes.legend(fontsize=8)
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
