"""How often a clip decides, and how often it is right, on people who took no part in any fitting.

    python -m validation.decisions ../shared/data --cache /tmp/captures

Findings and verdicts of every clip, measured with a profile that has seen neither its body nor its
runner, are held against the truth's own: the same rules on the true metrics. The same for pairs
and triples of clips that one runner could have filmed: one body, one pose network, the same true
lean. With ``--results`` the results that ``validation.left_out --keep`` has left are read; with
``--carried`` only those clips are measured whose left-out profile travels with the project. Writes
``validation/DECISIONS.md`` and, between its two markers, the table of the README.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from leanline import __version__
from leanline.findings import evaluate_rules, judge_steps, rules, step_verdicts
from leanline.findings.judgement import judge_rule
from leanline.findings.probability import probability_by_metric
from leanline.formats.analysis_json import read_analysis, write_analysis
from leanline.model import Activity, Analysis, Finding, Metric, Verdict
from leanline.profile import read_profile
from leanline.trends.current import CurrentForm, current_form
from leanline.trends.session_data import SessionMeasurement, recording_conditions
from tools.profiles.__main__ import CARRIED, CLIPS, people
from tools.profiles.clips import Clip, load
from tools.profiles.people import analysed
from validation.left_out import measure
from validation.readme_table import put_in_readme
from validation.repeated_clips import repeated_table
from validation.tables import markdown, percent

HERE: Final = Path(__file__).parent
PROFILES: Final = HERE / "data" / "profiles"
#: What of the decided has to be right, and how much has to be decided.
BAR_DECIDED, BAR_RIGHT = 0.80, 0.95
# Clips of one body count as one way of running when their true leans are this close.
SAME_LEAN_DEG: Final = 2.0
SIZES: Final = {1: "one clip", 2: "pairs", 3: "triples"}
# Of one body no more combinations than this, so that none outweighs the others.
MAX_OF_BODY: Final = 10
HEAD: Final = """# Decisions on people left out of all fitting (leanline {version})

Made by `python -m validation.decisions` on {clips} clips. The truth's own verdict is that of the
same rules on the true metrics. A headline is *decided* when it is a thing to work on or what is
fine, each statement of it at 80 % or more; it is *right* when all its statements hold for the true
metrics. *Same as the truth's* counts the decided headlines that name what the truth's own headline
names first, or that say nothing calls for a change where the truth has no fault. Of pairs and
triples (of one body, true leans within {lean:g} degrees, whatever the speed and surface) the true
value is the mean of the clips'. Bars: {decided} decided, {right} of these
right."""

REPEATED: Final = (
    "How often the errors of two clips of one body differ by less than the smallest detectable",
    "change (95 % would be right), and which share of the variance of the errors all clips of a",
    "body have in common. Few bodies: the shares are good to about 0.3. In view of this table",
    "`CHANGING_AT_CONTACT` was chosen (`metrics/summary.py`).",
)


@dataclass(frozen=True)
class Judged:
    """A clip, or several together: what was said, and the truth's metrics."""

    name: str
    activity: Activity
    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...]
    truth: Mapping[str, Metric]

    @property
    def headline(self) -> Finding | None:
        """The first finding."""
        return self.findings[0] if self.findings else None

    @property
    def is_decided(self) -> bool:
        """Whether the headline is a decision."""
        return self.headline is not None and self.headline.severity != "watch"

    @property
    def is_right(self) -> bool:
        """Whether all that the headline states holds for the true metrics."""
        return all(holds(name, self.truth) for name in self.stated)

    @property
    def is_same(self) -> bool:
        """Whether the truth's own headline names the same."""
        true = evaluate_rules(self.truth, (), self.activity)
        if self.headline is None or not true:
            return False
        if self.headline.severity == "good":
            return true[0].severity == "good"
        return true[0].id == self.headline.id

    @property
    def stated(self) -> tuple[str, ...]:
        """Ids of the rules and statements that the headline rests on."""
        headline = self.headline
        if headline is None:
            return ()
        if headline.id != "nothing_clear":
            return (headline.id,)
        return tuple(one.statement for one in self.verdicts if one.outcome == "keep")


@dataclass(frozen=True)
class Film:
    """A clip's result and its true metrics."""

    name: str
    body: str
    analysis: Analysis
    truth: Mapping[str, Metric]


def main() -> None:
    """Measure, judge and write."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--results", type=Path, help="results that were measured before")
    parser.add_argument("--carried", action="store_true", help="clips with a profile at hand only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        results = options.results or Path(temporary)
        if options.results is None and options.carried:
            measure_carried(options.data, options.cache, results)
        elif options.results is None:
            everybody = people(options.data, options.cache, "heavy")
            measure(everybody, everybody.clips, results)
        write_page(films(options.data, results))


def measure_carried(data: Path, cache: Path, results: Path) -> None:
    """Write the results of the clips whose left-out profile travels with the project."""
    for clip in load(data, CLIPS, cache, "heavy"):
        analysis = _measured(clip)
        if analysis is not None:
            (results / clip.name).mkdir(parents=True, exist_ok=True)
            write_analysis(analysis, results / clip.name)


def _measured(clip: Clip) -> Analysis | None:
    if clip.folder == "pop" and clip.name not in CARRIED:
        return None
    folder = PROFILES / (clip.name if clip.folder == "pop" else "rajagopal")
    return analysed(clip, read_profile("blazepose-heavy", folder))


def films(data: Path, results: Path) -> list[Film]:
    """All results with truth of somebody who runs or stands."""
    found = []
    for folder in sorted(path for path in results.iterdir() if path.is_dir()):
        paths = (data / part / f"{folder.name}.truth.json" for part in CLIPS)
        path = next((path for path in paths if path.exists()), None)
        if path is None:
            continue
        truth = json.loads(path.read_text("utf-8"))
        analysis = read_analysis(folder)
        if truth["activity"] == analysis.activity and analysis.activity != "walking":
            true = true_metrics(truth)
            found.append(Film(folder.name, truth["body"], analysis, true))
    return found


def true_metrics(truth: Mapping[str, Any]) -> dict[str, Metric]:
    """The true metrics, certain ones; every stride of a clip without a spread is the same."""
    values = {name: float(value) for name, value in truth["metrics"].items()}
    if truth["activity"] == "running":
        values["lean_sway_deg"] = float(truth.get("step_sd", {}).get("lean_body_deg", 0.0))
    return {name: certain(name, value) for name, value in values.items()}


def certain(name: str, value: float) -> Metric:
    """A metric without any doubt."""
    return Metric(name, value, (value, value), n=1000, quality="good", shared_sd=0.0)


def judge(film: Film) -> Judged:
    """What one clip says, of the metrics that have a truth."""
    metrics = known(film.analysis.metrics, film.truth)
    activity = film.analysis.activity
    return Judged(
        film.name,
        activity,
        evaluate_rules(metrics, film.analysis.steps, activity),
        judge_steps(metrics, activity),
        film.truth,
    )


def known(metrics: Mapping[str, Metric], truth: Mapping[str, Metric]) -> dict[str, Metric]:
    """The metrics whose truth is known; without it nothing said of them can be judged."""
    return {name: metric for name, metric in metrics.items() if name in truth}


def judge_together(group: Sequence[Film]) -> Judged | None:
    """What several clips say together; None if they are not comparable."""
    form = current_form([session(film, day) for day, film in enumerate(group)])
    if form is None or len(form.sessions) < len(group):
        return None
    name = ", ".join(film.name for film in group)
    return Judged(name, form.activity, form.findings, form.verdicts, mean_truth(group, form))


def session(film: Film, day: int) -> SessionMeasurement:
    """A clip as one of a runner's sessions; speed and surface do not keep clips apart here."""
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
    taken = replace(recording_conditions(film.analysis), surface="unknown", speed=None)
    return SessionMeasurement(
        film.name, at, film.name, taken, known(film.analysis.metrics, film.truth)
    )


def mean_truth(group: Sequence[Film], form: CurrentForm) -> dict[str, Metric]:
    """The means of the true metrics that all of the clips have."""
    names = [name for name in form.metrics if all(name in film.truth for film in group)]
    values = ((name, [float(film.truth[name].value or 0.0) for film in group]) for name in names)
    return {name: certain(name, sum(true) / len(true)) for name, true in values}


def groups(found: Sequence[Film], size: int) -> Iterator[tuple[Film, ...]]:
    """Sets of clips that one runner could have filmed."""
    by_body: dict[tuple[str, str], list[Film]] = {}
    for film in found:
        by_body.setdefault((film.body, film.analysis.activity), []).append(film)
    for films_of_body in by_body.values():
        alike = (group for group in combinations(films_of_body, size) if _is_alike(group))
        yield from list(alike)[:MAX_OF_BODY]


def _is_alike(group: Sequence[Film]) -> bool:
    name = "lean_body_deg" if group[0].analysis.activity == "running" else "stand_lean_deg"
    leans = [float(film.truth[name].value or 0.0) for film in group if name in film.truth]
    return bool(leans) and max(leans) - min(leans) <= SAME_LEAN_DEG


def holds(name: str, truth: Mapping[str, Metric]) -> bool:
    """Whether a rule or a statement is true of the true metrics."""
    rule = next((rule for rule in rules() if rule.id == name), None)
    if rule is not None:
        judged = judge_rule(rule, truth)
        return judged is not None and judged.probability >= 0.5
    fine = next(one for verdict in step_verdicts() for one in verdict.fine if one.id == name)
    parts = probability_by_metric(fine.conditions, truth)
    return parts is not None and min(parts.values()) >= 0.5


def write_page(found: Sequence[Film]) -> None:
    """The page and the table of the README."""
    judged = {1: [judge(film) for film in found]}
    for size in (2, 3):
        together = (judge_together(group) for group in groups(found, size))
        judged[size] = [one for one in together if one is not None]
    bars: dict[str, Any] = {
        "lean": SAME_LEAN_DEG,
        "decided": percent(BAR_DECIDED),
        "right": percent(BAR_RIGHT),
    }
    table = headlines(judged)
    lines = [HEAD.format(version=__version__, clips=len(found), **bars), "", "## Headlines", ""]
    lines += [*table, "", "## Step by step", "", *steps(judged)]
    lines += ["", "## What is stated", "", *statements(judged)]
    lines += ["", "## Every headline that is not right", "", *wrong(judged)]
    repeated = repeated_table([(film.body, film.analysis, film.truth) for film in found])
    lines += ["", "## Clips of one body", "", *REPEATED, "", *repeated]
    (HERE / "DECISIONS.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    put_in_readme("decisions", "validation/decisions.py", table)


def headlines(judged: Mapping[int, Sequence[Judged]]) -> list[str]:
    """How many headlines are decided, and right."""
    head = ("headlines of", "n", "decided", "of these right", "same as the truth's")
    rows = []
    for size, label in SIZES.items():
        all_ = judged[size]
        decided = [one for one in all_ if one.is_decided]
        if all_:
            right = sum(one.is_right for one in decided)
            same = sum(one.is_same for one in decided)
            share = [percent(x / max(len(decided), 1)) for x in (right, same)]
            rows.append([label, str(len(all_)), percent(len(decided) / len(all_)), *share])
    return markdown(head, rows)


def steps(judged: Mapping[int, Sequence[Judged]]) -> list[str]:
    """The same for the verdict on each step of the method."""
    head = ["step"]
    for label in SIZES.values():
        head += [f"{label}: n", "decided", "right"]
    rows = []
    for verdict in step_verdicts():
        row = [verdict.id]
        for size in SIZES:
            given = [(v, j.truth) for j in judged[size] for v in j.verdicts if v.id == verdict.id]
            decided = [(v, truth) for v, truth in given if v.outcome in ("change", "keep")]
            right = sum(holds(v.statement, truth) for v, truth in decided)
            row += [str(len(given)), *_shares(len(decided), len(given), right)]
        rows.append(row)
    return markdown(head, [row for row in rows if any(cell not in ("0", "-") for cell in row[1:])])


def _shares(decided: int, given: int, right: int) -> list[str]:
    return [
        percent(decided / given) if given else "-",
        f"{right} of {decided}" if decided else "-",
    ]


def statements(judged: Mapping[int, Sequence[Judged]]) -> list[str]:
    """How often each finding and statement is made, and right."""
    head = ["statement", *SIZES.values()]
    made: dict[str, Counter[tuple[int, bool]]] = {}
    for size in SIZES:
        for one in judged[size]:
            for verdict in one.verdicts:
                if verdict.outcome in ("change", "keep"):
                    counts = made.setdefault(verdict.statement, Counter())
                    counts[size, holds(verdict.statement, one.truth)] += 1
    rows = []
    for name, counts in sorted(made.items()):
        totals = [counts[size, True] + counts[size, False] for size in SIZES]
        cells = [f"{counts[n, True]} of {total}" for n, total in zip(SIZES, totals, strict=True)]
        rows.append([name, *cells])
    return markdown(head, rows)


def wrong(judged: Mapping[int, Sequence[Judged]]) -> list[str]:
    """A line for each wrong headline, with the true values it rests on."""
    lines = []
    for one in (one for size in SIZES for one in judged[size]):
        if not one.is_decided or one.is_right or one.headline is None:
            continue
        off = [name for name in one.stated if not holds(name, one.truth)]
        names = [name for name in one.truth if f"{{{name}" in str(one.headline.reasons)]
        used = names or [name for name in ("lean_body_deg", "waist_bend_deg") if name in one.truth]
        true = ", ".join(f"{name} {float(one.truth[name].value or 0.0):.1f}" for name in used)
        lines.append(f"- {one.name}: {', '.join(off)}. {one.headline.text} True: {true}.")
    return lines or ["None."]


if __name__ == "__main__":
    main()
