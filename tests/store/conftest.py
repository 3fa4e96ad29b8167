"""Stores to test with: SQLite always, PostgreSQL where Debian's package of it is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_hex

import pytest
import sqlalchemy as sa

from leanline.store import Store

MISSING = "PostgreSQL is not installed: apt-get install postgresql"


def programs() -> Path:
    """The folder of PostgreSQL's own programs; skips the test when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    in_path = shutil.which("initdb")
    if in_path is None:
        pytest.skip(MISSING)
    return Path(in_path).parent


def owner() -> str | None:
    """Who runs the server: it refuses to be run by root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL, without a database's name, of a server that lives as long as the tests."""
    bin_folder, user = programs(), owner()
    with tempfile.TemporaryDirectory(prefix="leanline-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if user is not None:
            shutil.chown(folder, user)

        def run(program: str, *arguments: str) -> None:
            done = subprocess.run(
                [str(bin_folder / program), *arguments],
                user=user,
                cwd=folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                timeout=120,
            )
            if done.returncode:
                pytest.fail(f"{program}: {done.stdout}")

        data = str(folder / "data")
        run("initdb", "-D", data, "-A", "trust", "-U", "tests", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -c fsync=off -k {folder}"
        # The log is a file, since the server would keep a pipe open.
        log = str(folder / "log")
        run("pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start")
        try:
            yield f"postgresql://tests@/{{}}?host={folder}"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


@pytest.fixture
def new_postgres(postgres_server: str) -> Iterator[Callable[[], str]]:
    """Gives the URL of another empty database each time."""
    made: list[str] = []
    engine = sa.create_engine(
        postgres_server.format("postgres").replace("postgresql://", "postgresql+psycopg://"),
        isolation_level="AUTOCOMMIT",
    )

    def make() -> str:
        made.append(f"test_{token_hex(6)}")
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {made[-1]}"))
        return postgres_server.format(made[-1])

    yield make
    with engine.connect() as connection:
        for name in made:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


Opener = Callable[[], Store]


@pytest.fixture(params=["sqlite", "postgresql"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens one and the same store, as often as wanted; all are closed at the end."""
    folder = tmp_path / "data"
    url = request.getfixturevalue("new_postgres")() if request.param == "postgresql" else None
    opened: list[Store] = []

    def opener() -> Store:
        store = Store.open(folder) if url is None else Store.open(url, files=folder)
        opened.append(store)
        return store

    yield opener
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Opener) -> Store:
    """An empty store."""
    return open_store()
