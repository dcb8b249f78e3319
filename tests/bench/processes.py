"""Servers in processes of their own: started, waited for, weighed and stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
STARTED_WITHIN = 30.0
STOPPED_WITHIN = 15.0


class NotStarted(Exception):
    """The server ended, or never answered; with the end of its log."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. `started_in`: seconds from the start of its process to its first 200."""

    url: str
    pid: int
    started_in: float

    def resident(self) -> float | None:
        """Resident memory in MB; None where the system does not tell (Linux does)."""
        try:
            told = Path(f"/proc/{self.pid}/status").read_text("ascii")
        except FileNotFoundError:
            return None
        line = next(line for line in told.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024

    def cpu(self) -> float | None:
        """Seconds of processor time used so far; None where the system does not tell."""
        try:
            told = Path(f"/proc/{self.pid}/stat").read_text("ascii")
        except FileNotFoundError:
            return None
        user, system = told.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(
    command: Sequence[str], folder: Path, settings: Mapping[str, str], ready: str = "/"
) -> Iterator[Server]:
    """Run `python -m COMMAND` with `PORT` in its environment, until the block is left.

    It gets `folder` as its working and home directory and nothing of our environment but what a
    process needs, and logs into a file there.

    Args:
        settings: Its environment.
        ready: The path that answers 200 when it serves.

    Raises:
        NotStarted: It does not serve within half a minute.
    """
    port = _free_port()
    kept = {key: value for key, value in os.environ.items() if key in {"PATH", "LANG", "TMPDIR"}}
    environment = {**kept, "HOME": str(folder), "PYTHONPATH": str(CHECKOUT), "PORT": str(port)}
    log_path = folder / f"{'-'.join(command)}.log"
    with log_path.open("wb") as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=folder,
            env={**environment, **settings},
            stdout=log,
            stderr=log,
        )
    try:
        _wait_until_it_answers(process, port, ready, log_path)
        yield Server(f"http://127.0.0.1:{port}", process.pid, time.perf_counter() - began)
    finally:
        _stop(process)


def _free_port() -> int:
    """Free a moment ago: `serve` has no way to tell a port that it took itself."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _wait_until_it_answers(
    process: "subprocess.Popen[bytes]", port: int, ready: str, log: Path
) -> None:
    deadline = time.perf_counter() + STARTED_WITHIN
    while not _answers(port, ready):
        if process.poll() is not None or time.perf_counter() > deadline:
            raise NotStarted(log.read_text(errors="replace")[-1500:])
        time.sleep(0.01)


def _answers(port: int, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOPPED_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
