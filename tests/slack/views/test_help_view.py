"""Help, and an unknown word."""

from hypothesis import given

from bot.domain.commands import Command, Name, parse
from bot.slack import ids
from bot.slack.views.help import help_message
from tests.slack.views.drawing import (
    allowed,
    calmly,
    elements,
    labels,
    marked,
    nasty,
    pressed,
    same_as_golden,
    texts,
)


def test_help_looks_like_this() -> None:
    message = allowed(help_message("/cal", Command(Name.HELP)))
    same_as_golden("help", message)


def test_every_button_stands_for_a_command_that_is_understood() -> None:
    for element in elements(help_message("/cal", Command(Name.HELP))):
        command = parse(element["value"])
        assert command.name is not Name.HELP, element["value"]
        assert element["action_id"].startswith(ids.START)


def test_every_command_is_told() -> None:
    text = help_message("/cal", Command(Name.HELP)).text
    assert [name for name in Name if name is not Name.HELP and name.value not in text] == []


def test_the_commands_own_name_is_used() -> None:
    message = help_message("/meet", Command(Name.HELP))
    assert "/meet slots" in texts(message)
    assert "/cal" not in texts(message) + message.text


def test_an_unknown_word_gets_the_nearest_one_as_a_button() -> None:
    command = Command(Name.HELP, unknown="slotz", suggestion=Name.SLOTS)
    message = allowed(help_message("/cal", command))
    assert "I do not know “slotz”. Did you mean `/cal slots`?" in message.text
    assert pressed(message, "/cal slots")["value"] == "slots"
    same_as_golden("help_unknown", message)


def test_an_unknown_word_without_a_near_one_is_named() -> None:
    message = allowed(help_message("/cal", Command(Name.HELP, unknown="xyzzy")))
    assert message.text.startswith("I do not know “xyzzy”.")
    assert "Did you mean" not in message.text
    assert "Book a meeting" in labels(message)


def test_it_is_built_once() -> None:
    command = Command(Name.HELP, unknown="slotz", suggestion=Name.SLOTS)
    assert help_message("/cal", command) is help_message("/cal", command)


@calmly
@given(nasty)
def test_whatever_is_typed_slack_takes_the_answer(typed: str) -> None:
    message = allowed(help_message("/cal", Command(Name.HELP, unknown=typed)))
    assert "<!" not in marked(message)
