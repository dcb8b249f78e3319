"""What every channel has to show in the end, read off Cal.com's own bookings; and what it shows."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.domain.cards import Card
from bot.sandbox.calcom.model import Booking, Status
from bot.sandbox.slack.workspace import Workspace
from bot.store import Store
from bot.store.snapshots import card_from
from bot.store.tables import cards, outbox
from tests.chaos.histories import History

PHASES = {
    Status.ACCEPTED: "upcoming",
    Status.PENDING: "requested",
    Status.CANCELLED: "cancelled",
    Status.REJECTED: "rejected",
}
HEADLINES = {
    "upcoming": ("✅ Booked", "🔁 Rescheduled"),
    "requested": ("⏳ Waiting",),
    "cancelled": ("❌ Cancelled",),
    "rejected": ("🚫 Declined",),
}


@dataclass(frozen=True)
class Shown:
    """A card row: where it stands, and what it says."""

    channel: str
    ts: str | None
    card: Card


async def shown_by(store: Store) -> list[Shown]:
    """Every card in every place."""
    query = (
        select(outbox.c.place, outbox.c.ts, cards.c.kind, cards.c.body)
        .join(cards, cards.c.ref == outbox.c.ref)
        .where(outbox.c.kind == "card")
    )
    async with store.database.statements() as connection:
        rows = (await connection.execute(query)).all()
    found = [(row.place, row.ts, card_from(row.kind, row.body)) for row in rows]
    return [Shown(place, ts, card) for place, ts, card in found if isinstance(card, Card)]


def standing(history: History) -> dict[str, list[Booking]]:
    """By channel, the bookings that none has taken the place of."""
    found: dict[str, list[Booking]] = {name: [] for name in history.kinds}
    for made in history.world.bookings:
        if made.rescheduled_to is None:
            found[history.channel_of(made)].append(made)
    return found


async def differences(history: History, slack: Workspace, store: Store) -> list[str]:
    """What is not as it has to be, in words; nothing in the end."""
    wrong: list[str] = []
    rows = await shown_by(store)
    for channel, bookings in standing(history).items():
        here = [row for row in rows if row.channel == channel]
        wrong += _in_channel(channel, bookings, here, slack)
    return wrong


def _in_channel(
    channel: str, bookings: list[Booking], rows: list[Shown], slack: Workspace
) -> list[str]:
    messages = {m.ts: m for m in slack.channels[channel].messages.values() if not m.deleted}
    top = {ts: message.text for ts, message in messages.items() if message.thread_ts is None}
    by_uid = {row.card.booking.uid: row for row in rows}
    wrong = [f"{channel}: {uid} twice" for uid, n in _uids(rows).items() if n > 1]
    for made in bookings:
        row = by_uid.get(made.uid)
        if row is None:
            wrong.append(f"{channel}: {_said(made)} has no card")
        else:
            wrong += [f"{channel}: {_said(made)}: {each}" for each in _card(made, row.card)]
            wrong += [f"{channel}: {_said(made)}: {each}" for each in _message(made, row, top)]
    extra = top.keys() - {row.ts for row in rows}
    wrong += [f"{channel}: a message of nothing: {top[ts][:60]!r}" for ts in extra]
    extra_cards = by_uid.keys() - {made.uid for made in bookings}
    wrong += [f"{channel}: a card of nothing: {by_uid[uid].card.history}" for uid in extra_cards]
    ours = Counter(json.dumps(m.metadata, sort_keys=True) for m in messages.values())
    wrong += [f"{channel}: posted {n} times: {what}" for what, n in ours.items() if n > 1]
    return wrong


def _uids(rows: list[Shown]) -> Mapping[str, int]:
    return Counter(row.card.booking.uid for row in rows)


def _card(made: Booking, card: Card) -> list[str]:
    differing: list[tuple[str, Any, Any]] = [
        ("phase", PHASES[made.status], card.phase.value),
        ("start", made.start, card.booking.start),
    ]
    if made.alive:
        emails = {person.email for person in made.attendees}
        differing.append(("people", emails, {p.email for p in card.booking.attendees}))
    return [f"{what} is {is_} for {shall}" for what, shall, is_ in differing if shall != is_]


def _message(made: Booking, row: Shown, top: Mapping[str, str]) -> list[str]:
    text = top.get(row.ts or "")
    if text is None:
        return ["its message is not there"]
    is_right = text.startswith(HEADLINES[PHASES[made.status]]) and _clock(made.start) in text
    return [] if is_right else [f"the message says {text[:120]!r}"]


def _clock(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo('Europe/Paris')):%H:%M}"


def _said(made: Booking) -> str:
    people = ", ".join(person.name for person in made.attendees)
    return f"{made.uid} ({people}, {made.status}, {made.start:%d %b %H:%M})"
