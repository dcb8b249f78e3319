"""A whole bot between the two stand-ins, for tests that come in by the front door.

The local Slack sits behind a real socket (Slack's client speaks aiohttp), the local Cal.com is
reached in memory; the clock stands until it is moved. What the bot did is read off the stand-ins:
`slack.calls`, `cal.log`, what a person sees, and the rows of the store.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from pydantic import SecretStr
from starlette.types import Receive, Scope, Send

from bot.bootstrap import Bot, Outside, assembled
from bot.sandbox.calcom import app as cal_app
from bot.sandbox.calcom.faults import Faults
from bot.sandbox.calcom.seed_demo import HOUSE_KEY
from bot.sandbox.calcom.seed_demo import seed_demo as seed_cal
from bot.sandbox.calcom.world import World
from bot.sandbox.serve import serving
from bot.sandbox.slack import app as slack_app
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.oauth import OAuth
from bot.sandbox.slack.outcome import Outcome
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.views import View
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.slack.workspace import seed_demo as seed_slack
from bot.settings import Settings
from tests.subscribing import WEBHOOK_SECRET, subscribe
from tests.tables import KEYS, tables_at

ALICE, BOB, CAROL, DAVE = "U0ALICE", "U0BOB", "U0CAROL", "U0DAVE"
START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
"""A Tuesday morning in Paris, where the account's owner works from nine to five."""


class Clock:
    """Stands until it is moved."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **more: float) -> None:
        self.at += timedelta(**more)


@dataclass(frozen=True)
class Setup:
    """How a test wants its bot: the database, the API version, other settings."""

    database_url: str
    version: str = "v2"
    settings: Mapping[str, Any] = field(default_factory=dict)
    webhooks: bool = True


@dataclass
class Rig:
    """The bot and everything around it."""

    bot: Bot
    slack: Workspace
    people: Sender
    cal: World
    http: httpx.AsyncClient
    clock: Clock
    faults: Faults
    oauth: OAuth

    async def command(self, user: str, text: str, channel: str = "general") -> Outcome:
        """Type `/cal text`, and wait until everything it started has ended."""
        outcome = await self.people.command(user, channel, "/cal", text)
        await self.settle()
        return outcome

    async def click(self, user: str, container: Any, action: str, **more: Any) -> Outcome:
        outcome = await self.people.click(user, container, action, **more)
        await self.settle()
        return replace(outcome, view=self.modal(user))

    async def fill(self, user: str, action: str, value: Any, **more: Any) -> Outcome:
        outcome = await self.people.fill(user, action, value, **more)
        await self.settle()
        return outcome

    async def submit(self, user: str) -> Outcome:
        outcome = await self.people.submit(user)
        await self.settle()
        return replace(outcome, view=self.modal(user))

    async def settle(self) -> None:
        """Let everything that is going on or due come to its end."""
        await self.bot.background.drain()
        while await self.bot.notifications.take_one() or await self.bot.deliveries.deliver_one():
            pass

    async def round(self, chore: str) -> None:
        """Let the worker come to this chore, and everything that follows from it."""
        await self.bot.chores[chore]()
        await self.settle()

    def modal(self, user: str) -> View | None:
        """The modal in front of this person, if one is open."""
        return self.slack.views.top(user)

    def seen(self, user: str, channel: str = "general") -> list[Message]:
        """What this person sees in a channel, oldest first, without opening a thread."""
        found = self.slack.channel_named(channel)
        assert found is not None
        return [m for m in self.slack.visible_messages(user, found.id) if not m.thread_ts]

    def last(self, user: str, channel: str = "general") -> Message:
        """The newest message this person sees in a channel."""
        return self.seen(user, channel)[-1]

    def cal_calls(self) -> list[str]:
        """What Cal.com was asked, as `METHOD path`."""
        return [f"{call.method} {call.path}" for call in self.cal.log]

    def slack_calls(self) -> list[str]:
        """The Web API methods that were called, and `response_url` answers, in order."""
        return [call.method for call in self.slack.calls]

    def forget_calls(self) -> None:
        """Count from here."""
        self.cal.log.clear()
        self.slack.calls.clear()


def words(thing: Any) -> str:
    """Every text that a message or view shows, in order, one a line."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, Mapping):
            text = node.get("text")
            if isinstance(text, str):
                found.append(text)
            for key, value in node.items():
                if key not in {"state", "metadata"}:
                    walk(value)
        elif isinstance(node, list | tuple):
            for item in node:
                walk(item)

    if isinstance(thing, Message):
        found.append(thing.text)
        walk(thing.blocks)
    elif isinstance(thing, View):
        walk(thing.body)
    else:
        walk(thing)
    return "\n".join(found)


async def no_sleep(seconds: float) -> None:
    """Waiting takes no time in tests."""


@asynccontextmanager
async def rig(setup: Setup) -> AsyncIterator[Rig]:
    """Start everything, and stop it."""
    clock = Clock()
    async with AsyncExitStack() as stack:
        workspace = Workspace(clock)
        seed_slack(workspace)
        started: list[Bot] = []

        async def door(scope: Scope, receive: Receive, send: Send) -> None:
            await started[0].web(scope, receive, send)

        transport = httpx.ASGITransport(app=door)
        http = httpx.AsyncClient(transport=transport, base_url="http://bot.test", timeout=30)
        stack.push_async_callback(http.aclose)

        async def to_bot(
            body: bytes, headers: Mapping[str, str]
        ) -> tuple[int, Mapping[str, str], bytes]:
            answer = await http.post("/slack/events", content=body, headers=dict(headers))
            return answer.status_code, answer.headers, answer.content

        people, oauth = Sender(workspace, to_bot), OAuth(workspace)
        stack.push_async_callback(people.aclose)
        url = await stack.enter_async_context(
            serving(slack_app.build(workspace, people, oauth=oauth))
        )
        workspace.base_url = url

        async def to_webhook(target: str, headers: dict[str, str], body: bytes) -> int:
            return (await http.post(target, headers=headers, content=body)).status_code

        world = World(clock, post=to_webhook)
        await seed_cal(world)
        if setup.webhooks:
            subscribe(world, "http://bot.test/webhooks/cal")
        cal_http = httpx.AsyncClient(transport=httpx.ASGITransport(app=cal_app.build(world)))
        stack.push_async_callback(cal_http.aclose)
        settings = settings_for(setup, url)
        await tables_at(settings.database_url)
        outside = Outside(clock=clock, cal_http=cal_http, sleep=no_sleep)
        bot = await stack.enter_async_context(assembled(settings, outside))
        started.append(bot)
        await bot.learn_identity()
        running = Rig(bot, workspace, people, world, http, clock, world.faults, oauth)
        running.forget_calls()
        yield running


def settings_for(setup: Setup, slack_url: str) -> Settings:
    given: dict[str, Any] = {
        "slack_bot_token": SecretStr("xoxb-sandbox"),
        "slack_signing_secret": SecretStr("sandbox-signing-secret"),
        "slack_api_url": f"{slack_url}/api/",
        "cal_api_url": f"http://cal.test/{setup.version}",
        "cal_api_key": SecretStr(HOUSE_KEY),
        "cal_webhook_secret": SecretStr(WEBHOOK_SECRET),
        "notify_channel": "#bookings",
        "database_url": setup.database_url,
        "encryption_keys": KEYS,
    }
    return Settings(**(given | dict(setup.settings)))
