"""`python -m tests.bench [--short]`: how quick the bot is, beside the least that does the same."""

import asyncio

import click

from tests.bench.comparing import FULL, SHORT
from tests.bench.running import run


@click.command()
@click.option("--short", is_flag=True, help="Under a minute, and less certain.")
def main(*, short: bool) -> None:
    """Measure the bot against its floors; nothing outside this machine is asked."""
    plan, title = (SHORT, "short form") if short else (FULL, "full form")
    asyncio.run(run(plan, title, click.echo))


if __name__ == "__main__":
    main()
