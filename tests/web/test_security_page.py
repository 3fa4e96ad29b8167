"""The page of promises names tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "security.md"


def named() -> list[tuple[str, str]]:
    """File and function of every test that the page names; ``…`` is the file named before."""
    found, file = [], ""
    for path, function in re.findall(r"`(tests/[\w/]+\.py|…)(?:::(\w+))?`", PAGE.read_text()):
        file = file if path == "…" else path
        found.append((file, function))
    return found


def test_every_test_that_the_page_names_is_there() -> None:
    tests = named()
    assert len(tests) > 40
    for file, function in tests:
        text = (ROOT / file).read_text()
        assert not function or f"\ndef {function}(" in text, f"{file}::{function}"
