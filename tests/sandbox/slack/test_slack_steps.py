"""Steps of workflows: what runs, and how it may end."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.executions import Execution, in_name_of, problems
from bot.sandbox.slack.methods_functions import complete_error, complete_success
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.workspace import Workspace
from bot.slack.steps import STEPS
from tests.harness import DAVE, Rig

PARAMETERS: dict[str, Any] = {
    "properties": {"word": {"type": "string"}, "at": {"type": "slack#/types/timestamp"}},
    "required": ["word"],
}
STEP: dict[str, Any] = {"input_parameters": PARAMETERS, "output_parameters": PARAMETERS}


@pytest.fixture
def run(workspace: Workspace) -> Execution:
    made = workspace.executions["Fx1"] = Execution("Fx1", STEP)
    return made


def args(**given: Any) -> Arguments:
    return Arguments({"function_execution_id": "Fx1"} | given)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"word": "yes", "at": 1}, []),
        ({"word": "yes"}, []),
        ({"at": 1}, ["word is missing"]),
        ({"word": 1}, ["word is no string"]),
        ({"word": "yes", "at": "1"}, ["at is no slack#/types/timestamp"]),
        ({"word": "yes", "at": True}, ["at is no slack#/types/timestamp"]),
        ({"word": "yes", "more": "x"}, ["more is no parameter"]),
    ],
)
def test_what_is_given_is_held_to_the_manifest(given: dict[str, Any], wrong: list[str]) -> None:
    assert problems(PARAMETERS, given) == wrong


def test_it_ends_once(workspace: Workspace, run: Execution) -> None:
    complete_success(workspace, args(outputs={"word": "yes"}))
    assert run.outputs == {"word": "yes"}
    for ending in (complete_success, complete_error):
        with pytest.raises(Refused, match="execution_not_in_running_state"):
            ending(workspace, args(outputs={"word": "no"}, error="no"))


def test_outputs_that_do_not_fit_leave_it_running(workspace: Workspace, run: Execution) -> None:
    with pytest.raises(Refused, match="parameter_validation_failed"):
        complete_success(workspace, args(outputs={}))
    with pytest.raises(Refused, match="invalid_arguments"):
        complete_success(workspace, args(outputs="[1]"))
    assert run.is_running
    complete_error(workspace, args(error="It could not be done."))
    assert (run.is_running, run.error) == (False, "It could not be done.")


def test_who_runs_it_is_for_slack_to_say() -> None:
    asked = {"type": "slack#/types/user_context"}
    parameters = {"properties": {"who": asked, "word": {"type": "string"}}, "required": ["who"]}
    assert in_name_of("U1", parameters) == {"who": {"id": "U1", "secret": "signed"}}
    assert in_name_of("", parameters) == {}
    for wrong in ({}, {"who": "U1"}, {"who": {"id": "U1"}}):
        assert problems(parameters, wrong)


async def test_the_runs_own_token_is_over_with_it(bot: Rig) -> None:
    bot.slack.app.steps, bot.slack.app.events = STEPS, frozenset()  # the bot hears nothing
    ran = await bot.people.run_step("find_times", {"event_type": "intro"}, DAVE)
    client = bot.bot.client
    given = {"function_execution_id": ran.id, "error": "no"}
    await client.functions_completeError(token=ran.token, **given)
    with pytest.raises(SlackApiError, match="token_revoked"):
        await client.functions_completeError(token=ran.token, **given)
    with pytest.raises(SlackApiError, match="execution_not_in_running_state"):
        await client.functions_completeError(**given)


def test_one_that_nobody_knows(workspace: Workspace) -> None:
    with pytest.raises(Refused, match="function_execution_not_found"):
        complete_error(workspace, args(error="no"))
