"""What came of something a person did."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.sandbox.slack.messages import Json, Message
from bot.sandbox.slack.record import Delivery
from bot.sandbox.slack.views import View


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an interaction.

    `delivery` is None when nothing was sent. `error` is what the person was told instead of an
    answer, `errors` what stands beside inputs (block_id → sentence), `shown` the messages new to
    them when the answer was in, `view` the modal then in front, `options` what a menu loaded.
    """

    delivery: Delivery | None = None
    error: str | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    shown: tuple[Message, ...] = ()
    view: View | None = None
    options: Json = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.error is None and not self.errors
