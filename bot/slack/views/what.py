"""What is booked: the event type, how long, how often, and what that means."""

from slack_sdk.models.blocks import (
    Block,
    ExternalDataSelectElement,
    InputBlock,
    Option,
    RadioButtonsElement,
    StaticSelectElement,
)

from bot.domain.bookings import Feature
from bot.domain.event_types import EventType, Recurrence
from bot.domain.money import say_price
from bot.domain.times import say_length
from bot.domain.wording import _
from bot.services.offers import Offer
from bot.slack import ids
from bot.slack.bookform import LATER, NOW, BookForm
from bot.slack.text import plain
from bot.slack.views import parts
from bot.slack.views.traits import hosted_by, how_often, recurring

MOST_OPTIONS = 100


def event_type_option(event_type: EventType) -> Option:
    """An event type in a select: its title, how long it takes, and whose it is if a team's."""
    lengths = event_type.lengths or (event_type.length,)
    label = f"{event_type.title} · {' / '.join(say_length(n) for n in lengths)}"
    team = event_type.team
    whose = plain(_("Team {name}").format(name=team.name or team.slug), 75) if team else None
    return parts.option(plain(label, 75), str(event_type.id), whose)


def event_type(offer: Offer) -> InputBlock:
    """The choice of an event type: a menu, or a search where there are many."""
    label = _("What ({whose})").format(whose=offer.whose) if offer.whose else _("What")
    chosen = event_type_option(offer.chosen) if offer.chosen else None
    element: StaticSelectElement | ExternalDataSelectElement
    if len(offer.event_types) > MOST_OPTIONS:
        element = ExternalDataSelectElement(
            action_id=ids.PICK_EVENT_TYPE,
            min_query_length=0,
            placeholder=_("Type to search"),
            initial_option=chosen,
        )
    else:
        element = StaticSelectElement(
            action_id=ids.PICK_EVENT_TYPE,
            placeholder=_("Choose an event type"),
            options=[event_type_option(t) for t in offer.event_types],
            initial_option=chosen,
        )
    # While a block keeps its id, Slack keeps what was chosen in it, whatever is drawn.
    block_id = f"{ids.EVENT_TYPE}:{offer.chosen.id if offer.chosen else ''}"
    return parts.input_block(block_id, plain(label, 100), element, dispatch=True)


def details(form: BookForm, event_type: EventType, features: frozenset[Feature]) -> list[Block]:
    """How long, how often, at once or later; with what is special about it in words."""
    found: list[Block] = [parts.context(note) for note in notes(event_type, features)]
    found += _lengths(form, event_type)
    if event_type.recurrence and Feature.SERIES in features:
        found.append(_count(form, event_type, event_type.recurrence))
    if event_type.instant and Feature.INSTANT in features:
        found.append(_when(form, event_type))
    return found


def notes(event_type: EventType, features: frozenset[Feature]) -> list[str]:
    """What a person should know before they book; ready for mrkdwn."""
    found = []
    if who := hosted_by(event_type):
        found.append(f"{who[0].upper()}{who[1:]}.")
    if event_type.needs_confirmation:
        found.append(_("The host has to confirm it; until then it is only asked for."))
    if event_type.price:
        price = say_price(event_type.price, event_type.currency)
        found.append(
            _("Costs {price}. Cal.com mails the attendee a link to pay with.").format(price=price)
        )
    if event_type.recurrence and Feature.SERIES not in features:
        every = recurring(event_type.recurrence)
        found.append(
            _("It recurs ({every}); this Cal.com server books only the first time.").format(
                every=every
            )
        )
    return found


def _lengths(form: BookForm, event_type: EventType) -> list[Block]:
    if len(event_type.lengths) < 2:
        return []
    options = [parts.option(say_length(n), str(n)) for n in event_type.lengths[:MOST_OPTIONS]]
    current = form.length or event_type.length
    chosen = next((o for o in options if o.value == str(current)), options[0])
    lengths = StaticSelectElement(action_id=ids.PICK_LENGTH, options=options, initial_option=chosen)
    return [
        parts.input_block(f"{ids.LENGTH}:{event_type.id}", _("How long"), lengths, dispatch=True)
    ]


def _count(form: BookForm, event_type: EventType, rule: Recurrence) -> InputBlock:
    most = min(rule.occurrences, MOST_OPTIONS)
    options = [
        parts.option(_("{count} times").format(count=n) if n > 1 else _("Once"), str(n))
        for n in range(most, 0, -1)
    ]
    chosen = next((o for o in options if o.value == str(form.count)), options[0])
    menu = StaticSelectElement(action_id=ids.VALUE, options=options, initial_option=chosen)
    label = _("How many times ({every})").format(every=how_often(rule))
    return parts.input_block(f"{ids.COUNT}:{event_type.id}", label, menu)


def _when(form: BookForm, event_type: EventType) -> InputBlock:
    options = {
        LATER: parts.option(_("At a time of your choice"), LATER),
        NOW: parts.option(_("At once, with whoever of the team is free"), NOW),
    }
    radio = RadioButtonsElement(
        action_id=ids.PICK_WHEN,
        options=list(options.values()),
        initial_option=options[NOW if form.instant else LATER],
    )
    return parts.input_block(f"{ids.WHEN}:{event_type.id}", _("When"), radio, dispatch=True)
