"""Whole scores: ``leanline.score``, their tables and files, and the command."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import leanline
from leanline.cli.app import app
from leanline.errors import InputError, UsageError
from leanline.scoring.bars import Bar, missed_bars, read_bars
from leanline.scoring.tables import build_tables, share
from tests.scores import LEAN, write_csv, write_leans, write_truth

KEY = f"metric.{LEAN}"


@pytest.fixture
def truths(tmp_path: Path) -> Path:
    """Four clips of two bodies at two frame rates, and an empty scene."""
    folder = tmp_path / "truth"
    write_leans(folder, {"a": 5.0, "b": 7.0}, body="p1", fps=30, foot_strike="rear")
    write_leans(folder, {"c": 9.0, "d": 12.0}, body="p2", fps=120, foot_strike="fore")
    write_truth(folder, "nobody", exit=4)
    return folder


@pytest.fixture
def values(tmp_path: Path) -> Path:
    """Differences of 1, 0, -1 and 2 degrees; the last is outside its interval."""
    rows = [
        ("a", LEAN, 6, 4, 8),
        ("b", LEAN, 7, 5, 9),
        ("c", LEAN, 8, 6, 10),
        ("d", LEAN, 14, 13, 15),
        ("a", "foot_strike", "rear", "", ""),
        ("b", "foot_strike", "mid", "", ""),
    ]
    return write_csv(tmp_path / "values.csv", "clip,metric,value,low,high", rows)


@pytest.fixture
def events(truths: Path, tmp_path: Path) -> Path:
    left = {"contact_s": [1.0, 2.0, 3.0]}
    write_truth(truths, "a", body="p1", metrics={LEAN: 5.0}, events={"left": left})
    rows = [("a", "left", "contact", t) for t in (1.01, 2.02, 3.03)]
    return write_csv(tmp_path / "events.csv", "clip,side,event,time_s", rows)


def cli(*arguments: object, exit_code: int = 0) -> Result:
    done = CliRunner().invoke(app, ["score", *map(str, arguments)])
    assert done.exit_code == exit_code, done.output
    return done


def test_a_score_by_hand(truths: Path, values: Path) -> None:
    found = leanline.score(truths, values).summary
    assert found[f"{KEY}.bias"] == 0.5
    assert found[f"{KEY}.mae"] == 1.0
    assert found[f"{KEY}.worst"] == 2.0
    assert found[f"{KEY}.answered"] == found[f"{KEY}.given"] == 1.0
    assert found[f"{KEY}.covered"] == 0.75
    assert found[f"{KEY}.ci_width"] == 4.0
    # Widths 4, 4, 4, 2, and 40 for the degree beyond.
    assert found[f"{KEY}.interval_score"] == pytest.approx(54 / 4)
    # Persons: 0.5 +- 0.5 and 0.5 +- 1.5, within 5 / 2, nothing between.
    assert found[f"{KEY}.limits_high"] == pytest.approx(0.5 + 1.96 * 2.5**0.5)
    assert found[f"{KEY}.persons"] == 2
    assert found["label.foot_strike.right"] == 0.25
    assert found["label.foot_strike.right_of_given"] == 0.5
    assert found["label.exit.right"] == 1.0


def test_persons_are_told_apart_by_what_the_truth_gives(truths: Path, values: Path) -> None:
    assert leanline.score(truths, values).person_keys == {"body": 4}
    alone = leanline.score(truths, values, person="name")
    assert alone.total.persons == 4
    assert alone.total.values[KEY].agreement is not None


def test_the_person_of_the_results_counts_where_the_truth_gives_none(tmp_path: Path) -> None:
    truths = write_leans(tmp_path / "truth", {"a": 5.0, "b": 6.0})
    rows = [("a", LEAN, 5, "Ada"), ("b", LEAN, 6, "Ada")]
    path = write_csv(tmp_path / "values.csv", "clip,metric,value,person", rows)
    found = leanline.score(truths, [path])
    assert (found.person_keys, found.total.persons) == ({"results": 2}, 1)


def test_clips_of_nobody_known_count_as_persons_and_are_said_to(tmp_path: Path) -> None:
    truths = write_leans(tmp_path / "truth", {"a": 5.0, "b": 6.0})
    path = write_csv(tmp_path / "v.csv", "clip,metric,value", [("a", LEAN, 5), ("b", LEAN, 6)])
    head = cli(truths, path).output.splitlines()[0]
    assert head.endswith("2 persons (unknown in 2 clips, each counted as its own person).")


def test_groups_are_scored_apart_numbers_in_their_order(truths: Path, values: Path) -> None:
    found = leanline.score(truths, values, by="fps")
    assert list(found.groups) == ["30", "120", "not given"]
    biases = [
        value.agreement.bias
        for part in found.groups.values()
        for value in part.values.values()
        if value.agreement is not None
    ]
    assert biases == [0.5, 0.5]
    assert list(leanline.score(truths, values, by="person").groups) == ["nobody", "p1", "p2"]


def test_a_property_that_no_truth_file_has_is_wrong_usage(truths: Path, values: Path) -> None:
    with pytest.raises(UsageError, match=r"No truth file has 'bodi'. Did you mean body\?"):
        leanline.score(truths, values, by="bodi")
    with pytest.raises(UsageError, match="No truth file has 'shoe'"):
        leanline.score(truths, values, person="shoe")


def test_what_was_left_out_is_noted(truths: Path, tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "few.csv", "clip,metric,value", [("a", LEAN, 5), ("a", "lean_bod_deg", 5)]
    )
    notes = leanline.score(truths, path).notes
    assert notes == ("No result for b, c, d (3 of 5).", "In no truth file: lean_bod_deg (1).")


def test_the_order_of_rows_changes_no_digit(truths: Path, values: Path, tmp_path: Path) -> None:
    header, *rows = values.read_text().splitlines()
    turned = tmp_path / "turned.csv"
    turned.write_text("\n".join([header, *reversed(rows)]))
    assert leanline.score(truths, turned).summary == leanline.score(truths, values).summary


def test_everything_that_is_public_is_frozen(truths: Path, values: Path) -> None:
    found = leanline.score(truths, values)
    assert isinstance(found, leanline.Score)
    for one, name in ((found, "by"), (found.total, "clips"), (found.total.values[KEY], "key")):
        with pytest.raises(AttributeError):
            setattr(one, name, None)


def test_tables_show_only_what_is_asked_for(truths: Path, values: Path, events: Path) -> None:
    found = leanline.score(truths, [values, events])
    names = {row[0] for table in build_tables(found, ["contact"]) for row in table.rows}
    assert names == {"contact"}
    with pytest.raises(UsageError, match="Did you mean lean_body_deg"):
        build_tables(found, ["lean_bodi_deg"])


def test_a_share_is_all_or_nothing_only_where_it_is() -> None:
    shares = [share(part) for part in (0.0, 0.001, 0.5, 0.999, 1.0)]
    assert shares == ["0 %", "0.1 %", "50 %", "99.9 %", "100 %"]


def test_the_command_prints_readable_tables(truths: Path, values: Path, events: Path) -> None:
    lines = cli(truths, values, events, "--clips").output.splitlines()
    assert lines[0] == "5 truth files, 4 with a result; 2 persons (by body in 4 clips)."
    (errors,) = (line for line in lines if line.startswith(f"{LEAN}  4 of 4"))
    assert errors.split()[4:6] == ["0.5", "(0.5"]
    assert errors.split()[-4:] == ["d", "-2.6", "to", "3.6"]
    assert any(line.startswith(f"{LEAN}  1.3") and "75 % of 4 (19 to 99)" in line for line in lines)
    assert any(line.split()[:4] == ["contact", "100", "%", "of"] for line in lines)
    assert any(line.split() == ["fore", "0", "0", "0", "2"] for line in lines)
    assert any(line.split()[:5] == ["d", "p2", "12.0", "14.0", "2.0"] for line in lines)


def test_groups_have_a_table(truths: Path, values: Path, events: Path) -> None:
    lines = cli(truths, values, events, "--by", "body").output.splitlines()
    rows = [line.split() for line in lines]
    assert [LEAN, "p2", "2", "1", "0.5", "1.5", "2.0", "2.1", "50", "%", "of", "2"] in rows
    assert ["contact,", "ms", "p1", "3", "1", "20.0", "20.0", "30.0", "10.0", "–"] in rows


def test_json_has_every_number_and_every_pair(truths: Path, values: Path) -> None:
    entry = json.loads(cli(truths, values, "--json", "--by", "fps").stdout)
    assert entry["schema"] == "leanline.score/1"
    assert entry["summary"] == leanline.score(truths, values).summary
    assert [pair["value"] for pair in entry["pairs"][KEY]] == [6.0, 7.0, 8.0, 14.0]
    assert entry["groups"]["30"]["summary"][f"{KEY}.n"] == 2
    assert {"true": "fore", "given": None, "clips": 2} in entry["confusion"]["foot_strike"]
    assert entry["bootstrap"] == {"resamples": 2000, "seed": 1}
    assert entry["bars_missed"] is None
    assert len(entry["reliability"][KEY]) == 6


def test_csv_has_a_row_for_each_number(truths: Path, values: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(cli(truths, values, "--csv", "--by", "fps").stdout)))
    numbers = {(row["by"], row["group"], row["key"]): float(row["value"]) for row in rows}
    assert len(numbers) == len(rows)
    assert numbers["", "all", f"{KEY}.mae"] == 1.0
    assert numbers["fps", "120", f"{KEY}.mae"] == 1.5


def test_markdown_has_tables(truths: Path, values: Path) -> None:
    lines = cli(truths, values, "--markdown").stdout.splitlines()
    head = next(line for line in lines if line.startswith("| value |"))
    rows = [line for line in lines if line.startswith("|")]
    assert head.count("|") == rows[1].count("|") == rows[2].count("|")
    assert rows[2].startswith(f"| {LEAN} | 4 of 4 |")


def test_only_one_form_is_printed(truths: Path, values: Path) -> None:
    assert "cannot both be printed" in cli(truths, values, "--json", "--csv", exit_code=2).stderr


def bars_file(folder: Path, content: object) -> Path:
    path = folder / "bars.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_bars_that_hold_end_with_status_0(truths: Path, values: Path, tmp_path: Path) -> None:
    bars = {f"{KEY}.mae": [None, 1.0], f"{KEY}.covered": [0.75, 1], f"{KEY}.bias": [0.5, None]}
    done = cli(truths, values, "--bars", bars_file(tmp_path, bars))
    assert done.stdout.splitlines()[-1] == "all bars held"


def test_missed_bars_are_named_and_end_with_status_1(
    truths: Path, values: Path, tmp_path: Path
) -> None:
    bars = {f"{KEY}.mae": [None, 0.9], "metric.speed_mps.mae": [0, 1], f"{KEY}.worst": [0, 2]}
    path = bars_file(tmp_path, bars)
    done = cli(truths, values, "--bars", path, exit_code=1)
    assert done.stdout.splitlines()[-2:] == [
        f"bar missed: {KEY}.mae is 1, allowed any to 0.9",
        "bar missed: metric.speed_mps.mae is not known, allowed 0 to 1",
    ]
    done = cli(truths, values, "--bars", path, "--json", exit_code=1)
    assert "bar missed" in done.stderr
    assert json.loads(done.stdout)["bars_missed"][0] == {
        "key": f"{KEY}.mae",
        "low": None,
        "high": 0.9,
        "value": 1.0,
    }


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "Invalid JSON"),
        ([1], "Input should be an object"),
        ({"a": [1]}, "a.1: Field required"),
        ({"a": [0, "1"]}, "a.1: Input should be a valid number"),
        ({"a": 1}, "a: Input should be a valid array"),
    ],
)
def test_a_wrong_file_of_bars_is_refused(tmp_path: Path, content: object, sentence: str) -> None:
    path = bars_file(tmp_path, content)
    with pytest.raises(InputError, match=r"bars\.json is not a file of bars: ") as caught:
        read_bars(path)
    assert sentence in str(caught.value)


def test_both_ends_of_a_bar_are_allowed() -> None:
    bars = [Bar("a", 1.0, 2.0), Bar("b", 1.0, 2.0), Bar("c", None, None)]
    missed = missed_bars(bars, {"a": 1.0, "b": 2.5, "c": 9.0})
    assert [one.bar.key for one in missed] == ["b"]


@pytest.mark.parametrize(
    ("arguments", "exit_code", "sentence"),
    [
        (("{truth}", "{tmp}/nothing.csv"), 3, "nothing.csv does not exist."),
        (("{tmp}", "{values}"), 3, "holds no truth files."),
        (("{truth}", "{values}", "--by", "shoe"), 2, "No truth file has 'shoe'."),
        (("{truth}", "{values}", "--metric", "shoe"), 2, "No truth file has 'shoe'."),
        (("{truth}", "{values}", "--bars", "{values}"), 3, "is not a file of bars"),
        (("{truth}",), 2, "Missing argument"),
    ],
)
def test_what_cannot_be_done_ends_with_a_sentence(
    truths: Path,
    values: Path,
    tmp_path: Path,
    arguments: tuple[str, ...],
    exit_code: int,
    sentence: str,
) -> None:
    places = {"truth": truths, "values": values, "tmp": tmp_path}
    done = cli(*(argument.format(**places) for argument in arguments), exit_code=exit_code)
    assert sentence in " ".join(done.stderr.split())
    assert done.stdout == ""
