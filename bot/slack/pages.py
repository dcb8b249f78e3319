"""The few pages that a person sees in the browser while they install the app."""

from html import escape

from starlette.responses import HTMLResponse

from bot.domain.wording import _, current

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
STYLE = "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem}"


def page(
    title: str, said: str, *, link: tuple[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    """A title, a sentence or two in plain text, and perhaps a link (address and words)."""
    further = f'<p><a href="{escape(link[0])}">{escape(_(link[1]))}</a></p>' if link else ""
    body = (
        f'<!doctype html><html lang="{current().tag}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1><p>{escape(said)}</p>{further}</body></html>"
    )
    return HTMLResponse(body, status, headers=HEADERS)
