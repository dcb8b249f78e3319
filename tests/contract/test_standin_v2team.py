"""The local Cal.com plays teams as a real one did: one ordered replay of `v2team`, by value.

That server is ten months older than the one of `v2`, whose dialect the stand-in speaks: what only
the newer one says (`NEWER`) or says otherwise (`OTHERWISE`) is passed over by name. Its webhooks
are those of the servers that have v1, so the subscriptions are made as if through v1.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.sandbox.calcom.model import User
from bot.sandbox.calcom.seed import add_team, add_user, seed_recordings
from bot.sandbox.calcom.world import World
from tests.contract.standin_replay import RECORDINGS, Received, Replay, differences

TEAMS = RECORDINGS / "v2team"
WEBHOOKS = RECORDINGS / "webhooks-team"
pytestmark = pytest.mark.skipif(
    not TEAMS.is_dir(), reason="the recordings are not beside the checkout"
)

_EMPTY = "who has no event types is told 404 there, and an empty list by newer servers and here"
LEFT_OUT = {
    "026-list-event-types-me-alice": _EMPTY,
    "027-list-event-types-username-alice": _EMPTY,
    "030-list-event-types-me-carol": _EMPTY,
    "031-list-event-types-username-carol": _EMPTY,
    "079-book-demo-instant": "that server could make no room for an instant meeting",
    "183-list-dynamic-username": "the bot never asks about a group put together by usernames",
    "185-delete-team-event-type-member": "the bot never deletes event types",
}
NEWER = {
    # of event types
    "allowReschedulingCancelledBookings",
    "allowReschedulingPastBookings",
    "bookerActiveBookingsLimit",
    "bookingRequiresAuthentication",
    "bookingUrl",
    "calVideoSettings",
    "disableCancelling",
    "disableRescheduling",
    "hidden",
    "interfaceLanguage",
    "label",
    "rescheduleWithSameRoundRobinHost",
    "showOptimizedSlots",
    # of bookings and people
    "cancellationReason",
    "cancelledByEmail",
    "displayEmail",
    "isPlatformManagedUserBooking",
    "rescheduledByEmail",
    "rescheduledToUid",
}
OTHERWISE = {
    "'Cancellation reason is required'": "'Cancellation reason is required when you are the host'",
    "'User is not authorized to confirm this booking'": (
        "'You are not authorized to access this resource'"
    ),
    "'Booking already confirmed'": "'Bad request: Please check your request data and try again'",
    "{'sendTranscriptionEmails': True}": "None",
}
# What webhooks may differ in, by trigger: the calendar's sequence counted on from the first move
# only; a cancelled booking's answers had labels, which they have not on a server asked through v1
# about a form that nobody changed; the reason of a move stood in the API alone; a confirmed or
# declined booking was told with less, which a new one never lacks.
_SHORTER = (
    "additionalNotes|description|hideCalendarEventDetails|hideCalendarNotes|organizer.id"
    "|seatsPerTimeSlot|seatsShowAttendees"
)
HOOKS_DIFFER = {
    "BOOKING_CANCELLED": r"\.payload\.(responses\..*|iCalSequence is 2, not 1)",
    "BOOKING_CREATED": rf"\.payload\.({_SHORTER}) is too much",
    "BOOKING_REJECTED": rf"\.payload\.({_SHORTER}) is too much",
    "BOOKING_RESCHEDULED": (
        r"\.payload\.(responses\.rescheduleReason\.value is too much|iCalSequence is 2, not 1)"
    ),
}


def _seed(world: World) -> None:
    """Alice, bob and carol are the team; dave is not in it; nobody's limit is in the way."""
    seed_recordings(world)
    key = "cal_carol0000000000000000000000000003"
    carol = User(103, "carol", "Carol Rao", "carol@example.com", "Asia/Kolkata", key)
    carol.time_format = 24
    key = "cal_dave00000000000000000000000000004"
    dave = User(104, "dave", "Dave Hill", "dave@example.com", "Europe/London", key)
    add_user(world, carol, 203, (time(9), time(21)))
    add_user(world, dave, 204, (time(9), time(17)))
    for user in world.users.values():
        user.rate_limit = 5000
    add_team(world, "Sales", "sales", {101: "OWNER", 102: "MEMBER", 103: "MEMBER"})


def _subscribe(replay: Replay) -> None:
    """The webhooks for which there was no API, for every trigger."""
    recorded = json.loads((TEAMS / "060-webhooks-me-bob.json").read_text())
    (bobs,) = recorded["response"]["body"]["data"]
    for name, owner in {
        "user-alice": {"user_id": 101},
        "user-bob": {"user_id": 102},
        "sales": {"team_id": 1},
        "demo": {"event_type_id": 1},
        "panel": {"event_type_id": 2},
        "intro-parent": {"event_type_id": 3},
        "confirm": {"event_type_id": 5},
        "fixed": {"event_type_id": 6},
    }.items():
        url = f"http://127.0.0.1:5601/team-{name}"
        secret = "sec_" + name.replace("sales", "team_sales").replace("-parent", "p")
        secret = secret.replace("-", "_")
        replay.world.subscribe(url, bobs["triggers"], secret=secret, **owner)


def _speak_the_older_dialect(replay: Replay) -> None:
    for one in replay.world.subscriptions.values():
        one.by_v1 = True


def _into_the_past(start: str, nth: int) -> Callable[[Replay], None]:
    """Return what moves the booking with that number to a start before the recordings."""

    def move(replay: Replay) -> None:
        one = replay.world.bookings[nth - 1]
        one.start = datetime.fromisoformat(start)
        one.end = one.start + timedelta(minutes=30)

    return move


def _same_host(same: bool) -> Callable[[Replay], None]:
    def switch(replay: Replay) -> None:
        replay.world.event_types[1].same_host_on_reschedule = same

    return switch


# What was done in that server's database, by the exchange it came before.
IN_THE_DATABASE: dict[str, Callable[[Replay], None]] = {
    "060-webhooks-me-bob": _subscribe,
    "061-book-demo-1": _speak_the_older_dialect,
    "152-mark-absent-attendee-as-host": _into_the_past("2026-11-22T23:59:03.097+00:00", 16),
    "169-book-samehost-1": _same_host(True),
    "175-book-vip-4": _same_host(False),
    "188-mark-absent-attendee-bob-booking-as-bob": _into_the_past(
        "2026-11-22T21:01:03.949+00:00", 24
    ),
}


class _Teams(Replay):
    """Puts rows that start together in order: the recorded ones come in any."""

    def compare(self, recorded: Any, ours: Any) -> list[str]:
        rows = recorded.get("data")
        if isinstance(rows, list) and rows and "start" in rows[0]:
            together = groupby(rows, key=lambda b: b["start"])
            ordered = [b for _, same in together for b in sorted(same, key=lambda b: b["id"])]
            recorded = recorded | {"data": ordered}
        return super().compare(recorded, ours)


def _names() -> list[str]:
    every = sorted(p.stem for p in TEAMS.glob("*.json")) if TEAMS.is_dir() else []
    return [name for name in every if name not in LEFT_OUT and name != "INDEX"]


async def _replayed() -> Replay:
    replay = _Teams("v2team", _seed)
    for name in _names():
        if name in IN_THE_DATABASE:
            IN_THE_DATABASE[name](replay)
        await replay.exchange(name)
    return replay


@pytest.fixture(scope="module")
def replay() -> Replay:
    return asyncio.run(_replayed())


def _excused(difference: str) -> bool:
    if only := re.search(r"\.(\w+) is too much$", difference):
        return only.group(1) in NEWER
    newer, _, older = difference.partition(" is ")[2].partition(", not ")
    return newer in OTHERWISE and OTHERWISE[newer] == older


@pytest.mark.parametrize("name", _names())
def test_answers_as_recorded(replay: Replay, name: str) -> None:
    assert [f for f in replay.found[name] if not _excused(f)] == []


def test_little_is_left_out() -> None:
    assert len(LEFT_OUT) < len(_names()) * 0.05


HOOKS = sorted(p.name for p in WEBHOOKS.glob("*.json")) if TEAMS.is_dir() else []


def _received(replay: Replay, recorded: Any) -> Received:
    """Return the one that came of the same exchange to the same address."""
    (ours,) = (
        r
        for r in replay.received
        if r.cause == recorded["caused_by"] and urlsplit(r.url).path == recorded["path"]
    )
    return ours


@pytest.mark.parametrize("file", HOOKS)
def test_sends_the_recorded_webhook(replay: Replay, file: str) -> None:
    recorded = json.loads((WEBHOOKS / file).read_text())
    ours = _received(replay, recorded)
    said = ours.body.replace(b"@Cal.com", b"@Cal.diy")  # as the API of here names the same event
    found = differences(json.loads(recorded["raw_body"]), json.loads(said), replay.ids)
    excused = HOOKS_DIFFER.get(recorded["json"]["triggerEvent"], "nothing")
    assert [f for f in found if not re.fullmatch(excused, f)] == []
    secret = recorded["signature_check"]["secret"]
    signed = hmac.new(secret.encode(), ours.body, hashlib.sha256).hexdigest()
    assert ours.headers["X-Cal-Signature-256"] == signed


def test_sends_no_webhook_too_many(replay: Replay) -> None:
    """The recorded ones are numbered as they arrived, to 104."""
    assert len(replay.received) == 104
