from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from leanline.cli.app import app
from leanline.errors import UsageError
from leanline.jobs.queue import Queue
from leanline.store import NewClip, Store
from leanline.web.serve import ListenAddress, bind_socket, build_settings, network_addresses


def test_others_are_let_in_only_with_a_key() -> None:
    with pytest.raises(UsageError, match="can be reached by others"):
        ListenAddress(host="192.168.1.2")
    alone, lan = build_settings(ListenAddress(), 1), build_settings(ListenAddress(lan=True), 1)
    assert (alone.token, alone.entry_url) == (None, None)
    assert lan.token is not None
    assert len(lan.token) >= 20
    assert lan.token in (lan.entry_url or "")
    assert lan.token != build_settings(ListenAddress(lan=True), 1).token
    assert lan.token not in repr(lan)


def test_the_server_answers_to_this_machines_names_only() -> None:
    lan = build_settings(ListenAddress(lan=True), 8765)
    assert {"127.0.0.1", "localhost", "::1", *network_addresses()} <= lan.hosts
    assert build_settings(ListenAddress(), 8765).hosts == {"127.0.0.1", "localhost", "::1"}


def test_a_port_that_is_taken_is_said_so() -> None:
    with bind_socket(ListenAddress(port=0)) as first:
        first.listen()
        with pytest.raises(UsageError, match="Cannot listen on"):
            bind_socket(ListenAddress(port=first.getsockname()[1]))
    with pytest.raises(UsageError):
        bind_socket(ListenAddress(port=99999))


def test_the_command_refuses_in_a_sentence(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["serve", "--host", "10.1.2.3", "--data", str(tmp_path)])
    assert result.exit_code == 2
    assert "--lan" in result.output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_server_serves_until_it_is_stopped_and_takes_its_worker_along(
    tmp_path: Path, number: int
) -> None:
    with bind_socket(ListenAddress(port=0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from leanline.cli.app import main; main()", "serve"]
    command += ["--no-open", "--port", str(port), "--data", str(tmp_path / "store")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline().strip() == f"leanline is at http://127.0.0.1:{port}/"
        wait_for(port)
        answer = httpx.get(f"http://127.0.0.1:{port}/api/v1/health")
        assert answer.json()["store"] == "sqlite"
        assert "server" not in answer.headers
        with Store.open(tmp_path / "store") as store:
            (tmp_path / "run.mp4").write_bytes(b"no film")
            Queue(store).submit(NewClip(tmp_path / "run.mp4", "run.mp4"))
        server.send_signal(number)
        assert server.wait(timeout=30) in (0, 130)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/api/v1/health")
    assert list((tmp_path / "store" / "locks").glob("worker-*")) == []
    with Store.open(tmp_path / "store") as store:  # nobody is left to say so later
        assert Queue(store).all(states=("running",)) == ()


def wait_for(port: int, max_s: float = 30.0) -> None:
    """Until somebody listens."""
    ends = time.monotonic() + max_s
    while time.monotonic() < ends:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nobody listens")
