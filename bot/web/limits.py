"""Reading a body that a stranger sends: no more than so much, for no longer than so long."""

import asyncio
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive

LARGEST: Final = 1024 * 1024
"""Bytes; the largest webhook seen is some 10 kB, Slack's largest view 250 kB."""
SECONDS: Final = 10.0


async def read_body(request: Request, *, seconds: float = SECONDS) -> bytes:
    """The whole body, counted as it comes in (`Content-Length` is only a claim).

    Raises:
        HTTPException: 413 as soon as it is too large, 408 when it takes too long, 400 when the
            sender hangs up.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST:
                    raise HTTPException(413, "the body is larger than 1 MiB")
    except TimeoutError:
        raise HTTPException(408, "the body took too long") from None
    except ClientDisconnect:
        raise HTTPException(400, "the body broke off") from None
    return bytes(body)


def replayed(request: Request, body: bytes) -> Request:
    """The same request for somebody who reads the body again."""
    return Request(request.scope, _once(body, request.receive))


def _once(body: bytes, rest: Receive) -> Receive:
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            return await rest()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
