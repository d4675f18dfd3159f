"""Slack's app manifest keeps Slack's limits (schema 2.0.0) for every part of it that we use."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from bot.slack.manifest import PLAIN, manifest
from knowledge.files.site_yaml import BY_KEY, FIELDS
from knowledge.folder import SHIPPED, KnowledgeFolder
from knowledge.site import MAX_NAME, site_of

FOLDERS = [SHIPPED.path, *sorted((Path(__file__).parent / "knowledge_bases").iterdir())]


def text(most: int, least: int = 1) -> dict[str, Any]:
    return {"type": "string", "minLength": least, "maxLength": most}


def part(required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required or [], "additionalProperties": False}


BOOLEAN = {"type": "boolean"}
PROMPT = part(["title", "message"], title=text(75), message=text(4_000))
COMMAND = part(
    ["command", "description"],
    command=text(32, 2) | {"pattern": "^/[a-z0-9_-]+$"},
    description=text(2_000),
    usage_hint=text(1_000),
    should_escape=BOOLEAN,
)
SHORTCUT = part(
    ["type", "name", "callback_id", "description"],
    type={"enum": ["message", "global"]},
    name=text(24),
    callback_id=text(255),
    description=text(150),
)
SCHEMA = part(
    ["display_information", "features", "oauth_config", "settings"],
    _metadata=part(major_version={"const": 2}, minor_version={"const": 1}),
    display_information=part(
        ["name"], name=text(35), description=text(140), background_color={"pattern": "^#([0-9a-f]{3}){1,2}$"}
    ),
    features=part(
        app_home=part(home_tab_enabled=BOOLEAN, messages_tab_enabled=BOOLEAN, messages_tab_read_only_enabled=BOOLEAN),
        agent_view=part(
            ["agent_description"],
            agent_description=text(300),
            suggested_prompts={"type": "array", "items": PROMPT, "maxItems": 4},
        ),
        bot_user=part(["display_name"], display_name=text(80), always_online=BOOLEAN),
        unfurl_domains={"type": "array", "items": {"pattern": r"^(?![.-])[-a-z0-9.]+[a-z0-9]$"}, "maxItems": 5},
        slash_commands={"type": "array", "items": COMMAND, "maxItems": 50},
        shortcuts={"type": "array", "items": SHORTCUT, "maxItems": 10},
    ),
    oauth_config=part(["scopes"], scopes=part(bot={"type": "array", "items": text(100), "uniqueItems": True})),
    settings=part(
        event_subscriptions=part(bot_events={"type": "array", "items": text(100), "uniqueItems": True}),
        interactivity=part(is_enabled=BOOLEAN),
        org_deploy_enabled=BOOLEAN,
        socket_mode_enabled=BOOLEAN,
        token_rotation_enabled=BOOLEAN,
    ),
)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_manifest_of_a_knowledge_base_is_valid_and_has_its_words(folder: Path) -> None:
    site = KnowledgeFolder(folder).read_site()
    made = manifest(site)
    jsonschema_rs.validate(SCHEMA, made)
    assert made["display_information"]["name"] == made["features"]["bot_user"]["display_name"] == site.bot_name
    assert site.about in made["display_information"]["description"]
    assert site.greeting in made["features"]["agent_view"]["agent_description"]
    (command,) = made["features"]["slash_commands"]
    assert (command["command"], command["usage_hint"]) == (site.command, site.example)


def test_the_longest_words_that_a_site_may_have_keep_slacks_limits() -> None:
    longest = {field.key: "あ" * field.longest for field in FIELDS if not field.items}
    site = site_of(**longest | {"command": "/" + "a" * 31, "examples": ("あ" * BY_KEY["examples"].longest,)})
    jsonschema_rs.validate(SCHEMA, manifest(site))
    jsonschema_rs.validate(SCHEMA, manifest(site_of("あ" * MAX_NAME, about=longest["about"])))


def test_the_manifest_of_a_bot_with_an_address_of_its_own_is_valid_and_names_its_domain() -> None:
    made = manifest(site_of("名前"), "https://faq.example.com")
    jsonschema_rs.validate(SCHEMA, made)
    assert made["features"]["unfurl_domains"] == ["faq.example.com"]


def test_the_manifest_in_the_repository_has_neutral_words() -> None:
    jsonschema_rs.validate(SCHEMA, json.loads(PLAIN.read_text(encoding="utf-8")))


def test_the_command_prints_the_manifest_of_the_folder_and_of_its_address() -> None:
    folder = next(folder for folder in FOLDERS if folder.name == "hotel")
    address = "https://faq.example.com"
    environment = os.environ | {"KNOWLEDGE": str(folder), "PUBLIC_URL": address}
    command = [sys.executable, "-m", "bot", "manifest"]
    printed = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert not printed.returncode, printed.stderr.decode()
    assert json.loads(printed.stdout) == manifest(KnowledgeFolder(folder).read_site(), address)


def test_the_schema_of_this_test_refuses_what_slack_refuses() -> None:
    made = manifest(site_of("名前"))
    long_name = made | {"display_information": {"name": "あ" * 36}}
    long_description = made | {"display_information": {"name": "あ", "description": "あ" * 141}}
    for wrong in (long_name, long_description, made | {"feature": {}}):
        assert not jsonschema_rs.is_valid(SCHEMA, wrong)
