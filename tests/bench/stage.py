"""Who takes part in a run: the stand-ins, the bot between them, and the floors."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.calcom.seed_demo import HOUSE_KEY
from bot.sandbox.slack.installed_app import InstalledApp
from tests.bench.comparing import Plan
from tests.bench.processes import Server, serving
from tests.bench.report import Report
from tests.bench.speaking import StandIns
from tests.subscribing import WEBHOOK_SECRET
from tests.tables import KEY

SERVE = ("bot", "serve")
DOORS = ("tests.bench.doors",)
"""The same without the background work."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What every part of a run has at hand.

    `url` is the stand-ins', `cal_takes` the seconds of a slow Cal.com's answer.
    """

    plan: Plan
    report: Report
    folder: Path
    url: str
    standins: StandIns
    cal_takes: float

    def database(self, name: str) -> str:
        """The address of an SQLite file of this run."""
        return f"sqlite:///{self.folder / name}.db"

    def bot(
        self, database_url: str, program: Sequence[str] = SERVE
    ) -> AbstractContextManager[Server]:
        """The bot between the stand-ins, with the settings that somebody would write."""
        settings = {
            "SLACK_BOT_TOKEN": InstalledApp().bot_token,
            "SLACK_SIGNING_SECRET": InstalledApp().signing_secret,
            "SLACK_API_URL": f"{self.url}/api/",
            "CAL_API_URL": f"{self.url}/calcom/v2",
            "CAL_API_KEY": HOUSE_KEY,
            "CAL_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "NOTIFY_CHANNEL": "#bookings",
            "DATABASE_URL": database_url,
            "ENCRYPTION_KEYS": KEY,
        }
        return serving(program, self.folder, settings, ready="/healthz")

    def floor(self, kind: str, database_url: str = "") -> AbstractContextManager[Server]:
        """One of `tests.bench.floors`."""
        settings = {
            "SLACK_SIGNING_SECRET": InstalledApp().signing_secret,
            "DATABASE_URL": database_url,
        }
        return serving(("tests.bench.floors", kind), self.folder, settings)
