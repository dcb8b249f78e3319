"""The commands, as somebody types them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.settings import Settings
from bot.slack.manifest import PLACEHOLDER_URL, create_link, manifest

PROJECT = Path(__file__).resolve().parents[1]
COMMANDS = {
    *("serve", "worker", "migrate", "doctor", "manifest", "sandbox"),
    *("new-key", "rotate-keys", "audit"),
}


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """No settings at all, in an empty folder that is also the home."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def python(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name.lower() not in Settings.model_fields
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**environment, "HOME": str(folder), "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


def test_help_names_the_commands() -> None:
    result = run("--help")
    assert result.exit_code == 0
    named = set(re.findall(r"^  ([\w-]+)  ", result.stdout, re.MULTILINE))
    assert named == COMMANDS


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help(command: str) -> None:
    assert run(command, "--help").exit_code == 0


def test_help_loads_none_of_the_work(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from bot.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "heavy = {'slack_bolt', 'sqlalchemy', 'pydantic', 'httpx', 'uvicorn'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)\n"
    )
    done = python("-c", program, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_missing_settings_are_told_at_once(command: str, clean: pytest.MonkeyPatch) -> None:
    result = run(command)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "SLACK_BOT_TOKEN is missing" in result.stderr


@pytest.mark.parametrize("command", ["serve", "worker", "migrate", "doctor", "manifest"])
def test_wrong_settings_are_told_at_once(command: str, clean: pytest.MonkeyPatch) -> None:
    clean.setenv("PORT", "many")
    clean.setenv("LOG_LEVEL", "loud")
    result = run(command)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "PORT must be" in result.stderr
    assert "LOG_LEVEL must be" in result.stderr


def test_as_a_module_it_ends_with_2(tmp_path: Path) -> None:
    done = python("-m", "bot", "serve", folder=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("These settings need your attention:")
    assert "Traceback" not in done.stderr


def test_migrate_makes_the_database_and_may_be_repeated(
    clean: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for _ in range(2):
        done = python("-m", "bot", "migrate", folder=tmp_path)
        assert (done.returncode, done.stdout) == (0, "The database is up to date.\n"), done.stderr
    assert (tmp_path / "bot.db").exists()


def test_a_database_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DATABASE_URL=sqlite:///no/such/folder/bot.db\n")
    done = python("-m", "bot", "migrate", folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("The database cannot be reached")
    assert "Traceback" not in done.stderr


def test_the_manifest_alone_is_on_standard_output(clean: pytest.MonkeyPatch) -> None:
    result = run("manifest")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == manifest()
    assert create_link(manifest()) in result.stderr
    assert f"PUBLIC_URL is not set: {PLACEHOLDER_URL}" in result.stderr


def test_the_manifest_follows_the_settings(clean: pytest.MonkeyPatch) -> None:
    clean.setenv("SLACK_COMMAND", "/meet")
    clean.setenv("PUBLIC_URL", "https://bot.example/")
    result = run("manifest", "--name", "Meetings")
    expected = manifest(name="Meetings", command="/meet", public_url="https://bot.example")
    assert json.loads(result.stdout) == expected
    assert "not set" not in result.stderr


def test_the_manifest_of_socket_mode(clean: pytest.MonkeyPatch) -> None:
    clean.setenv("SLACK_APP_TOKEN", "xapp-not-a-token")
    result = run("manifest")
    assert json.loads(result.stdout) == manifest(socket_mode=True)
    assert "not set" not in result.stderr


def test_the_doctor_ends_with_1_where_something_is_wrong(clean: pytest.MonkeyPatch) -> None:
    result = run("doctor")
    assert result.exit_code == 1
    assert "✗ Settings\n    SLACK_BOT_TOKEN is missing" in result.stdout
    assert "✗ SQLite database does not exist yet" in result.stdout
    assert "✗ Cal.com has no key" in result.stdout
