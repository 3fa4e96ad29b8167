from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from leanline.model import Analysis, AnalysisWarning
from leanline.report.terminal import summary
from tests.analyses import analysis, drill, said, with_gaps

RESULTS = {
    "running": analysis(),
    "straight": analysis(waist_bend_deg=1.0, lean_body_deg=7.0, shin_angle_deg=0.0),
    "standing": analysis("standing"),
    "gaps": with_gaps(),
    "drill": replace(analysis("standing", hold_s=6.2, stand_break="waist_bent"), drill=drill()),
}


def printed(result: Analysis, width: int = 120) -> str:
    screen = io.StringIO()
    Console(file=screen, width=width, highlight=False).print(summary(result))
    return screen.getvalue()


@pytest.mark.parametrize("name", RESULTS)
def test_it_fits_80_columns_and_45_lines(name: str) -> None:
    lines = printed(RESULTS[name]).splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 45


def test_the_steps_of_the_method_come_in_order() -> None:
    text = printed(analysis())
    places = [text.index(heading) for heading in ("1 Assess", "3 Run", "4 Land")]
    assert places == sorted(places)
    assert "2 Stand" not in text


def test_a_standing_clip_shows_only_the_stand() -> None:
    text = printed(analysis("standing"))
    assert "2 Stand" in text
    assert "4 Land" not in text


def test_a_number_stands_with_unit_interval_count_and_quality() -> None:
    (line,) = (line for line in printed(analysis()).splitlines() if "Waist bend" in line)
    assert line.split() == ["Waist", "bend", "13.1°", "11.8", "to", "14.4", "22", "clear"]


def test_the_header_tells_the_clip() -> None:
    text = printed(analysis())
    assert "run.mp4: running to the right on a treadmill, seen from the side" in text
    assert "8.0 s at 59.94 frames/s, 22 steps (11 left, 11 right)" in text
    assert "camera roll 1.2° (0.4 to 2.0), by footfalls" in text


def test_an_unknown_roll_is_said_to_be_unknown() -> None:
    assert "camera roll not known" in printed(with_gaps())


def test_slow_motion_is_said() -> None:
    whole = analysis()
    assert "8 times slow motion" in printed(
        replace(whole, video=replace(whole.video, time_scale=8.0))
    )


def test_what_was_not_measured_is_named_with_the_reason() -> None:
    text = printed(analysis())
    assert "Not measured: step length, speed: the feet are out of the picture." in text
    assert "nan" not in printed(with_gaps())


def test_the_band_is_called_a_coaching_band() -> None:
    told = " ".join(printed(analysis()).split())
    assert "coaching band for body lean is 5 to 10°; it is not a proven optimum" in told


def test_findings_stand_at_the_end_with_their_evidence_and_frames() -> None:
    text = printed(analysis())
    assert text.index("Work on · step 1 Assess · evidence D · see 0.22") > text.index("4 Land")


def test_warnings_are_kept_short() -> None:
    notes = tuple(AnalysisWarning(said(f"Something about the clip, number {i}.")) for i in range(9))
    text = printed(replace(analysis(), warnings=notes))
    assert "number 3." in text
    assert "number 4." not in text
    assert "and 5 more in analysis.json" in text


def test_a_file_name_with_brackets_is_shown_as_it_is() -> None:
    whole = analysis()
    clip = replace(whole.video, path="clips/[red]run[bold].mp4")
    assert "[red]run[bold].mp4: running" in printed(replace(whole, video=clip))


def test_every_lean_of_a_drill_has_its_line() -> None:
    text = printed(RESULTS["drill"])
    line = next(line for line in text.splitlines() if "11.9" in line)
    assert line.split() == [
        "2",
        "11.9–17.3",
        "s",
        "8.4°",
        "6.3°",
        "3.1",
        "s",
        "0.7°",
        *["waist", "bent", "12.6°"],
    ]
    assert "* cut off by the clip's end" in text
    assert "9 to 11°" in text
