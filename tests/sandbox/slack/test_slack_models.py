"""What slack_sdk's own models refuse, the stand-in refuses too."""

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from tests.sandbox.slack.living import Json, actions, button, element, option, plain
from tests.sandbox.slack.test_slack_limits import LEAST, MOST, check
from tests.sandbox.slack.test_slack_rules import ACCEPTED, REFUSED

TABLES: dict[str, Json] = {
    **{f"{name} over": build(limit + 1) for name, limit, build in MOST},
    **{f"{name} under": build(limit - 1) for name, limit, build in LEAST if limit > 0},
    **REFUSED,
    "a date of one digit": {"blocks": [actions(element("datepicker", initial_date="2026-1-1"))]},
    "nine digits of seconds": {
        "blocks": [actions(element("datetimepicker", initial_date_time=123_456_789))]
    },
    "a button without text": {"blocks": [actions({"type": "button", "action_id": "a"})]},
    "a plain confirm": {"blocks": [actions(button("a", confirm={"title": plain("t")}))]},
    "no options in an overflow": {"blocks": [actions(element("overflow", options=[]))]},
    "two lists": {
        "blocks": [
            actions(
                element(
                    "static_select",
                    options=[option("1")],
                    option_groups=[{"label": plain("g"), "options": [option("1")]}],
                )
            )
        ]
    },
}


def refused_by_the_sdk(payload: Json) -> bool:
    try:
        if "type" in payload:
            View(**payload).to_dict()
        else:
            for block in Block.parse_all(payload.get("blocks", [])):
                block.to_dict()
    except SlackObjectFormationError:
        return True
    except (AttributeError, KeyError, TypeError, ValueError):
        return False  # it does not get as far as an opinion
    return False


@pytest.mark.parametrize("payload", TABLES.values(), ids=TABLES.keys())
def test_what_the_sdk_refuses_is_refused(payload: Json) -> None:
    if refused_by_the_sdk(payload):
        assert check(payload)


@pytest.mark.parametrize("payload", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_what_is_accepted_is_not_refused_by_the_sdk(payload: Json) -> None:
    assert not refused_by_the_sdk(payload)


def test_the_sdk_has_an_opinion_on_many_of_them() -> None:
    assert sum(map(refused_by_the_sdk, TABLES.values())) >= 25
