"""The manifest is what Slack accepts, and asks for no more than it says."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.slack.manifest import EVENTS, OPTIONAL_SCOPES, REQUIRED_SCOPES, create_link, manifest

PROJECT = Path(__file__).resolve().parents[2]
SCHEMA = PROJECT / ".." / "shared" / "slack" / "manifest.schema.2.0.0.json"

KINDS = [
    manifest(),
    manifest(socket_mode=True),
    manifest(by_oauth=True),
    manifest(with_steps=True),
    manifest(name="N" * 35, command="/" + "c" * 31, public_url="http://127.0.0.1:3000"),
]


def keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


@pytest.mark.skipif(not SCHEMA.exists(), reason="Slack's schema is not beside the checkout")
@pytest.mark.parametrize("kind", KINDS)
def test_slack_accepts_it(kind: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text())
    assert [error.message for error in Draft7Validator(schema).iter_errors(kind)] == []


@pytest.mark.skipif(not SCHEMA.exists(), reason="Slack's schema is not beside the checkout")
@pytest.mark.parametrize(
    "wrong", [manifest(name="N" * 36), manifest(command="cal"), manifest(public_url="host")]
)
def test_slack_refuses_others(wrong: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text())
    assert not Draft7Validator(schema).is_valid(wrong)


def test_the_file_is_the_default_manifest() -> None:
    assert yaml.safe_load((PROJECT / "app-manifest.yml").read_text("utf-8")) == manifest()


def test_names_typed_in_the_command_come_as_ids() -> None:
    (command,) = manifest(command="/meet")["features"]["slash_commands"]
    assert command["command"] == "/meet"
    assert command["should_escape"] is True


def test_over_http_one_address_serves_all() -> None:
    made = manifest(public_url="https://bot.example")
    addresses = {
        made["features"]["slash_commands"][0]["url"],
        made["settings"]["event_subscriptions"]["request_url"],
        made["settings"]["interactivity"]["request_url"],
        made["settings"]["interactivity"]["message_menu_options_url"],
    }
    assert addresses == {"https://bot.example/slack/events"}


def test_in_socket_mode_there_are_no_addresses() -> None:
    made = manifest(socket_mode=True, public_url="https://bot.example")
    assert "bot.example" not in json.dumps(made)
    assert made["settings"]["socket_mode_enabled"] is True
    assert made["settings"]["interactivity"] == {"is_enabled": True}


def test_where_people_install_it_slack_leads_them_back() -> None:
    made = manifest(public_url="https://bot.example", by_oauth=True)
    addresses = made["oauth_config"]["redirect_urls"]
    assert addresses == ["https://bot.example/slack/oauth_redirect"]
    assert "redirect_urls" not in manifest()["oauth_config"]


def test_what_cannot_be_undone_is_left_off() -> None:
    settings = manifest()["settings"]
    assert settings["org_deploy_enabled"] is False
    assert settings["token_rotation_enabled"] is False
    assert keys(manifest()).isdisjoint({"user_connections", "rich_previews"})


def test_scopes_have_reasons_and_are_asked_for_once() -> None:
    scopes = manifest()["oauth_config"]["scopes"]
    assert scopes["bot"] == [*REQUIRED_SCOPES, *OPTIONAL_SCOPES]
    assert scopes["bot_optional"] == [*OPTIONAL_SCOPES]
    assert REQUIRED_SCOPES.keys().isdisjoint(OPTIONAL_SCOPES)
    assert all({**REQUIRED_SCOPES, **OPTIONAL_SCOPES}.values())


def test_events_have_the_scopes_they_need() -> None:
    # docs.slack.dev: user_change needs users:read, link_shared links:read, the others none.
    assert set(EVENTS) == {
        "user_change",
        "app_uninstalled",
        "tokens_revoked",
        "link_shared",
        "app_home_opened",
    }
    assert "users:read" in REQUIRED_SCOPES
    assert {"links:read", "links:write"} <= OPTIONAL_SCOPES.keys()


@pytest.mark.parametrize(
    ("web_host", "domain"),
    [("app.cal.com", "cal.com"), ("cal.com", "cal.com"), ("meet.example.org", "meet.example.org")],
)
def test_links_of_the_calcom_that_is_used_are_shown(web_host: str, domain: str) -> None:
    assert manifest(web_host=web_host)["features"]["unfurl_domains"] == [domain]


def test_the_link_carries_the_manifest() -> None:
    made = manifest(name="Cal (test)")
    parts = urlsplit(create_link(made))
    query = parse_qs(parts.query, strict_parsing=True)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "api.slack.com", "/apps")
    assert query["new_app"] == ["1"]
    assert json.loads(query["manifest_json"][0]) == made
    assert not set("() \"'") & set(parts.query)


def test_steps_are_offered_where_they_are_wanted() -> None:
    made = manifest(with_steps=True)
    assert made["functions"].keys() == {"find_times", "book_meeting", "cancel_booking"}
    assert made["settings"]["org_deploy_enabled"] is True
    assert made["settings"]["function_runtime"] == "remote"
    assert "function_executed" in made["settings"]["event_subscriptions"]["bot_events"]
    assert keys(manifest()).isdisjoint({"functions", "function_runtime"})
