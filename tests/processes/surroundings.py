"""What is around a bot: a Slack and a Cal.com on loopback, people, and a clock that is the real
one, because the processes have no other."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx

from bot.sandbox.calcom import app as cal_app
from bot.sandbox.calcom import booking, rescheduling
from bot.sandbox.calcom.booking import Person, Request
from bot.sandbox.calcom.model import Booking, EventType
from bot.sandbox.calcom.rescheduling import Move
from bot.sandbox.calcom.seed_demo import HOUSE_KEY
from bot.sandbox.calcom.seed_demo import seed_demo as seed_cal
from bot.sandbox.calcom.slots import Question, open_slots
from bot.sandbox.calcom.world import World
from bot.sandbox.serve import serving
from bot.sandbox.slack import app as slack_app
from bot.sandbox.slack.injections import Injections
from bot.sandbox.slack.messages import Json, Message
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.socket import SocketHub
from bot.sandbox.slack.views import View
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.slack.workspace import seed_demo as seed_slack
from bot.slack import ids
from tests.harness import words
from tests.processes.running import STARTED_WITHIN, Process, eventually, until
from tests.subscribing import WEBHOOK_SECRET, subscribe

ALICE, BOB, DAVE = "U0ALICE", "U0BOB", "U0DAVE"
HISTORY = {"channels:history", "groups:history", "im:history"}
TAKEN_WITHIN = 10.0
"""Seconds that an acknowledgement may take here; Slack's three are too few for a busy machine."""


class Gate:
    """Holds whoever comes until it is opened; what it stands in front of takes any arguments."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()

    async def hold(self, *_: object) -> None:
        self.reached.set()
        await self.opened.wait()


class HeldMethod(Injections):
    """The calls of one Web API method stand at a gate before they are carried out."""

    def __init__(self, method: str, gate: Gate) -> None:
        super().__init__()
        self._method = method
        self._gate = gate

    async def pause(self, method: str) -> None:
        if method == self._method:
            await self._gate.hold()


@dataclass
class Surroundings:
    """Both stand-ins, and the people in front of them.

    `settings` are what a bot needs to find them, as the environment has it; `bot_url` is where
    the bot is that they talk to.
    """

    slack: Workspace
    cal: World
    http: httpx.AsyncClient
    hub: SocketHub = field(init=False)
    people: Sender = field(init=False)
    settings: dict[str, str] = field(default_factory=dict)
    bot_url: str = ""

    def __post_init__(self) -> None:
        self.hub = SocketHub(self.slack)
        self.people = Sender(self.slack, self._post, patience=TAKEN_WITHIN)

    async def _post(
        self, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        answer = await self.http.post(
            f"{self.bot_url}/slack/events", content=body, headers=dict(headers)
        )
        return answer.status_code, answer.headers, answer.content

    def by_socket(self) -> None:
        """From now on Slack reaches the bot over its own connection."""
        self.people = Sender(self.slack, transport=self.hub, patience=TAKEN_WITHIN)

    async def listens(self, process: Process) -> None:
        """Wait until it listens; Slack and Cal.com talk to this one from now on."""
        (said,) = await until(lambda: process.said("serving"), STARTED_WITHIN)
        self.bot_url = f"http://127.0.0.1:{said['port']}"
        subscribe(self.cal, f"{self.bot_url}/webhooks/cal")

    async def ready(self, process: Process) -> None:
        """Wait until it listens and says that it can work."""
        await self.listens(process)
        await eventually(self._is_ready)

    async def _is_ready(self) -> bool:
        return (await self.get("/readyz")).status_code == 200

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(self.bot_url + path)

    def cards(self) -> list[Message]:
        """The messages in #bookings, oldest first, without what stands in threads."""
        every = self.slack.visible_messages(ALICE, "C0BOOKINGS")
        return [message for message in every if not message.thread_ts]

    def direct(self, user: str) -> list[str]:
        """What the bot told this person alone."""
        channel = self.slack.direct([user, self.slack.app.bot_user_id])
        return [message.text for message in self.slack.visible_messages(user, channel.id)]

    def shown(self, user: str) -> str:
        """The words in the modal in front of this person."""
        view = self.slack.views.top(user)
        return words(view) if view else ""

    async def fill_in(self, user: str) -> None:
        """`/cal book intro`, and choose the first time that is offered."""
        await self.people.command(user, "general", "/cal", "book intro")
        block = await self.slack.until(
            lambda: _times(self.slack.views.top(user)), within=STARTED_WITHIN
        )
        assert block is not None
        option = block["element"]["option_groups"][0]["options"][0]
        await self.people.fill(user, ids.PICK_TIME, option["value"], block=block["block_id"])

    async def sees(self, user: str, text: str) -> None:
        """Wait until the modal in front of this person says so."""
        await self.slack.until(lambda: text in self.shown(user), within=STARTED_WITHIN)

    async def reads(self, user: str, text: str) -> None:
        """Wait until a message in #general that this person sees says so."""

        def there() -> bool:
            seen = self.slack.visible_messages(user, "C0GENERAL")
            return any(text in words(message) for message in seen)

        await self.slack.until(there, within=STARTED_WITHIN)

    async def outsider_books(self, name: str = "Tom Alder") -> Booking:
        """Somebody books on Cal.com's own page, which tells the bot by webhook."""
        person = Person(name, "tom@alder.example", "America/Chicago")
        (made,) = await booking.book(self.cal, Request(self.intro, self.next_time(), person))
        return made

    async def outsider_moves(self, made: Booking) -> Booking:
        return await rescheduling.reschedule(self.cal, made, Move(self.next_time()))

    @property
    def intro(self) -> EventType:
        return next(each for each in self.cal.event_types.values() if each.slug == "intro")

    def next_time(self) -> datetime:
        """The next time that is open for an intro call."""
        since = self.cal.now()
        window = since, since + timedelta(days=14)
        return open_slots(self.cal, self.intro, Question(window))[0].start

    def posts_to_cal(self) -> int:
        """How often a booking was asked for."""
        return sum(call.method == "POST" and call.path == "/v2/bookings" for call in self.cal.log)


def _times(view: View | None) -> Json | None:
    blocks = view.blocks if view else []
    return next((b for b in blocks if b["block_id"].startswith("time:")), None)


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def surroundings() -> AsyncIterator[Surroundings]:
    """Both stand-ins behind real sockets, as the sandbox has them."""
    async with AsyncExitStack() as stack:
        limits = httpx.Limits(keepalive_expiry=1)  # the bot ends idle connections after five
        http = await stack.enter_async_context(
            httpx.AsyncClient(timeout=30, trust_env=False, limits=limits)
        )
        workspace, world = Workspace(now), World(now)
        seed_slack(workspace)
        await seed_cal(world)
        around = Surroundings(workspace, world, http)
        stack.push_async_callback(around.people.aclose)
        slack = slack_app.build(workspace, around.people, around.hub)
        workspace.base_url = await stack.enter_async_context(serving(slack))
        cal_url = await stack.enter_async_context(serving(cal_app.build(world)))
        around.settings = {
            "SLACK_BOT_TOKEN": workspace.app.bot_token,
            "SLACK_SIGNING_SECRET": workspace.app.signing_secret,
            "SLACK_API_URL": f"{workspace.base_url}/api/",
            "CAL_API_URL": f"{cal_url}/v2",
            "CAL_API_KEY": HOUSE_KEY,
            "CAL_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "NOTIFY_CHANNEL": "#bookings",
            "PORT": "0",
        }
        yield around
        assert workspace.faults == []
