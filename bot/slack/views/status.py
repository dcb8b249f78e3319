"""How the bot is doing: what is connected, what waits, and which places do not take messages."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from babel.dates import format_timedelta
from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    HeaderBlock,
    PlainTextObject,
    SectionBlock,
)

from bot.domain.hooks import Kept
from bot.domain.records import Closed, Kind, Undelivered, Waiting
from bot.domain.rules import Place, Rule
from bot.domain.wording import N_, _, current, ngettext
from bot.services.overview import PAGE, SHOWN, Overview
from bot.slack import ids
from bot.slack.text import SECTION, inline, mrkdwn_lines, plain
from bot.slack.views import forgetting, parts
from bot.slack.views.parts import Message
from bot.slack.views.reading import Reading, whole

TITLE = N_("Status")
MOST_RULES = 15
MOST_NAMED = 5
MOST_WRONG = 8
KINDS = {
    Kind.CARD: N_("a booking's card, or a notice"),
    Kind.NOTE: N_("a line in a card's thread"),
    Kind.REMINDER: N_("a reminder"),
    Kind.REMOVAL: N_("a card that is to be taken back"),
}


def overview(found: Overview, reading: Reading, *, skip: int = 0, done: str = "") -> Message:
    """For an admin; `skip` places stand on the pages before, `done` is what was just done."""
    told = [
        _section(_("Connections"), _connections(found, reading)),
        _section(_("Webhooks"), _webhooks(found, reading)),
        _section(_("Polling"), [_polling(found, reading)]),
        _section(_("Messages"), _messages(found, reading)),
    ]
    connections, webhooks, *rest = map(parts.section, told)
    blocks: list[Block] = [HeaderBlock(text=_(TITLE)), *_done(done), connections, webhooks]
    blocks += [*_by_hand(found.webhooks), *rest]
    for number, each in enumerate(found.closed):
        told.append(_closed(each, reading))
        blocks += _place(told[-1], each.place, number)
    pages = _pages(ids.STATUS_PAGE, skip, PAGE, more=found.more)
    audit = parts.button(_("Who did what"), ids.AUDIT)
    blocks += [
        ActionsBlock(elements=[*pages, parts.button(_("Refresh"), ids.STATUS, str(skip)), audit]),
        ActionsBlock(elements=[forgetting.everything()]),
    ]
    return _message([done, *told], blocks)


def own(
    rules: Sequence[tuple[Rule, Closed | None]], reading: Reading, *, done: str = ""
) -> Message:
    """For everybody else: how their own rules are."""
    first = (
        _("The state of the whole bot is shown to the admins of this workspace. Your own rules:")
        if rules
        else _(
            "The state of the whole bot is shown to the admins of this workspace. You "
            "have no notification rules of your own, so nothing waits for you."
        )
    )
    told = [first]
    blocks: list[Block] = [HeaderBlock(text=_(TITLE)), *_done(done), parts.section(first)]
    for number, (rule, closed) in enumerate(rules[:MOST_RULES]):
        told.append(_rule(rule, closed, reading))
        if closed or rule.is_held:
            blocks += _place(told[-1], rule.place, number)
        else:
            blocks.append(parts.section(told[-1]))
    if len(rules) > MOST_RULES:
        told.append(_("And {count} more rules.").format(count=len(rules) - MOST_RULES))
        blocks.append(parts.section(told[-1]))
    return _message([done, *told], blocks)


def kept(place: Place, found: Sequence[Undelivered], reading: Reading, *, skip: int) -> Message:
    """What waits for a place, a page of it."""
    title = _("What waits for {mention}").format(mention=mention(place))
    lines = [
        _("• {kind}, since {since}: {why}").format(
            kind=_(KINDS[each.kind]), since=_since(each.since, reading), why=inline(each.why, 100)
        )
        for each in found[:SHOWN]
    ] or [_("Nothing waits there any more.")]
    pages = _pages(ids.STATUS_KEPT_PAGE, skip, SHOWN, more=len(found) > SHOWN, about=place.channel)
    back = parts.button(_("Back to the status"), ids.STATUS, "0")
    blocks: list[Block] = [
        parts.section(f"*{title}*"),
        parts.section("\n".join(lines)),
        ActionsBlock(elements=[_replay(place, 0), *pages, back]),
    ]
    return _message([title, *lines], blocks)


def replayed(place: Place, count: int) -> str:
    """What was just done."""
    if not count:
        return _("Nothing waited for {mention}; its rules are at work.").format(
            mention=mention(place)
        )
    return _("{count} for {mention} will be tried again now, in order.").format(
        count=_messages_count(count), mention=mention(place)
    )


def mention(place: Place) -> str:
    """The place as Slack draws it; a name that has no id yet as it is."""
    if place.channel.startswith("#"):
        return inline(place.channel)
    return f"<@{place.channel}>" if place.is_person else f"<#{place.channel}>"


def _connections(found: Overview, reading: Reading) -> Iterable[str]:
    running = found.running
    refused = running.slack_refuses
    yield (
        _("Slack: refuses me ({refused})").format(refused=inline(refused))
        if refused
        else _("Slack: connected")
    )
    if running.socket_stands is not None:
        yield (
            _("Socket Mode: connected")
            if running.socket_stands
            else _("Socket Mode: not connected")
        )
    account = found.account
    named = inline(account.name or account.username, 80) if account else found.trouble
    yield _("Cal.com: {named} (API {api_version})").format(
        named=named, api_version=running.api_version
    )
    yield _("Database: {database}, answers").format(database=running.database)
    if not running.worker_here:
        yield _("Background work: in processes of its own")
    elif running.last_round is None:
        yield _("Background work: no round yet")
    else:
        yield _("Background work: last round {ago}").format(
            ago=_ago(running.last_round, reading.now)
        )


def _webhooks(found: Overview, reading: Reading) -> Iterable[str]:
    well = [inline(each.what, 80) for each in found.webhooks if not each.problem]
    wrong = _wrong(found.webhooks)
    if well:
        more = len(well) - MOST_NAMED
        named = [*well[:MOST_NAMED], *([_("{count} more").format(count=more)] if more > 0 else [])]
        yield _("{count} of {all} are kept at Cal.com:").format(
            count=len(well), all=len(found.webhooks)
        )
        yield " · ".join(named)
    else:
        yield _("I keep none at Cal.com.")
    waiting = ngettext(
        "{count} webhook waiting to be read",
        "{count} webhooks waiting to be read",
        found.inbox.count,
    )
    yield _waiting(found.inbox, _("No webhook waits to be read."), waiting, reading)
    for each in wrong[:MOST_WRONG]:
        yield f":warning: {inline(each.what, 80)}: {inline(each.problem, 200)}"
    if len(wrong) > MOST_WRONG:
        yield _(":warning: And {count} more.").format(count=len(wrong) - MOST_WRONG)


def _wrong(webhooks: Sequence[Kept]) -> list[Kept]:
    """Those for which something can be done come first."""
    wrong = [each for each in webhooks if each.problem]
    return sorted(wrong, key=lambda each: not each.by_hand)


def _by_hand(webhooks: Sequence[Kept]) -> Iterable[Block]:
    """What an admin can do about each, once where it is the same: in plain text, to be copied.
    It holds secrets, so it stands here alone and not in what a notification shows."""
    wrong = [each for each in _wrong(webhooks)[:MOST_WRONG] if each.by_hand]
    for how in dict.fromkeys(each.by_hand for each in wrong):
        what = "; ".join(each.what for each in wrong if each.by_hand == how)
        text = plain(f"{what}. {how}", SECTION)
        yield SectionBlock(text=PlainTextObject(text=text, emoji=False))


def _polling(found: Overview, reading: Reading) -> str:
    if found.polled is None:
        return _("Cal.com has not been asked for changes yet.")
    known = _ago(found.polled.cursor, reading.now)
    due = _since(found.polled.due_at, reading)
    return _("The newest change that I know was made {known}. The next look: {due}.").format(
        known=known, due=due
    )


def _messages(found: Overview, reading: Reading) -> Iterable[str]:
    waiting = ngettext(
        "{count} message waiting to be posted",
        "{count} messages waiting to be posted",
        found.outbox.count,
    )
    yield _waiting(found.outbox, _("No message waits to be posted."), waiting, reading)
    yield _("{count} posted or edited in the last 24 hours.").format(
        count=_messages_count(found.lately)
    )
    if found.outbox.aside and not found.closed:
        yield _("What is kept is for other workspaces, or on another page.")


def _waiting(amount: Waiting, none: str, waiting: str, reading: Reading) -> str:
    """What waits, in the words for none and for some."""
    if not amount.count and not amount.aside:
        return none
    facts = [waiting]
    if amount.oldest:
        facts.append(_("the oldest since {since}").format(since=_since(amount.oldest, reading)))
    if amount.failing:
        facts.append(_("{failing} failed before").format(failing=amount.failing))
    if amount.aside:
        facts.append(_("{aside} kept and not tried any more").format(aside=amount.aside))
    return " · ".join(facts)


def _closed(each: Closed, reading: Reading) -> str:
    since = _since(each.since, reading)
    return _(":warning: {mention}: {count} kept since {since}. Slack says: {why}").format(
        mention=mention(each.place),
        count=_messages_count(each.count),
        since=since,
        why=inline(each.why, 100),
    )


def _rule(rule: Rule, closed: Closed | None, reading: Reading) -> str:
    pause = rule.pause
    if closed:
        return _closed(closed, reading)
    if pause and rule.is_held:
        since = _since(pause.at, reading)
        return _(":warning: {mention}: rests since {since} ({why})").format(
            mention=mention(rule.place), since=since, why=inline(pause.why, 100)
        )
    said = _("paused") if pause else _("at work")
    return f"{mention(rule.place)}: {said}"


def _place(text: str, place: Place, number: int) -> list[Block]:
    show = parts.button(_("Show"), f"{ids.STATUS_KEPT}{number}", place.channel)
    return [parts.section(text), ActionsBlock(elements=[_replay(place, number), show])]


def _replay(place: Place, number: int) -> ButtonElement:
    return parts.button(_("Replay"), f"{ids.REPLAY}{number}", place.channel)


def _pages(
    action: str, skip: int, size: int, *, more: bool, about: str = ""
) -> list[ButtonElement]:
    """Back and forth; the value is how many to skip, and what it is about."""
    steps = []
    if skip:
        steps.append(parts.button(_("Back"), f"{action}back", f"{max(skip - size, 0)} {about}"))
    if more:
        steps.append(parts.button(_("More"), f"{action}more", f"{skip + size} {about}"))
    return steps


def _section(title: str, lines: Iterable[str]) -> str:
    return mrkdwn_lines([f"*{title}*", *lines])


def _done(done: str) -> list[Block]:
    return [parts.section(f":white_check_mark: {done}")] if done else []


def _message(lines: Iterable[str], blocks: Sequence[Block]) -> Message:
    return parts.message(whole(filter(None, lines)).replace("*", ""), blocks)


def _messages_count(count: int) -> str:
    return ngettext("{count} message", "{count} messages", count)


def _since(at: datetime, reading: Reading) -> str:
    """`today, 09:00`."""
    return f"{reading.day(reading.day_of(at))}, {reading.clock(at)}"


def _ago(at: datetime, now: datetime) -> str:
    """`5 minutes ago`."""
    return format_timedelta(
        min(at - now, timedelta()), threshold=2, add_direction=True, locale=current().locale
    )
