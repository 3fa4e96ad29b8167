from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from leanline import __version__

ROOT = Path(__file__).parents[2]


def commands_of_the_readme() -> list[str]:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("python3 -m venv")]


def test_the_readme_has_one_line_for_the_demo_and_one_for_the_tests() -> None:
    demo, check = commands_of_the_readme()
    assert demo.endswith("leanline demo")
    assert check.endswith("scripts/check")


def test_the_readme_can_be_read_in_one_sitting() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 200


def test_ci_runs_the_readmes_test_command_word_for_word() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert commands_of_the_readme()[1] in script


@pytest.mark.parametrize("asset", sorted((ROOT / "src/leanline/assets").iterdir()))
def test_every_shipped_asset_is_named_in_the_notice(asset: Path) -> None:
    assert asset.name in (ROOT / "NOTICE").read_text(encoding="utf-8")


# The forge's files


def read_yaml(name: str) -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return found


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def steps_of(job: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = job["steps"]
    return found


WORKFLOW = read_yaml(".github/workflows/check.yml")
RUN_LINES = [
    step["run"] for job in WORKFLOW["jobs"].values() for step in steps_of(job) if "run" in step
]


def test_the_workflow_has_the_form_that_the_forge_asks_for() -> None:
    assert WORKFLOW[True] == {"push": {"branches": ["main"]}, "pull_request": None}
    for job in WORKFLOW["jobs"].values():
        assert job["runs-on"]
        assert job["timeout-minutes"] <= 60
        for step in steps_of(job):
            assert ("run" in step) != ("uses" in step)
            assert "@" in step.get("uses", "@")


def test_the_workflow_covers_every_supported_python_on_three_systems() -> None:
    matrix = WORKFLOW["jobs"]["fast"]["strategy"]["matrix"]
    assert matrix["os"] == ["ubuntu-latest", "macos-latest", "windows-latest"]
    assert matrix["python"] == ["3.11", "3.12", "3.13"]
    assert project()["project"]["requires-python"] == ">=3.11,<3.14"


def test_the_workflow_runs_the_readmes_commands() -> None:
    assert ".ci/run" in RUN_LINES  # which has the README's test command word for word
    assert "leanline demo" in RUN_LINES
    install = commands_of_the_readme()[1].split("pip install", 1)[1].partition(" && ")[0]
    assert f"pip install{install}" in RUN_LINES


def test_every_script_that_is_called_exists_and_can_be_run() -> None:
    hooks = read_yaml(".pre-commit-config.yaml")["repos"][0]["hooks"]
    called = [line.split()[0] for line in (*RUN_LINES, *(hook["entry"] for hook in hooks))]
    scripts = {ROOT / name for name in called if "/" in name}
    assert ROOT / "scripts" / "check" in scripts
    assert all(os.access(script, os.X_OK) for script in scripts)


def test_issue_forms_have_what_the_forge_asks_for() -> None:
    forms = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
    for form in (read_yaml(str(path.relative_to(ROOT))) for path in forms):
        if "body" not in form:
            assert form == {"blank_issues_enabled": True}
            continue
        assert form["name"]
        assert form["description"]
        assert any(part["type"] != "markdown" for part in form["body"])
        for part in form["body"]:
            needed = "value" if part["type"] == "markdown" else "label"
            assert part["attributes"][needed]


def test_the_citation_is_of_this_version_and_its_authors() -> None:
    citation, metadata = read_yaml("CITATION.cff"), project()["project"]
    assert citation["version"] == __version__
    assert citation["license"] == metadata["license"]
    assert citation["authors"] == metadata["authors"]


def test_what_security_points_at_exists() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    form = ".github/ISSUE_TEMPLATE/security_contact.yml"
    assert form in text
    assert read_yaml(form)["name"] in text
    assert project()["project"]["maintainers"]


def test_the_build_finds_the_version() -> None:
    source = (ROOT / "src/leanline/version.py").read_text(encoding="utf-8")
    assert re.search(r'^__version__ = "\d+\.\d+\.\d+"$', source, re.MULTILINE)
