"""What is cited is in the table of sources, and what is in the table is cited."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from leanline.findings.rules import rules
from leanline.registry.bands import COACHING_LEAN, MIDFOOT_STRIKE
from leanline.registry.metrics import METRICS
from leanline.registry.sources import citation, sources
from scripts.write_reference import KEY, outdated, with_links

ROOT = Path(__file__).parents[2]
# "Bland & Altman 1986", "Zeni, Richards & Higginson 2008", "de Leva 1996", "Mo et al. (2025)"
NAME = r"[A-Z][a-zü]+(?:[A-Z][a-z]+)?"
CITED = re.compile(
    rf"({NAME})(?:(?:, {NAME})* (?:&|and) {NAME}| et al\.?)?(?:, [A-Z][\w ]+)?"
    r" \(?((?:19|20)\d\d)\b(?!;\d|-\d)"
)
NO_AUTHORS = {
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December", "Copyright", "Methods", "Assoc", "Stat"),
    *("Lancet", "Biometrika", "Since", "News"),
}


def texts() -> dict[Path, str]:
    """Code, data and pages that may cite; the table itself and the pages made from it left out."""
    made = {"definitions.md", "sources.md", "sources.toml"}
    found = [*ROOT.glob("src/leanline/**/*.py"), *ROOT.glob("src/leanline/**/*.toml")]
    found += [*ROOT.glob("docs/**/*.md"), ROOT / "README.md", ROOT / "validation" / "METHODS.md"]
    return {p: p.read_text(encoding="utf-8") for p in found if p.name not in made}


def keys_named_in(text: str) -> set[str]:
    """Keys of the publications that a text names in words."""
    pairs = CITED.findall(" ".join(line.strip(" #") for line in text.splitlines()))
    return {f"{name.lower()}{year}" for name, year in pairs if name not in NO_AUTHORS}


def find_source(key: str) -> str | None:
    """The source that is meant: its key, or that of a surname with a prefix (Van den Berghe)."""
    plain = key.replace("ü", "u")
    prefix = re.compile("van(den|der)?")
    return next((one for one in sources() if prefix.sub("", one, 1) in (plain, key)), None)


def keys_of_data() -> set[str]:
    keys = {key for metric in METRICS.values() for key in (*metric.sources, *metric.defined_by)}
    keys |= {k for m in METRICS.values() for one in m.thresholds for k in one.sources}
    keys |= {key for rule in rules() for key in rule.sources}
    return keys | {*COACHING_LEAN.sources, *MIDFOOT_STRIKE.sources}


def test_registry_and_rules_cite_known_sources() -> None:
    assert keys_of_data() - set(sources()) == set()


def test_every_publication_named_in_words_is_in_the_table() -> None:
    unknown = [
        (str(path.relative_to(ROOT)), key)
        for path, text in texts().items()
        for key in sorted(keys_named_in(text))
        if find_source(key) is None
    ]
    assert unknown == []


def test_every_source_is_cited_somewhere() -> None:
    cited = keys_of_data()
    for text in texts().values():
        cited |= {one for one in map(find_source, keys_named_in(text)) if one}
        cited |= set(KEY.findall(text))
    assert sorted(set(sources()) - cited) == []


def test_the_pages_made_from_the_registry_are_current() -> None:
    assert outdated() == [], "run: python -m scripts.write_reference"


def test_a_key_that_is_not_in_the_table_is_an_error() -> None:
    with pytest.raises(KeyError, match="nobody2020"):
        with_links("As found by [nobody2020].")
    with pytest.raises(KeyError):
        citation("nobody2020")


def test_a_citation_in_words_is_found() -> None:
    text = "# see Zeni, Richards & Higginson 2008; Mo et al. (2025), de Leva 1996, Nobody 1999"
    assert keys_named_in(text) == {"zeni2008", "mo2025", "leva1996", "nobody1999"}


def test_the_page_of_evidence_rests_on_nothing_outside_the_repository() -> None:
    outside = ("EVIDENCE", "DESIGN")
    found = [p for p, text in texts().items() if any(name in text for name in outside)]
    assert [str(p.relative_to(ROOT)) for p in found] == []
