"""How the rest of the bot gets a Cal.com client.

Both versions have the same methods, those of `Scheduling` and of `Webhooks` in
`bot.services.ports`. What is the same for both: reads are tried again
for a few seconds; a write is sent once (again only where that does no harm), and one whose answer
is lost is looked for before it is given up as `UnknownOutcome`; a minute's requests with one key
are counted over the whole process; and whatever happens is a `SchedulingError`.
"""

import asyncio
from urllib.parse import urlsplit

import httpx

from bot.calcom.limits import Clock, Sleep, Window, shared_window
from bot.calcom.transport import Keys, OneKey, Server, Timeouts, Told, Transport, untold
from bot.calcom.v1 import CalV1
from bot.calcom.v2 import CalV2

Client = CalV1 | CalV2

PER_MINUTE_V2 = 120
PER_MINUTE_V1 = 29
"""Its limiter allows 30 and refuses the thirtieth (it asks for one to be left)."""


def connect(  # noqa: PLR0913 - all but two are keywords; one object of them would say no more
    base_url: str,
    api_key: str | Keys,
    *,
    http: httpx.AsyncClient,
    clock: Clock,
    sleep: Sleep = asyncio.sleep,
    limit_name: str = "",
    limit_per_minute: int | None = None,
    timeouts: Timeouts | None = None,
    told: Told = untold,
) -> Client:
    """A client for one credential; nothing is sent yet.

    Args:
        base_url: Where the API is: `https://api.cal.com/v2`. A path that ends in `/v1` selects
            API v1.
        api_key: A key (`cal_...`), or where the account's credential comes from, as it is then.
        http: Shared by all clients, and not closed here.
        clock: Aware UTC.
        limit_name: Under which requests are counted; by itself the key.
        limit_per_minute: In place of Cal.com's own limit (120; v1: 29). Clients with the same
            key over the same `http` share one count, the first one's limit.
        told: Is told of every request that was sent.
    """
    base_url = base_url.rstrip("/")
    is_v1 = urlsplit(base_url).path.endswith("/v1")
    limit = limit_per_minute or (PER_MINUTE_V1 if is_v1 else PER_MINUTE_V2)
    keys = OneKey(api_key) if isinstance(api_key, str) else api_key
    counted = limit_name or (api_key if isinstance(api_key, str) else str(id(keys)))
    window = shared_window(http, f"{base_url} {counted}", Window(limit, clock, sleep))
    server = Server(base_url, keys, key_in_query=is_v1)
    transport = Transport(server, http, window, clock, timeouts or Timeouts(), told=told)
    return CalV1(transport, sleep, clock) if is_v1 else CalV2(transport, sleep)
