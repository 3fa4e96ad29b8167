from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def commands_of_the_readme() -> list[str]:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("python3 -m venv")]


def test_the_readme_has_one_line_for_the_demo_and_one_for_the_tests() -> None:
    demo, check = commands_of_the_readme()
    assert demo.endswith("leanline demo")
    assert check.endswith("scripts/check")


def test_ci_runs_the_readmes_test_command_word_for_word() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert commands_of_the_readme()[1] in script


@pytest.mark.parametrize("asset", sorted((ROOT / "src/leanline/assets").iterdir()))
def test_every_shipped_asset_is_named_in_the_notice(asset: Path) -> None:
    assert asset.name in (ROOT / "NOTICE").read_text(encoding="utf-8")
