"""The workspace: who and what there is, and a record of everything that passed.

Everything runs in one event loop; nothing here awaits except the waiting for a change.
"""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from copy import deepcopy
from datetime import datetime
from typing import TypeVar

from bot.sandbox.slack.executions import Execution
from bot.sandbox.slack.grants import Grants
from bot.sandbox.slack.injections import Injection, Injections
from bot.sandbox.slack.installed_app import SCOPES, InstalledApp
from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.messages import Json, Message
from bot.sandbox.slack.people import Channel, Kind, Person, UserGroup
from bot.sandbox.slack.record import Call, Delivery
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.state import completed
from bot.sandbox.slack.views import Views

T = TypeVar("T")


class Workspace:
    """One Slack team. `clock` gives aware UTC datetimes.

    `calls`, `sent`, `warnings` and `faults` only grow: Web API calls in order; deliveries to the
    app; what Slack takes but should not be sent; what the app did that a person sees as broken.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        team_id: str = "T0SANDBOX",
        name: str = "Sandbox",
        app: InstalledApp | None = None,
    ) -> None:
        self.clock = clock
        self.team_id = team_id
        self.name = name
        self.domain = name.lower().replace(" ", "-")
        self.enterprise_id = ""  # of the organization in which the app is installed as a whole
        self.app = app or InstalledApp()
        self.base_url = "http://slack.invalid"
        self.granted_scopes: set[str] = set(SCOPES)
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.user_groups: list[UserGroup] = []
        self.limits = Limits(clock)
        self.injections = Injections()
        self.grants = Grants(self)
        self.views = Views(self)
        self.executions: dict[str, Execution] = {}
        self.calls: list[Call] = []
        self.sent: list[Delivery] = []
        self.warnings: list[str] = []
        self.faults: list[str] = []
        self.troubles: dict[str, list[str]] = {}
        self.version = 0
        self.socket_tickets: set[str] = set()
        self._numbers = itertools.count(1)
        self._last_ts = 0
        self._waiting: set[asyncio.Future[None]] = set()
        self.add_person(
            Person(self.app.bot_user_id, self.app.name.lower(), self.app.name, is_bot=True)
        )

    # -- what is new ------------------------------------------------------------------------

    def changed(self) -> None:
        """Says that somebody's screen, or the record, may look different now."""
        self.version += 1
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    async def next_change(self) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)

    async def until(self, condition: Callable[[], T], within: float = 5.0) -> T:
        """The first truthy value of `condition`, looked at after every change.

        Raises TimeoutError after `within` seconds of real time.
        """
        async with asyncio.timeout(within):
            while not (value := condition()):
                await self.next_change()
            return value

    def record_call(self, call: Call) -> None:
        self.calls.append(call)
        self.changed()

    def calls_of(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def fault(self, sentence: str) -> None:
        """Records what the app did wrong and the person sees as trouble."""
        self.faults.append(sentence)
        self.changed()

    def trouble(self, user: str, sentence: str) -> None:
        """What this person is told instead of an answer."""
        self.troubles.setdefault(user, []).append(sentence)
        self.changed()

    def refuse(
        self,
        method: str,
        answer: str | int,
        *,
        times: int = 1,
        after_effect: bool = False,
        retry_after: int = 1,
    ) -> None:
        """The next `times` calls of `method` fail: an error name, an HTTP status, or DROP.

        `method` is a Web API method or "response_url". With `after_effect` the call is carried out
        and only its answer is lost.
        """
        self.injections.refuse(method, Injection(answer, after_effect, retry_after), times)

    def slow(self, method: str, seconds: float, *, times: int = 1) -> None:
        """The next `times` calls of `method` wait this long, in real time, before they begin."""
        self.injections.slow(method, seconds, times)

    # -- names ------------------------------------------------------------------------------

    def new_number(self) -> int:
        return next(self._numbers)

    def run_with(self, token: str) -> Execution | None:
        """The run of a step that this token is for."""
        runs = (run for run in self.executions.values() if run.token == token)
        return next(runs, None) if token else None

    def new_id(self, prefix: str) -> str:
        return f"{prefix}0SBX{self.new_number():06d}"

    def new_socket_ticket(self) -> str:
        """Opens the websocket once."""
        ticket = self.new_id("W")
        self.socket_tickets.add(ticket)
        return ticket

    def permalink(self, message: Message) -> str:
        place = f"{message.channel}/p{message.ts.replace('.', '')}"
        return f"https://{self.domain}.slack.com/archives/{place}"

    def new_ts(self) -> str:
        """A message ts: never the same twice, never going back, also while the clock stands."""
        now = int(self.clock().timestamp() * 1_000_000)
        self._last_ts = max(now, self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    # -- people and channels ------------------------------------------------------------------

    def add_person(self, person: Person) -> Person:
        self.people[person.id] = person
        return person

    def add_channel(
        self,
        name: str,
        members: Sequence[str],
        kind: Kind = "public",
        *,
        channel_id: str | None = None,
    ) -> Channel:
        prefix = {"public": "C", "private": "C", "im": "D", "mpim": "G"}[kind]
        channel = Channel(channel_id or self.new_id(prefix), name, kind, set(members))
        self.channels[channel.id] = channel
        self.changed()
        return channel

    def person(self, user: str) -> Person:
        """Raises KeyError for an id nobody has."""
        return self.people[user]

    def channel_named(self, name: str) -> Channel | None:
        bare = name.removeprefix("#")
        named = (c for c in self.channels.values() if c.name == bare and c.kind != "im")
        return next(named, None)

    def direct(self, users: Sequence[str]) -> Channel:
        """The direct conversation of exactly these people, opened when it is the first time."""
        members = set(users)
        for channel in self.channels.values():
            if channel.kind in ("im", "mpim") and channel.members == members:
                return channel
        names = "-".join(sorted(self.people[user].name for user in members))
        if len(members) > 2:
            return self.add_channel(f"mpdm-{names}", list(members), "mpim")
        return self.add_channel(names, list(members), "im")

    # -- messages -----------------------------------------------------------------------------

    def post(self, message: Message) -> Message:
        """Puts a message into its channel; the blocks get their missing ids."""
        message.blocks = completed(message.blocks, lambda: self.new_id("b"))
        self.channels[message.channel].messages[message.ts] = message
        self.changed()
        return message

    def edit(self, message: Message, text: str, blocks: Sequence[Json], *, edited: bool) -> None:
        message.history.append((message.text, deepcopy(message.blocks)))
        message.text = text
        message.blocks = completed(blocks, lambda: self.new_id("b"))
        message.edited = message.edited or edited
        self.changed()

    def remove(self, message: Message) -> None:
        message.deleted = True
        self.changed()

    def message(self, channel: str, ts: str) -> Message:
        """A message that is there. Raises Refused("message_not_found")."""
        found = self.channels[channel].messages.get(ts) if channel in self.channels else None
        if found is None or found.deleted:
            raise Refused("message_not_found")
        return found

    def visible_channels(self, user: str) -> list[Channel]:
        """Public channels, but for guests, and everything this person is in."""
        guest = self.people[user].is_restricted or self.people[user].is_ultra_restricted
        return [
            channel
            for channel in self.channels.values()
            if user in channel.members or (channel.kind == "public" and not guest)
        ]

    def visible_messages(self, user: str, channel: str) -> list[Message]:
        return [m for m in self.channels[channel].messages.values() if m.visible_to(user)]

    def unread(self, user: str, channel: Channel) -> int:
        """How many messages are new to this person; replies in threads do not count."""
        return len(self._new(user, channel))

    def mentions(self, user: str, channel: Channel) -> int:
        """How many of them call this person: all that are sent directly, and those that name them,
        a group of theirs, or everybody."""
        new = self._new(user, channel)
        if channel.kind in ("im", "mpim"):
            return len(new)
        groups = [f"<!subteam^{g.id}" for g in self.user_groups if user in g.users]
        calls = (f"<@{user}", "<!here", "<!channel", "<!everyone", *groups)
        return sum(any(call in f"{m.text}{m.blocks}" for call in calls) for m in new)

    def _new(self, user: str, channel: Channel) -> list[Message]:
        last = channel.read.get(user, "0")
        seen = self.visible_messages(user, channel.id)
        return [m for m in seen if m.ts > last and m.user != user and not m.thread_ts]

    def mark_read(self, user: str, channel: str) -> None:
        messages = self.channels[channel].messages
        self.channels[channel].read[user] = max(messages, default="0")
        self.changed()


def seed_demo(workspace: Workspace) -> None:
    """The people and channels of the demo: four members, a guest, one who has left."""
    for person in (
        Person(
            "U0ALICE", "alice", "Alice Martin", "alice@example.com", "Europe/Paris", is_admin=True
        ),
        Person("U0BOB", "bob", "Bob Stone", "bob@example.com", "America/New_York"),
        Person("U0CAROL", "carol", "Carol Iyer", "carol@example.com", "Asia/Kolkata"),
        Person("U0DAVE", "dave", "Dave Okoro", "dave@example.com", "Europe/London"),
        Person("U0GUEST", "gina", "Gina Guest", "gina@example.org", "UTC", is_restricted=True),
        Person("U0GONE", "oscar", "Oscar Gone", "oscar@example.com", "UTC", deleted=True),
    ):
        workspace.add_person(person)
    members = ["U0ALICE", "U0BOB", "U0CAROL", "U0DAVE"]
    bot = workspace.app.bot_user_id
    workspace.add_channel("general", members, channel_id="C0GENERAL")
    workspace.add_channel("bookings", [*members, "U0GUEST", bot], channel_id="C0BOOKINGS")
    workspace.add_channel("random", members, channel_id="C0RANDOM")
    workspace.add_channel("leads", ["U0ALICE", "U0BOB"], "private", channel_id="C0LEADS")
    for user in [*members, "U0GUEST"]:
        workspace.add_channel(
            workspace.people[user].name,
            [user, bot],
            "im",
            channel_id=f"D0{user.removeprefix('U0')}",
        )
    workspace.user_groups.append(UserGroup("S0SALES", "sales", "Sales", ("U0ALICE", "U0BOB")))
