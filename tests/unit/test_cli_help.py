"""The command line's own help, and what ``leanline`` alone does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import typer
from typer.testing import CliRunner

from leanline.cli import serve
from leanline.cli.app import app
from leanline.web.settings import PORT

UNESCAPED_BRACKET = re.compile(r"(?<!\\)\[[a-z]+\]")


def commands(root: Any, name: str) -> Iterator[tuple[str, Any]]:
    yield name, root
    # typer has a click of its own, which need not be the one installed
    for child, command in getattr(root, "commands", {}).items():
        yield from commands(command, f"{name} {child}")


@pytest.mark.parametrize(("name", "command"), [*commands(typer.main.get_command(app), "leanline")])
def test_no_help_loses_its_brackets(name: str, command: Any) -> None:
    texts = [command.help or "", *(getattr(one, "help", "") or "" for one in command.params)]
    assert not [text for text in texts if UNESCAPED_BRACKET.search(text)], name


def test_help_shows_extras_as_they_are_typed() -> None:
    assert "leanline[plot]" in CliRunner().invoke(app, ["plot", "--help"]).output


def test_the_shell_completes_commands() -> None:
    shell = {"_LEANLINE_COMPLETE": "complete_bash", "COMP_WORDS": "leanline an", "COMP_CWORD": "1"}
    command = [sys.executable, "-c", "from leanline.cli.app import main; main()"]
    # typer takes the name of the variable from the name of the program.
    command[2] = f"import sys; sys.argv[0] = 'leanline'; {command[2]}"
    completed = subprocess.run(
        command, env={**os.environ, **shell}, capture_output=True, text=True, check=True
    )
    assert "analyze" in completed.stdout.split()


WARNS = """
import sys
import warnings
from leanline.cli import app as cli

@cli.app.command("warn")
def warn():
    warnings.warn("invalid value encountered in log", RuntimeWarning)

sys.argv = ["leanline", "warn"]
cli.main()
"""


@pytest.mark.parametrize(("options", "shown"), [((), False), (("-W", "default"), True)])
def test_warnings_of_libraries_are_for_developers(options: tuple[str, ...], shown: bool) -> None:
    command = [sys.executable, *options, "-c", WARNS]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONWARNINGS"}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert ("invalid value" in ran.stderr) is shown


class TestWithoutACommand:
    @pytest.fixture(autouse=True)
    def started(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """What was started, instead of a server and a browser."""
        found: list[str] = []
        monkeypatch.setattr(serve, "serve", lambda: found.append("server"))
        monkeypatch.setattr(serve, "_show", lambda address: found.append(address))
        return found

    def answer(self, monkeypatch: pytest.MonkeyPatch, answer: object) -> None:
        def get(url: str, timeout: float) -> httpx.Response:
            assert url.startswith(f"http://127.0.0.1:{PORT}/")
            assert timeout > 0
            if isinstance(answer, Exception):
                raise answer
            return httpx.Response(200, json=answer)

        monkeypatch.setattr(httpx, "get", get)

    def test_the_page_is_served(self, monkeypatch: pytest.MonkeyPatch, started: list[str]) -> None:
        self.answer(monkeypatch, httpx.ConnectError("refused"))
        assert CliRunner().invoke(app, []).exit_code == 0
        assert started == ["server"]

    def test_a_page_that_is_already_served_is_shown(
        self, monkeypatch: pytest.MonkeyPatch, started: list[str]
    ) -> None:
        self.answer(monkeypatch, {"leanline": "0.2.0"})
        result = CliRunner().invoke(app, [])
        assert started == [f"http://127.0.0.1:{PORT}/"]
        assert "already" in result.output

    def test_another_program_on_the_port_is_not_taken_for_leanline(
        self, monkeypatch: pytest.MonkeyPatch, started: list[str]
    ) -> None:
        self.answer(monkeypatch, ["something", "else"])
        CliRunner().invoke(app, [])
        assert started == ["server"]
