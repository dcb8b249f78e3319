"""The App Home: what is coming, what waits for an answer, and the ways to everything else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, HeaderBlock
from slack_sdk.models.views import View

from bot.domain.people import Member
from bot.domain.policy import Deed, has_whole, may
from bot.domain.rules import Rule
from bot.domain.wording import N_, _, ngettext
from bot.services.homes import Look
from bot.slack import ids
from bot.slack.errors import Problem
from bot.slack.text import SECTION, inline, shorten
from bot.slack.views import connect, home_meetings, parts, rule_words
from bot.slack.views.bookings import Viewer
from bot.slack.views.problem import warning
from bot.slack.views.reading import Reading
from bot.slack.views.rule_words import Known

RULES: Final = 5
PROPOSALS: Final = 10
"""So many are shown: with a page of meetings that stays far below Slack's hundred blocks."""

QUICK: Final = (
    (N_("Book a meeting"), "book"),
    (N_("Open times"), "slots"),
    (N_("My bookings"), "bookings"),
    (N_("Event types"), "types"),
    (N_("Availability"), "availability"),
    (N_("Out of office"), "away"),
    (N_("Settings"), "settings"),
    (N_("Notifications"), "notify"),
    (N_("Help"), "help"),
)
"""What stands on the button, and the command it stands for."""


@dataclass(frozen=True, slots=True)
class Home:
    """What is drawn, and for whom.

    Attributes:
        known: What the ids in rules stand for.
        problem: Why Cal.com has not told what is coming.
        proposals: The times that the reader has proposed and that wait for an answer, drawn by
            their own room; at most `PROPOSALS` blocks are shown.
    """

    look: Look
    member: Member
    viewer: Viewer
    known: Known
    page: int = 0
    problem: Problem | None = None
    command: str = "/cal"
    proposals: tuple[Block, ...] = ()

    @property
    def reading(self) -> Reading:
        return self.viewer.reading


def home(shown: Home) -> dict[str, Any]:
    """The Home of a member, whole."""
    blocks: list[Block] = []
    if shown.look.is_connected:
        blocks += [*_trouble(shown), _quick(shown)]
        blocks += [*_coming(shown), *_proposals(shown)]
    else:
        blocks += [*_welcome(shown), _quick(shown)]
    return _view([*blocks, *_rules(shown), *_account(shown), *_for_admins(shown)])


def looking() -> dict[str, Any]:
    """What stands there until the answer comes, for somebody who sees a Home for the first time."""
    return _view([parts.context(_("_Looking up your meetings …_"))])


def trouble(problem: Problem) -> dict[str, Any]:
    """Where not even the reader is known: why, and the way to try it again."""
    return _view([warning(problem), ActionsBlock(elements=[_again()])])


def closed() -> dict[str, Any]:
    """For somebody of another organization, and whoever else is no member."""
    said = _("This belongs to another workspace: ask somebody there to book or to look for you.")
    return _view([parts.section(said)])


def _view(blocks: Sequence[Block]) -> dict[str, Any]:
    return View(type="home", blocks=list(blocks)).to_dict()


def _welcome(shown: Home) -> Iterator[Block]:
    name = inline(shown.member.name, 80, empty="")
    yield parts.section(_(":wave: Welcome, *{name}*.").format(name=name) if name else ":wave:")
    if may(shown.member, Deed.CONNECT):
        said = _(
            "Connect your Cal.com account: then your next meetings are here, with what waits for "
            "your answer, and you book and move meetings without leaving Slack."
        )
        button = parts.button(_("Connect"), ids.CONNECT, style="primary")
        yield parts.section(said, button)
    else:
        said = _("No Cal.com account is connected here yet. A full member or an admin connects it.")
        yield parts.section(said)


def _trouble(shown: Home) -> Iterator[Block]:
    if shown.problem is None:
        return
    yield warning(shown.problem)
    if shown.look.meetings:
        at, reading = shown.look.meetings.at, shown.reading
        when = f"{reading.day(reading.day_of(at))}, {reading.clock(at)}"
        yield parts.context(_("What stands here is as it was then: {when}.").format(when=when))
    yield ActionsBlock(elements=[_again()])


def _again() -> ButtonElement:
    return parts.button(_("Try again"), ids.HOME_AGAIN)


def _quick(shown: Home) -> Block:
    """The ways to everything that is the reader's to do, as far as it is known without asking."""
    member, look = shown.member, shown.look
    first = "book" if look.is_connected else ""
    theirs = look.is_connected and has_whole(member, look.holder)
    allowed = {"notify": may(member, Deed.MAKE_RULES)}
    allowed["away"] = theirs and may(member, Deed.BE_AWAY)
    return ActionsBlock(
        elements=[
            parts.start(_(label), text, style="primary" if text == first else None)
            for label, text in QUICK
            if allowed.get(text, True)
        ]
    )


def _coming(shown: Home) -> Iterator[Block]:
    if shown.look.meetings:
        coming = home_meetings.Coming.of(shown.look.meetings, shown.viewer)
        yield from home_meetings.requests(coming)
        yield from home_meetings.meetings(coming, shown.page)


def _proposals(shown: Home) -> Iterator[Block]:
    if shown.proposals:
        yield HeaderBlock(text=_("Times you have proposed"))
        yield from shown.proposals[:PROPOSALS]


def _rules(shown: Home) -> Iterator[Block]:
    """The rules that are the reader's, those first that do not work as they should."""
    is_needed = shown.look.is_connected or shown.look.rules
    if not (is_needed and may(shown.member, Deed.MAKE_RULES)):
        return
    yield HeaderBlock(text=_("Your notifications"))
    rules = sorted(shown.look.rules, key=lambda rule: _urgency(rule, shown))
    for rule in rules[:RULES]:
        yield _rule(rule, shown)
    if (more := len(rules) - RULES) > 0:
        yield parts.context(ngettext("And {count} more rule.", "And {count} more rules.", more))
    buttons = [parts.start(_("All notifications"), "notify")]
    if not rules:
        yield parts.section(_("No bookings are announced to you, or in a channel by you, yet."))
        buttons.insert(0, parts.button(_("Notify me"), ids.NOTIFY_ME))
    yield ActionsBlock(elements=buttons)


def _urgency(rule: Rule, shown: Home) -> int:
    """The smaller, the more it needs somebody."""
    if rule.is_held:
        return 0
    return 1 if rule.pause or rule_words.is_unheard(rule, shown.look.unheard) else 2


def _rule(rule: Rule, shown: Home) -> Block:
    said = rule_words.described(rule, shown.known, shown.reading)
    if not rule.place.is_person:
        said = f"{rule_words.place(rule.place)}: {said}"
    waiting = shown.look.waiting.get(rule.place, 0)
    unheard = rule_words.is_unheard(rule, shown.look.unheard)
    health = rule_words.health(rule, waiting, shown.reading)
    lines = [said, health, _(rule_words.UNHEARD) if unheard else ""]
    text = shorten("\n".join(line for line in lines if line), SECTION)
    value = f"0|{rule.id}"
    if rule.pause:
        return parts.section(text, parts.button(_("Resume"), ids.RESUME_RULE, value))
    return parts.section(text, parts.button(_("Edit"), ids.EDIT_RULE, value))


def _account(shown: Home) -> Iterator[Block]:
    """Connected as whom, and how times are read."""
    look, reading = shown.look, shown.reading
    yield HeaderBlock(text=_("Your account and settings"))
    if look.is_connected and may(shown.member, Deed.CONNECT):
        yield connect.own(look.own)
        if look.own is None:
            said = _(
                "Until then you book and look up with the account that everybody here uses, and "
                "your meetings are those in which it knows your e-mail address."
            )
            yield parts.context(said)
    if look.is_connected and not shown.viewer.email:
        said = _(
            "Slack shows me no e-mail address for you, so I cannot tell which bookings are yours. "
            "Add one to your Slack profile, or ask an admin."
        )
        yield parts.section(f":warning: {said}")
    clock = _("12-hour clock") if reading.hour12 else _("24-hour clock")
    times = _("*Times*\n{zone}, {clock}: it is {time}.").format(
        zone=reading.zone_name(), clock=clock, time=reading.clock(reading.now)
    )
    yield parts.section(times, parts.start(_("Change"), "settings"))


def _for_admins(shown: Home) -> Iterator[Block]:
    if not may(shown.member, Deed.SEE_STATUS):
        return
    yield HeaderBlock(text=_("For admins"))
    said = _(
        "To have a channel told of bookings, write `/invite @` and my name there, then "
        "`{command} notify`. How this installation stands, and what waits: `{command} status`."
    )
    yield parts.section(said.format(command=shown.command), parts.start(_("Status"), "status"))
