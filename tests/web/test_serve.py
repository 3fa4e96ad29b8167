from __future__ import annotations

import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from typer.testing import CliRunner

from leanline.cli.app import app
from leanline.errors import UsageError
from leanline.jobs.queue import Queue
from leanline.store import NewClip, Store
from leanline.web.serve import (
    ListenAddress,
    bind_socket,
    build_settings,
    network_addresses,
    serve,
)


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
    with started(command) as server:
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


def test_the_network_is_served_encrypted_and_this_computer_plainly(tmp_path: Path) -> None:
    with bind_socket(ListenAddress(port=0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from leanline.cli.app import main; main()", "serve", "--lan"]
    command += ["--no-open", "--port", str(port), "--data", str(tmp_path / "store")]
    with started(command) as server:
        assert server.stdout is not None
        lines = iter(server.stdout.readline, "")
        plain = next(lines).split()[-1].partition("enter")[0]
        phone = next(lines).split()[-1]
        address, _, key = phone.partition("#")
        assert address.startswith("https://")
        assert address.endswith(f":{port}/enter")
        wait_for(port)
        authority = ssl.create_default_context(cafile=str(tmp_path / "store/tls/authority.crt"))
        header = {"authorization": f"Bearer {key}"}
        for home, trusted in ((f"https://127.0.0.1:{port}", authority), (plain, True)):
            with httpx.Client(base_url=home, verify=trusted) as client:
                assert client.get("/api/v1/health").status_code == 401
                assert client.get("/api/v1/health", headers=header).status_code == 200
                entered = client.post("/enter", data={"token": key})
                secure = "secure" in entered.headers["set-cookie"].lower()
                assert secure == home.startswith("https")
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"https://127.0.0.1:{port}/enter")
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=30) in (0, 130)


def test_names_that_are_given_come_first() -> None:
    where = ListenAddress(lan=True, names=("Run.example", "10.1.2.3"))
    settings = build_settings(where, 8765)
    assert (settings.entry_url or "").startswith("https://run.example:8765/enter#")
    assert {"run.example", "10.1.2.3"} <= settings.hosts


def test_the_key_is_in_no_address_that_is_sent() -> None:
    lan = build_settings(ListenAddress(lan=True), 1)
    address = urlsplit(lan.entry_url or "")
    assert address.fragment == lan.token
    assert (lan.token or "") not in address.path + address.query


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"certificate": Path("a.pem")}, "serve.certificate_without_key"),
        ({"key": Path("a.pem"), "lan": True}, "serve.certificate_without_key"),
        ({"certificate": Path("a.pem"), "key": Path("b.pem")}, "serve.certificate_without_lan"),
    ],
)
def test_a_certificate_needs_its_key_and_the_network(files: dict[str, Any], code: str) -> None:
    with pytest.raises(UsageError) as refused:
        ListenAddress(**files)
    assert refused.value.reason.code == code


def test_files_that_are_no_certificate_are_refused(tmp_path: Path) -> None:
    for name in ("a.pem", "b.pem"):
        (tmp_path / name).write_text("nothing")
    where = ListenAddress(port=0, lan=True, certificate=tmp_path / "a.pem", key=tmp_path / "b.pem")
    with Store.open(tmp_path / "store") as store, pytest.raises(UsageError, match=r"a\.pem"):
        serve(store, where, ready=lambda *_: None)


@contextmanager
def started(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A process that is gone at the end, whatever happens."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(port: int, max_s: float = 30.0) -> None:
    """Until somebody listens."""
    ends = time.monotonic() + max_s
    while time.monotonic() < ends:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nobody listens")
