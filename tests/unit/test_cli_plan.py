from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from typer.testing import CliRunner, Result

from leanline.cli.app import app
from leanline.model import Analysis, Capture, warning
from leanline.store import Store
from tests.analyses import analysis, metric
from tests.captures import capture, standing
from tests.store.made import DAY, analysed, clip
from tests.synthetic import synthetic_runner
from tests.unit.test_watch_fit import fit_file


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LEANLINE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path / "data"


@pytest.fixture
def store(place: Path) -> Iterator[Store]:
    with Store.open(place) as opened:
        yield opened


def cli(*arguments: object, exit_code: int = 0, say: str | None = None) -> Result:
    result = CliRunner().invoke(app, [str(a) for a in arguments], input=say)
    assert result.exit_code == exit_code, result.output
    return result


def run(lean: float, **values: float) -> Analysis:
    """A run on the treadmill with a lean that is known to half a degree."""
    made = analysis("running", **{"speed_mps": 3.0, **values})
    return replace(
        made,
        metrics={**made.metrics, "lean_body_deg": metric("lean_body_deg", lean, 0.5, sdc95=1.5)},
    )


def line_of(output: str, start: str) -> str:
    return next(line for line in output.splitlines() if line.startswith(start))


def test_athletes_are_added_listed_and_shown(store: Store, tmp_path: Path) -> None:
    assert "no athlete yet" in cli("athlete", "list").output
    cli("athlete", "add", "Ada", "--height", 1.67, "--notes", "left calf")
    analysed(store, tmp_path, athlete_id=store.athletes.find("ada").id)
    assert "Ada 1.67 m 1 clip" in cli("athlete", "list").output
    shown = cli("athlete", "show", "ada").output
    assert "left calf" in shown
    assert "run.mp4 running waist bend (work on)" in shown


def test_an_athlete_is_not_added_twice() -> None:
    cli("athlete", "add", "Ada")
    assert "already" in cli("athlete", "add", "Ada", exit_code=2).stderr
    assert "no athlete 'Bob'" in cli("athlete", "show", "Bob", exit_code=2).stderr


def test_deleting_asks_first(store: Store, tmp_path: Path) -> None:
    ada = store.athletes.add("Ada")
    analysed(store, tmp_path, athlete_id=ada.id)
    assert "Nothing was deleted" in cli("athlete", "delete", "Ada", say="n\n").output
    assert "Deleted Ada with 1 clip" in cli("athlete", "delete", "Ada", say="y\n").output
    assert store.athletes.all() == ()


def test_everything_of_an_athlete_is_exported(store: Store, tmp_path: Path) -> None:
    ada = store.athletes.add("Ada")
    analysed(store, tmp_path, athlete_id=ada.id)
    cli("athlete", "export", "Ada", "-o", tmp_path / "ada.zip")
    with zipfile.ZipFile(tmp_path / "ada.zip") as archive:
        names = archive.namelist()
    assert "athlete.json" in names
    assert any(name.endswith("analysis.json") for name in names)
    refused = cli("athlete", "export", "Ada", "-o", tmp_path / "ada.zip", exit_code=2)
    assert "already exists" in refused.stderr


def test_history_says_what_changed_and_what_cannot_be_told(store: Store, tmp_path: Path) -> None:
    ada = store.athletes.add("Ada")
    for day, lean in ((0, 11.0), (7, 10.0), (14, 8.0)):
        analysed(store, tmp_path, run(lean), day=day, athlete_id=ada.id)
    said = cli("history", "Ada").output
    assert "Ada: 3 clips, 1 Mar 2026 to 15 Mar 2026" in said
    assert line_of(said, "Body lean").split() == [
        *("Body", "lean", "10.5°", "8.0°", "−2.5°", "1.5°", "2,", "1", "a", "change")
    ]
    assert "no clear change" in line_of(said, "Cadence")


def test_history_names_the_sessions_that_are_not_compared(store: Store, tmp_path: Path) -> None:
    ada = store.athletes.add("Ada")
    analysed(store, tmp_path, run(9.0, speed_mps=4.0), day=0, athlete_id=ada.id, name="fast.mp4")
    analysed(store, tmp_path, run(8.0), day=7, athlete_id=ada.id)
    said = cli("history").output
    assert "no comparable clip" in line_of(said, "Body lean")
    assert "2026-03-01 fast.mp4: the speeds differ (4.00 m/s and 3.00 m/s)." in said


def test_two_agreeing_clips_settle_the_headline_and_the_plan(store: Store, tmp_path: Path) -> None:
    ada = store.athletes.add("Ada")
    values = {"waist_bend_deg": 2.0, "lean_sway_deg": 0.5, "shin_angle_deg": 1.0}
    lean = metric("lean_body_deg", 10.8, 1.96, sdc95=1.5, shared_sd=0.2)
    made = run(8.0, **values)
    made = replace(made, metrics={**made.metrics, "lean_body_deg": lean})
    analysed(store, tmp_path, made, day=0, athlete_id=ada.id)
    one = " ".join(cli("history", "Ada").output.split())
    assert "From run.mp4 of 1 Mar 2026: Nothing clearly needs changing." in one
    assert "One more clip with the same result would settle it." in one
    assert "practise only if the second clip" in " ".join(cli("plan", "Ada").output.split())
    analysed(store, tmp_path, made, day=2, athlete_id=ada.id)
    two = " ".join(cli("history", "Ada").output.split())
    assert "From 2 clips together, 1 Mar 2026 to 3 Mar 2026: You probably lean further" in two
    assert "more clip" not in two
    assert "15 minutes of easy running" in " ".join(cli("plan", "Ada").output.split())


def test_the_same_film_is_noticed(store: Store, tmp_path: Path) -> None:
    ada = store.athletes.add("Ada")
    for day, name in ((0, "a.mp4"), (1, "b.mp4")):
        path = clip(tmp_path, b"the same film")
        analysed(store, tmp_path, run(8.0), day=day, athlete_id=ada.id, path=path, name=name)
    said = cli("history", "Ada").output
    assert "a.mp4 of 1 Mar 2026 shows the same film as b.mp4 and is not counted." in said


def test_history_tells_what_a_day_did(store: Store, tmp_path: Path) -> None:
    ada = store.athletes.add("Ada")
    for minutes, lean in ((0, 9.0), (30, 6.0)):
        moment = DAY + timedelta(minutes=minutes)
        analysed(store, tmp_path, run(lean), athlete_id=ada.id, filmed_at=moment)
    assert "Body lean −3.0°" in cli("history").output


def test_history_puts_the_watch_beside_the_clip(store: Store, tmp_path: Path) -> None:
    cli("athlete", "add", "Ada")
    path = tmp_path / "run.fit"
    path.write_bytes(fit_file())
    assert "cadence 171.0 steps/min" in cli("athlete", "import", "Ada", path).output
    ada = store.athletes.find("Ada")
    started = store.watch_runs.all(ada.id)[0].started_at
    made = run(8.0, cadence_spm=169.0)
    analysed(store, tmp_path, made, athlete_id=ada.id, filmed_at=started + timedelta(seconds=30))
    said = cli("history", "--metric", "lean_body_deg").output
    assert "Cadence: 169.0 steps/min by video, 171.0 steps/min by watch at that moment: " in said


def test_one_bad_run_does_not_stop_the_others(tmp_path: Path) -> None:
    cli("athlete", "add", "Ada")
    good, bad = tmp_path / "good.fit", tmp_path / "bad.fit"
    good.write_bytes(fit_file())
    bad.write_bytes(struct.pack("<I", 14))
    result = cli("athlete", "import", "Ada", bad, good, good, exit_code=3)
    assert "good.fit: 2021" in result.output
    assert "bad.fit is not a watch's file" in result.stderr
    assert "good.fit is in the history already" in result.stderr


def test_history_without_anything_says_what_to_do(store: Store) -> None:
    assert "leanline athlete add" in cli("history", exit_code=2).stderr
    store.athletes.add("Ada")
    assert 'leanline analyze VIDEO --athlete "Ada"' in cli("history", exit_code=2).stderr
    store.athletes.add("Bob")
    assert "Name one of them: Ada, Bob" in cli("history", exit_code=2).stderr


def test_a_plan_is_made_printed_kept_and_written_as_a_calendar(
    store: Store, tmp_path: Path
) -> None:
    ada = store.athletes.add("Ada")
    analysed(store, tmp_path, athlete_id=ada.id)
    ics = tmp_path / "plan.ics"
    made = cli("plan", "Ada", "--start", "2026-03-02", "--at", "18:30", "--ics", ics)
    said = " ".join(made.output.split())
    assert "2026-03-02 1. 15 minutes of easy running" in said
    assert "For now: Do not change pace" in said
    assert store.plans.all(ada.id)[0].plan["finding"] == "waist_bend"
    assert len(Calendar.from_ical(ics.read_bytes()).walk("VEVENT")) == 10


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--weeks", "9"), "2, 3 or 4 weeks"),
        (("--start", "soon"), "--start must be a day"),
        (("--at", "dusk"), "--at must be a time"),
        (("--lang", "xx"), "language"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(
    store: Store, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    ada = store.athletes.add("Ada")
    assert "no result" in cli("plan", exit_code=2).stderr
    analysed(store, tmp_path, athlete_id=ada.id)
    assert said in cli("plan", *arguments, exit_code=2).stderr


def test_a_store_goes_into_a_file_and_back(store: Store, tmp_path: Path, place: Path) -> None:
    ada = store.athletes.add("Ada")
    analysed(store, tmp_path, athlete_id=ada.id)
    store.close()
    file = tmp_path / "all.zip"
    assert "1 athlete, 1 clip." in cli("backup", file).output
    assert "already exists" in cli("backup", file, exit_code=2).stderr
    assert "--overwrite" in cli("restore", file, exit_code=2).stderr
    cli("restore", file, "--overwrite")
    cli("restore", file, "--data", tmp_path / "other")
    assert "Ada" in cli("athlete", "list", "--data", tmp_path / "other").output
    assert len(list(place.parent.glob("data.before-*"))) == 1


def test_a_backup_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"x")
    assert "not a leanline backup" in cli("restore", tmp_path / "x.zip", exit_code=3).stderr


def seen(made: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every clip show this."""

    def capture_clip(*_: object, **__: object) -> Capture:
        return made

    monkeypatch.setattr("leanline.pipeline.best_shot.capture_clip", capture_clip)


def test_an_analysed_clip_is_kept_for_the_athlete_with_their_height(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.athletes.add("Ada", height_m=1.67)
    seen(capture(synthetic_runner()), monkeypatch)
    clip = tmp_path / "run.mp4"
    clip.write_bytes(b"clip")
    out = tmp_path / "out"
    assert "running" in cli("analyze", clip, "--athlete", "ada", "-o", out).output
    (session,) = store.sessions.all()
    assert (session.name, session.settings["height_m"]) == ("run.mp4", 1.67)
    assert store.sessions.clip_path(session).read_bytes() == b"clip"
    assert store.sessions.load_analysis(session).activity == "running"
    assert (out / "analysis.json").is_file()
    assert list(store.files.work.iterdir()) == []


def test_everybody_in_a_clip_is_kept_for_their_own_athlete(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.athletes.add("Ada", height_m=1.67)
    two = replace(capture(synthetic_runner()), notes=(warning("other_people", people=2, person=1),))
    seen(two, monkeypatch)
    clip = tmp_path / "run.mp4"
    clip.write_bytes(b"clip")
    everybody = ("analyze", clip, "--people", "all", "--athlete", "Ada")
    assert "people in the film: 2" in cli(*everybody, exit_code=2).stderr
    assert store.sessions.count() == 0
    said = cli(*everybody, "--athlete", "-").output
    assert "Person 1: Ada" in said
    assert "Person 2" in said
    (session,) = store.sessions.all()
    assert (session.settings["height_m"], session.settings["person"]) == (1.67, 1)
    gone = cli(*everybody, "--athlete", "Nobody I know", exit_code=2)
    assert "Nobody I know" in gone.stderr
    several = cli("analyze", clip, "--athlete", "Ada", "--athlete", "Ben", exit_code=2)
    assert "only with --people all" in several.stderr


def test_a_clip_that_fails_is_not_kept(store: Store, tmp_path: Path) -> None:
    store.athletes.add("Ada")
    clip = tmp_path / "run.mp4"
    clip.write_bytes(b"no clip")
    assert "run.mp4" in cli("analyze", clip, "--athlete", "Ada", exit_code=3).stderr
    assert store.sessions.count() == 0
    assert list(store.files.media.glob("*/*")) == []
    gone = cli("analyze", tmp_path / "gone.mp4", "--athlete", "Ada", exit_code=3)
    assert "does not exist" in gone.stderr


def test_what_could_not_be_measured_again_is_refused() -> None:
    cli("athlete", "add", "Ada")
    refused = cli("analyze", "a.mp4", "--athlete", "Ada", "--rear-clip", "b.mp4", exit_code=2)
    assert "--rear-clip cannot be used" in refused.stderr


def test_a_clip_that_is_no_standing_one_is_not_kept_as_such(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.athletes.add("Ada")
    seen(capture(synthetic_runner()), monkeypatch)
    for name in ("run.mp4", "stand.mp4"):
        (tmp_path / name).write_bytes(name.encode())
    command = ("analyze", tmp_path / "run.mp4", "--athlete", "Ada", "--standing-clip")
    refused = cli(*command, tmp_path / "stand.mp4", exit_code=2)
    assert "does not show the runner standing still" in refused.stderr
    assert store.sessions.count() == 0
    seen(capture(standing(lean_deg=3.0)), monkeypatch)
    cli(*command, tmp_path / "stand.mp4")
    run_session, stand_session = sorted(store.sessions.all(), key=lambda s: s.name)
    assert run_session.standing_id == stand_session.id


def test_a_plan_is_ticked_off_and_pain_stops_it(store: Store, tmp_path: Path) -> None:
    ada = store.athletes.add("Ada")
    assert "no plan yet" in cli("plan", "Ada", "--current", exit_code=2).stderr
    analysed(store, tmp_path, analysis(), athlete_id=ada.id)
    cli("plan", "Ada")
    first = cli("plan", "Ada", "--done", 1, "--felt", "easy", "--note", "calm").output
    assert "1 of 8 sessions done" in first
    assert line_of(first, "x ").endswith("done, felt easy: calm")
    hurt = cli("plan", "Ada", "--done", 2, "--pain").output
    assert "Stop here: something hurt in session 2" in hurt
    assert "Next: session" not in hurt
    assert "Next: session 2" in cli("plan", "Ada", "--undo", 2).output
    assert "sessions 1 to 8" in cli("plan", "Ada", "--done", 99, exit_code=2).stderr
    assert "--felt" in cli("plan", "Ada", "--done", 1, "--felt", "great", exit_code=2).stderr


def test_history_and_plan_print_json_for_programs(store: Store, tmp_path: Path) -> None:
    cli("athlete", "add", "Ada")
    ada = store.athletes.find("ada").id
    for day, lean in ((0, 3.0), (28, 8.0)):
        analysed(store, tmp_path, run(lean), day=day, athlete_id=ada)
    (lean_trend,) = json.loads(cli("history", "--metric", "lean_body_deg", "--json").stdout)[
        "metrics"
    ]
    assert [one["metric"]["value"] for one in lean_trend["sessions"]] == [3.0, 8.0]
    assert lean_trend["since_first"]["verdict"] == "changed"
    made = json.loads(cli("plan", "--json").stdout)
    assert made["done"] == []
    cli("plan", "--done", 1)
    assert json.loads(cli("plan", "--current", "--json").stdout)["done"][0]["number"] == 1
