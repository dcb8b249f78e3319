"""The commands. Each imports its work when it runs, so that `--help` is quick."""

import asyncio
import errno
import gc
import json
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

if TYPE_CHECKING:
    from bot.settings import Purpose, Settings

WRONG_SETTINGS = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Cal.com inside Slack.

    Settings come from the environment and from .env; .env.example explains them. To try it
    without any: `python -m bot sandbox`.
    """


@main.command()
def serve() -> None:
    """Run the bot."""
    settings = _ready("serve")
    with _importing():
        from bot import running  # noqa: PLC0415 - quick --help

    _run(running.serve(settings))


@main.command()
def worker() -> None:
    """Run the background work in a process of its own (with PostgreSQL)."""
    settings = _ready("worker")
    with _importing():
        from bot import running  # noqa: PLC0415 - quick --help

    _run(running.work(settings))


@main.command()
def migrate() -> None:
    """Bring the database up to date."""
    settings = _ready("migrate")
    from bot import store  # noqa: PLC0415 - quick --help

    _run(store.migrate(settings.database_url, settings.keys))
    click.echo("The database is up to date.")


@main.command("new-key")
def new_key() -> None:
    """Print a new key for ENCRYPTION_KEYS."""
    from cryptography.fernet import Fernet  # noqa: PLC0415 - quick --help

    click.echo(Fernet.generate_key().decode())


@main.command("rotate-keys")
def rotate_keys() -> None:
    """Seal everything with the first of ENCRYPTION_KEYS.

    First put the new key in front of the old one and start the bot again; then run this; then take
    the old key away.
    """
    settings = _ready("rotate-keys")
    from bot import store  # noqa: PLC0415 - quick --help

    async def rotated() -> None:
        count = await store.rotate(settings.database_url, settings.keys)
        click.echo(f"{count} values are sealed with the first key. The others can go.")

    _run(rotated())


@main.command()
@click.argument("team")
def audit(team: str) -> None:
    """Print who did what in the workspace with this id (T...), as CSV."""
    settings = _ready("audit")
    from bot import exporting  # noqa: PLC0415 - quick --help

    _run(exporting.audit(settings, team, sys.stdout.buffer))


@main.command()
def doctor() -> None:
    """Check settings, database, Slack and Cal.com, and say what to do."""
    settings = _settings("doctor")
    from bot.doctor import examine  # noqa: PLC0415 - quick --help

    sys.exit(asyncio.run(examine(settings, _echo_finding)))


@main.command()
@click.option("--name", default="Calbot", show_default=True, help="What people see in Slack.")
@click.option("--steps", is_flag=True, help="Offer steps in Workflow Builder: not to be undone.")
def manifest(name: str, *, steps: bool) -> None:
    """Print the app's manifest, and the link that creates the app from it."""
    settings = _settings("manifest")
    from bot.slack import manifest as app  # noqa: PLC0415 - quick --help

    made = app.manifest(
        name=name,
        command=settings.slack_command,
        public_url=settings.public_url or app.PLACEHOLDER_URL,
        web_host=urlsplit(settings.cal_web_url).hostname or app.HOSTED,
        socket_mode=settings.socket_mode,
        by_oauth=settings.by_oauth,
        with_steps=steps,
    )
    click.echo(json.dumps(made, indent=2, ensure_ascii=False))
    if not settings.public_url and not settings.socket_mode:
        click.echo(f"\nPUBLIC_URL is not set: {app.PLACEHOLDER_URL} stands in its place.", err=True)
    click.echo("\nThis link creates the app:", err=True)
    click.echo(app.create_link(made), err=True)


@main.command()
@click.option("--port", default=3000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--open/--no-open", "open_browser", default=True, help="Open it in the browser.")
def sandbox(port: int, open_browser: bool) -> None:
    """Run the bot with a local Slack and a local Cal.com; needs nothing."""
    with _importing():
        from bot import logs, showroom  # noqa: PLC0415 - quick --help

    logs.configure("info", "text")
    try:
        asyncio.run(showroom.run(port, open_browser=open_browser, say=_say_address))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        click.echo(f"Port {port} is taken. Choose another: --port 8000, or 0 for any.", err=True)
        sys.exit(1)


def _say_address(url: str) -> None:
    click.echo(f"The sandbox is at {url} (stop it with Ctrl-C).")


@contextmanager
def _importing() -> Iterator[None]:
    """What is imported stays. To look for garbage in it takes a third of the start, and would take
    a twentieth of a second again and again while requests wait."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _run(work: Coroutine[Any, Any, None]) -> None:
    from bot.domain.errors import StoreUnavailable, Unsealable  # noqa: PLC0415 - quick --help

    try:
        asyncio.run(work)
    except Unsealable as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except StoreUnavailable:
        click.echo(
            "The database cannot be reached. Check DATABASE_URL, or ask the doctor.", err=True
        )
        sys.exit(1)


def _ready(purpose: "Purpose") -> "Settings":
    """The settings, with the log set up by them."""
    from bot import logs  # noqa: PLC0415 - quick --help

    settings = _settings(purpose)
    logs.configure(settings.log_level, settings.log_format)
    return settings


def _settings(purpose: "Purpose") -> "Settings":
    from bot.settings import Settings, SettingsError  # noqa: PLC0415 - quick --help

    try:
        return Settings.load(purpose)
    except SettingsError as error:
        click.echo(str(error), err=True)
        sys.exit(WRONG_SETTINGS)


def _echo_finding(line: str) -> None:
    """In colour where the terminal has any."""
    from rich.console import Console  # noqa: PLC0415 - quick --help
    from rich.text import Text  # noqa: PLC0415 - quick --help

    colours = {"✓": "green", "✗": "red", "!": "yellow"}
    said = Text(line)
    said.stylize(colours.get(line[:1], ""), 0, 1)
    Console(soft_wrap=True).print(said)
