"""How the bot is doing, as an admin is shown it."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.events import Trigger
from bot.domain.hooks import Kept, Why, described, unreachable
from bot.domain.people import Account
from bot.domain.records import Closed, Level, Registration, Waiting
from bot.domain.rules import Place
from bot.services.overview import PAGE, Overview, Polled, Running
from bot.slack.views.status import overview
from tests.slack.views.drawing import NOW, READING, allowed, calmly, marked, nasty, same_as_golden

URL = "https://bot.example/webhooks/cal/a1"
TRIGGERS = ("BOOKING_CREATED", "BOOKING_CANCELLED")
OWN = Registration("a0", "house", Level.USER, "s0", webhook_id="w", triggers=TRIGGERS)
PANEL = Registration(
    "a1", "house", Level.TEAM_EVENT_TYPE, "_s1_", 7, 3, "", TRIGGERS, Why.NOT_ALLOWED
)
FOUND = Overview(
    running=Running("", None, NOW - timedelta(seconds=20), True, "SQLite", "v2"),
    account=Account(1, "alice", "alice@example.com", "Alice Martin"),
    trouble="",
    webhooks=(
        described(OWN, URL),
        described(replace(OWN, level=Level.EVENT_TYPE, webhook_id=""), URL, "Intro call"),
        described(PANEL, URL, "Panel *interview*"),
    ),
    inbox=Waiting(),
    polled=Polled(NOW - timedelta(minutes=3), NOW + timedelta(minutes=2)),
    outbox=Waiting(2, NOW - timedelta(minutes=5), failing=1),
    lately=12,
    closed=(Closed(Place("T1", "C1"), 3, "not_in_channel", NOW - timedelta(days=1)),),
    more=False,
)


def test_it_looks_like_this() -> None:
    same_as_golden("status", allowed(overview(FOUND, READING)))


def test_without_an_address_there_is_nothing_to_copy() -> None:
    message = allowed(overview(replace(FOUND, webhooks=(unreachable(),)), READING))
    told = [block["text"]["type"] for block in message.blocks if block["type"] == "section"]
    assert set(told) == {"mrkdwn"}
    assert ":warning: All bookings: PUBLIC_URL is not set" in message.text


@calmly
@given(nasty, st.integers(0, 60))
def test_whatever_is_in_it_slack_takes_it(title: str, count: int) -> None:
    row = replace(PANEL, triggers=tuple(each.value for each in Trigger))
    wrong = [
        described(replace(row, secret=f"s{n}"), URL, title) if n % 3 else Kept(title)
        for n in range(count)
    ]
    places = tuple(replace(FOUND.closed[0], why=title) for _ in range(PAGE))
    found = replace(FOUND, webhooks=wrong, closed=places, more=True)
    message = allowed(overview(found, READING, skip=PAGE, done="Done."))
    assert "<!channel>" not in marked(message)
