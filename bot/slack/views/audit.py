"""Who did what: a page of it, and where the whole can be had."""

from collections.abc import Sequence

from slack_sdk.models.blocks import ActionsBlock, Block, HeaderBlock

from bot.domain.audits import BEGUN, DID, DONE, REFUSED, Entry
from bot.domain.times import say_day, say_time
from bot.domain.wording import N_, _
from bot.services.auditing import SHOWN
from bot.slack import ids
from bot.slack.text import inline
from bot.slack.views import parts
from bot.slack.views.parts import Message
from bot.slack.views.reading import Reading

TITLE = N_("Who did what")
NOTHING = N_("Nothing was done from Slack yet.")
NO_ADDRESS = N_(
    "There is no address at which a file could be fetched: `PUBLIC_URL` is not "
    "set. On the server, `python -m bot audit` prints all of it."
)


def page(found: Sequence[tuple[int, Entry]], reading: Reading, *, first: bool) -> Message:
    """The newest first; there may be one more than is shown."""
    lines = [_line(entry, reading) for _, entry in found[:SHOWN]] or [_(NOTHING)]
    buttons = []
    if not first:
        buttons.append(parts.button(_("Newest"), ids.AUDIT))
    if len(found) > SHOWN:
        buttons.append(parts.button(_("Older"), ids.AUDIT_PAGE, str(found[SHOWN - 1][0])))
    if found:
        buttons.append(parts.button(_("Download all as CSV"), ids.AUDIT_FILE))
    buttons.append(parts.button(_("Back to the status"), ids.STATUS, "0"))
    blocks: list[Block] = [HeaderBlock(text=_(TITLE)), parts.section("\n".join(lines))]
    return parts.message("\n".join([_(TITLE), *lines]), [*blocks, ActionsBlock(elements=buttons)])


def file(link: str | None) -> Message:
    if link is None:
        return parts.message(_(NO_ADDRESS), [parts.section(_(NO_ADDRESS))])
    said = _("The file is ready. The link works once, within ten minutes.")
    fetch = parts.button(_("Download"), ids.LINK, url=link)
    return parts.message(f"{said} {link}", [parts.section(said), ActionsBlock(elements=[fetch])])


def _line(entry: Entry, reading: Reading) -> str:
    day = say_day(reading.day_of(entry.at), reading.today)
    when = f"{day}, {say_time(entry.at, reading.zone, reading.hour12)}"
    did = _(DID[entry.action]) if entry.action in DID else inline(entry.action, 60)
    return f"• {when}: <@{entry.user_id}> {did}{_outcome(entry.outcome)}"


def _outcome(outcome: str) -> str:
    if outcome == DONE:
        return ""
    if outcome == BEGUN:
        return _(" (what came of it was never noted)")
    why = _(REFUSED[outcome]) if outcome in REFUSED else inline(outcome, 60)
    return _(" (refused: {outcome})").format(outcome=why)
