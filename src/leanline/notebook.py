"""How notebooks display an analysis: a formatter that IPython asks."""

from __future__ import annotations

import sys
from typing import Any


def register_display() -> None:
    """Let the running IPython show an analysis as a table; without one, do nothing.

    The analysis is named, not imported, so that nothing heavy is loaded before one is shown.
    """
    ipython: Any = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if shell is not None:
        html = shell.display_formatter.formatters["text/html"]
        html.for_type_by_name("leanline.model.result", "Analysis", _table_html)


def _table_html(analysis: Any) -> str:  # noqa: ANN401
    from leanline.report.notebook import table_html

    return table_html(analysis)
