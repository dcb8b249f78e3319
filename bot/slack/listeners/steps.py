"""Steps of workflows: find times, book, cancel; each ends with what it gives, or with a sentence.

Slack says who runs a workflow (`user_context`), and its author cannot say otherwise: so a step may
do what that person may do by a command, and is done by the same use cases.
"""

import contextlib
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.bookings import Action, Booking, Status
from bot.domain.commands import parse
from bot.domain.errors import AlreadyDone, Expired, InvalidAnswer, StoreUnavailable, Unclear
from bot.domain.event_types import EventType
from bot.domain.people import Reader
from bot.domain.policy import Deed, check
from bot.domain.records import Run, Seen
from bot.domain.slots import Slot
from bot.domain.times import When
from bot.domain.wording import _
from bot.services.amending import may_be_shown
from bot.services.booking import Untraceable
from bot.services.desks import Desk
from bot.services.offers import Offer
from bot.slack import ids, ordering
from bot.slack.bookform import BookForm
from bot.slack.deps import Deps, Exchange
from bot.slack.listeners.slots import find, window
from bot.slack.payloads import asked
from bot.slack.runs import Outputs, Runs
from bot.slack.steps import EVENT
from bot.slack.text import plain
from bot.slack.views import outcome
from bot.slack.views.reading import Reading

TIMES, MOST_TIMES = 5, 50
KIND: Final = "step"
"""Of an attempt that is found out about when its run is taken up again."""
LATEST: Final = 2**33
"""Seconds since 1970; a year that calendars have."""


class Steps:
    """Carries them out."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._runs = Runs(
            deps,
            {
                ids.FIND_TIMES: self._find_times,
                ids.BOOK_STEP: self._book,
                ids.CANCEL_STEP: self._cancel,
            },
        )
        self.take_up = self._runs.take_up

    def register(self, app: AsyncApp) -> None:
        app.event(EVENT)(self.on_executed)

    async def on_executed(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        run = self._runs.told(body, asked(body))
        if run is None:
            return

        async def work(exchange: Exchange) -> None:
            await self._runs.begin(exchange, run)

        self._deps.later(body, client, work)

    async def _find_times(self, exchange: Exchange, reader: Reader, run: Run) -> Outputs:
        check(reader.member, Deed.LOOK_UP)
        reading = exchange.reading(reader)
        when = _when(run, "from_time", "day", reader)
        offer, event_type = await self._offer(exchange, reader, run)
        found = await find((await exchange.desk()).lookup, offer, None, window(when, reading))
        most = run.inputs.get("count")
        count = min(max(most, 1), MOST_TIMES) if isinstance(most, int) else TIMES
        slots: tuple[Slot, ...] = found.slots[:count]
        if not slots:
            raise Unclear(_("There is no open time then. Let the step look from a later day on."))
        first = slots[0].start
        return {
            "times": "\n".join(_said(slot.start, reading) for slot in slots),
            "first": int(first.timestamp()),
            "first_text": _said(first, reading),
            "first_iso": _iso(first, reading.zone),
            **({"link": event_type.url} if event_type.url else {}),
        }

    async def _book(self, exchange: Exchange, reader: Reader, run: Run) -> Outputs:
        exchange.doing = "booked"
        await exchange.note("book")
        desk = await exchange.desk()
        try:
            made = await desk.bookings.begun(reader.member, _key(run)) if run.again else None
        except Untraceable:
            command = self._deps.command
            raise Unclear(outcome.found_out(None, command, certain=False).text) from None
        seen, *_rest = made or await self._ordered(exchange, reader, run)
        desk.lookup.drop_slots()
        with contextlib.suppress(StoreUnavailable):  # it is booked, and that is what is told
            await exchange.note_of(seen.ref, seen.account)
            await self._deps.sharing.changed(seen.booking.event_type_id, seen.booking.hosts)
        return _given(seen, exchange.reading(reader))

    async def _ordered(self, exchange: Exchange, reader: Reader, run: Run) -> tuple[Seen, ...]:
        __, event_type = await self._offer(exchange, reader, run)
        self._check_asks_little(event_type)
        form = await self._form(reader, run)
        order = ordering.request(form, event_type, reader, ())
        return await (await exchange.desk()).bookings.book(reader.member, order, kind=KIND)

    async def _cancel(self, exchange: Exchange, reader: Reader, run: Run) -> Outputs:
        exchange.doing = "cancelled"
        ref = str(run.inputs.get("reference") or "").strip()
        await exchange.note(Action.CANCEL.value, ref)
        desk = await exchange.keeping(ref)
        said = str(run.inputs.get("reason") or "") or _("Cancelled by a workflow in Slack")
        try:
            await desk.managing.snapshot(reader, ref, Action.CANCEL)
            booking = (await desk.managing.cancel(reader, ref, said)).before.booking
        except AlreadyDone as done:
            booking = await _cancelled_before(desk, reader, run, ref, done)
        desk.lookup.drop_slots()
        return _told(booking, exchange.reading(reader))

    async def _offer(self, exchange: Exchange, reader: Reader, run: Run) -> tuple[Offer, EventType]:
        """What is meant by the event type's name or link."""
        what = parse(f"slots {run.inputs.get('event_type') or ''}").what
        offer = await (await exchange.desk()).lookup.offer(reader, what)
        if offer.chosen is None:
            raise Unclear(
                _(
                    "The step has to be told which event type is meant: its name, or a booking "
                    "link. Nothing was done."
                )
            )
        return offer, offer.chosen

    def _check_asks_little(self, event_type: EventType) -> None:
        """Whether name, e-mail and notes will do: the manifest knows no event type's questions."""
        asked = [question.label for question in event_type.own_questions if question.required]
        if asked:
            raise Unclear(
                _(
                    "“{title}” asks what a step cannot answer ({questions}). Nothing was booked. "
                    "Let somebody book it with `{command} book`, or take another event type."
                ).format(
                    title=event_type.title,
                    questions=", ".join(asked),
                    command=self._deps.command,
                )
            )

    async def _form(self, reader: Reader, run: Run) -> BookForm:
        """The order as a form that was filled in."""
        inputs = run.inputs
        when = _when(run, "start", "when", reader)
        if when is None or when.start is None:
            raise Unclear(
                _(
                    "The step has to be told when: a date and time, or words such as “tomorrow "
                    "3pm”. Nothing was booked."
                )
            )
        name, email = str(inputs.get("name") or ""), str(inputs.get("email") or "").strip()
        if not email:
            member_id = str(inputs.get("attendee") or reader.member.user_id)
            (guest,) = await self._deps.people.guests(reader.member.team_id, [member_id])
            name, email = name or guest.name, guest.email
        if not ordering.ADDRESS.fullmatch(email):
            raise InvalidAnswer("email", _("This is not an e-mail address."))
        notes = str(inputs.get("notes") or "")
        return BookForm(_key(run), name=name or email, email=email, notes=notes, start=when.start)


async def _cancelled_before(
    desk: Desk, reader: Reader, run: Run, ref: str, done: AlreadyDone
) -> Booking:
    """The booking, where whoever had this run before has cancelled it; else raises `done`."""
    if not run.again:
        raise done
    try:
        booking = (await desk.managing.row(reader, ref)).booking
    except Expired:
        raise done from None
    if booking.status is not Status.CANCELLED:
        raise done
    return booking


def _key(run: Run) -> str:
    """Of the order, so that a step that is begun again books once."""
    return sha256(f"step {run.team_id} {run.id}".encode()).hexdigest()[:16]


def _when(run: Run, moment: str, words: str, reader: Reader) -> When | None:
    """A time as Slack has it (seconds since 1970), or as it is typed; None where neither is told.
    Tomorrow is the day after the workflow came here, whoever takes it up when.

    Raises:
        Unclear: It cannot be read.
    """
    reading = Reading.of(reader, run.begun_at)
    given, typed = run.inputs.get(moment), str(run.inputs.get(words) or "").strip()
    seconds = int(f"{given}") if f"{given}".isdecimal() else 0
    if 0 < seconds < LATEST:
        start = datetime.fromtimestamp(seconds, UTC)
        return When(reading.day_of(start), None, start, None, typed)
    return reading.when(typed) if typed else None


def _said(start: datetime, reading: Reading) -> str:
    return f"{reading.day(reading.day_of(start))}, {reading.clock(start)}"


def _iso(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat()


def _told(booking: Booking, reading: Reading) -> Outputs:
    """What is told of any booking: what people wrote in it is no markup."""
    return {
        "title": plain(booking.title, 300).replace("<", "‹").replace(">", "›"),
        "when": outcome.when(booking, reading),
        "start": int(booking.start.timestamp()),
        "start_iso": _iso(booking.start, reading.zone),
    }


def _given(seen: Seen, reading: Reading) -> Outputs:
    """What a step that books gives to later ones; nothing by which the booking could be changed by
    whoever reads it."""
    booking = seen.booking
    names = ", ".join(host.name or host.email for host in booking.hosts)
    host = plain(names, 300, empty="").replace("<", "‹").replace(">", "›")
    join = booking.join_url or ""
    more = {"host": host, "meeting_url": join if may_be_shown(join, booking) else ""}
    return {
        **_told(booking, reading),
        "end_iso": _iso(booking.end, reading.zone),
        "status": booking.status.value,
        "reference": seen.ref,
        "link": outcome.calendar_link(booking),
        **{name: value for name, value in more.items() if value},
    }
