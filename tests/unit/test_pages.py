"""What the pages name exists: files, modules, metrics, renamed names."""

from __future__ import annotations

import importlib
import importlib.util
import re
from pathlib import Path

import pytest

import leanline

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", "validation/*.md", ".github/**/*.md")
    for page in ROOT.glob(pattern)
)
#: File names and tags that look like modules of the package.
NO_MODULES = ("leanline.analysis", "leanline.truth", "leanline.backup", "leanline.sqlite3")
PATHS = re.compile(r"(?:src/leanline|tests|scripts|tools|validation|examples|docs)/[\w./-]*[\w-]")
METRIC_ID = re.compile(r"`([a-z_]+_(?:deg|pct|spm|mps|s|m))`")


def names_of(page: Path, pattern: str) -> set[str]:
    return set(re.findall(pattern, page.read_text(encoding="utf-8")))


def exists(name: str) -> bool:
    """Whether a dotted name is a module of the package or something in one."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        module = ".".join(parts[:cut])
        if _is_module(module):
            thing: object = importlib.import_module(module)
            for part in parts[cut:]:
                if not hasattr(thing, part):
                    return False
                thing = getattr(thing, part)
            return True
    return False


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    named = {path.split("::")[0] for path in names_of(page, PATHS.pattern)}
    named = {path for path in named if not re.search("[A-Z]{4}[.]", path)}  # NAME.toml
    made_by_a_build = {"src/leanline/site"}
    assert not {p for p in named - made_by_a_build if not (ROOT / p).exists()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_name_of_the_package_on_a_page_exists(page: Path) -> None:
    if page.name == "CHANGELOG.md" or page.name == "deprecation.md":
        pytest.skip("names old names on purpose")
    named = names_of(page, r"\bleanline(?:\.[A-Za-z_]\w*)+")
    assert not {n for n in named if not n.startswith(NO_MODULES) and not exists(n)}


def test_every_metric_in_the_glossary_exists() -> None:
    text = (ROOT / "docs" / "reference" / "glossary.md").read_text(encoding="utf-8")
    methods = (ROOT / "validation" / "METHODS.md").read_text(encoding="utf-8")
    named = set(METRIC_ID.findall(text))
    assert len(named) > 10
    assert not {name for name in named if name not in methods}


def test_every_renamed_name_is_on_the_page_of_deprecations_and_still_works() -> None:
    page = (ROOT / "docs" / "explanation" / "deprecation.md").read_text(encoding="utf-8")
    for old, new in leanline._RENAMED.items():
        assert f"| `leanline.{old}` | `leanline.{new}` |" in page
        with pytest.deprecated_call(match=new):
            assert getattr(leanline, old) is getattr(leanline, new)
