"""Both clients fit the port that the services speak to."""

import pytest

from bot.calcom.api import Client
from bot.domain.bookings import Action, Feature, Guest
from bot.domain.errors import NotSupported
from bot.domain.slots import Hold
from bot.services.ports import Scheduling
from tests.calcom.calcom_script import START, Script, ok, v1, v2


async def test_both_versions_are_scheduling() -> None:
    """That this file passes the type checker is the test."""
    newer: Scheduling = v2(Script([ok({})]))
    older: Scheduling = v1(Script([ok({})]))
    assert newer.abilities == frozenset(Action)
    assert newer.features == frozenset(Feature)
    assert older.abilities == {Action.RESCHEDULE, Action.CANCEL, Action.RECORDINGS}
    assert older.features == frozenset()


async def test_v1_says_what_it_cannot() -> None:
    script = Script([ok({})])
    client = v1(script)
    for call in (
        client.confirm("u"),
        client.decline("u"),
        client.mark_absent("u", host=True),
        client.request_reschedule("u"),
        client.reassign("u"),
        client.add_guests("u", [Guest("g@example.com")]),
        client.change_place("u", {"type": "link", "link": "https://x.test"}),
        client.calendar_links("u"),
        client.reschedule("u", START, seat_uid="s"),
        client.cancel("u", reason="ill", seat_uid="s"),
        client.cancel("u", reason="ill", following=True),
        client.hold(1, START),
        client.prolong(Hold("r", START, START), 1),
        client.let_go("r"),
    ):
        with pytest.raises(NotSupported):
            await call
    assert script.asked == []


def scheduling(client: Client) -> Scheduling:
    """What `connect` returns will do wherever `Scheduling` is asked for."""
    return client
