"""The doctor's look at how people install the app into their workspaces."""

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import httpx

from bot.findings import Finding
from bot.settings import Settings
from bot.slack.manifest import manifest


async def installing(settings: Settings, http: httpx.AsyncClient) -> AsyncIterator[Finding]:
    """Whether `/slack/install` leads to Slack, with this client and back to where the manifest
    says; nothing where the app is not installed by OAuth. What is missing of the settings is told
    by their own check."""
    if not settings.by_oauth or settings.public_url is None:
        return
    (back,) = manifest(public_url=settings.public_url, by_oauth=True)["oauth_config"][
        "redirect_urls"
    ]
    address = f"{settings.public_url}/slack/install"
    try:
        answer = await http.get(address)
    except httpx.HTTPError as error:
        yield _leads_nowhere(address, type(error).__name__)
        return
    if answer.status_code != httpx.codes.SEE_OTHER:
        yield _leads_nowhere(address, f"status {answer.status_code}")
        return
    asked = parse_qs(urlsplit(answer.headers.get("location", "")).query)
    if asked.get("client_id") != [settings.slack_client_id]:
        yield _other(address, "client", "SLACK_CLIENT_ID")
    elif asked.get("redirect_uri") != [back]:
        yield _other(address, "redirect address", "PUBLIC_URL")
    else:
        yield Finding(
            ok=True,
            what=f"People install the app at {address}, and Slack leads them back to {back}",
            advice="Slack does not tell whether it knows that address: it has to stand in the app "
            "under OAuth & Permissions, Redirect URLs (python -m bot manifest writes it).",
        )


def _leads_nowhere(address: str, why: str) -> Finding:
    return Finding(
        ok=False,
        what=f"{address} does not lead to Slack ({why})",
        advice="Start the bot (python -m bot serve) with SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and "
        "PUBLIC_URL, and let what stands before it pass /slack/ on.",
    )


def _other(address: str, what: str, setting: str) -> Finding:
    return Finding(
        ok=False,
        what=f"{address} leads to Slack with another {what}",
        advice=f"The bot that runs there has another {setting}: start it again with these "
        "settings, or correct them here.",
    )
