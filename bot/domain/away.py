"""Days out of office."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.domain.wording import N_

REASONS: Final[Mapping[str, str]] = {
    "unspecified": N_("Unspecified"),
    "vacation": N_("Vacation"),
    "travel": N_("Travel"),
    "sick": N_("Sick"),
    "public_holiday": N_("Public holiday"),
}
"""Why somebody is away, in the API's words and in ours."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """A Cal.com user who shares a team with the account; without a name where it is not known."""

    id: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Away:
    """From the first day to the last, both of them away; the days are those of the account's
    working hours. `id` is 0 and `uuid` empty until Cal.com keeps it; `cover` stands in."""

    first: date
    last: date
    reason: str = "unspecified"
    notes: str = ""
    id: int = 0
    cover: Colleague | None = None
    uuid: str = ""

    @property
    def cover_id(self) -> int | None:
        return self.cover.id if self.cover else None
