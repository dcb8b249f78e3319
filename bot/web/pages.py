"""Small pages for people who come by with a browser: no script, nothing from elsewhere.

Everything that goes into one is text and is escaped here. They are kept by nobody, tell no other
site where one came from (the address holds a state), and stand in nobody's frame.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from html import escape
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.domain.wording import _, current, speaking
from bot.locales import of_browser

STYLE: Final = """
:root { color-scheme: light dark; --ink: #1d1c1d; --soft: #5a585c; --paper: #fff; --back: #f4f3f5;
  --edge: #d9d7dc; --deed: #4a154b; --on-deed: #fff; --well: #0b6e4f; --ill: #a3262a; }
@media (prefers-color-scheme: dark) { :root { --ink: #f2f0f3; --soft: #b9b5bd; --paper: #232126;
  --back: #161418; --edge: #46424c; --deed: #d9b3e6; --on-deed: #231227; --well: #6fd3ae;
  --ill: #ff9c9c; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem;
  font: 1.0625rem/1.55 system-ui, sans-serif; color: var(--ink); background: var(--back); }
main { width: 100%; max-width: 30rem; padding: 2rem; background: var(--paper);
  border: 1px solid var(--edge); border-top: .3rem solid var(--deed); border-radius: .75rem;
  overflow-wrap: anywhere; }
main.well { border-top-color: var(--well); }
main.ill { border-top-color: var(--ill); }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 1rem; }
dl { margin: 0 0 1.25rem; }
dt { color: var(--soft); font-size: .9rem; }
dd { margin: 0 0 .6rem; font-weight: 600; }
button { width: 100%; min-height: 3rem; padding: .6rem 1rem; font: inherit; font-weight: 600;
  color: var(--on-deed); background: var(--deed); border: 0; border-radius: .5rem;
  cursor: pointer; }
button:hover { filter: brightness(1.12); }
:focus-visible { outline: 3px solid var(--deed); outline-offset: 3px; }
form + p { margin: 1rem 0 0; color: var(--soft); font-size: .95rem; }
"""

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NOTHING_ELSE: Final = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Button:
    """What is pressed: it posts to `action`, one of our own paths, and the browser may be sent on
    to `leads_to`, an origin such as `https://app.cal.com`."""

    label: str
    action: str
    leads_to: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """`mood` is `well`, `ill` or empty; `facts` are names and values; `after` stands below the
    button."""

    title: str
    said: Sequence[str]
    mood: str = ""
    facts: Sequence[tuple[str, str]] = ()
    button: Button | None = None
    after: str = ""


def as_read(request: Request) -> AbstractContextManager[None]:
    """Within, what is said is said in the language that the browser asks for."""
    return speaking(of_browser(request.headers.get("accept-language", "")))


def shown(page: Page, status: int = 200) -> Response:
    """The page as an answer, with the headers that go with it."""
    leads_to = page.button.leads_to if page.button else ""
    forms = f"'self' {leads_to}".strip() if page.button else "'none'"
    policy = f"{NOTHING_ELSE}; style-src 'unsafe-inline'; form-action {forms}"
    return HTMLResponse(_html(page), status, {**HEADERS, "Content-Security-Policy": policy})


def sent_to(address: str) -> Response:
    """Send the browser to an address that we made ourselves, with a GET."""
    policy = {"Content-Security-Policy": NOTHING_ELSE}
    return RedirectResponse(address, 303, {**HEADERS, **policy})


def _html(page: Page) -> str:
    """In the language that is spoken: what a page says is marked, and said here."""
    title = escape(_(page.title))
    facts = "".join(
        f"<dt>{escape(_(name))}</dt><dd>{escape(value)}</dd>" for name, value in page.facts
    )
    parts = [f"<h1>{title}</h1>", *(f"<p>{escape(_(each))}</p>" for each in page.said)]
    parts += [f"<dl>{facts}</dl>"] if facts else []
    parts += [_form(page.button)] if page.button else []
    parts += [f"<p>{escape(_(page.after))}</p>"] if page.after else []
    return (
        f'<!doctype html>\n<html lang="{current().tag}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="robots" content="noindex">\n<title>{title}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<main class="{escape(page.mood)}">\n{chr(10).join(parts)}\n</main>\n</body>\n</html>\n'
    )


def _form(button: Button) -> str:
    action, label = escape(button.action), escape(_(button.label))
    return f'<form method="post" action="{action}"><button>{label}</button></form>'
