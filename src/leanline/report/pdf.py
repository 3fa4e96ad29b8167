"""PDF pages, printed by an installed Chromium or Chrome."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from leanline.errors import LeanlineError, UsageError
from leanline.files import written_atomically

BROWSERS: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
_PLACES: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_MAX_S: Final = 120.0


def find_browser() -> Path:
    """Find the browser to print with: ``LEANLINE_CHROMIUM``, or the first one on the path.

    Returns
    -------
    Path
        Of Chromium, Chrome or Edge.

    Raises
    ------
    UsageError
        None is installed.
    """
    path = os.environ.get("LEANLINE_CHROMIUM")
    names = (path,) if path else (*BROWSERS, *_PLACES)
    for name in names:
        if found := shutil.which(name):
            return Path(found)
    raise UsageError("pdf.no_browser_there", path=path) if path else UsageError("pdf.no_browser")


def write_pdf(page: Path, out: Path, browser: Path) -> Path:
    """Print an HTML file, offline and with a temporary profile.

    Parameters
    ----------
    page
        The HTML file.
    out
        The PDF file, written completely or not at all.
    browser
        From ``find_browser``.

    Returns
    -------
    Path
        The PDF file.

    Raises
    ------
    LeanlineError
        The browser failed or took longer than two minutes.
    """
    with tempfile.TemporaryDirectory(prefix="leanline-") as scratch:
        printed = Path(scratch) / "page.pdf"
        command = [
            str(browser),
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--no-pdf-header-footer",
            f"--user-data-dir={Path(scratch) / 'profile'}",
            f"--print-to-pdf={printed}",
            *(["--no-sandbox"] if _is_root() else []),
            page.resolve().as_uri(),
        ]
        try:
            subprocess.run(command, capture_output=True, check=True, timeout=_MAX_S)
        except (subprocess.SubprocessError, OSError) as error:
            raise _not_printed_error(browser, page) from error
        if not printed.is_file():
            raise _not_printed_error(browser, page)
        with written_atomically(out) as part:
            shutil.copyfile(printed, part)
    return out


def _not_printed_error(browser: Path, page: Path) -> LeanlineError:
    return LeanlineError("pdf.not_printed", browser=browser, path=page)


def _is_root() -> bool:
    # Chromium's sandbox does not start as root, which is common in containers.
    return hasattr(os, "geteuid") and os.geteuid() == 0
