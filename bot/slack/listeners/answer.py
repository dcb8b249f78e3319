"""Cancel, confirm, decline, and who did not come: one press, perhaps a reason, and it is done."""

from typing import Any, ClassVar

from slack_sdk.models.blocks import Block

from bot.domain.bookings import Action, Feature
from bot.domain.people import Reader
from bot.domain.wording import _
from bot.services.standing import Row
from bot.slack import forms, ids
from bot.slack.deps import Exchange
from bot.slack.errors import Problem
from bot.slack.listeners.one_change import OneChange
from bot.slack.views import cancel as views
from bot.slack.views import extents, outcome, parts


class Answer(OneChange):
    """Confirm needs nothing but the press; the others a form."""

    actions: ClassVar = {
        ids.CANCEL: Action.CANCEL,
        ids.DECLINE: Action.DECLINE,
        ids.MARK_ABSENT: Action.MARK_ABSENT,
    }
    doing: ClassVar = {ids.CANCEL: "cancelled", ids.DECLINE: "declined"}

    async def confirm(self, exchange: Exchange, ref: str) -> None:
        """Confirm at once; the answer is for the person alone."""
        exchange.doing = "confirmed"
        await exchange.looking()
        reader = await exchange.reader()
        await exchange.note(Action.CONFIRM.value, ref)
        row = await (await exchange.keeping(ref)).managing.confirm(reader, ref)
        await exchange.say(outcome.confirmed(row, exchange.reading(reader)))

    async def cancel(self, exchange: Exchange, ref: str) -> None:
        await self.ask(exchange, ids.CANCEL, ref)

    async def decline(self, exchange: Exchange, ref: str) -> None:
        await self.ask(exchange, ids.DECLINE, ref)

    async def mark_absent(self, exchange: Exchange, ref: str) -> None:
        await self.ask(exchange, ids.MARK_ABSENT, ref)

    async def done(
        self, exchange: Exchange, reader: Reader, callback_id: str, ref: str
    ) -> dict[str, Any]:
        desk, reading = await exchange.keeping(ref), exchange.reading(reader)
        managing = desk.managing
        state = forms.values(exchange.asked.view)
        reason = forms.text(state, ids.REASON)
        if callback_id == ids.CANCEL:
            said = reason or _("Cancelled from Slack by {name}").format(name=reader.member.name)
            extent = extents.read(forms.text(state, ids.EXTENT))
            change = await managing.cancel(reader, ref, said, extent)
            desk.lookup.drop_slots()
            return outcome.cancelled(change, reading, reason, following=extent.following)
        if callback_id == ids.DECLINE:
            return outcome.declined(await managing.decline(reader, ref, reason), reading, reason)
        row = await managing.snapshot(reader, ref, Action.MARK_ABSENT)
        emails = views.absent_emails(row.booking, forms.many(state, ids.ABSENT))
        return outcome.absence_noted(await managing.mark_absent(reader, ref, emails), reading)

    def modal(
        self,
        exchange: Exchange,
        callback_id: str,
        row: Row,
        reader: Reader,
        state: forms.State,
        problem: Problem | None = None,
    ) -> dict[str, Any]:
        features = exchange.desk_at_hand().managing.features
        asked = {
            ids.CANCEL: lambda: _about_cancelling(row, reader, features, state, problem),
            ids.DECLINE: lambda: _about_declining(row, state),
            ids.MARK_ABSENT: lambda: _about_absence(row, state),
        }[callback_id]()
        reading = exchange.reading(reader)
        return views.modal(callback_id, row.seen.ref, row.booking, reading, asked, problem)


def _about_cancelling(
    row: Row,
    reader: Reader,
    features: frozenset[Feature],
    state: forms.State,
    problem: Problem | None,
) -> list[Block]:
    required = row.booking.hosted_by(reader.email) or views.reason_block(problem) is not None
    asked = extents.question(row, Action.CANCEL, features, forms.text(state, ids.EXTENT))
    note = "" if asked else extents.note(row, Action.CANCEL)
    reason = views.reason(forms.text(state, ids.REASON), required=required)
    return [*([asked] if asked else []), *([parts.context(note)] if note else []), reason]


def _about_declining(row: Row, state: forms.State) -> list[Block]:
    reason = views.reason(forms.text(state, ids.REASON), required=False)
    if row.booking.recurring_uid is None:
        return [reason]
    return [parts.section(_("It is one of a series: *the whole series* is declined.")), reason]


def _about_absence(row: Row, state: forms.State) -> list[Block]:
    return [views.who_was_absent(row.booking, forms.many(state, ids.ABSENT))]
