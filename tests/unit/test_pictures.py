"""The pictures of how to film are those that the tool draws, and the pages show them all."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tools.draw_filming import PICTURES, main

ROOT = Path(__file__).parents[2]
FOLDERS = ["docs/pictures", "src/leanline/web/static/filming"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_pictures_are_those_that_the_tool_draws(folder: str, tmp_path: Path) -> None:
    main(tmp_path)
    drawn = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert {path.name: path.read_text() for path in (ROOT / folder).iterdir()} == drawn


def test_a_picture_says_in_words_whether_it_is_right(tmp_path: Path) -> None:
    main(tmp_path)
    for name, right, caption, _ in PICTURES:
        title = next(iter(ElementTree.parse(tmp_path / f"{name}.svg").getroot()))  # noqa: S314
        assert title.text == f"{'Right' if right else 'Wrong'}: {caption}"


def test_the_page_on_filming_shows_each_with_words_instead() -> None:
    page = (ROOT / "docs" / "howto" / "filming.md").read_text()
    shown = dict(re.findall(r"!\[([^\]]+)\]\(\.\./pictures/([\w-]+)\.svg\)", page))
    assert sorted(shown.values()) == sorted(name for name, *_ in PICTURES)
    for words, name in shown.items():
        assert words.startswith("Right" if name.endswith("right") else "Wrong")
