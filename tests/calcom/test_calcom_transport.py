"""What leaves, how often, how long it may take, and what is written about it."""

import asyncio
import logging
from collections.abc import Iterator

import httpx
import pytest
import stamina
import structlog

from bot.calcom.api import connect
from bot.calcom.transport import Timeouts
from bot.domain.bookings import BookingQuery
from bot.domain.errors import NotFound, NotSupported, Refused, SchedulingError, Unavailable
from tests.calcom.calcom_script import (
    KEY,
    REQUEST,
    Script,
    Step,
    Time,
    booking,
    http_for,
    ok,
    row,
    said,
    v1,
    v2,
)

ME = ok({"id": 1, "username": "host", "email": "host@example.com"})
UID = "uidThatNobodyMayKnow"


@pytest.fixture(autouse=True)
def _no_back_off() -> Iterator[None]:
    """stamina waits on its own; it has no other seam to leave that out."""
    stamina.set_testing(True, attempts=3)
    yield
    stamina.set_testing(False)


@pytest.mark.parametrize(
    "failure",
    [httpx.ConnectError(""), httpx.ReadTimeout(""), httpx.Response(503), httpx.Response(524)],
    ids=repr,
)
async def test_reads_are_tried_again(failure: Step) -> None:
    script = Script([failure, failure, ME])
    assert (await v2(script).me()).username == "host"
    assert len(script.asked) == 3


async def test_reads_give_up() -> None:
    script = Script([httpx.Response(503)])
    with pytest.raises(Unavailable):
        await v2(script).me()
    assert len(script.asked) == 3


@pytest.mark.parametrize("refused", [said(404, "Booking not found"), httpx.Response(302)], ids=repr)
async def test_refused_reads_are_not_tried_again(refused: Step) -> None:
    script = Script([refused])
    with pytest.raises(SchedulingError):
        await v2(script).booking("u")
    assert len(script.asked) == 1


async def test_an_html_page_is_not_understood_and_says_so() -> None:
    with pytest.raises(Unavailable):
        await v2(Script([httpx.Response(200, text="<html>sign in</html>")])).me()
    with pytest.raises(NotSupported):
        await v2(Script([httpx.Response(404, text="<html>not here</html>")])).me()


async def test_time_limits_are_given_with_every_request() -> None:
    script = Script([ME, ok(booking())])
    client = v2(script)
    await client.me()
    await client.create(REQUEST)

    read, write = (request.extensions["timeout"] for request in script.asked)
    assert (read["connect"], read["read"]) == (3.0, 10.0)
    assert (write["connect"], write["read"], write["pool"]) == (3.0, 20.0, 3.0)


async def test_an_answer_that_drips_is_given_up() -> None:
    """httpx limits each wait on the socket only; together they are limited as well."""
    never = asyncio.Event()

    async def drip(request: httpx.Request) -> httpx.Response:
        await never.wait()
        return httpx.Response(200)

    http = httpx.AsyncClient(transport=httpx.MockTransport(drip))
    timeouts = Timeouts(connect=0.01, read=0.01, tries=1)
    client = connect("https://cal.test/v2", KEY, http=http, clock=Time(), timeouts=timeouts)
    with pytest.raises(Unavailable):
        await client.me()


async def test_a_key_goes_in_the_header_or_for_v1_in_the_query() -> None:
    script, old = Script([ME]), Script([httpx.Response(200, json={"user": {"id": 1}})])
    await v2(script).me()
    await v1(old).me()

    assert script.asked[0].headers["Authorization"] == f"Bearer {KEY}"
    assert "apiKey" not in script.asked[0].url.params
    assert old.asked[0].url.params["apiKey"] == KEY
    assert "Authorization" not in old.asked[0].headers


async def test_an_uid_cannot_leave_its_place_in_the_path() -> None:
    script = Script([said(404, "no")])
    with pytest.raises(NotFound):
        await v2(script).booking("../me?x=1#")
    assert script.asked[0].url.raw_path == b"/v2/bookings/..%2Fme%3Fx%3D1%23"


async def test_a_key_that_is_no_key_is_refused_before_sending() -> None:
    script = Script([ME])
    client = connect("https://cal.test/v2", "clé☃", http=http_for(script), clock=Time())
    with pytest.raises(Refused) as caught:
        await client.me()
    assert "☃" not in repr(caught.value)
    assert script.asked == []


async def test_one_line_is_logged_for_each_request_without_anything_personal() -> None:
    script = Script([httpx.Response(503), ok(booking(UID))])
    with structlog.testing.capture_logs() as lines:
        await v2(script).booking(UID)

    ours = [line for line in lines if line["event"] == "calcom_request"]
    assert [(line["status"], line["attempt"]) for line in ours] == [(503, 1), (200, 2)]
    assert {(line["method"], line["path"]) for line in ours} == {("GET", "/bookings/{uid}")}
    assert all(isinstance(line["seconds"], float) for line in ours)
    assert UID not in repr(lines)


SECRETS = (KEY, UID, "ann@example.com", "Ann", "ill in bed")


@pytest.mark.parametrize("version", ["v1", "v2"])
async def test_no_log_names_a_key_an_uid_or_a_person(
    version: str, caplog: pytest.LogCaptureFixture
) -> None:
    """httpx writes the URL of every request into its log: over a real socket, at DEBUG."""
    for name in ("", "httpx", "httpcore"):  # whatever else in this process has set
        caplog.set_level(logging.DEBUG, logger=name)
    async with httpx.AsyncClient() as http:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            base = f"http://127.0.0.1:{port}/{version}"
            client = connect(base, KEY, http=http, clock=Time(), sleep=Time().sleep)
            with structlog.testing.capture_logs() as lines:
                await client.bookings(BookingQuery(attendee_email="ann@example.com"))
                await client.cancel(UID, reason="ill in bed")
                with pytest.raises(SchedulingError) as caught:
                    await client.create(REQUEST)

    assert "HTTP Request: " in caplog.text  # httpx did log them
    assert "httpcore" in {record.name.split(".")[0] for record in caplog.records}
    written = caplog.text + repr(lines) + repr(client) + repr(caught.value.__cause__)
    for secret in SECRETS:
        assert secret not in written
    for shown in (str(caught.value), repr(caught.value)):
        assert KEY not in shown


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server that shows a booking, cancels it, and quotes the key when asked to book."""
    while head := await reader.readuntil(b"\r\n\r\n"):
        length = next(
            (int(h[15:]) for h in head.lower().split(b"\r\n") if h.startswith(b"content-length")),
            0,
        )
        await reader.readexactly(length)
        line = head.split(b"\r\n")[0]
        if line.startswith(b"POST") and b"/bookings " in line.replace(b"?", b" "):
            response = said(400, f"nobody with {KEY} can")
        elif b"/v1/" in line:
            response = httpx.Response(
                200, json={"bookings": [row(UID)], "booking": row(UID), "success": True}
            )
        else:
            data = booking(UID, status="cancelled")
            response = ok(data if line.startswith(b"POST") else [data])
        writer.write(
            b"HTTP/1.1 %d X\r\ncontent-type: application/json\r\ncontent-length: %d\r\n"
            b"connection: close\r\n\r\n%s"
            % (response.status_code, len(response.content), response.content)
        )
        await writer.drain()
        writer.close()
        return


async def test_the_url_an_error_could_carry_prints_as_its_template() -> None:
    script = Script([ME])
    await v1(Script([httpx.Response(200, json={"user": {"id": 1}})])).me()
    await v2(script).me()
    assert str(script.asked[0].url) == "https://cal.test/v2/me"

    old = Script([httpx.Response(200, json={"bookings": [row(UID)], "booking": row(UID)})])
    await v1(old).booking(UID)
    assert [repr(request) for request in old.asked] == [
        "<Request('GET', 'https://cal.test/v1/bookings')>",
        "<Request('GET', 'https://cal.test/v1/bookings/{id}')>",
    ]
