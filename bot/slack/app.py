"""The Slack app: every listener registered, and the HTTP endpoint in front of Bolt."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol, cast

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.bookings import Action
from bot.domain.commands import Name
from bot.domain.wording import speaking
from bot.locales import language
from bot.services.leaving import Leaving as LeavingUse
from bot.slack import ids
from bot.slack.deps import Deps
from bot.slack.installations import Installations
from bot.slack.listeners.amend import Amend
from bot.slack.listeners.answer import Answer
from bot.slack.listeners.audit import Audit
from bot.slack.listeners.availability import Availability
from bot.slack.listeners.away import Away
from bot.slack.listeners.book import Book
from bot.slack.listeners.bookings import Bookings
from bot.slack.listeners.claim import ClaimIt
from bot.slack.listeners.commands import Commands, Flow
from bot.slack.listeners.connect import Connect
from bot.slack.listeners.forgetting import Forgetting
from bot.slack.listeners.hand_over import HandOver
from bot.slack.listeners.home import Home
from bot.slack.listeners.hours import Hours
from bot.slack.listeners.leaving import Leaving
from bot.slack.listeners.links import Links
from bot.slack.listeners.notify import Notify
from bot.slack.listeners.notify_form import NotifyForm
from bot.slack.listeners.people import People
from bot.slack.listeners.proposals import Proposals
from bot.slack.listeners.propose import Propose
from bot.slack.listeners.reschedule import Reschedule
from bot.slack.listeners.retrieve import Retrieve
from bot.slack.listeners.schedule import Schedule
from bot.slack.listeners.settings import Settings
from bot.slack.listeners.share import Share
from bot.slack.listeners.shortcuts import Shortcuts
from bot.slack.listeners.slots import Slots
from bot.slack.listeners.status import Status
from bot.slack.listeners.steps import Steps
from bot.slack.listeners.types import Types
from bot.slack.payloads import asked
from bot.slack.people import People as Members

ON_BOOKINGS: Final = (
    Name.BOOKINGS,
    Name.TODAY,
    Name.NEXT,
    Name.RESCHEDULE,
    Name.CANCEL,
    Name.CONFIRM,
    Name.DECLINE,
)
"""The commands that list bookings."""
FOREIGN = "This bot serves another workspace. Nothing was changed; ask an admin to install it here."
"""In English: without being installed there we cannot know which language they read."""


def build(
    deps: Deps, client: AsyncWebClient, installations: Installations, leaving: LeavingUse
) -> AsyncApp:
    """The Bolt app.

    With `process_before_response` Bolt answers when the listener returns, in about a
    millisecond; without, it polls for the ack every ten (bolt-python 1.30). Listeners ack, hand
    the rest to the background, and return. Signatures are verified by the `Door` in front of it;
    Socket Mode's envelopes have none.
    """

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        return await installations.authorize(enterprise_id, team_id)

    # Bolt understands None as "not installed there", which its annotation leaves out.
    app = Speaking(
        deps.people,
        name="calbot",  # without one Bolt reads through every frame's source to find one
        client=client,
        authorize=cast("Callable[..., Awaitable[AuthorizeResult]]", authorize),
        user_facing_authorize_error_message=FOREIGN,
        process_before_response=True,
        request_verification_enabled=False,
    )
    for listener in _listeners(deps):
        listener.register(app)
    Leaving(leaving, installations, deps.background).register(app)
    for link in (ids.JOIN, ids.LINK):
        app.action(link)(on_link)
    return app


class Speaking(AsyncApp):
    """Bolt, answering at once in the language of whoever did something, as far as it is known."""

    def __init__(self, people: Members, **bolt: Any) -> None:
        super().__init__(**bolt)
        self._people = people

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        with speaking(language(self._people.locale(asked(req.body)))):
            return await super().async_dispatch(req)


class _Listener(Protocol):
    def register(self, app: AsyncApp) -> None: ...


def _listeners(deps: Deps) -> list[_Listener]:
    """Every flow, the command first: it is what is asked for most."""
    book, types, slots, availability = Book(deps), Types(deps), Slots(deps), Availability(deps)
    bookings, acting = _on_bookings(deps)
    schedule, settings, notify = Schedule(deps), Settings(deps), Notify(deps)
    status, connect, share = Status(deps), Connect(deps), Share(deps)
    propose, away = Propose(deps), Away(deps)
    flows: dict[Name, Flow] = {
        Name.TYPES: types.show,
        Name.SLOTS: slots.show,
        Name.AVAILABILITY: availability.show,
        Name.BOOK: book.show,
        Name.SHARE: share.show,
        Name.PROPOSE: propose.show,
        Name.SCHEDULE: schedule.show,
        Name.AWAY: away.show,
        Name.SETTINGS: settings.show,
        Name.STATUS: status.show,
        Name.NOTIFY: notify.show,
        Name.CONNECT: connect.show,
        Name.DISCONNECT: connect.show_leaving,
        **dict.fromkeys(ON_BOOKINGS, bookings.show),
    }
    listeners: list[_Listener] = [Commands(deps, flows), book, *acting, bookings, types, slots]
    listeners += [availability, schedule, settings, People(deps)]
    listeners += [notify, NotifyForm(deps), status, Audit(deps), Forgetting(deps), connect]
    listeners += [Shortcuts(deps, book), share, Links(deps)]
    listeners += [Home(deps), Hours(deps), away]
    listeners += [propose, Proposals(deps, book), ClaimIt(deps), Steps(deps)]
    return listeners


def _on_bookings(deps: Deps) -> tuple[Bookings, list[_Listener]]:
    """The lists of bookings, and the flows of what is done to one of them."""
    answer, reschedule, amend = Answer(deps), Reschedule(deps), Amend(deps)
    hand_over, retrieve = HandOver(deps), Retrieve(deps)
    acts = {
        Action.RESCHEDULE: reschedule.start,
        Action.CANCEL: answer.cancel,
        Action.CONFIRM: answer.confirm,
        Action.DECLINE: answer.decline,
        Action.MARK_ABSENT: answer.mark_absent,
        Action.REQUEST_RESCHEDULE: amend.ask_anew,
        Action.HAND_OVER: hand_over.start,
        Action.ADD_PEOPLE: amend.add_people,
        Action.CHANGE_PLACE: amend.change_place,
        Action.CALENDAR_LINKS: retrieve.calendar_links,
        Action.RECORDINGS: retrieve.recordings,
    }
    bookings = Bookings(deps, {action.value: act for action, act in acts.items()})
    return bookings, [reschedule, answer, amend, hand_over]


async def on_link(ack: AsyncAck) -> None:
    """A link was opened in the browser; Slack wants to hear that we know."""
    await ack()
