"""Every command that README, SECURITY and docs/ tell somebody to type is run here, or named with
the place where it is; and every file and setting that they name is there."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.processes.running import PROJECT, STARTED_WITHIN, Launcher, until
from tests.processes.surroundings import HISTORY, Surroundings

PAGES = [PROJECT / "README.md", PROJECT / "SECURITY.md", *sorted((PROJECT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
BOT = "uv run python -m bot "
GOES_ON = ("serve", "sandbox")
BY_CI = {
    "uv run pytest",
    "uv run pytest --database postgresql -m notifications",
    "uv run ruff check .",
    "uv run ruff format --check .",
    "uv run mypy",
    "uv run lint-imports",
    "uv run python -m tests.bench",
}
"""What `.ci/run` itself does."""
ELSEWHERE = {
    "pip install uv": "`.ci/run` begins with it, where it is allowed to",
    "bash .ci/run": "this runs in it",
    "uv run python -m tests.pictures": "takes the pictures of docs/ anew",
    "uv run python -m tests.locales": "would write beside other tests; tests/locales compares",
}


def commands() -> list[str]:
    """Each once, as somebody types it, without comments."""
    found: dict[str, None] = {}
    for page in PAGES:
        for block in BLOCK.findall(page.read_text("utf-8")):
            for line in block.splitlines():
                for typed in line.partition("#")[0].split("&&"):
                    if command := typed.strip():
                        found[command] = None
    return list(found)


OURS = [command.removeprefix(BOT) for command in commands() if command.startswith(BOT)]
FINISHED = [command for command in OURS if command.split()[0] not in GOES_ON]
OTHERS = [command for command in commands() if not command.startswith(BOT)]


def test_the_pages_tell_something() -> None:
    assert len(PAGES) > 6
    assert {"serve", "sandbox", "doctor", "manifest", "migrate"} <= {one.split()[0] for one in OURS}


@pytest.mark.parametrize("command", FINISHED)
async def test_what_the_bot_is_asked_to_do_it_does(
    launch: Launcher, around: Surroundings, command: str
) -> None:
    around.slack.granted_scopes |= HISTORY
    code, _ = await launch.run("migrate")
    assert code == 0
    code, process = await launch.run(*shlex.split(command))
    assert (code, "Traceback" in process.err) == (0, False), process.err


async def test_the_bot_serves(launch: Launcher, around: Surroundings) -> None:
    assert "serve" in OURS
    bot = launch.start("serve")
    await around.ready(bot)
    await bot.stop()


async def test_the_sandbox_says_where_it_is(launch_alone: Launcher) -> None:
    assert "sandbox" in OURS
    sandbox = launch_alone.start("sandbox", "--port", "0", "--no-open")
    await until(lambda: "The sandbox is at http://127.0.0.1:" in sandbox.out, STARTED_WITHIN)


@pytest.mark.parametrize("command", OTHERS)
def test_other_commands(command: str, tmp_path: Path) -> None:
    if command in BY_CI:
        assert command in (PROJECT / ".ci" / "run").read_text("utf-8")
    elif command.startswith("cp "):
        _, source, target = shlex.split(command)
        shutil.copy(PROJECT / source, tmp_path / target)
    elif command.startswith("uv sync"):
        if not (uv := shutil.which("uv")):
            pytest.skip("uv is not on the path")
        asked = [uv, *shlex.split(command)[1:], "--dry-run", "--offline"]
        ended = subprocess.run(asked, cwd=PROJECT, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
    else:
        assert command in ELSEWHERE, "nothing runs this command"


def test_every_page_that_is_linked_is_there() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_setting_that_is_named_is_one() -> None:
    known = {name.upper() for name in Settings.model_fields}
    told = (PROJECT / ".env.example").read_text("utf-8")
    named = set(re.findall(r"^#?([A-Z_]+)=", told, re.MULTILINE))
    assert named <= known
    of_pages = "\n".join(page.read_text("utf-8") for page in PAGES)
    prefixes = (
        "SLACK_",
        "CAL_",
        "DATABASE_",
        "ENCRYPTION_",
        "AUDIT_",
        "NOTIFY_",
        "WORKER_",
        "LOG_",
    )
    words = {word for word in re.findall(r"`([A-Z_]{4,})", of_pages) if word.startswith(prefixes)}
    assert words <= known
