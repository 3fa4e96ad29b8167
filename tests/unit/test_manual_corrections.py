from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from leanline.corrections import (
    AddedContact,
    Correction,
    GivenHeight,
    GivenRoll,
    MovedEvent,
    RemovedContact,
    SwappedSides,
    from_plain,
    given,
    to_plain,
)
from leanline.errors import InputError, UsageError
from leanline.formats.analysis_json import to_dict
from leanline.formats.capture_npz import read_capture, write_capture
from leanline.gait.manual_corrections import (
    BY_HAND,
    UNUSED,
    ManualCorrections,
    apply_side_swaps,
)
from leanline.model import AnalysisWarning, Contact, SceneEvidence, warning
from leanline.pipeline import analyze_capture
from leanline.runner.prepare import prepare
from leanline.settings import Settings
from tests.analyses import said
from tests.captures import capture
from tests.synthetic import synthetic_runner

CONTACTS = (
    Contact("left", 0.0, 0.25),
    Contact("right", 0.36, 0.61),
    Contact("left", 0.72, 0.97),
)
ALL: tuple[Correction, ...] = (
    MovedEvent("left", "toe_off", 1.5, 1.52),
    RemovedContact("right", 2.0),
    AddedContact("left", 1.0, 1.2),
    SwappedSides(),
    SwappedSides(0.5, 1.0),
    GivenRoll(-1.5),
    GivenHeight(1.7),
)


@pytest.mark.parametrize("correction", ALL)
def test_a_correction_survives_as_plain_data(correction: Correction) -> None:
    assert from_plain(to_plain(correction)) == correction


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"kind": "wished_speed", "speed_mps": 3.0},
        {"kind": "given_roll"},
        {"kind": "given_roll", "roll_deg": "steep"},
        {"kind": "given_roll", "roll_deg": float("nan")},
        {"kind": "given_roll", "roll_deg": True},
        {"kind": "given_roll", "roll_deg": 1.0, "more": 2.0},
        {"kind": "removed_contact", "side": "middle", "contact_s": 1.0},
        {"kind": "moved_event", "side": "left", "event": "jump", "at_s": 1.0, "to_s": 1.1},
        {"kind": "added_contact", "side": "left", "contact_s": 1.0, "toe_off_s": 1.0},
        {"kind": "swapped_sides", "start_s": 2.0, "end_s": 1.0},
    ],
)
def test_what_is_no_correction_is_refused_in_words(data: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        from_plain(data)


def test_an_event_is_moved_where_the_hand_says() -> None:
    found, notes = ManualCorrections((MovedEvent("left", "contact", 0.7, 0.74),)).apply(CONTACTS)
    assert found[2] == Contact("left", 0.74, 0.97)
    assert notes == (BY_HAND,)


def test_a_contact_is_removed_and_another_added_in_order() -> None:
    changes = (RemovedContact("left", 0.73), AddedContact("right", -0.4, -0.1))
    found, _ = ManualCorrections(changes).apply(CONTACTS)
    assert [c.contact_s for c in found] == [-0.4, 0.0, 0.36]


@pytest.mark.parametrize(
    "correction",
    [
        MovedEvent("right", "contact", 0.7, 0.72),
        MovedEvent("left", "toe_off", 0.97, 0.70),
        MovedEvent("left", "contact", 0.72, 0.2),
        RemovedContact("left", 0.4),
        AddedContact("left", 0.8, 1.1),
    ],
)
def test_what_no_longer_fits_is_left_out_and_said(correction: Correction) -> None:
    found, notes = ManualCorrections((correction,)).apply(CONTACTS)
    assert found == CONTACTS
    assert notes == (BY_HAND, UNUSED)


def test_times_are_those_of_the_clip_also_in_slow_motion() -> None:
    found, _ = ManualCorrections((MovedEvent("left", "contact", 5.76, 5.60),), factor=8.0).apply(
        CONTACTS
    )
    assert found[2].contact_s == pytest.approx(0.70)


def test_nothing_by_hand_changes_nothing() -> None:
    assert ManualCorrections().apply(CONTACTS) == (CONTACTS, ())


def test_what_is_said_last_counts() -> None:
    assert given((GivenRoll(1.0), GivenHeight(1.7), GivenRoll(2.0))) == {
        "roll_deg": 2.0,
        "height_m": 1.7,
    }


def test_a_removed_contact_is_gone_from_the_result_which_says_so() -> None:
    made = capture(synthetic_runner())
    before = analyze_capture(made, Settings())
    gone = before.contacts[4]
    change = RemovedContact(gone.side, gone.contact_s)
    after = analyze_capture(made, Settings(), corrections=(change,))
    assert len(after.contacts) == len(before.contacts) - 1
    assert BY_HAND in after.warnings
    assert UNUSED not in after.warnings
    assert after.provenance.settings["corrections"] == [to_plain(change)]


def test_swapping_the_sides_swaps_them_in_every_step() -> None:
    made = capture(synthetic_runner())
    before = analyze_capture(made, Settings())
    after = analyze_capture(made, Settings(), corrections=(SwappedSides(),))
    other = {"left": "right", "right": "left"}
    assert [c.side for c in after.contacts] == [other[c.side] for c in before.contacts]
    assert [c.contact_s for c in after.contacts] == pytest.approx(
        [c.contact_s for c in before.contacts], abs=0.002
    )


def test_a_roll_by_hand_turns_the_lean_one_to_one() -> None:
    made = capture(synthetic_runner(), picture=True)
    leans = [
        analyze_capture(made, Settings(), corrections=(GivenRoll(roll),))
        .metrics["lean_trunk_deg"]
        .value
        for roll in (0.0, 3.0)
    ]
    assert isinstance(leans[0], float)
    assert isinstance(leans[1], float)
    assert abs(leans[1] - leans[0]) == pytest.approx(3.0, abs=0.1)


def test_a_capture_read_back_gives_the_very_same_result(tmp_path: Path) -> None:
    made = replace(
        capture(synthetic_runner(), picture=True),
        scene=SceneEvidence((np.array([[1.0, 2.0, 3.0, 4.0]]), np.empty((0, 4)))),
        outline_px=np.full((len(synthetic_runner().pose.time_s), 9, 2), np.nan),
        notes=(warning("unclear", noise_ratio=2.5), AnalysisWarning(said("Text.", code="legacy"))),
        others=2,
    )
    write_capture(made, tmp_path)
    read = read_capture(tmp_path)
    assert read.notes == made.notes
    assert read.others == 2
    results = [to_dict(analyze_capture(c, Settings())) for c in (made, read)]
    assert results[0] == results[1]


def test_a_bare_capture_comes_back_bare(tmp_path: Path) -> None:
    write_capture(capture(synthetic_runner()), tmp_path)
    read = read_capture(tmp_path)
    assert (read.camera, read.scene, read.outline_px) == (None, None, None)


@pytest.mark.parametrize("keep", [0, 10, 400, -20])
def test_a_damaged_capture_is_refused_in_words(tmp_path: Path, keep: int) -> None:
    path = write_capture(capture(synthetic_runner()), tmp_path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(InputError, match="damaged"):
        read_capture(path)


def test_a_moved_contact_stays_moved_when_the_sides_are_swapped_afterwards() -> None:
    after_swap = (Contact("right", 1.0, 1.25), Contact("left", 1.4, 1.65))
    moved = MovedEvent("left", "contact", 1.0, 1.05)
    found, notes = ManualCorrections((moved, SwappedSides())).apply(after_swap)
    assert found[0] == Contact("right", 1.05, 1.25)
    assert UNUSED not in notes
    elsewhere, notes = ManualCorrections((moved, SwappedSides(2.0, 3.0))).apply(after_swap)
    assert elsewhere == after_swap
    assert UNUSED in notes


def test_swapped_sides_take_the_soles_along() -> None:
    made = synthetic_runner(fps=60, seconds=4.0)
    runner = prepare(capture(made, picture=True))
    soles = np.tile([10.0, -5.0], (len(runner.pose.time_s), 1))
    swapped = apply_side_swaps(replace(runner, sole_deg=soles), (SwappedSides(1.0, 2.0),))
    assert swapped.sole_deg is not None
    inside = (runner.pose.time_s >= 1.0) & (runner.pose.time_s < 2.0)
    np.testing.assert_array_equal(swapped.sole_deg[inside], soles[inside][:, ::-1])
    np.testing.assert_array_equal(swapped.sole_deg[~inside], soles[~inside])
