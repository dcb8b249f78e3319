"""What is counted of the work."""

from typing import Protocol

from bot.domain.records import Kind


class Counts(Protocol):
    """What is counted of the work, for whoever watches the bot. What is given is one of few words:
    never an id, a name or an address."""

    def came(self, outcome: str) -> None:
        """A webhook was `stored`, was there already (`duplicate`), or why it was refused."""
        ...

    def taken(self, what: str, outcome: str) -> None:
        """A `webhook` or `sighting` turned a card, told a notice, or was ignored."""
        ...

    def sent(self, kind: Kind, outcome: str, lag: float | None = None) -> None:
        """A message was `posted` or `edited`, so many seconds after it was wanted; or Slack's (or
        our own) word for why not."""
        ...

    def polled(self, outcome: str, sightings: int = 0) -> None:
        """Cal.com was asked what changed (`ok`, or the error's name), and so much was new."""
        ...


class Uncounted:
    """`Counts` where nobody watches."""

    def came(self, outcome: str) -> None: ...

    def taken(self, what: str, outcome: str) -> None: ...

    def sent(self, kind: Kind, outcome: str, lag: float | None = None) -> None: ...

    def polled(self, outcome: str, sightings: int = 0) -> None: ...
