"""What a plain installation brings along: its size, and what it says about the extras."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from leanline.batch.local_engine import LocalEngine
from leanline.batch.run import run
from leanline.errors import UsageError
from leanline.formats.parquet import load_pyarrow
from leanline.wording.catalogue import hint

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "dependencies.md"
# Without the environment's own Python, pip and compiled bytecode, which come to about 25 MB.
MAX_INSTALLED_MB = 775.0


def direct_requirements() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [canonicalize_name(Requirement(line).name) for line in project["dependencies"]]


def installed_mb(names: list[str]) -> dict[str, float]:
    """The size of packages and all that they need, by package, MB of 1024 x 1024 bytes."""
    sizes: dict[str, float] = {}
    waiting = list(names)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in sizes:
            continue
        package = metadata.distribution(name)
        files = [Path(str(file.locate())) for file in package.files or ()]
        size = sum(file.stat().st_size for file in files if file.exists() and file.suffix != ".pyc")
        sizes[name] = size / 2**20
        needed = (Requirement(line) for line in package.requires or ())
        waiting += [r.name for r in needed if r.marker is None or r.marker.evaluate({"extra": ""})]
    return sizes


def stated_mb() -> dict[str, float]:
    """The first table of the page."""
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (\d+) \|", PAGE.read_text("utf-8"), flags=re.M)
    return {name: float(size) for name, size in rows}


def test_a_plain_installation_is_small_enough() -> None:
    networks = sum(f.stat().st_size for f in (ROOT / "src").rglob("*") if f.is_file()) / 2**20
    total = networks + sum(installed_mb(direct_requirements()).values())
    assert networks < total < MAX_INSTALLED_MB


def test_every_dependency_is_accounted_for() -> None:
    assert sorted(stated_mb()) == sorted(direct_requirements())


def test_the_page_states_the_sizes_of_the_large_ones() -> None:
    stated = stated_mb()
    measured = {name: installed_mb([name])[name] for name in stated}
    large = {name for name, size in measured.items() if size > 50}
    assert large
    for name in large:
        assert stated[name] == pytest.approx(measured[name], rel=0.25), name


def test_parquet_says_which_extra_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError) as refused:
        load_pyarrow()
    assert "leanline[batch]" in hint(refused.value.reason, "en")


def test_a_batch_without_pyarrow_is_refused_before_any_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match="pyarrow"):
        run([], tmp_path / "out", LocalEngine(1))
    assert not (tmp_path / "out").exists()
