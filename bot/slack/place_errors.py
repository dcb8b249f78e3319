"""What went wrong between us and a place, as the rest of the bot speaks of it.

Translated here, once: what Slack refused (nothing was posted), what will never work, and what
nobody knows because the answer was lost.
"""

import contextlib
from collections.abc import Collection, Iterator
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.domain.errors import (
    BotRefused,
    PlaceBusy,
    PlaceError,
    PlaceGone,
    PlaceUnknown,
    PlaceUnreachable,
)

UNREACHABLE: Final = frozenset(
    {
        "cannot_dm_bot",
        "channel_not_found",
        "ekm_access_denied",
        "is_archived",
        "messages_tab_disabled",
        "not_in_channel",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
        "team_not_found",
        "user_disabled",
        "user_not_found",
        "user_not_visible",
    }
)
GONE: Final = frozenset(
    {
        "cant_delete_message",
        "cant_update_message",
        "edit_window_closed",
        "message_not_found",
        "thread_not_found",
    }
)
SHAPES: Final = frozenset(
    {
        "block_mismatch",
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_blocks_too_long",
    }
)
"""Our own fault: the blocks are not as Slack wants them."""
LOST: Final = frozenset({"fatal_error", "internal_error", "request_timeout"})
"""Slack says of these that a part of it may have been done."""
NOT_NOW: Final = frozenset({"service_unavailable", "team_added_to_org"})
"""Nothing was posted; it will be in a while."""
NOT_LET_IN: Final = frozenset(
    {
        "access_denied",
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "token_expired",
        "token_revoked",
    }
)
"""Nothing was posted, and nothing will be anywhere until somebody installs the app anew."""


def code_of(error: SlackApiError) -> str:
    """Slack's own word for it; empty where the answer was none of Slack's."""
    data = getattr(error.response, "data", None)
    return str(data.get("error") or "") if isinstance(data, dict) else ""


@contextlib.contextmanager
def place_errors(raw: Collection[str] = ()) -> Iterator[None]:
    """Turn what the client raises into `PlaceError`s.

    The codes in `raw` come through as they are, and so does what is not known here.
    """
    try:
        yield
    except SlackApiError as error:
        if code_of(error) in raw:
            raise
        translated = _answered(error)
        if translated is None:
            raise
        raise translated from error
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise PlaceBusy("not_connected") from error  # nothing was sent
    except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError) as error:
        raise PlaceUnknown("answer_lost") from error


def _answered(error: SlackApiError) -> PlaceError | None:
    code, response = code_of(error), error.response
    # An unreadable answer comes as aiohttp's own response, whose status has another name.
    status = int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)
    if status == 429 or code in {"ratelimited", "rate_limited"}:
        return PlaceBusy(code or "ratelimited", _retry_after(response))
    if status >= 500 or code in LOST or not code:
        return PlaceUnknown(code or f"http_{status}")
    if code in NOT_LET_IN:
        return BotRefused(code)
    if code in NOT_NOW:
        return PlaceBusy(code)
    if code in GONE:
        return PlaceGone(code)
    return PlaceUnreachable(code) if code in UNREACHABLE else None


def _retry_after(response: Any) -> float | None:
    headers = {str(k).casefold(): v for k, v in dict(getattr(response, "headers", {})).items()}
    try:
        return float(headers["retry-after"])
    except (KeyError, TypeError, ValueError):
        return None
