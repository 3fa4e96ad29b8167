"""The style sheet of the pages: the report's own, and what the application adds."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from leanline.report.html import style_sheet


@cache
def app_style() -> str:
    """Return the style sheet that all pages load.

    Returns
    -------
    str
        CSS, with the report's rules first.
    """
    own = files("leanline.web") / "static" / "app.css"
    return style_sheet() + own.read_text(encoding="utf-8")
