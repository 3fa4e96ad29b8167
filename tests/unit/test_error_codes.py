"""Every error is a code of the catalogue, and every code of an error is raised somewhere."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

import leanline
from leanline.cli.flags import flag_of
from leanline.errors import DamageError, InputError, LeanlineError, UsageError, why_refused
from leanline.reason import Reason
from leanline.wording.catalogue import SETTINGS, catalogue, read_part

SOURCE: Final = Path(leanline.__file__).parent
#: Python's own errors with sentences are for programmers; nobody else reads them.
BUILTIN: Final = {
    "ValueError",
    "TypeError",
    "AttributeError",
    "KeyError",
    "AssertionError",
    "RuntimeError",
    "OSError",
}
#: Kinds whose codes are put together from values of the data model.
COMPOSED: Final = (
    "finding",
    "word",
    "companion",
    "warning",
    "metric",
    "estimate",
    "check",
    "cue",
    "verdict",
    "date_source",
    "exercise",
    "together",
    "front_check",
)


@cache
def trees() -> tuple[tuple[Path, ast.Module], ...]:
    files = sorted(SOURCE.rglob("*.py"))
    return tuple((file, ast.parse(file.read_text(encoding="utf-8"))) for file in files)


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Where each error or reason is made, what is called, and the call."""
    for file, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func).rpartition(".")[2]
                if called == "Reason" or (called.endswith("Error") and called not in BUILTIN):
                    yield f"{file.relative_to(SOURCE)}:{node.lineno}", called, node


def test_every_error_that_is_raised_is_in_the_catalogue() -> None:
    known = catalogue("en")
    missing = [
        f"{where} {argument.value}"
        for where, _, call in calls()
        for argument in call.args[:2]
        if isinstance(argument, ast.Constant)
        and isinstance(argument.value, str)
        and argument.value not in known
    ]
    assert missing == []


def placeholders(code: str) -> set[str]:
    """What the sentence and the hint of a code need."""
    texts = (catalogue("en")[code], catalogue("en").get(f"{code}_hint", ""))
    names = {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
    return {name.partition(".")[0] for name in names} - {SETTINGS}


def test_every_error_has_the_values_of_its_sentence() -> None:
    lacking = []
    for where, called, call in calls():
        codes = [
            argument.value
            for argument in call.args
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        given = {keyword.arg for keyword in call.keywords}
        if called == "Reason" and len(call.args) == 2 and isinstance(call.args[1], ast.Dict):
            keys = call.args[1].keys
            given = {str(key.value) for key in keys if isinstance(key, ast.Constant)}
        elif called == "Reason" and len(call.args) == 2:
            continue
        for code in codes:
            if code in catalogue("en") and None not in given:
                lacking += [f"{where} {code}: {name}" for name in placeholders(code) - given]
    assert lacking == []


def test_no_error_is_a_sentence_or_carries_a_hint() -> None:
    sentences = [
        where
        for where, called, call in calls()
        if called != "Reason"
        and (
            any(isinstance(argument, ast.JoinedStr) for argument in call.args)
            or any(keyword.arg == "hint" for keyword in call.keywords)
        )
    ]
    assert sentences == []


def test_every_entry_of_the_catalogue_is_used() -> None:
    texts = {
        node.value
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    unused = [
        code
        for code in read_part("texts", "en")
        if not code.startswith(tuple(f"{kind}." for kind in COMPOSED))
        and code not in texts
        and code.removesuffix("_hint") not in texts
    ]
    assert unused == []


def test_an_error_says_its_sentence_and_hint_in_any_language() -> None:
    error = InputError("input.empty", path=Path("run.mp4"))
    assert (str(error), error.hint) == (
        "run.mp4 is empty (0 bytes).",
        "Copy or export it again.",
    )
    assert error.message("de") == "run.mp4 ist leer (0 Byte)."
    assert error.advice("de") == "Kopiere oder exportiere die Datei noch einmal."
    assert error.reason == Reason("input.empty", {"path": "run.mp4"})


def test_a_setting_is_named_by_whoever_shows_the_error() -> None:
    with pytest.raises(UsageError) as caught:
        leanline.Settings(height_m=178.0)
    assert str(caught.value).startswith("height_m must be from 1 to 2.3")
    assert caught.value.message(names=flag_of).startswith("--height must be from 1 to 2.3")


def test_paths_become_names_as_whole_values_only() -> None:
    error = InputError("input.missing_link", path="/store/ab.mp4", target="/store/ab.mp4.old")
    shown = error.map_text(lambda text: "run.mp4" if text == "/store/ab.mp4" else text)
    assert shown.reason.params == {"path": "run.mp4", "target": "/store/ab.mp4.old"}
    assert isinstance(shown, InputError)


def test_the_reason_of_a_refusal_is_data() -> None:
    assert why_refused(PermissionError(13, "Permission denied")) == Reason("system.denied")
    damage = DamageError("damage.names_nothing")
    assert why_refused(damage) == damage.reason
    assert why_refused(ValueError("odd  thing\nhere")) == Reason(
        "system.other", {"detail": "odd thing here"}
    )


def test_an_error_can_be_made_again_from_its_reason() -> None:
    reason = Reason("input.empty", {"path": "run.mp4"})
    assert LeanlineError.from_reason(reason).reason == reason
