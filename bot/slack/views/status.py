"""How the bot is doing: what is connected, what waits, and which places do not take messages."""

from collections.abc import Iterable, Sequence
from datetime import datetime

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
from bot.services.overview import PAGE, SHOWN, Overview
from bot.slack import ids
from bot.slack.text import SECTION, inline, mrkdwn_lines, plain
from bot.slack.views import forgetting, parts
from bot.slack.views.parts import Message
from bot.slack.views.reading import Reading, whole
from bot.slack.views.rule_words import joined

TITLE = "Status"
MOST_RULES = 15
MOST_NAMED = 5
MOST_WRONG = 8
KINDS = {
    Kind.CARD: "a booking's card, or a notice",
    Kind.NOTE: "a line in a card's thread",
    Kind.REMINDER: "a reminder",
    Kind.REMOVAL: "a card that is to be taken back",
}


def overview(found: Overview, reading: Reading, *, skip: int = 0, done: str = "") -> Message:
    """For an admin; `skip` places stand on the pages before, `done` is what was just done."""
    told = [
        _section("Connections", _connections(found, reading)),
        _section("Webhooks", _webhooks(found, reading)),
        _section("Polling", [_polling(found, reading)]),
        _section("Messages", _messages(found, reading)),
    ]
    connections, webhooks, *rest = map(parts.section, told)
    blocks: list[Block] = [HeaderBlock(text=TITLE), *_done(done), connections, webhooks]
    blocks += [*_by_hand(found.webhooks), *rest]
    for number, each in enumerate(found.closed):
        told.append(_closed(each, reading))
        blocks += _place(told[-1], each.place, number)
    pages = _pages(ids.STATUS_PAGE, skip, PAGE, more=found.more)
    audit = parts.button("Who did what", ids.AUDIT)
    blocks += [
        ActionsBlock(elements=[*pages, parts.button("Refresh", ids.STATUS, str(skip)), audit]),
        ActionsBlock(elements=[forgetting.everything()]),
    ]
    return _message([done, *told], blocks)


def own(
    rules: Sequence[tuple[Rule, Closed | None]], reading: Reading, *, done: str = ""
) -> Message:
    """For everybody else: how their own rules are."""
    first = (
        "The state of the whole bot is shown to the admins of this workspace. Your own rules:"
        if rules
        else "The state of the whole bot is shown to the admins of this workspace. You have no "
        "notification rules of your own, so nothing waits for you."
    )
    told = [first]
    blocks: list[Block] = [HeaderBlock(text=TITLE), *_done(done), parts.section(first)]
    for number, (rule, closed) in enumerate(rules[:MOST_RULES]):
        told.append(_rule(rule, closed, reading))
        if closed or rule.is_held:
            blocks += _place(told[-1], rule.place, number)
        else:
            blocks.append(parts.section(told[-1]))
    if len(rules) > MOST_RULES:
        told.append(f"And {len(rules) - MOST_RULES} more rules.")
        blocks.append(parts.section(told[-1]))
    return _message([done, *told], blocks)


def kept(place: Place, found: Sequence[Undelivered], reading: Reading, *, skip: int) -> Message:
    """What waits for a place, a page of it."""
    title = f"What waits for {mention(place)}"
    lines = [
        f"• {KINDS[each.kind]}, since {_since(each.since, reading)}: {inline(each.why, 100)}"
        for each in found[:SHOWN]
    ] or ["Nothing waits there any more."]
    pages = _pages(ids.STATUS_KEPT_PAGE, skip, SHOWN, more=len(found) > SHOWN, about=place.channel)
    back = parts.button("Back to the status", ids.STATUS, "0")
    blocks: list[Block] = [
        parts.section(f"*{title}*"),
        parts.section("\n".join(lines)),
        ActionsBlock(elements=[_replay(place, 0), *pages, back]),
    ]
    return _message([title, *lines], blocks)


def replayed(place: Place, count: int) -> str:
    """What was just done."""
    if not count:
        return f"Nothing waited for {mention(place)}; its rules are at work."
    return f"{_count(count, 'message')} for {mention(place)} will be tried again now, in order."


def mention(place: Place) -> str:
    """The place as Slack draws it; a name that has no id yet as it is."""
    if place.channel.startswith("#"):
        return inline(place.channel)
    return f"<@{place.channel}>" if place.is_person else f"<#{place.channel}>"


def _connections(found: Overview, reading: Reading) -> Iterable[str]:
    running = found.running
    refused = running.slack_refuses
    yield f"Slack: refuses me ({inline(refused)})" if refused else "Slack: connected"
    if running.socket_stands is not None:
        yield f"Socket Mode: {'connected' if running.socket_stands else 'not connected'}"
    account = found.account
    named = inline(account.name or account.username, 80) if account else found.trouble
    yield f"Cal.com: {named} (API {running.api_version})"
    yield f"Database: {running.database}, answers"
    if not running.worker_here:
        yield "Background work: in processes of its own"
    elif running.last_round is None:
        yield "Background work: no round yet"
    else:
        yield f"Background work: last round {_ago(running.last_round, reading.now)}"


def _webhooks(found: Overview, reading: Reading) -> Iterable[str]:
    well = [inline(each.what, 80) for each in found.webhooks if not each.problem]
    wrong = _wrong(found.webhooks)
    if well:
        more = len(well) - MOST_NAMED
        named = [*well[:MOST_NAMED], *([f"{more} more"] if more > 0 else [])]
        yield f"{len(well)} of {len(found.webhooks)} are kept at Cal.com: {joined(named)}."
    else:
        yield "I keep none at Cal.com."
    yield _waiting(found.inbox, "webhook", "to be read", reading)
    for each in wrong[:MOST_WRONG]:
        yield f":warning: {inline(each.what, 80)}: {inline(each.problem, 200)}"
    if len(wrong) > MOST_WRONG:
        yield f":warning: And {len(wrong) - MOST_WRONG} more."


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
        return "Cal.com has not been asked for changes yet."
    known = _ago(found.polled.cursor, reading.now)
    due = _since(found.polled.due_at, reading)
    return f"The newest change that I know was made {known}; the next look is due at {due}."


def _messages(found: Overview, reading: Reading) -> Iterable[str]:
    yield _waiting(found.outbox, "message", "to be posted", reading)
    yield f"{_count(found.lately, 'message')} posted or edited in the last 24 hours."
    if found.outbox.aside and not found.closed:
        yield "What is kept is for other workspaces, or on another page."


def _waiting(amount: Waiting, what: str, for_what: str, reading: Reading) -> str:
    if not amount.count and not amount.aside:
        return f"No {what} waits {for_what}."
    said = f"{_count(amount.count, what)} waiting {for_what}"
    if amount.oldest:
        said += f", the oldest since {_since(amount.oldest, reading)}"
    if amount.failing:
        said += f"; {amount.failing} failed before"
    if amount.aside:
        said += f"; {amount.aside} kept and not tried any more"
    return f"{said}."


def _closed(each: Closed, reading: Reading) -> str:
    since = _since(each.since, reading)
    return (
        f":warning: {mention(each.place)}: {_count(each.count, 'message')} kept since {since}. "
        f"Slack says: {inline(each.why, 100)}"
    )


def _rule(rule: Rule, closed: Closed | None, reading: Reading) -> str:
    pause = rule.pause
    if closed:
        return _closed(closed, reading)
    if pause and rule.is_held:
        since = _since(pause.at, reading)
        return f":warning: {mention(rule.place)}: rests since {since} ({inline(pause.why, 100)})"
    return f"{mention(rule.place)}: {'paused' if pause else 'at work'}"


def _place(text: str, place: Place, number: int) -> list[Block]:
    show = parts.button("Show", f"{ids.STATUS_KEPT}{number}", place.channel)
    return [parts.section(text), ActionsBlock(elements=[_replay(place, number), show])]


def _replay(place: Place, number: int) -> ButtonElement:
    return parts.button("Replay", f"{ids.REPLAY}{number}", place.channel)


def _pages(
    action: str, skip: int, size: int, *, more: bool, about: str = ""
) -> list[ButtonElement]:
    """Back and forth; the value is how many to skip, and what it is about."""
    steps = []
    if skip:
        steps.append(parts.button("Back", f"{action}back", f"{max(skip - size, 0)} {about}"))
    if more:
        steps.append(parts.button("More", f"{action}more", f"{skip + size} {about}"))
    return steps


def _section(title: str, lines: Iterable[str]) -> str:
    return mrkdwn_lines([f"*{title}*", *lines])


def _done(done: str) -> list[Block]:
    return [parts.section(f":white_check_mark: {done}")] if done else []


def _message(lines: Iterable[str], blocks: Sequence[Block]) -> Message:
    return parts.message(whole(filter(None, lines)).replace("*", ""), blocks)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _since(at: datetime, reading: Reading) -> str:
    """`today, 09:00`."""
    return f"{reading.day(reading.day_of(at))}, {reading.clock(at)}"


def _ago(at: datetime, now: datetime) -> str:
    seconds = max(int((now - at).total_seconds()), 0)
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} seconds ago"
