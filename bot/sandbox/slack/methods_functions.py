"""functions.*: how a step of a workflow ends. Source: docs.slack.dev, reference/methods.

What was given is held to the step's definition in the manifest.
"""

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.executions import Execution, problems
from bot.sandbox.slack.messages import Json
from bot.sandbox.slack.methods import Method
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.workspace import Workspace


def complete_success(workspace: Workspace, args: Arguments) -> Json:
    run = _running(workspace, args)
    outputs = args.parsed("outputs", "invalid_arguments")
    if not isinstance(outputs, dict):
        raise Refused("invalid_arguments")
    if found := problems(run.definition["output_parameters"], outputs):
        raise Refused("parameter_validation_failed", response_metadata={"messages": found})
    run.outputs = outputs
    return {}


def complete_error(workspace: Workspace, args: Arguments) -> Json:
    run = _running(workspace, args)
    run.error = args.required("error")
    return {}


def _running(workspace: Workspace, args: Arguments) -> Execution:
    run = workspace.executions.get(args.required("function_execution_id"))
    if run is None:
        raise Refused("function_execution_not_found")
    if not run.is_running:
        raise Refused("execution_not_in_running_state")
    return run


METHODS = {
    "functions.completeSuccess": Method(complete_success),
    "functions.completeError": Method(complete_error),
}
