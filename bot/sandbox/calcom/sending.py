"""How a webhook leaves the local Cal.com: one POST, no redirect, no second try."""

from __future__ import annotations

import httpx


async def post(url: str, headers: dict[str, str], body: bytes) -> int:
    """POST `body` to `url` and return the status; raise `httpx.HTTPError` when nobody answers."""
    async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
        response = await client.post(url, headers=headers, content=body)
    return response.status_code
