"""When a booking is reminded of, and where."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.cards import Card, Phase
from bot.domain.rules import Place, Rule, Showing, showing_at


def settled_at(card: Card) -> datetime | None:
    """When it was first said that the booking stands as it is, at that time; None where nobody
    knows."""
    own = [word for word in card.history if word.uid == card.booking.uid]
    said = [word.at for word in own if word.at and word.phase is Phase.UPCOMING]
    return min(said, default=card.said_at or card.booking.created_at)


def reminders(card: Card, rules: Iterable[Rule], now: datetime) -> dict[int, tuple[Showing, ...]]:
    """What the places of the rules that mean an upcoming booking are to be reminded of at `now`:
    by the minutes before its start.

    Of several reminders whose moment has come, a place gets the last one: the earlier ones were
    given, or would say the same by now. One whose moment came before the booking stood as it does
    is left out, it was news after that; and one whose moment was in the quiet hours of all that
    want it there, or whose place is quiet until the start.
    """
    there: dict[Place, list[Rule]] = {}
    for rule in rules:
        if not rule.is_off:
            there.setdefault(rule.place, []).append(rule)
    found: dict[int, tuple[Showing, ...]] = {}
    for place, those in there.items():
        minutes = _last(card, those, now)
        if minutes is None:
            continue
        showing = showing_at(place, those, now)
        if showing.not_before is None or showing.not_before < card.booking.start:
            found[minutes] = (*found.get(minutes, ()), showing)
    return found


def _last(card: Card, rules: list[Rule], now: datetime) -> int | None:
    """The minutes of the place's last reminder whose moment has come, if it is one to give."""
    start = card.booking.start
    every = {minutes for rule in rules for minutes in rule.reminders}
    come = [minutes for minutes in every if start - timedelta(minutes=minutes) <= now < start]
    if not come:
        return None
    last = min(come)
    moment = start - timedelta(minutes=last)
    settled = settled_at(card)
    wanting = [rule for rule in rules if last in rule.reminders]
    is_new = settled is not None and settled > moment
    is_quiet = all(rule.quiet_until(moment) for rule in wanting)
    return None if is_new or is_quiet else last
