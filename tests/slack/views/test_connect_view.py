"""What is shown of one's own Cal.com account, within Slack's limits, whatever names say."""

from dataclasses import replace
from typing import Any

from hypothesis import given

from bot.domain.accounts import Connection, Credential, Holder, Way
from bot.domain.people import Account, Member
from bot.services.connecting import Forgotten
from bot.slack import ids
from bot.slack.errors import Problem
from bot.slack.payloads import LONGEST_WISH
from bot.slack.views import connect as views
from bot.slack.views.parts import Message
from tests.slack.views.drawing import (
    NOW,
    allowed,
    allowed_view,
    calmly,
    elements,
    nasty,
    same_as_golden,
    texts,
)

PAGE = "https://app.cal.test/settings/developer/api-keys"
BOBS = Connection(
    Holder("acct_1", "T1", "U1"),
    Way.KEY,
    Credential("cal_secret"),
    Account(2, "bob", "bob@example.com", "Bob Stone"),
    NOW,
)
WISH = views.wish("slots sales", "https://hooks.slack.com/commands/1/2")


def test_the_form_asks_for_a_key_and_keeps_the_wish() -> None:
    view = allowed_view(views.key_form(WISH, PAGE, BOBS))
    same_as_golden("connect", view)
    assert views.read_wish(view["private_metadata"]) == WISH
    assert "cal_secret" not in str(view)


def test_a_problem_stands_under_the_key() -> None:
    view = allowed_view(views.key_form(WISH, PAGE, problem=Problem("No.", field="key")))
    at = [block.get("block_id") for block in view["blocks"]].index(ids.KEY)
    assert ":warning: No." in str(view["blocks"][at + 1])


def test_the_longest_wish_fits() -> None:
    wanted = views.wish('"' * LONGEST_WISH, "https://hooks.slack.com/" + "x" * 400)
    view = allowed_view(views.key_form(wanted, PAGE))
    assert views.read_wish(view["private_metadata"]) == wanted
    allowed(views.connected(BOBS, wanted["text"]))


def test_leaving_says_what_goes_and_what_is_left() -> None:
    same_as_golden("disconnect", allowed(views.leaving(BOBS)))
    gone = views.left(Forgotten(BOBS, rules=2, webhooks=1, left=1), PAGE, PAGE)
    said = allowed(gone).text
    assert "2 notification rules and 1 webhook" in said
    assert "1 webhook could not be removed" in said
    bare = replace(BOBS, way=Way.OAUTH)
    assert "With it went" not in views.left(Forgotten(bare), PAGE, PAGE).text


@calmly
@given(name=nasty)
def test_names_stay_text_and_fit(name: str) -> None:
    nasty_one = replace(BOBS, profile=replace(BOBS.profile, name=name, username=name))
    member = Member("T1", "U1", name)
    drawn: list[dict[str, Any] | Message] = [
        allowed_view(views.key_form(WISH, PAGE, nasty_one)),
        allowed_view(views.connected_modal(nasty_one, "", elsewhere=False)),
        allowed(views.connected(nasty_one, "slots")),
        allowed(views.link("https://bot.example/x", "slots", nasty_one)),
        allowed(views.leaving(nasty_one)),
        allowed(views.left(Forgotten(nasty_one, 1, 1, 1), PAGE, PAGE)),
        allowed(views.invitation(member, "/cal")),
        allowed(views.invited(member)),
    ]
    assert all("<!channel>" not in texts(each) for each in drawn)
    assert any(elements(each) for each in drawn)
