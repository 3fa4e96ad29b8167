from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("grimp")

from scripts.draw_architecture import outdated, ranks, without_implied

ROOT = Path(__file__).parents[2]
CHAIN = {"a": frozenset("bc"), "b": frozenset("c"), "c": frozenset[str]()}


def test_the_architecture_page_agrees_with_the_imports() -> None:
    assert not outdated(), "run: python -m scripts.draw_architecture"


def test_a_package_stands_above_everything_it_imports() -> None:
    assert ranks(CHAIN) == {"a": 2, "b": 1, "c": 0}


def test_an_import_that_follows_from_others_is_not_drawn() -> None:
    assert without_implied(CHAIN) == {"a": {"b"}, "b": {"c"}, "c": set()}


def test_a_circle_of_imports_is_named() -> None:
    with pytest.raises(ValueError, match="circle: a, b"):
        ranks({"a": frozenset("b"), "b": frozenset("a"), "c": frozenset[str]()})


def test_the_check_from_the_command_line_passes() -> None:
    command = [sys.executable, "-m", "scripts.draw_architecture", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
