"""Finding out what became of a write whose answer was lost.

Nothing is sent again here: the caller says how to look, and looking goes on for a few seconds,
because the write may still be under way at the server.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.calcom.limits import Sleep
from bot.domain.errors import AlreadyDone, SchedulingError, UnknownOutcome

T = TypeVar("T")

WAITS = (0.0, 0.5, 2.0)
"""Seconds before each look."""


async def found_out(look: Callable[[], Awaitable[T | None]], sleep: Sleep) -> T:
    """What `look` finds in one of its tries.

    Raises:
        AlreadyDone: `look` found that somebody else did something to it meanwhile.
        UnknownOutcome: It is not to be seen (yet), or looking failed.
    """
    for wait in WAITS:
        if wait:
            await sleep(wait)
        try:
            found = await look()
        except AlreadyDone:
            raise
        except SchedulingError:
            continue
        if found is not None:
            return found
    raise UnknownOutcome("the answer was lost, and no trace of the write is to be seen")


async def sent_until_answered(send: Callable[[], Awaitable[T]], sleep: Sleep) -> T | None:
    """Send a write that does no harm when it is repeated, a second time where the first was lost.

    Returns None where it cannot tell: the answers were lost, or the second one says that there
    was nothing left to do, which the first may have done.

    Raises:
        SchedulingError: What the first answer says.
        AlreadyDone: Something else was done meanwhile (`moved_to`).
    """
    try:
        return await send()
    except UnknownOutcome:
        await sleep(WAITS[1])
    try:
        return await send()
    except AlreadyDone as error:
        if error.moved_to:
            raise
        return None
    except SchedulingError:
        return None
