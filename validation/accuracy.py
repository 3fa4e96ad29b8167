"""Rebuild the accuracy table: every clip with truth, analysed as a user would, and scored.

    python validation/accuracy.py ../shared [--pose-model heavy] [--keep RESULTS]

writes ``validation/ACCURACY.md`` and, between its two markers, the table of the README. The
truth is read by ``../shared/tools/score.py``; without ``../shared`` there is nothing to do.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from leanline import LeanlineError, __version__, analyze
from leanline.formats.analysis_json import write_analysis
from leanline.settings import PoseModel

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
MARKS = (
    "<!-- accuracy table: made by validation/accuracy.py -->",
    "<!-- end of accuracy table -->",
)
SETS = {
    "rendered": "rendered people, exact truth",
    "lab": "marker tracks of real runners, force-plate truth",
    "real": "real clips, cadence from raw pixels",
}
NAMES = {
    "camera.roll_deg": "Camera roll, °",
    "metric.lean_body_deg": "Body lean, °",
    "metric.lean_leg_deg": "Leg lean, °",
    "metric.lean_trunk_deg": "Trunk lean, °",
    "metric.waist_bend_deg": "Waist bend, °",
    "metric.lean_body_toe_off_deg": "Body lean at toe-off, °",
    "metric.hip_offset_pct": "Hip offset, % of height",
    "metric.foot_strike_angle_deg": "Foot strike angle, °",
    "metric.shin_angle_deg": "Shin angle at contact, °",
    "metric.knee_flexion_contact_deg": "Knee flexion at contact, °",
    "metric.landing_distance_m": "Landing distance, m",
    "metric.vertical_oscillation_m": "Vertical oscillation, m",
    "metric.cadence_spm": "Cadence, steps/min",
    "metric.contact_time_s": "Contact time, s",
    "metric.flight_time_s": "Flight time, s",
    "metric.duty_factor_pct": "Duty factor, %",
    "metric.speed_mps": "Speed, m/s",
    "metric.step_length_m": "Step length, m",
    "metric.stand_lean_deg": "Standing lean, °",
    "metric.stand_straightness_deg": "Standing break of the line, °",
}


def main() -> None:
    """Analyse, score and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--pose-model", choices=("full", "heavy"), default="heavy")
    parser.add_argument("--keep", type=Path, help="where results stay, and are taken from")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        results = options.keep or Path(temporary)
        parts = [section(options.shared, name, results, options.pose_model) for name in SETS]
    page = header(options.pose_model) + "\n".join(parts)
    (HERE / "ACCURACY.md").write_text(page, encoding="utf-8")
    put_in_readme(parts[0])
    print(page)


def header(model: str) -> str:
    """Head of the page."""
    return (
        f"# Accuracy of leanline {__version__}, BlazePose {model}\n\n"
        "Made by `validation/accuracy.py`; how each number is found is in "
        "[METHODS.md](METHODS.md). `covered` is how often the truth lay inside the stated 95 % "
        "interval, `width` the interval's median width. The offsets to joint centres were fitted "
        "on the rendered clips; with every body judged by the others the errors are those in "
        "`src/leanline/assets/anatomy.toml`.\n\n"
    )


def section(shared: Path, name: str, results: Path, model: PoseModel) -> str:
    """Table of one set of clips."""
    truths = sorted((shared / "data" / name).glob("*.truth.json"))
    for path in truths:
        analyse(path, results / name, model)
    score = load_score(shared / "tools" / "score.py")
    summary, rows, labels, _, trouble = score(shared / "data" / name, results / name)
    lines = [f"## {SETS[name].capitalize()} ({len(truths)} inputs)", "", *table(summary, rows)]
    lines += ["", *events(summary), *classes(labels), *[f"- {line}" for line in trouble], ""]
    return "\n".join(lines)


def analyse(path: Path, results: Path, model: PoseModel) -> None:
    """One input with what its truth file says a user would type."""
    truth = json.loads(path.read_text("utf-8"))
    out = results / truth["name"]
    if (out / "analysis.json").exists():
        return
    args = truth.get("args") or []
    height = float(args[args.index("--height") + 1]) if "--height" in args else None
    start = time.monotonic()
    try:
        analysis = analyze(path.parent / truth["input"], height_m=height, pose_model=model)
    except LeanlineError as error:
        print(f"{truth['name']}: {error}")
        return
    out.mkdir(parents=True, exist_ok=True)
    write_analysis(analysis, out)
    print(f"{truth['name']}: {time.monotonic() - start:.1f} s")


def load_score(path: Path) -> Callable[[Path, Path], Any]:
    """The scoring function that lies beside the truth."""
    spec = importlib.util.spec_from_file_location("score", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is not there; the truth cannot be read.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function: Callable[[Path, Path], Any] = module.score
    return function


def table(summary: dict[str, float], rows: dict[str, list[Any]]) -> list[str]:
    """Markdown table of all metrics that have truth."""
    lines = [
        "| metric | clips | answered | bias | mean abs error | worst | covered | width |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for key, label in NAMES.items():
        if key not in rows:
            continue
        cells = [label, str(len(rows[key])), percent(summary.get(f"{key}.answered"))]
        cells += [number(summary.get(f"{key}.{part}")) for part in ("bias", "mae", "worst")]
        cells += [percent(summary.get(f"{key}.covered")), number(summary.get(f"{key}.ci_width"))]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def events(summary: dict[str, float]) -> list[str]:
    """One line for each kind of gait event."""
    lines = []
    for key, label in (("event.contact", "Initial contact"), ("event.toe_off", "Toe-off")):
        if f"{key}.recall" in summary:
            lines.append(
                f"- {label}: mean error {summary[f'{key}.mae_ms']:.1f} ms (median "
                f"{summary[f'{key}.bias_ms']:+.1f}), found {percent(summary[f'{key}.recall'])}, "
                f"right foot named right {percent(summary[f'{key}.side_right'])}"
            )
    return lines


def classes(labels: dict[str, list[tuple[str, Any, Any]]]) -> list[str]:
    """One line for each kind of label."""
    lines = []
    for key, items in labels.items():
        right = statistics.fmean(want == got for _, want, got in items)
        lines.append(
            f"- {key.replace('_', ' ').capitalize()} right in {percent(right)} of {len(items)}"
        )
    return lines


def number(value: float | None) -> str:
    """Three figures, or a dash."""
    return "-" if value is None else f"{value:.3g}"


def percent(value: float | None) -> str:
    """A share, or a dash."""
    return "-" if value is None else f"{100 * value:.0f} %"


def put_in_readme(part: str) -> None:
    """Replace what stands between the README's two markers."""
    text = README.read_text("utf-8")
    if all(mark in text for mark in MARKS):
        head, _, rest = text.partition(MARKS[0])
        _, _, tail = rest.partition(MARKS[1])
        body = "\n".join(part.splitlines()[2:])
        README.write_text(f"{head}{MARKS[0]}\n{body}\n{MARKS[1]}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
