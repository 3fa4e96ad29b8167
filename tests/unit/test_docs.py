"""The pages: they are built from the sources without a warning, and served to this machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner

import leanline
from leanline.cli.app import app
from leanline.cli.docs import page_server

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("mkdocs")
    folder = tmp_path_factory.mktemp("pages") / "site"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(folder)]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
def test_pages_load_nothing_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        loaded = re.findall(
            r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(https?:[^"]+)"', page.read_text()
        )
        assert not loaded, page


@pytest.mark.slow
def test_the_reference_has_every_public_name(site: Path) -> None:
    text = (site / "reference" / "api.html").read_text()
    missing = [
        name
        for name in leanline.__all__
        if name != "__version__" and not re.search(rf'id="leanline\.[a-z0-9_.]*\b{name}"', text)
    ]
    assert not missing


@pytest.mark.slow
def test_the_pages_are_served_to_this_machine(site: Path) -> None:
    with page_server(site, 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            host, port = server.server_address[:2]
            assert host == "127.0.0.1"
            with urlopen(f"http://127.0.0.1:{port}/howto/tracks.html") as page:
                assert b"No frame rate is assumed" in page.read()
        finally:
            server.shutdown()
            thread.join()


def test_a_source_checkout_says_how_to_build_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leanline.cli.docs.files", lambda _: tmp_path)
    done = CliRunner().invoke(app, ["docs", "--no-open"])
    assert done.exit_code == 2
    assert "mkdocs build" in done.stderr


def test_a_port_that_cannot_be_is_wrong_usage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("pages")
    monkeypatch.setattr("leanline.cli.docs.files", lambda _: tmp_path)
    done = CliRunner().invoke(app, ["docs", "--no-open", "--port", "99999"])
    assert done.exit_code == 2
    assert "--port 99999" in done.stderr
