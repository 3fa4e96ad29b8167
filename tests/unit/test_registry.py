"""One place for every fact about a metric, and nothing that contradicts it elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from leanline.findings.rules import rules
from leanline.metrics.frontal import SIDE_ONLY, STANDING_SIDE_ONLY
from leanline.metrics.spec import STEP_METRICS
from leanline.metrics.standing import STANDING
from leanline.model import Analysis
from leanline.registry import displays
from leanline.registry.bands import fill_band
from leanline.registry.definition import MetricDefinition
from leanline.registry.formats import unit_of
from leanline.registry.metrics import METRICS, threshold
from leanline.report.catalog import texts
from tests.analyses import analysis

SOURCE = Path(__file__).parents[2] / "src" / "leanline"
ACTIVITIES = ("running", "standing", "walking")
METRIC_ID = re.compile(
    r"\"((?:lean|waist|hip|shoulder|head|stand|hold|stance|weight|foot_strike|landing|shin|knee"
    r"|cadence|step_(?:time|width|length)|crossover|contact_time|flight|duty|vertical|symmetry"
    r")[a-z_]*_(?:deg|pct|spm|mps|s|m))\""
)

# Fields of repetitions and cues, which are no metrics of a clip.
FIELDS = {"lean_deg", "lean_zeroed_deg"}


def python_files() -> list[Path]:
    outside = [p for p in SOURCE.rglob("*.py") if "registry" not in p.parts]
    return [p for p in outside if p.name != "confidence.py"]


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.id)
class TestEntry:
    def test_its_kind_and_its_unit_agree(self, metric: MetricDefinition) -> None:
        units = {
            "angle": "deg",
            "length": "m",
            "time": "s",
            "rate": "spm",
            "speed": "mps",
            "share": "pct",
            "count": None,
            "label": None,
        }
        assert metric.unit == units[metric.kind]

    def test_a_number_says_what_more_of_it_means_and_what_is_plausible(
        self, metric: MetricDefinition
    ) -> None:
        if metric.kind == "label":
            return
        assert metric.higher
        assert metric.plausible is not None
        low, high = metric.plausible
        assert low < high
        for inner in (metric.axis, metric.band and (metric.band.low, metric.band.high)):
            if inner:
                assert low <= inner[0] < inner[1] <= high

    def test_its_definition_is_a_sentence(self, metric: MetricDefinition) -> None:
        assert metric.definition[0].isupper()
        assert metric.definition.endswith(".")

    def test_its_fallback_is_a_metric_of_the_same_section(self, metric: MetricDefinition) -> None:
        if metric.fallback:
            assert METRICS[metric.fallback].section == metric.section

    def test_the_report_has_its_words_in_every_language(self, metric: MetricDefinition) -> None:
        shown = metric.in_report or metric.id in {m.fallback for m in METRICS.values()}
        for code in ("en", "de"):
            for part in ("name", "meaning", "evidence"):
                assert texts(code).has(f"metrics.{metric.id}.{part}") == shown


def test_every_metric_that_is_computed_has_an_entry() -> None:
    computed = {*STEP_METRICS, *STANDING, *SIDE_ONLY, *STANDING_SIDE_ONLY}
    computed |= {name for one in ACTIVITIES for name in _of(one).metrics}
    assert computed - set(METRICS) == set()


def test_every_name_of_a_metric_in_the_code_is_in_the_registry() -> None:
    named = {
        name
        for path in SOURCE.rglob("*.py")
        for name in METRIC_ID.findall(path.read_text(encoding="utf-8"))
    }
    assert {"cadence_spm", "waist_bend_deg"} <= named
    assert named - set(METRICS) - FIELDS == set()


def test_every_display_shows_metrics_of_the_registry() -> None:
    lists = (displays.HISTORY, displays.PROGRESS, displays.BATCH_SUMMARY, displays.LIVE_CLIP)
    tables = (displays.HEADLINES, displays.FRONTAL_HEADLINES, displays.TERMINAL)
    shown = {name for one in (*lists, displays.WATCH) for name in one}
    shown |= {name for table in tables for one in table.values() for name in one}
    assert shown - set(METRICS) == set()


def test_an_example_lies_in_what_is_plausible() -> None:
    for one in ACTIVITIES:
        for metric in _of(one).metrics.values():
            plausible = METRICS[metric.id].plausible
            if isinstance(metric.value, float) and plausible is not None:
                assert plausible[0] <= metric.value <= plausible[1], metric.id


def test_a_threshold_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="has no threshold 'high'"):
        threshold("lean_trunk_deg", "high")


def test_the_ends_of_a_band_are_thresholds() -> None:
    assert threshold("lean_body_deg", "band.low") < threshold("lean_body_deg", "band.high")


def test_rules_go_by_the_thresholds_of_the_registry() -> None:
    (high,) = (rule for rule in rules() if rule.id == "lean_high")
    assert high.conditions[0].above == threshold("lean_body_deg", "band.high")


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(r"(?<![\d.])1\.96|(?<![\d.])3\.92", id="normal interval"),
        pytest.param(r"[\[(]5(\.0)?, 10(\.0)?[\])]", id="coaching band"),
        pytest.param(r"(?<![\d.])8\.0, -1\.6|-1\.6, 8\.0|= -1\.6", id="foot strike"),
    ],
)
def test_a_number_of_the_registry_stands_nowhere_else(number: str) -> None:
    assert [
        f"{path.relative_to(SOURCE)}: {line.strip()}"
        for path in python_files()
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(number, line)
    ] == []


@pytest.mark.parametrize("kind", ["*.toml", "*.js", "*.j2"])
def test_no_sentence_or_script_holds_the_coaching_band(kind: str) -> None:
    number = re.compile(r"\b5 (?:to|bis) 10(?:°| degrees| Grad)|\b5–10°|\[5, 10\]")
    own = [path for path in SOURCE.rglob(kind) if "vendor" not in path.parts]
    assert [p for p in own if number.search(p.read_text(encoding="utf-8"))] == []


def test_the_coaching_band_is_filled_into_sentences() -> None:
    assert fill_band("{band_low} to {band_high}°, {lean_body_deg}") == "5 to 10°, {lean_body_deg}"
    for code in ("en", "de"):
        assert "{band" not in str(texts(code).entries)


def test_findings_name_thresholds_instead_of_numbers() -> None:
    text = (SOURCE / "findings" / "rules.toml").read_text(encoding="utf-8")
    assert re.findall(r"(?:above|below) = [-\d.]+", text) == []


def test_a_unit_is_the_end_of_a_name() -> None:
    assert (unit_of("roll_deg"), unit_of("foot_strike")) == ("deg", None)


def _of(activity: str) -> Analysis:
    return analysis(activity)  # type: ignore[arg-type]
