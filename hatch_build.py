"""Build the pages of ``docs/`` into the wheel, where ``leanline docs`` serves them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Pages(BuildHookInterface):
    """Wheels get their pages; editable installs do without, as they are a source checkout."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the pages and have them put at ``leanline/site``."""
        if version == "editable" or self.target_name != "wheel":
            return
        if find_spec("mkdocs") is None:
            self.app.display_warning("mkdocs is not there: the wheel has no pages.")
            return
        site = Path(tempfile.mkdtemp(prefix="leanline-site-"))
        command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(site)]
        quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
        subprocess.run(command, cwd=self.root, env=quiet, check=True)
        for source_map in site.rglob("*.map"):
            source_map.unlink()
        build_data["force_include"][str(site)] = "leanline/site"
