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
class Away:
    """From the first day to the last, both of them away; `id` is 0 until Cal.com keeps it."""

    first: date
    last: date
    reason: str = "unspecified"
    notes: str = ""
    id: int = 0
