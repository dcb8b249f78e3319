"""What reaches the log, and what does not."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import structlog

from bot import logs


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Logging is the process's, so each test puts it back."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    structlog.reset_defaults()
    root.setLevel(level)
    root.handlers[:] = handlers
    for name in logs.LEAST:
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


def fail(log: Any, why: str) -> None:
    try:
        raise ValueError(why)  # noqa: TRY301 - a traceback is what is wanted
    except ValueError:
        log.exception("failed")
        raise


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_is_an_event_with_fields(out: io.StringIO) -> None:
    logs.configure("info", "json", out)
    structlog.get_logger("bot.somewhere").info("booking_made", ref="abc", seconds=0.5, ok=True)
    (line,) = lines(out)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "booking_made",
        "level": "info",
        "logger": "bot.somewhere",
        "ref": "abc",
        "seconds": 0.5,
        "ok": True,
    }


def test_text_is_for_people(out: io.StringIO) -> None:
    logs.configure("info", "text", out)
    structlog.get_logger("bot").warning("slow", seconds=3)
    assert "slow" in out.getvalue()
    assert "seconds=3" in out.getvalue()
    assert "\x1b" not in out.getvalue()


def test_what_is_below_the_level_is_dropped(out: io.StringIO) -> None:
    logs.configure("warning", "json", out)
    structlog.get_logger("bot").info("quiet")
    logging.getLogger("uvicorn.error").info("quiet")
    structlog.get_logger("bot").error("loud")
    assert [line["event"] for line in lines(out)] == ["loud"]


def test_libraries_speak_through_the_same_log(out: io.StringIO) -> None:
    logs.configure("info", "json", out)
    with structlog.contextvars.bound_contextvars(reference="r1"):
        logging.getLogger("some.library").info("Started %s", "it")
    (line,) = lines(out)
    assert (line["event"], line["logger"], line["level"], line["reference"]) == (
        "Started it",
        "some.library",
        "info",
        "r1",
    )


def test_configuring_again_replaces(out: io.StringIO) -> None:
    logs.configure("info", "json", io.StringIO())
    logs.configure("info", "json", out)
    logging.getLogger("x").info("once")
    assert len(lines(out)) == 1


async def test_addresses_asked_by_httpx_are_not_logged(out: io.StringIO) -> None:
    logs.configure("debug", "json", out)
    transport = httpx.MockTransport(lambda _: httpx.Response(200))
    async with httpx.AsyncClient(transport=transport) as http:
        await http.get("https://cal.example/v1/me?apiKey=cal_1234567890123456")
    assert out.getvalue() == ""


SECRETS = [
    ("xoxb-1234-abcd-EFGH", "1234-abcd"),  # pragma: allowlist secret
    ("xapp-1-A1-2-abcdef", "A1-2-abcdef"),
    ("xoxe.xoxp-1-abcdef", "abcdef"),  # pragma: allowlist secret
    ("cal_live_0123456789abcdef0123456789abcdef", "0123456789abcdef"),
    ("Bearer abc.def-ghi_jkl=", "abc.def"),
    ("https://cal.example/api/v1/bookings?apiKey=anything&x=1", "anything"),
    ("postgresql://bot:hunter2@db/bot", "hunter2"),  # pragma: allowlist secret
    ("https://api.cal.com/v2/bookings/aBcDeFgHiJkLmNoPqRsTuV/cancel", "aBcDeFgHiJ"),
    ("https://bot.example/webhooks/cal/unguessable-address", "unguessable"),
    ("https://hooks.slack.com/commands/T1/2/abcdef", "abcdef"),
]


@pytest.mark.parametrize(("text", "part"), SECRETS)
@pytest.mark.parametrize("level", ["debug", "info", "error"])
def test_secrets_are_hidden_wherever_they_stand(
    out: io.StringIO, text: str, part: str, level: str
) -> None:
    logs.configure("debug", "json", out)
    log = structlog.get_logger("bot")
    getattr(log, level)(f"said {text} here", inner={"list": [text], "of": (text,)}, plain=text)
    logging.getLogger("library").log(logging.getLevelNamesMapping()[level.upper()], "got %s", text)
    with pytest.raises(ValueError, match="said"):
        fail(log, f"said {text}")
    assert part not in out.getvalue()
    assert len(lines(out)) == 3
    assert logs.HIDDEN in out.getvalue()


@pytest.mark.parametrize(
    "name",
    ["token", "slack_bot_token", "signing_secret", "password", "Authorization", "cookie", "api_key",
     "key", "uid", "booking_uid", "seat_uid", "X-Cal-Signature-256", "uids"],
)  # fmt: skip
def test_fields_named_like_secrets_are_hidden(out: io.StringIO, name: str) -> None:
    logs.configure("debug", "json", out)
    structlog.get_logger("bot").debug("x", **{name: "visible"}, headers={name: ["visible"]})
    assert "visible" not in out.getvalue()


def test_e_mails_are_shown_at_debug_only(out: io.StringIO) -> None:
    logs.configure("debug", "json", out)
    log = structlog.get_logger("bot")
    log.info("for bob@example.com", email="bob@example.com", who=["Bob <bob@example.com>"])
    assert "bob@" not in out.getvalue()
    log.debug("for bob@example.com")
    assert "bob@example.com" in out.getvalue()


def test_what_is_no_secret_stays(out: io.StringIO) -> None:
    logs.configure("info", "json", out)
    fields = {
        "path": "/bookings/{uid}/cancel", "kind": "NotFound", "count": 3, "nothing": None,
        "status": "tokens were fine", "name": "calendar_event_received",
    }  # fmt: skip
    structlog.get_logger("bot").info("cal_request_sent", **fields)
    (line,) = lines(out)
    assert line["event"] == "cal_request_sent"
    assert {name: line[name] for name in fields} == fields


def test_exceptions_keep_their_traceback(out: io.StringIO) -> None:
    for form in ("json", "text"):
        logs.configure("info", form, out)
        for log in (structlog.get_logger("bot"), logging.getLogger("library")):
            with pytest.raises(ValueError, match="why"):
                fail(log, "why")
    assert out.getvalue().count("ValueError: why") == 4
    assert out.getvalue().count("test_logs.py") == 4
