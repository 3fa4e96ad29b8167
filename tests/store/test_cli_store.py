from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from leanline.cli.app import app
from leanline.store import Store
from tests.store.made import analysed, clip


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and output."""
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_what_was_put_aside_is_listed_rescued_and_emptied(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    with Store.open(data) as store:
        analysed(store, tmp_path, path=clip(tmp_path, b"film"))
    (tmp_path / "data" / "leanline.sqlite3").unlink()
    code, told = run("athlete", "list", "--data", data)
    assert code == 3
    assert "leanline store rescue" in told
    code, told = run("store", "rescue", "--data", data)
    assert (code, told) == (0, "1 clips are sessions again; leanline serve analyses them.\n")
    with Store.open(data) as store:
        (session,) = store.sessions.all()
        assert store.sessions.clip_path(session).read_bytes() == b"film"
    assert "results" in run("store", "quarantine", "--data", data)[1]
    assert "Deleted 1 files and results" in run("store", "empty", "--yes", "--data", data)[1]
    assert "Nothing is set aside" in run("store", "quarantine", "--data", data)[1]
