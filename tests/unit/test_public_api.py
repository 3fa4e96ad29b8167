from __future__ import annotations

import ast
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import leanline

HEAVY = ("numpy", "scipy", "cv2", "av", "openvino", "rich")


def packages_imported_by(code: str) -> set[str]:
    """Top-level packages in memory after running ``code`` in a fresh Python."""
    report = f"{code}\nimport sys; print(*{{m.partition('.')[0] for m in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


def names_for_type_checkers() -> set[str]:
    tree = ast.parse(Path(leanline.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    return {
        alias.name
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_importing_leanline_imports_nothing_heavy() -> None:
    assert packages_imported_by("import leanline").isdisjoint(HEAVY)


def test_asking_for_help_imports_nothing_heavy() -> None:
    code = (
        "from typer.testing import CliRunner\n"
        "from leanline.cli.app import app\n"
        "assert CliRunner().invoke(app, ['analyze', '--help']).exit_code == 0\n"
    )
    assert packages_imported_by(code).isdisjoint(set(HEAVY) - {"rich"})


def test_workers_start_without_what_only_measuring_needs() -> None:
    assert packages_imported_by("import leanline.jobs").isdisjoint({"scipy", "openvino"})


@pytest.mark.parametrize("name", leanline.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(leanline, name) is not None


def test_type_checkers_see_exactly_the_public_names() -> None:
    assert names_for_type_checkers() == set(leanline.__all__) - {"__version__"}


def test_public_names_are_sorted_and_listed_by_dir() -> None:
    assert leanline.__all__ == sorted(leanline.__all__)
    assert dir(leanline) == leanline.__all__


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'anatomy'"):
        leanline.anatomy  # noqa: B018


def test_the_version_is_the_installed_one() -> None:
    assert leanline.__version__ == version("leanline")


def test_the_public_names_are_not_hidden_by_modules() -> None:
    modules = {path.stem for path in Path(leanline.__file__).parent.iterdir()}
    assert modules.isdisjoint(leanline.__all__)
