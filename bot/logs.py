"""One log for everything: our own lines and the libraries', as text or JSON, without secrets.

A line is an event with fields: `log.info("booking_made", ref=ref)`.
"""

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

HIDDEN = "[hidden]"

_SECRET_NAMES = re.compile(
    r"token|secret|passw|authorization|cookie|signature|credential|api_?key|(^|_)key$|(^|_)uid|dsn",
    re.IGNORECASE,
)
_PERSONAL_NAMES = re.compile(r"e_?mail|phone", re.IGNORECASE)
_SECRETS = re.compile(
    r"""\b(?:xox[a-z]|xapp|xoxe\.xox[a-z])-[\w-]+   # Slack's tokens
    |\bcal_(?=\w*\d)\w{12,}                         # Cal.com's keys
    |(?<=apiKey=)[^&\s"']+                          # a key in a v1 address
    |(?<=[Bb]earer\s)[\w.~+/=-]+
    |(?<=://)[^\s/@:]*:[^\s/@]+(?=@)                # user and password in an address
    |(?<=/bookings/)[\w-]+ | (?<=/booking/)[\w-]+   # a booking's uid in an address
    |(?<=/webhooks/cal/)[\w-]+                      # an unguessable address of ours
    |(?<=hooks\.slack\.com/)\S+                     # a response_url
    """,
    re.VERBOSE,
)
_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")

LEAST = {
    "httpx": logging.WARNING,  # its INFO line holds the whole address, v1's key in it
    "httpcore": logging.WARNING,
    "uvicorn.access": logging.WARNING,  # addresses of webhooks are unguessable for a reason
    "aiosqlite": logging.WARNING,
    "alembic.runtime": logging.WARNING,
    "slack_sdk": logging.INFO,  # its DEBUG lines hold requests with what people typed
    "slack_bolt": logging.INFO,
}


def configure(level: str, form: Literal["text", "json"], out: TextIO | None = None) -> None:
    """Send every log line of the process to `out` (standard error), and no other place.

    Args:
        level: `debug`, `info`, `warning`, `error` or `critical`.
        form: Lines for people, or one JSON object each.
    """
    processors: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    handler = logging.StreamHandler(out or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=processors,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                hide,
                _renderer(form, handler.stream),
            ],
        )
    )
    least = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(level=least, handlers=[handler], force=True)
    logging.getLogger("slack_bolt.AsyncApp").addFilter(_worth_reading)
    for name, quiet in LEAST.items():
        logging.getLogger(name).setLevel(max(least, quiet))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *processors,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def _worth_reading(record: logging.LogRecord) -> bool:
    """Bolt warns at every start that it takes the token from us and not from the environment."""
    return not str(record.msg).startswith("As `installation_store` or `authorize`")


def hide(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take out tokens, keys and booking uids, and above debug e-mail addresses and numbers too.

    By the name of a field, and wherever the shape is told in a text (messages, tracebacks).
    """
    personal = event.get("level") != "debug"
    return {name: _hidden(name, value, personal=personal) for name, value in event.items()}


def _hidden(name: str, value: Any, *, personal: bool) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if _SECRET_NAMES.search(name) or (personal and _PERSONAL_NAMES.search(name)):
        return HIDDEN
    if isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return {key: _hidden(str(key), each, personal=personal) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_hidden("", each, personal=personal) for each in value]
    text = _SECRETS.sub(HIDDEN, str(value))
    return _EMAIL.sub(HIDDEN, text) if personal else text


def _renderer(form: str, out: TextIO) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
