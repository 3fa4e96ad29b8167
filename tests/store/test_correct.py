from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from leanline.corrections import (
    Correction,
    GivenHeight,
    GivenRoll,
    MovedEvent,
    RemovedContact,
    SwappedSides,
)
from leanline.errors import InputError, LeanlineError, NobodyError, UsageError
from leanline.formats.analysis_json import to_dict
from leanline.jobs import Queue, correct, remeasure, undo_correction
from leanline.jobs.clip_settings import parse_clip_settings
from leanline.jobs.inline import analyse_inline
from leanline.model import Analysis, Capture
from leanline.store import MissingError, NewClip, Session, Store
from tests.captures import capture, later, part, standing
from tests.store.conftest import Opener
from tests.store.made import clip, submitted
from tests.store.test_store import files_of
from tests.synthetic import synthetic_runner

Seen = Callable[[Capture], None]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store of files: most of these tests are about measuring, which takes its time."""
    with Store.open(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """Let every clip show a capture."""

    def show(made: Capture) -> None:
        def capture_clip(*_: object, **__: object) -> Capture:
            return made

        monkeypatch.setattr("leanline.pipeline.best_shot.capture_clip", capture_clip)

    show(capture(synthetic_runner()))
    return show


def quiet(phase: str, share: float) -> None:
    del phase, share


def kept(store: Store, folder: Path, **values: object) -> tuple[Session, Analysis]:
    new = NewClip(clip(folder), "run.mp4", **values)  # type: ignore[arg-type]
    return analyse_inline(store, new, quiet)


def now_of(store: Store, session: Session) -> Analysis:
    return store.sessions.load_analysis(store.sessions.get(session.id))


def numbers(analysis: Analysis) -> dict[str, object]:
    """The result without what says where it is from."""
    return {key: value for key, value in to_dict(analysis).items() if key != "provenance"}


@pytest.mark.usefixtures("seen")
def test_a_correction_changes_the_result_and_is_recorded(
    open_store: Opener, tmp_path: Path
) -> None:
    store = open_store()
    session, before = kept(store, tmp_path)
    gone = before.contacts[3]
    record = correct(store, session.id, RemovedContact(gone.side, gone.contact_s))
    after = now_of(store, session)
    assert len(after.contacts) == len(before.contacts) - 1
    assert store.sessions.corrections(session.id) == (record,)
    assert store.sessions.metrics(session.id)["cadence_spm"].n < before.metrics["cadence_spm"].n


@pytest.mark.usefixtures("seen")
def test_taking_a_correction_back_gives_the_first_result_again(
    store: Store, tmp_path: Path
) -> None:
    session, before = kept(store, tmp_path)
    first = correct(store, session.id, GivenHeight(1.7))
    second = correct(store, session.id, SwappedSides())
    undo_correction(store, session.id, first.id)
    assert store.sessions.corrections(session.id) == (second,)
    undo_correction(store, session.id, second.id)
    assert numbers(now_of(store, session)) == numbers(before)
    with pytest.raises(MissingError):
        undo_correction(store, session.id, first.id)


@pytest.mark.usefixtures("seen")
def test_a_correction_that_fits_nothing_is_refused_and_not_recorded(
    store: Store, tmp_path: Path
) -> None:
    session, _ = kept(store, tmp_path)
    before, files = store.sessions.get(session.id), files_of(store)
    for wrong in (MovedEvent("left", "contact", 900.0, 900.1), GivenRoll(80.0)):
        with pytest.raises(UsageError):
            correct(store, session.id, wrong)
    assert store.sessions.get(session.id) == before
    assert store.sessions.corrections(session.id) == ()
    assert files_of(store) == files


@pytest.mark.usefixtures("seen")
def test_an_old_result_leaves_no_files(store: Store, tmp_path: Path) -> None:
    session, _ = kept(store, tmp_path)
    correct(store, session.id, GivenHeight(1.7))
    results = {Path(name).parts[1] for name in files_of(store) if name.startswith("results")}
    assert results == {store.sessions.get(session.id).result}
    assert store.sweep().results == 0


@pytest.mark.usefixtures("seen")
def test_corrections_at_the_same_time_are_all_kept(store: Store, tmp_path: Path) -> None:
    session, _ = kept(store, tmp_path)
    wishes: list[Correction] = [GivenHeight(1.7), GivenRoll(0.5)]
    ready = threading.Barrier(len(wishes))

    def wish(correction: Correction) -> None:
        ready.wait()
        correct(store, session.id, correction)

    threads = [threading.Thread(target=wish, args=(one,), daemon=True) for one in wishes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {record.correction for record in store.sessions.corrections(session.id)} == set(wishes)
    said = now_of(store, session).provenance.settings
    assert (said["height_m"], said["roll_deg"]) == (1.7, 0.5)


@pytest.mark.usefixtures("seen")
def test_measuring_again_changes_nothing_by_itself(store: Store, tmp_path: Path) -> None:
    session, before = kept(store, tmp_path)
    remeasure(store, session.id)
    assert numbers(now_of(store, session)) == numbers(before)
    assert store.sessions.get(session.id).result != session.result


def test_what_is_not_analysed_cannot_be_corrected(store: Store, tmp_path: Path) -> None:
    session, _ = submitted(store, tmp_path)
    with pytest.raises(MissingError, match="not been analysed"):
        correct(store, session.id, GivenHeight(1.7))
    with pytest.raises(MissingError):
        correct(store, "nothing", GivenHeight(1.7))


def test_the_runners_own_zero_survives_a_correction(
    store: Store, tmp_path: Path, seen: Seen
) -> None:
    seen(capture(standing(lean_deg=3.0)))
    zero, _ = kept(store, tmp_path)
    seen(capture(synthetic_runner()))
    session, before = kept(store, tmp_path, standing_id=zero.id)
    assert before.metrics["lean_body_deg"].minus_standing is not None
    correct(store, session.id, GivenHeight(1.7))
    assert now_of(store, session).metrics["lean_body_deg"].minus_standing == pytest.approx(
        before.metrics["lean_body_deg"].minus_standing, abs=0.01
    )


@pytest.mark.usefixtures("seen")
def test_a_running_clip_is_no_zero(store: Store, tmp_path: Path) -> None:
    run, _ = kept(store, tmp_path)
    with pytest.raises(UsageError, match="standing still"):
        kept(store, tmp_path, standing_id=run.id)
    assert store.sessions.all() == (run,)


def test_errors_name_the_clip_as_the_person_does(store: Store, tmp_path: Path, seen: Seen) -> None:
    track = synthetic_runner().pose
    seen(capture(later(part(track, slice(0, 20)), 1.0)))
    with pytest.raises(NobodyError, match=r"^run\.mp4 shows"):
        kept(store, tmp_path)
    assert store.sessions.count() == 0
    assert files_of(store) == set()


def test_a_clip_that_is_none_is_refused_by_its_name(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^run\.mp4 cannot be read as a video"):
        kept(store, tmp_path)


@pytest.mark.parametrize(
    "said",
    [
        {"names": "/etc/passwd"},
        {"weights": "x.onnx"},
        {"standing": "other.mp4"},
        {"rear": "other.mp4"},
        {"anything": 1},
        {"height_m": "tall"},
        {"height_m": 9.0},
        {"pose_model": "huge"},
    ],
)
def test_no_path_and_nothing_impossible_can_be_said_of_a_clip(
    store: Store, tmp_path: Path, said: dict[str, object]
) -> None:
    with pytest.raises(LeanlineError):
        parse_clip_settings(said)
    with pytest.raises(LeanlineError):
        Queue(store).submit(NewClip(clip(tmp_path), "run.mp4", settings=said))
    assert store.sessions.count() == 0


def test_what_is_not_said_stays_unsaid() -> None:
    assert parse_clip_settings({"height_m": None, "names": None, "fps": 60.0}).clip.fps == 60.0


@pytest.mark.usefixtures("seen")
def test_the_series_of_a_corrected_clip_stay_those_of_the_clip(
    store: Store, tmp_path: Path
) -> None:
    session, before = kept(store, tmp_path)
    correct(store, session.id, GivenHeight(1.7))
    after = now_of(store, session)
    assert before.runner is not None
    assert after.runner is not None
    assert np.allclose(after.runner.pose.xy, before.runner.pose.xy, atol=0.01, equal_nan=True)
