"""``leanline analyze`` as it is typed, and what it wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from typer.testing import CliRunner

from leanline.cli.app import app

# What the command printed, kept beside the result.
SUMMARY: Final = "summary.txt"
# Half the work of the default network, where the network is not what is tested.
FULL_NETWORK: Final = ("--pose-model", "full", "--no-report")


def analyze(clip: Path, out: Path, *options: str) -> dict[str, Any]:
    """The result file of one clip; the command must succeed."""
    result = CliRunner().invoke(app, ["analyze", str(clip), "-o", str(out), *options])
    assert result.exit_code == 0, result.output
    (out / SUMMARY).write_text(result.stdout, encoding="utf-8")
    return read(out)


def read(folder: Path) -> dict[str, Any]:
    """The result file in a folder."""
    found: dict[str, Any] = json.loads((folder / "analysis.json").read_text())
    return found


def value(analysis: dict[str, Any], name: str) -> Any:
    return analysis["metrics"][name]["value"]
