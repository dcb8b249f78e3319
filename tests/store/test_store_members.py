"""What is kept of single members: drafts, attempts, preferences."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from bot.domain.people import Preferences
from bot.domain.records import Attempt, Draft
from bot.store import Store
from tests.store.conftest import Clock
from tests.store.samples import HOUR, MINUTE, NOON

DRAFT = Draft("V1", "T1", "U1", "book", {"what": "Intro ☕", "guests": ["a", "b"], "page": 2})
ATTEMPT = Attempt("k1", "T1", "U1", "book", "started", {"event_type_id": 1})


async def test_a_draft_is_as_it_was_saved_last(store: Store) -> None:
    assert await store.drafts.load("V1", "T1", "U1") is None
    await store.drafts.save(DRAFT)
    assert await store.drafts.load("V1", "T1", "U1") == DRAFT
    later = replace(DRAFT, data={"page": 3})
    await store.drafts.save(later)
    assert await store.drafts.load("V1", "T1", "U1") == later


async def test_a_draft_is_its_members_alone(store: Store) -> None:
    await store.drafts.save(DRAFT)
    await store.drafts.save(replace(DRAFT, user_id="U2", data={"stolen": True}))
    assert await store.drafts.load("V1", "T1", "U2") is None
    assert await store.drafts.load("V1", "T2", "U1") is None
    assert await store.drafts.load("V1", "T1", "U1") == DRAFT


async def test_a_draft_is_gone_after_a_day(store: Store, clock: Clock) -> None:
    await store.drafts.save(DRAFT)
    clock.forward(24 * HOUR - MINUTE)
    assert await store.drafts.load("V1", "T1", "U1") == DRAFT
    await store.drafts.save(replace(DRAFT, id="V2"))
    clock.forward(MINUTE)
    assert await store.drafts.load("V1", "T1", "U1") is None
    clock.forward(MINUTE)
    assert await store.drafts.prune(clock() - 24 * HOUR) == 1
    assert await store.drafts.load("V2", "T1", "U1") is not None


async def test_more_than_one_bite_is_pruned(store: Store) -> None:
    for n in range(5):
        await store.drafts.save(replace(DRAFT, id=f"V{n}"))
    assert await store.drafts.prune(NOON + MINUTE) == 5
    assert await store.drafts.prune(NOON + MINUTE) == 0


async def test_an_attempt_is_claimed_once(store_url: str, opened: Callable[[str], Store]) -> None:
    stores = [opened(store_url) for _ in range(2)]
    answers = await asyncio.gather(*(stores[n % 2].attempts.claim(ATTEMPT) for n in range(8)))
    assert answers.count(None) == 1
    others = [each for each in answers if each]
    assert others == [replace(ATTEMPT, started_at=NOON)] * 7


async def test_a_finished_attempt_says_what_came_of_it(store: Store) -> None:
    await store.attempts.claim(ATTEMPT)
    await store.attempts.finish("k1", "done", "u1")
    done = replace(ATTEMPT, state="done", uid="u1", started_at=NOON)
    assert await store.attempts.claim(ATTEMPT) == done
    assert await store.attempts.find("k1") == done
    assert await store.attempts.find("k2") is None
    await store.attempts.finish("k1", "failed")
    assert await store.attempts.claim(ATTEMPT) == done, "what is done is not undone by a doubt"


async def test_a_failed_attempt_is_claimed_again_by_exactly_one(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    stores = [opened(store_url) for _ in range(2)]
    await stores[0].attempts.claim(ATTEMPT)
    await stores[0].attempts.finish("k1", "failed")
    again = replace(ATTEMPT, request={"event_type_id": 2}, started_at=NOON + HOUR)
    answers = await asyncio.gather(*(stores[n % 2].attempts.claim(again) for n in range(8)))
    assert answers.count(None) == 1
    assert await stores[0].attempts.unfinished(NOON + 2 * HOUR) == [again]


async def test_unfinished_attempts_come_oldest_first(store: Store) -> None:
    for key, at in (("k1", NOON), ("k2", NOON - HOUR), ("k3", NOON + MINUTE)):
        await store.attempts.claim(replace(ATTEMPT, key=key, started_at=at))
    await store.attempts.claim(replace(ATTEMPT, key="k4", started_at=NOON - HOUR))
    await store.attempts.finish("k4", "failed")
    unfinished = await store.attempts.unfinished(NOON + MINUTE)
    assert [each.key for each in unfinished] == ["k2", "k1"]


async def test_finished_attempts_are_forgotten_after_a_month(store: Store, clock: Clock) -> None:
    for key in ("k1", "k2"):
        await store.attempts.claim(replace(ATTEMPT, key=key))
    await store.attempts.finish("k1", "done", "u1")
    await store.prune(clock.forward(31 * 24 * HOUR))
    assert await store.attempts.claim(ATTEMPT) is None, "it is gone"
    assert [each.key for each in await store.attempts.unfinished(clock())] == ["k2"]


async def test_preferences(store: Store) -> None:
    assert await store.preferences.preferences("T1", "U1") == Preferences()
    for chosen in (Preferences("Europe/Paris", False, 3), Preferences(hour12=True)):
        await store.preferences.set_preferences("T1", "U1", chosen)
        assert await store.preferences.preferences("T1", "U1") == chosen
    assert await store.preferences.preferences("T1", "U2") == Preferences()
