"""Slack's app manifest keeps Slack's limits (schema 2.0.0) for every part of it that we use."""

import json
from pathlib import Path
from typing import Any

import jsonschema

MANIFEST = json.loads((Path(__file__).parents[1] / "bot/slack/manifest.json").read_text(encoding="utf-8"))


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


def test_the_manifest_is_valid() -> None:
    jsonschema.validate(MANIFEST, SCHEMA)


def test_the_schema_of_this_test_refuses_what_slack_refuses() -> None:
    long_name = MANIFEST | {"display_information": {"name": "あ" * 36}}
    unknown = MANIFEST | {"feature": {}}
    for wrong in (long_name, unknown):
        errors = list(jsonschema.Draft7Validator(SCHEMA).iter_errors(wrong))
        assert errors
