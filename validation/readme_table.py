"""The tables of the README, each between two markers that name the script that makes it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

README: Final = Path(__file__).parents[1] / "README.md"


def put_in_readme(name: str, script: str, lines: Sequence[str]) -> None:
    """Replace what stands between the markers of one table.

    Args:
        name: What the table is of, as its markers say: ``"accuracy"``.
        script: The script that makes it, from the repository's root.
        lines: The new lines.

    Raises
    ------
        SystemExit: The README has no such markers.
    """
    start, end = f"<!-- {name} table: made by {script} -->", f"<!-- end of {name} table -->"
    head, _, rest = README.read_text("utf-8").partition(start)
    _, mark, tail = rest.partition(end)
    if not mark:
        raise SystemExit(f"{README} has no {start} and {end}.")
    body = "\n".join(lines)
    README.write_text(f"{head}{start}\n{body}\n{end}{tail}", encoding="utf-8")
