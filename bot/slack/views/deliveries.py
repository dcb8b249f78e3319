"""A delivery as the message that it is: a card, a note, a reminder, a notice, a digest or a word
of our own."""

from datetime import datetime

from bot.domain.cards import DigestCard, NoticeCard, RefusalCard
from bot.domain.records import Delivery, Kind
from bot.domain.times import zone_or_utc
from bot.slack.views.card_words import Words
from bot.slack.views.cards import booking_card
from bot.slack.views.digests import digest
from bot.slack.views.happenings import note
from bot.slack.views.notices import notice
from bot.slack.views.parts import Message
from bot.slack.views.refused import refused
from bot.slack.views.reminders import reminder


def message(delivery: Delivery, *, now: datetime, mention: str = "") -> Message:
    """The message, with no more in it than its place is told.

    Args:
        delivery: What is to be shown, and how (`look`).
        now: Decides which buttons there are; aware.
        mention: Ready mrkdwn that calls those whom the look calls.
    """
    shown, detail = delivery.card, delivery.look.detail
    if isinstance(shown, NoticeCard):
        return notice(shown, detail, mention)
    if isinstance(shown, RefusalCard):
        return refused(shown)
    if isinstance(shown, DigestCard):
        return digest(shown, detail, now=now)
    hosts = shown.booking.hosts  # the first one's zone is said in words
    zone = zone_or_utc((hosts[0].time_zone if hosts else None) or "UTC")
    words = Words(shown=shown, detail=detail, now=now, zone=zone, mention=mention)
    if delivery.kind is Kind.NOTE and delivery.note:
        return note(words, delivery.note)
    if delivery.kind is Kind.REMINDER:
        return reminder(words, delivery.ref)
    return booking_card(words, delivery.ref, asks=delivery.look.asks)
