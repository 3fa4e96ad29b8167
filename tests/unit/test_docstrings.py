"""Docstrings keep their promises: parameters are those of the signature, ranges are enforced."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from typing import Any

import pytest

import leanline
from leanline import ClipInfo, UsageError
from tests.docstrings import Documented, public

#: Packages and modules whose public functions and dataclasses have their sections.
COMPLETE = (
    "model",
    "skeleton",
    "profile",
    "settings",
    "corrections",
    "reason",
    "languages",
    "units",
    "result_wording",
    "api",
    "signals",
    "playback",
    "runner",
    "camera",
    "gait",
    "metrics",
    "drill",
    "findings",
    "plan",
    "trends",
    "exporters",
    "scoring",
    "video",
    "pipeline",
    "registry",
    "pose",
    "store",
    "batch",
    "jobs",
    "workers",
    "report",
    "cli",
    "formats",
    "live",
    "web",
)
RANGE = re.compile(r"from (-?[\d.e]+)\s+to\s+(-?[\d.e]+\d)")


def in_complete_packages() -> list[Documented]:
    things = [thing for package in COMPLETE for thing in public(package)]
    return [
        thing
        for thing in things
        if thing.kind not in ("method", "command") and not says_all_in_one_sentence(thing)
    ]


def says_all_in_one_sentence(thing: Documented) -> bool:
    """Whether it is a function so small that sections would only repeat its sentence."""
    small = thing.kind == "function" and len(thing.names) <= 1
    return small and set(thing.sections) <= {"", "Raises"} and bool(thing.doc)


def misdocumented(things: Iterable[Documented]) -> dict[str, tuple[object, object]]:
    """Documented and actual parameters of those whose documentation is wrong."""
    return {t.where: (t.documented, t.names) for t in things if t.documented != t.names}


def test_documented_parameters_are_those_of_the_signature_in_order() -> None:
    assert misdocumented(t for t in public() if "Parameters" in t.sections) == {}


PUBLIC = sorted(set(leanline.__all__) - {"__version__"})


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_of_leanline_has_its_sections(name: str) -> None:
    thing = getattr(leanline, name)
    doc = inspect.getdoc(thing) or ""
    assert doc
    if not (isinstance(thing, type) and issubclass(thing, Exception)):
        assert "Parameters\n---" in doc
    if not isinstance(thing, type):
        assert "Returns\n---" in doc


def test_complete_packages_document_every_parameter() -> None:
    assert misdocumented(in_complete_packages()) == {}


def test_complete_packages_document_what_functions_return() -> None:
    wrong = [
        thing.where
        for thing in in_complete_packages()
        if bool({"Returns", "Yields"} & set(thing.sections)) != thing.returns
    ]
    assert wrong == []


def ranges() -> list[tuple[str, float, float]]:
    """Every setting with a documented range."""
    thing = next(t for t in public("settings") if t.where.endswith(".ClipInfo"))
    entries = re.split(r"^(?=\S)", thing.sections["Parameters"], flags=re.MULTILINE)
    found = []
    for entry in filter(None, entries):
        names, _, text = entry.partition("\n")
        limits = RANGE.search(" ".join(text.split()))
        if limits:
            low, high = map(float, limits.groups())
            found += [(name.strip(), low, high) for name in names.split(",")]
    return found


def test_the_settings_with_a_range_are_those_that_are_numbers() -> None:
    numbers = {
        name
        for name, annotation in ClipInfo.__annotations__.items()
        if annotation.startswith(("float", "int"))
    }
    assert {name for name, _, _ in ranges()} == numbers


@pytest.mark.parametrize(("name", "low", "high"), ranges())
def test_a_documented_range_is_what_is_enforced(name: str, low: float, high: float) -> None:
    whole = ClipInfo.__annotations__[name].startswith("int")
    past = 1 if whole else 1e-6 * max(1.0, abs(high))
    for value in (low, high):
        assert getattr(ClipInfo(**setting(name, value)), name) == value
    for value in (low - past, high + past):
        with pytest.raises(UsageError, match=name):
            ClipInfo(**setting(name, value))


def setting(name: str, value: float) -> dict[str, Any]:
    return {name: int(value) if ClipInfo.__annotations__[name].startswith("int") else value}
