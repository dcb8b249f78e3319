"""views.*: modals and Home tabs. Source: docs.slack.dev, reference/methods/views.*."""

from typing import Any

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.messages import Json
from bot.sandbox.slack.methods import Method
from bot.sandbox.slack.refusals import Refused, refused_for
from bot.sandbox.slack.views import View
from bot.sandbox.slack.workspace import Workspace


def open_view(workspace: Workspace, args: Arguments) -> Json:
    trigger = workspace.grants.valid_trigger(args.required("trigger_id"))
    body = _body(args)
    if trigger.view_id is not None and workspace.views.stack(trigger.user):
        view = workspace.views.push(trigger.user, body)
    else:
        view = workspace.views.open(trigger.user, body, trigger.channel)
    trigger.exchanged = True
    return {"view": workspace.views.view_object(view)}


def push(workspace: Workspace, args: Arguments) -> Json:
    trigger = workspace.grants.valid_trigger(args.required("trigger_id"))
    if trigger.view_id is None:
        raise Refused("not_found")
    view = workspace.views.push(trigger.user, _body(args))
    trigger.exchanged = True
    return {"view": workspace.views.view_object(view)}


def update(workspace: Workspace, args: Arguments) -> Json:
    if ("view_id" in args) == ("external_id" in args):
        problem = "exactly one of view_id, external_id is required [json-pointer:/]"
        raise refused_for("invalid_arguments", [problem])
    view = _found(workspace, args)
    updated = workspace.views.update(view, _body(args), args.text("hash") or None)
    return {"view": workspace.views.view_object(updated)}


def publish(workspace: Workspace, args: Arguments) -> Json:
    user = args.required("user_id")
    if user not in workspace.people:
        raise refused_for("invalid_arguments", ["unknown user [json-pointer:/user_id]"])
    view = workspace.views.publish(user, _body(args), args.text("hash") or None)
    return {"view": workspace.views.view_object(view)}


def _body(args: Arguments) -> Any:
    args.required("view")
    return args.parsed("view", "invalid_arguments")


def _found(workspace: Workspace, args: Arguments) -> View:
    view = workspace.views.find(view_id=args.text("view_id"), external_id=args.text("external_id"))
    if view is None:
        raise Refused("not_found")
    return view


METHODS = {
    "views.open": Method(open_view),
    "views.push": Method(push),
    "views.update": Method(update),
    "views.publish": Method(publish),
}
