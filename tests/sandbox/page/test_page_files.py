"""The files of the page as they are served."""

import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bot.sandbox import page


@pytest.fixture
def http() -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=Starlette(routes=page.routes()))
    return httpx.AsyncClient(transport=transport, base_url="http://page")


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "text/html"), ("/app.js", "text/javascript"), ("/base.css", "text/css")],
)
async def test_files_have_their_type_and_the_security_headers(
    http: httpx.AsyncClient, path: str, kind: str
) -> None:
    answer = await http.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


async def test_everything_named_by_the_page_is_served_from_here(http: httpx.AsyncClient) -> None:
    waiting, seen = ["/"], set[str]()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        answer = await http.get(path)
        assert answer.status_code == 200, path
        found = re.findall(r'(?:src|href)="(/[^"]+)"', answer.text)
        found += [f"/{name}" for name in re.findall(r'from "\./([^"]+)"', answer.text)]
        waiting += [name for name in found if name not in seen and name not in waiting]
    assert {"/app.js", "/dom.js", "/blocks.css", "/icon.svg"} <= seen


async def test_the_sources_stay_inside_the_package(http: httpx.AsyncClient) -> None:
    assert (await http.get("/__init__.py")).status_code == 404


async def test_outside_text_is_never_read_as_markup(http: httpx.AsyncClient) -> None:
    paths = [route.path for route in page.routes() if isinstance(route, Route)]
    names = [path for path in paths if path.endswith(".js")]
    assert len(names) > 10
    for name in names:
        source = (await http.get(name)).text
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert way not in source, f"{name} uses {way}"


def test_nothing_outside_this_machine_is_named() -> None:
    files = [path for path in Path(page.__file__).parent.iterdir() if path.suffix != ".py"]
    told = "\n".join(path.read_text("utf-8") for path in files if path.is_file())
    named = set(re.findall(r"(?:https?:|wss?:|url\(|['\"])//[\w.-]+", told))
    assert named == {"http://www.w3.org"}, "a namespace, which nobody fetches"
