"""Slack's limits, kept on our side."""

import pytest

from bot.slack.pace import EDITS_APART, EDITS_AT_ONCE, Pace


class Watch:
    """Stands until it is moved; sleeping is noted."""

    def __init__(self) -> None:
        self.at = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def pace(watch: Watch) -> Pace:
    return Pace(watch, watch.sleep)


async def test_one_message_a_second_per_channel(pace: Pace, watch: Watch) -> None:
    for _ in range(3):
        await pace.wait(("T", "C1"))
    await pace.wait(("T", "C2"))
    await pace.wait(("T2", "C1"))
    assert watch.slept == [1.0, 2.0]
    watch.at += 10
    await pace.wait(("T", "C1"))
    assert watch.slept == [1.0, 2.0]


async def test_a_person_and_their_direct_messages_are_one_channel(pace: Pace, watch: Watch) -> None:
    await pace.wait(("T", "U1"))
    pace.joined(("T", "U1"), ("T", "D1"))
    await pace.wait(("T", "D1"))
    assert watch.slept == [1.0]
    pace.joined(("T", "D1"), ("T", "D1"))
    pace.joined(("T", "U9"), ("T", "D9"))
    await pace.wait(("T", "D9"))
    assert watch.slept == [1.0]


def test_what_slack_said_holds_for_that_method_and_workspace(pace: Pace, watch: Watch) -> None:
    pace.hold(("T", "chat_update"), 30)
    watch.at += 10
    assert pace.held(("T", "chat_update")) == 20
    assert pace.held(("T", "chat_postMessage")) == 0
    assert pace.held(("T2", "chat_update")) == 0
    watch.at += 21
    assert pace.held(("T", "chat_update")) == 0


def test_never_more_than_fifty_edits_a_minute(pace: Pace, watch: Watch) -> None:
    """However hard they push, in any minute."""
    made: list[float] = []
    for _ in range(1800):
        made += [watch.at] * (pace.edit("T") == 0)
        watch.at += 0.1
    assert all(sum(at <= each < at + 60 for each in made) <= 50 for at in made)
    assert len(made) >= 120


def test_what_is_put_off_comes_back_one_after_the_other(pace: Pace, watch: Watch) -> None:
    assert [pace.edit("T") for _ in range(EDITS_AT_ONCE)] == [0.0] * EDITS_AT_ONCE
    assert [pace.edit("T") for _ in range(3)] == [EDITS_APART, 2 * EDITS_APART, 3 * EDITS_APART]
    assert pace.edit("T2") == 0
    for _ in range(3):
        watch.at += EDITS_APART
        assert pace.edit("T") == 0
    watch.at += 3600
    assert pace.edit("T") == 0
