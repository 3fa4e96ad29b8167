from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from leanline.errors import UsageError
from leanline.model import Analysis, AnalysisWarning, Estimate, warning
from leanline.reason import Reason
from leanline.report.catalog import catalog, texts
from leanline.report.key_frames import landings, shots
from leanline.report.minus import minus
from leanline.report.model import MetricRow, ReportModel
from leanline.report.view_model import report_model
from tests.analyses import analysis, drill, metric, said, with_gaps
from tests.runners import whole_analysis

SNAPSHOTS = Path(__file__).parents[1] / "snapshots"


def snapshot(model: ReportModel) -> str:
    return json.dumps(asdict(model), indent=1, ensure_ascii=False) + "\n"


def model_of(name: str) -> ReportModel:
    made: dict[str, Callable[[], Analysis]] = {
        "running": lambda: whole_analysis(Path("clips/run.mp4")),
        "standing": lambda: analysis("standing", stand_straightness_deg=6.4),
        "walking": lambda: analysis("walking", lean_body_deg=None, cadence_spm=110.0),
        "gaps": with_gaps,
        "drill": lambda: replace(analysis("standing", hold_s=6.2), drill=drill()),
    }
    kind, _, code = name.partition("_")
    return report_model(made[kind](), code or "en")


@pytest.mark.parametrize(
    "name", ["running", "running_de", "standing", "walking", "gaps", "drill", "drill_de"]
)
def test_the_view_model_is_as_it_was_looked_at(name: str) -> None:
    """LEANLINE_SNAPSHOTS=1 rewrites the snapshots; review the difference before committing."""
    path, model = SNAPSHOTS / f"report_{name}.json", snapshot(model_of(name))
    if os.environ.get("LEANLINE_SNAPSHOTS"):
        path.write_text(model, encoding="utf-8")
    assert json.loads(model) == json.loads(path.read_text(encoding="utf-8"))


def rows_of(model: ReportModel) -> dict[str, MetricRow]:
    return {row.id: row for section in model.sections for row in section.rows}


def test_the_page_has_the_steps_of_the_method_and_three_numbers() -> None:
    model = report_model(analysis())
    assert [section.id for section in model.sections] == ["assess", "run", "land"]
    assert [row.id for row in model.numbers] == ["lean_body_deg", "waist_bend_deg", "cadence_spm"]
    assert [section.id for section in report_model(analysis("standing")).sections] == ["stand"]


def test_a_metric_says_its_interval_its_steps_and_its_grade() -> None:
    row = rows_of(report_model(analysis()))["lean_body_deg"]
    assert (row.value, row.interval, row.grade) == ("10.4°", "9.4 to 11.4", "C")
    assert "22 steps" in row.details
    assert "Carson" in row.sources
    assert row.has_band
    assert row.bar is not None
    assert 0 <= row.bar.start < row.bar.at < row.bar.end <= 100


def test_the_smallest_change_that_can_be_told_is_said_in_the_metrics_unit() -> None:
    made = metric("contact_time_s", 0.26, 0.01, sdc95=0.0149)
    model = report_model(replace(analysis(), metrics={"contact_time_s": made}))
    assert "smallest detectable change: 15 ms" in rows_of(model)["contact_time_s"].details


def test_only_lean_has_a_coaching_band() -> None:
    banded = {entry.id for entry in catalog() if entry.band}
    assert banded == {"lean_body_deg", "stand_lean_deg"}


def test_an_interval_beyond_the_number_line_stretches_the_line() -> None:
    row = rows_of(report_model(analysis(waist_bend_deg=40.0)))["waist_bend_deg"]
    assert row.bar is not None
    assert row.bar.high == "44"
    assert row.bar.end == 100.0


def test_without_a_scale_lengths_are_shown_in_percent_of_height() -> None:
    model = report_model(analysis(landing_distance_m=None, landing_distance_pct=10.2))
    rows = rows_of(model)
    assert rows["landing_distance_pct"].value + rows["landing_distance_pct"].unit == "10.2 %"
    assert not any("Landing distance" in text for text in model.sure.missing)


def test_what_was_not_measured_says_why_once_for_each_reason() -> None:
    hidden = {
        name: metric(name, None, why=said("a wall hides the feet"))
        for name in ("shin_angle_deg", "foot_strike_angle_deg")
    }
    whole = analysis()
    model = report_model(replace(whole, metrics={**whole.metrics, **hidden}))
    (text,) = (t for t in model.sure.missing if "Shin" in t)
    assert text == "Foot-strike angle, Shin angle at contact: a wall hides the feet."


def test_walking_is_not_judged_as_running() -> None:
    model = report_model(analysis("walking", lean_body_deg=None, cadence_spm=110.0))
    assert "This is walking" in model.advice[0].text
    assert [row.id for row in model.numbers] == ["cadence_spm"]


def test_every_finding_comes_with_a_drill() -> None:
    (first, *_) = report_model(analysis()).advice
    assert first.cue
    assert first.drill
    assert first.keep
    assert first.again


def test_a_finding_names_the_moments_that_show_it() -> None:
    whole = whole_analysis(Path("run.mp4"))
    found = replace(whole.findings[0], frames_s=(2.5, 1.24))
    (first, *_) = report_model(replace(whole, findings=(found,))).advice
    assert first.see == "Seen best in the clip at 2.50, 1.24 s."


def test_a_drill_for_what_is_not_sure_waits_for_a_second_clip() -> None:
    sure = report_model(analysis()).advice[0]
    unsure = report_model(analysis(waist_bend_deg=10.2, lean_body_deg=7.0, shin_angle_deg=1.0))
    assert (sure.severity, sure.condition) == ("work_on", "")
    assert unsure.advice[1].severity == "watch"
    assert "second clip" in unsure.advice[1].condition


def test_german_writes_numbers_and_findings_in_german() -> None:
    model = report_model(analysis(), "de")
    assert model.numbers[0].value == "10,4°"
    assert model.numbers[0].interval == "9,4 bis 11,4"
    assert "beugst" in model.advice[0].text
    assert "13,1°" in model.advice[0].text


def test_warnings_known_by_their_code_are_translated() -> None:
    note = warning("low_frame_rate", rate_hz=29.97)
    model = report_model(replace(analysis(), warnings=(note,)), "de")
    assert model.sure.warnings[0].startswith("Bei 30 Bildern pro Sekunde")


def test_a_sentence_from_before_codes_stays_as_it_was_written() -> None:
    note = AnalysisWarning(said("The moon was full."))
    model = report_model(replace(analysis(), warnings=(note,)), "de")
    assert model.sure.warnings == ("The moon was full.",)


def test_the_sources_of_the_roll_are_named_in_the_language() -> None:
    sources = (Reason("estimate.vertical_lines"), Reason("estimate.footfalls"))
    camera = replace(analysis().camera, roll_deg=Estimate(1.0, (0.5, 1.5), sources))
    facts = report_model(replace(analysis(), camera=camera), "de").sure.facts
    assert facts[0].value.endswith("senkrechte Linien und Fußaufsätze")


def test_a_language_there_is_none_of_is_refused() -> None:
    with pytest.raises(UsageError, match="'fr'"):
        report_model(analysis(), "fr")


def test_a_roll_that_is_not_known_is_said_to_be_not_known() -> None:
    camera = replace(analysis().camera, roll_deg=Estimate(float("nan"), (0.0, 0.0), ()))
    facts = report_model(replace(analysis(), camera=camera)).sure.facts
    assert "not known" in facts[0].value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-0.4°", "−0.4°"),
        ("mid-stance", "mid-stance"),
        ("(-1 to -3)", "(−1 to −3)"),
        ("5-10", "5-10"),
    ],
)
def test_only_minus_signs_become_minus_signs(text: str, expected: str) -> None:
    assert minus(text) == expected


def test_the_hash_and_the_settings_are_on_the_page() -> None:
    said = {fact.name: fact.value for fact in report_model(analysis()).sure.provenance}
    assert said["Input SHA-256"] == "ab" * 32
    assert said["Settings"] == "height_m 1.67"


def keys(entries: dict[str, object], before: str = "") -> set[str]:
    found: set[str] = set()
    for key, value in entries.items():
        name = f"{before}.{key}"
        found |= keys(value, name) if isinstance(value, dict) else {name}
    return found


def test_german_has_every_word_that_english_has() -> None:
    english, german = (keys(dict(texts(code).entries)) for code in ("en", "de"))
    assert english - german == set()
    extra = german - english
    assert all(key.split(".")[1] in ("said", "phrases", "warnings") for key in extra)


def test_every_metric_of_the_page_has_its_words() -> None:
    for code in ("en", "de"):
        for entry in catalog():
            for name in filter(None, (entry.id, entry.fallback)):
                for part in ("name", "meaning", "evidence"):
                    assert texts(code).say(f"metrics.{name}.{part}")


def forbidden_words(text: str) -> list[str]:
    claims = ("optimal", "prevents injur", "correct form", "injury risk", "efficient form", "cures")
    return [claim for claim in claims if claim in text.lower()]


@pytest.mark.parametrize("code", ["en"])
def test_no_word_of_the_page_claims_what_is_not_known(code: str) -> None:
    for key in ("metrics", "ui", "sections"):
        assert forbidden_words(json.dumps(texts(code).entries[key])) == []


def test_landing_pictures_show_both_feet_alike() -> None:
    sides = [shot.side for shot in landings(whole_analysis(Path("run.mp4")))]
    assert sides.count("left") == sides.count("right") == 3


def test_every_moment_is_shown_once_in_the_order_of_time(tmp_path: Path) -> None:
    found = shots(whole_analysis(tmp_path / "run.mp4"))
    assert [shot.time_s for shot in found] == sorted(shot.time_s for shot in found)
    assert len(set(found)) == len(found)


def test_a_clip_without_steps_has_no_moments() -> None:
    empty: Analysis = replace(analysis(), steps=(), contacts=())
    assert shots(empty) == ()
    assert report_model(empty).hero is None


def test_the_drill_is_shown_lean_by_lean_with_the_word_of_caution() -> None:
    (stand,) = model_of("drill").sections
    assert [row.lean for row in stand.repetitions] == ["7.1°", "8.4°", "11.2°"]
    assert [row.line for row in stand.repetitions] == ["nowhere", "waist bent 12.6°", "nowhere"]
    assert stand.repetitions[2].steady == "–"
    assert "cut off" in stand.repetitions[2].cut
    assert "2.1°" in stand.repetitions_note
    assert "9 to 11°" in stand.note


def test_the_picture_of_a_drill_is_of_the_longest_hold() -> None:
    made = replace(analysis("standing"), drill=drill())
    assert [shot.time_s for shot in shots(made)] == [pytest.approx(6.0)]


def test_the_headline_is_not_repeated_and_every_other_step_has_its_line() -> None:
    model = report_model(analysis())
    assert [line.name for line in model.verdicts] == ["Run", "Land"]
    assert model.advice[0].text not in [line.text for line in model.verdicts]
    assert [line.advice.id for line in model.verdicts if line.advice] == ["lean_high", "overstride"]


def test_a_second_finding_of_a_step_has_its_own_line() -> None:
    model = report_model(analysis(lean_body_deg=14.0, lean_sway_deg=6.0))
    named = [line.advice.id for line in model.verdicts if line.advice]
    assert {"lean_high", "lean_unsteady"} <= {model.advice[0].id, *named}
    assert len(named) == len(set(named))
