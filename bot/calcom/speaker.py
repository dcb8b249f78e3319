"""What the parts of a client have in common: how to ask, and what the server was seen to lack."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.calcom.errors import NotThere
from bot.calcom.limits import Sleep
from bot.calcom.transport import Transport
from bot.domain.bookings import Action, Feature


class Speaker:
    """Asks one server with one credential."""

    _lacking: frozenset[Action | Feature] = frozenset()

    def __init__(self, transport: Transport, sleep: Sleep) -> None:
        self._transport = transport
        self._sleep = sleep

    @contextmanager
    def _learning(self, what: Action | Feature) -> Iterator[None]:
        """Remember for this client that the server was built without it, if it says so."""
        try:
            yield
        except NotThere:
            self._lacking |= {what}
            raise
