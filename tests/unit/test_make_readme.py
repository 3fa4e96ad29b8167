from __future__ import annotations

import pytest

from scripts.make_readme import MARKERS, example, shown, with_example

README = f"""# Title

{MARKERS[0]}
```text
old 1
```
{MARKERS[1]}

Rest
"""


def test_the_example_is_the_output_without_trailing_blanks_and_the_place_of_the_page() -> None:
    printed = "clip  \n\n  lean  6.1   \n\nThe page to look at: /tmp/x/report.html\n"
    assert example(printed) == "clip\n\n  lean  6.1"


def test_only_the_block_between_the_markers_is_replaced() -> None:
    changed = with_example(README, "clip\n  lean 7.2  \n")
    assert shown(changed) == "clip\n  lean 7.2"
    assert changed == README.replace("old 1", "clip\n  lean 7.2")


def test_a_readme_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="no text block"):
        shown("# Title")
