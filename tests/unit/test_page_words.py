"""Pages and their scripts hold no words of their own, and the catalogue none that nobody uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest

import leanline
from leanline.wording.catalogue import catalogue, read_part

PACKAGE: Final = Path(leanline.__file__).parent
TEMPLATES: Final = sorted(PACKAGE.glob("web/**/templates/*.j2"))
SCRIPTS: Final = sorted(
    path for path in PACKAGE.glob("web/**/*.js") if path.parent.name != "vendor"
)
SPOKEN: Final = ("alt", "aria-label", "placeholder", "title")
#: Not language: the name, units, keys and commands.
NAMES: Final = re.compile(r"leanline|/api/v1/openapi\.json|\b(?:m|s|px)\b|m/s|Alt")
#: Sections whose codes are put together from data: a job's phase, a clip's activity.
COMPOSED: Final = (
    "correction_made", "date", "filming", "job_state", "journey", "live_script",
    "measure_script",
    "phase", "plan_kind", "record_script",
    "review_script", "script", "trend", "upload_script", "value",
    "watch", "word",
)  # fmt: skip


class Literals(HTMLParser):
    """Text in a template that is not an expression."""

    def __init__(self, template: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._code = 0
        without = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", template, flags=re.DOTALL)
        self.feed(without)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code += tag in ("code", "style", "script")
        self.found += [value or "" for name, value in attrs if name in SPOKEN]

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag in ("code", "style", "script")

    def handle_data(self, data: str) -> None:
        if not self._code:
            self.found.append(data)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_words(path: Path) -> None:
    literals = Literals(path.read_text(encoding="utf-8")).found
    assert [text for text in literals if re.search(r"[A-Za-z]", NAMES.sub("", text))] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_hold_no_words(path: Path) -> None:
    code = re.sub(r"(^|\s)//.*|/\*.*?\*/", "", path.read_text(encoding="utf-8"))
    strings = re.findall(r'"([^"\n]*)"|`([^`]*)`', code)
    plain = [re.sub(r"\$\{[^}]*\}", "", a or b) for a, b in strings]
    # Two words with a space between them, or one that begins with a capital letter.
    spoken = re.compile(r"[A-Za-z]{2,},? [a-z]{2,}|^[A-Z][a-z]+ ?")
    assert [text for text in plain if spoken.search(text) and not known(text)] == []


def known(text: str) -> bool:
    """Whether a string of a script is for the browser: a header, a key, an error's name."""
    return bool(
        re.fullmatch(
            r"(?:Arrow|Home|End|Enter|Escape|Space)\w*|\w+Error|Last-Event-ID|.*(?:system-ui|select|input).*"
            r"|\w+ (?:contact|small)|[A-Z]\w*-.*",
            text,
        )
    )


def used() -> Iterator[str]:
    """Everything in the product that looks like the code of a text."""
    for path in (*PACKAGE.rglob("*.py"), *TEMPLATES, *SCRIPTS):
        yield from re.findall(r"[a-z_]+\.[a-z_]+\w*", path.read_text(encoding="utf-8"))


def test_every_text_of_the_pages_is_used() -> None:
    codes = set(read_part("pages", "en"))
    found = set(used())
    unused = {
        code
        for code in codes
        if code.partition(".")[0] not in COMPOSED
        and code not in found
        and not (code.endswith(("_one", "_hint")) and code.rpartition("_")[0] in found)
    }
    assert unused == set()


def test_every_code_that_templates_and_scripts_ask_for_is_there() -> None:
    known_codes = set(catalogue("en"))
    for path in (*TEMPLATES, *SCRIPTS):
        asked = re.findall(
            r"\b(?:say|count|mark|count_mark)\(\s*['\"]([a-z_]+\.[a-z_]+\w*)['\"]\s*[,)]",
            path.read_text(encoding="utf-8"),
        )
        assert [code for code in asked if code not in known_codes and not theirs(code)] == [], path


def theirs(code: str) -> bool:
    """Whether a code is one of the report's texts, which have a catalogue of their own."""
    from leanline.report.catalog import texts

    return texts("en").has(code)
