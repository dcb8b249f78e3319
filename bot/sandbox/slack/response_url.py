"""Answers to an interaction: in the HTTP body of a command, or through a response URL.

Source: docs.slack.dev, interactivity/handling-user-interaction (message responses). Assumed: a
refused answer counts as a use; refusals carry a JSON body, 404 for a URL that is used up or
expired and 400 for the rest.
"""

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.content import Content, read_content
from bot.sandbox.slack.grants import ResponseUrl
from bot.sandbox.slack.messages import Json, Message
from bot.sandbox.slack.record import Call
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.web_api import trouble
from bot.sandbox.slack.workspace import Workspace

_FLAGS = ("replace_original", "delete_original")
_GONE = ("used_url", "expired_url", "no_service")


def routes(workspace: Workspace) -> list[Route]:
    async def answer(request: Request) -> Response:
        await workspace.injections.pause("response_url")
        body = await request.body()
        injection = workspace.injections.next_refusal("response_url")
        if injection is not None and not injection.after_effect:
            _record(workspace, {}, str(injection.answer))
            return trouble(injection)
        response = _answered(workspace, request.path_params["token"], body)
        return response if injection is None else trouble(injection)

    return [Route("/response/{token}", answer, methods=["POST"])]


def _answered(workspace: Workspace, token: str, body: bytes) -> Response:
    told: Json = {}
    try:
        response = workspace.grants.use_response(token)
        told = _json_object(body)
        _carry_out(workspace, response, told)
    except Refused as refusal:
        _record(workspace, told, refusal.error)
        status = 404 if refusal.error in _GONE else 400
        return JSONResponse({"ok": False, "error": refusal.error, **refusal.extra}, status)
    _record(workspace, told, None)
    return PlainTextResponse("ok")


def _json_object(body: bytes) -> Json:
    try:
        told = json.loads(body)
    except ValueError:
        raise Refused("invalid_payload") from None
    if not isinstance(told, dict):
        raise Refused("invalid_payload")
    return told


def _record(workspace: Workspace, args: Json, error: str | None) -> None:
    workspace.record_call(Call("response_url", args, ok=error is None, error=error))


def _carry_out(workspace: Workspace, response: ResponseUrl, told: Json) -> None:
    if any(not isinstance(told.get(name, False), bool) for name in _FLAGS):
        raise Refused("invalid_payload")
    if told.get("delete_original"):
        workspace.remove(_original(workspace, response))
        return
    content = read_content(workspace, Arguments(told))
    if content.is_empty:
        raise Refused("no_text")
    if told.get("replace_original") and response.original is not None:
        original = _original(workspace, response)
        workspace.edit(original, content.text or "", content.blocks or [], edited=False)
        original.attachments = content.attachments or []
        return
    show(workspace, response.user, response.channel, told, content)


def _original(workspace: Workspace, response: ResponseUrl) -> Message:
    message = workspace.message(response.channel, response.original or "")
    if message.user != workspace.app.bot_user_id:
        raise Refused("cant_update_message")
    return message


def show_answer(workspace: Workspace, user: str, channel: str, told: Mapping[str, Any]) -> None:
    """Displays what a command's HTTP answer says. Raises Refused as a response URL does."""
    content = read_content(workspace, Arguments(told))
    if content.is_empty:
        raise Refused("no_text")
    show(workspace, user, channel, told, content)


def show(
    workspace: Workspace, user: str, channel: str, told: Mapping[str, Any], content: Content
) -> None:
    """A new message from the app: to this person only, unless it says `in_channel`."""
    if told.get("response_type", "ephemeral") not in ("ephemeral", "in_channel"):
        raise Refused("invalid_payload")
    public = told.get("response_type") == "in_channel"
    if workspace.channels[channel].archived and public:
        raise Refused("is_archived")
    message = Message(
        channel=channel,
        ts=workspace.new_ts(),
        user=workspace.app.bot_user_id,
        bot_id=workspace.app.bot_id,
        app_id=workspace.app.id,
        text=content.text or "",
        blocks=content.blocks or [],
        attachments=content.attachments or [],
        metadata=content.metadata,
        ephemeral_to=None if public else user,
        thread_ts=told.get("thread_ts") or None,
    )
    workspace.post(message)
