"""Write the pages that follow from the registry: definitions, sources, and links to the sources.

python -m scripts.write_reference            # write docs/reference
python -m scripts.write_reference --check    # fail when a page is not current

The text of ``evidence.md`` is written by hand; only the links at its end are made here.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from leanline.registry.bands import CADENCE_GOAL, COACHING_LEAN, MIDFOOT_STRIKE
from leanline.registry.definition import Band, MetricDefinition, Section, Threshold
from leanline.registry.formats import FORMATS
from leanline.registry.metrics import METRICS
from leanline.registry.sources import Source, sources

ROOT: Final = Path(__file__).parents[1]
REFERENCE: Final = ROOT / "docs" / "reference"
EVIDENCE: Final = REFERENCE / "evidence.md"
LINKS: Final = "<!-- links to the sources: made by scripts/write_reference.py -->"
KEY: Final = re.compile(r"\[([a-z]+(?:19|20)\d\d)\](?!:)")

SECTIONS: Final[Mapping[Section, str]] = {
    "assess": "Step 1, Assess",
    "stand": "Step 2, Stand",
    "run": "Step 3, Run",
    "land": "Step 4, Land",
}
CHECKED: Final = {
    "read": "its figures were read on its public page, mostly the abstract",
    "part": "only a part of what is quoted could be seen on its public page",
    "method": "cited for a method or definition, not for figures",
    "unread": "named as the origin of a convention; not read",
}


def pages() -> dict[Path, str]:
    """Each page and what it must contain."""
    return {
        REFERENCE / "definitions.md": definitions_page(),
        REFERENCE / "sources.md": sources_page(),
        EVIDENCE: with_links(EVIDENCE.read_text(encoding="utf-8")),
    }


def outdated() -> list[Path]:
    """The pages that do not contain what they must."""
    return [
        path
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def definitions_page() -> str:
    """Every metric by step of the method, with its unit, window and thresholds."""
    parts = [
        "# Definitions",
        "Every metric that leanline knows. This page is made from the registry "
        "(`src/leanline/registry`), which all of leanline reads, by `scripts/write_reference.py`.",
        "*Mid-stance* is 40 to 60 % of each ground contact. Forward lean, flexion and toes up are "
        "positive, distances ahead of the body are positive. Points are joint centres; see "
        "[Methods](methods.md#definitions). What a grade rests on is told in "
        "[Evidence](evidence.md). The *smallest change* is the least that is ever called real; a "
        "clip's own (`sdc95`) is often larger.",
    ]
    for section, title in SECTIONS.items():
        own = [metric for metric in METRICS.values() if metric.section == section]
        parts += [f"## {title}", *map(_entry, own)]
    parts += ["## Bands and goals", _bands()]
    return with_links("\n\n".join(parts))


def sources_page() -> str:
    """Every publication by key."""
    head = (
        "# Sources",
        "Every publication that leanline cites, made from `src/leanline/registry/sources.toml` by "
        "`scripts/write_reference.py`. What they say is in [Evidence](evidence.md); definitions "
        "that follow them are in [Definitions](definitions.md).",
    )
    rows = "\n".join(_source(key, source) for key, source in sorted(sources().items()))
    return "\n\n".join((*head, rows)) + "\n"


def with_links(page: str) -> str:
    """A page whose keys of sources are links, by a block of link targets at its end.

    Raises
    ------
    KeyError
        The page cites a source that is not in the table.
    """
    text = page.partition(LINKS)[0].rstrip()
    keys = sorted(set(KEY.findall(text)))
    unknown = [key for key in keys if key not in sources()]
    if unknown:
        raise KeyError(f"no such source: {', '.join(unknown)}")
    if not keys:
        return text + "\n"
    return "\n".join((text, "", LINKS, "", *(f"[{key}]: sources.md#{key}" for key in keys))) + "\n"


def _entry(metric: MetricDefinition) -> str:
    facts = [
        ("measured", f"{metric.window}, {metric.plane} plane" if metric.plane != "any" else ""),
        ("unit", _unit(metric)),
        ("higher", metric.higher),
        ("coaching band", _range(metric, metric.band)),
        ("thresholds", "; ".join(_threshold(metric, one) for one in metric.thresholds)),
        ("smallest change", _amount(metric, metric.smallest_change)),
        ("plausible", _plausible(metric)),
        ("evidence", f"grade {metric.grade}{_keys(metric.sources, ': ')}"),
        ("definition follows", _keys(metric.defined_by)),
    ]
    rows = [f"- *{name}*: {text}" for name, text in facts if text]
    head = f"### `{metric.id}`\n\n**{metric.label}.** {metric.definition}"
    return "\n\n".join((head, "\n".join(rows)))


def _unit(metric: MetricDefinition) -> str:
    if metric.unit is None:
        return ""
    words = {
        "deg": "degrees",
        "m": "m, written in cm below half a metre",
        "s": "s" if metric.number == "seconds" else "s, written in ms",
    }
    return words.get(metric.unit, metric.format.unit.strip())


def _range(metric: MetricDefinition, band: Band | None) -> str:
    return "" if band is None else f"{band.low:g} to {band.high:g}{FORMATS[metric.unit or ''].unit}"


def _threshold(metric: MetricDefinition, one: Threshold) -> str:
    why = one.why[0].lower() + one.why[1:].rstrip(".")
    return f"{one.name} {_amount(metric, one.value)} ({why}{_keys(one.sources, '; ')})"


def _amount(metric: MetricDefinition, value: float | None) -> str:
    """A value in the unit that people read; the thresholds of labels are angles."""
    if value is None:
        return ""
    style = FORMATS["deg"] if metric.kind == "label" else metric.format
    return f"{value * style.scale:g}{style.unit}".replace("-", "−")


def _plausible(metric: MetricDefinition) -> str:
    if metric.plausible is None:
        return ""
    low, high = (f"{x * metric.format.scale:g}".replace("-", "−") for x in metric.plausible)
    return f"{low} to {high}{metric.format.unit}"


def _bands() -> str:
    rows = [
        f"- **{band.name}**: {band.low:g} to {band.high:g}° (grade {band.grade}). {band.why}"
        f"{_keys(band.sources, ' ')}"
        for band in (COACHING_LEAN, MIDFOOT_STRIKE)
    ]
    rows.append(
        f"- **cadence goal**: {100 * (CADENCE_GOAL - 1):.0f} % above the runner's own at the same "
        "speed. [heiderscheit2011]"
    )
    return "\n".join(rows).replace(" -", " −")


def _keys(keys: Iterable[str], before: str = "") -> str:
    joined = ", ".join(f"[{key}]" for key in keys)
    return before + joined if joined else ""


def _source(key: str, source: Source) -> str:
    link = f" <{source.link}>" if source.link else ""
    return f'- <a id="{key}"></a>**{key}**: {source.cite}.{link} *({CHECKED[source.checked]})*'


def main() -> int:
    """Write the pages, or tell which are not current."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail when outdated")
    check = parser.parse_args().check
    old = outdated()
    for path in old:
        name = path.relative_to(ROOT)
        if check:
            print(f"{name} is outdated: python -m scripts.write_reference", file=sys.stderr)
        else:
            path.write_text(pages()[path], encoding="utf-8")
            print(f"wrote {name}")
    return 1 if check and old else 0


if __name__ == "__main__":
    sys.exit(main())
