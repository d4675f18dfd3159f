"""The documents say what there is.

1. Every command, setting and interaction is in the README, every field in the editors' manual, and none that is gone.
2. Every command, file, test and heading that a document names exists.
3. The manifest asks for exactly what the listeners need.
"""

import argparse
import json
import re
import unicodedata
from pathlib import Path

import pytest

from bot.cli import build_parser
from bot.setting_table import SETTINGS, Setting
from bot.slack.listeners import INTERACTIONS
from knowledge.entry_reader import FIELD_NAMES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MANUAL = (ROOT / "knowledge" / "README.md").read_text(encoding="utf-8")
DOCUMENTS = ("README.md", "README.ja.md", "knowledge/README.md", "SECURITY.md", "CHANGELOG.md")


def commands() -> dict[str, argparse.ArgumentParser]:
    (action,) = [a for a in build_parser()._actions if isinstance(a, argparse._SubParsersAction)]  # noqa: SLF001
    return dict(action.choices)


def test_every_command_and_option_is_in_the_readme() -> None:
    for name, parser in commands().items():
        assert f"faqbot {name}" in README
        for action in parser._actions:  # noqa: SLF001
            for option in action.option_strings:
                assert option in README or option in ("-h", "--help"), f"{name} {option}"


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_in_the_readme_with_its_default(setting: Setting) -> None:
    rows = [line for line in README.splitlines() if line.startswith("|") and f"`{setting.name}`" in line.split("|")[1]]
    assert len(rows) == 1
    assert (
        not setting.default or setting.default.startswith(("sqlite:", "電話代行")) or f"`{setting.default}`" in rows[0]
    )


def first_column(section: str) -> set[str]:
    """The names in the first column of the table in a section of the README."""
    text = README.split(f"\n## {section}\n")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def test_the_readme_names_no_setting_or_interaction_that_is_gone() -> None:
    assert first_column("Settings") == {setting.name for setting in SETTINGS}
    modules = {interaction.__name__.rsplit(".", 1)[-1] for interaction in INTERACTIONS}
    assert first_column("What the bot reacts to in Slack") == modules
    files = {path.stem for path in (ROOT / "bot/slack/listeners").glob("*.py")} - {"__init__"}
    assert modules == files


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_and_command_a_document_names_exists(document: str) -> None:
    text = text_of(document)
    for name in re.findall(r"`((?:bot|index|knowledge|tests)/[\w./*-]+)`", text):
        assert list(ROOT.glob(name.rstrip("/"))), name
    shown = re.findall(r"`[^`\n]+`|^ {4,}.+$", text, re.MULTILINE)
    named = {name for code in shown for name in re.findall(r"\bfaqbot ([a-z]+)", code)}
    assert named <= set(commands()), named - set(commands())
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {name for code in shown for name in re.findall(r"\bmake ([a-z]+)", code)} <= targets


def test_every_test_the_threat_model_names_is_in_its_file() -> None:
    rows = [line for line in text_of("SECURITY.md").splitlines() if line.startswith("|") and "`test" in line]
    assert len(rows) > 20
    for row in rows:
        source = ""
        for file, test in re.findall(r"`(tests/\w+\.py)`|`(test_\w+)`", row):
            source = text_of(file) if file else source
            assert file or f"def {test}(" in source, test


def anchor(heading: str) -> str:
    """The name that the pages of repositories give to a heading: words and hyphens, no other signs."""
    kept = (c for c in heading.strip().lower() if c in " -_" or unicodedata.category(c)[0] in "LNM")
    return "".join(kept).replace(" ", "-")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_between_documents_leads_somewhere(document: str) -> None:
    for path, fragment in re.findall(r"\]\((?!https?:)([^()#\s]*)#?([^()\s]*)\)", text_of(document)):
        target = (ROOT / document).parent / path if path else ROOT / document
        assert target.exists(), path
        if fragment:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert fragment in set(map(anchor, headings)), f"{path}#{fragment}"


def test_the_editors_manual_explains_every_field() -> None:
    for name in FIELD_NAMES:
        assert f"`{name}`" in MANUAL or name == "category", name


def test_the_manifest_asks_for_exactly_what_the_listeners_need() -> None:
    manifest = json.loads((ROOT / "bot/slack/manifest.json").read_text(encoding="utf-8"))
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot/slack").rglob("*.py"))
    events = {
        "app_home_opened": '@app.event("app_home_opened"',
        "app_mention": 'case "app_mention"',
        "app_uninstalled": '@app.event("app_uninstalled")',
        "message.channels": '("channel", "group")',
        "message.groups": '("channel", "group")',
        "message.im": '== "im"',
        "tokens_revoked": '@app.event("tokens_revoked")',
    }
    assert set(manifest["settings"]["event_subscriptions"]["bot_events"]) == set(events)
    assert all(needed in sources for needed in events.values())
    scopes = {
        "app_mentions:read": 'case "app_mention"',
        "assistant:write": "assistant_threads_setSuggestedPrompts",
        "channels:history": '("channel", "group")',
        "chat:write": "chat_postMessage",
        "commands": "@app.command(",
        "groups:history": '("channel", "group")',
        "im:history": '== "im"',
        "im:write": "conversations_open",
        "usergroups:read": "usergroups_users_list",
        "users:read": "users_info",
    }
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == set(scopes)
    assert all(needed in sources for needed in scopes.values())
    assert [command["command"] for command in manifest["features"]["slash_commands"]] == ["/faq"]
    shortcuts = {shortcut["callback_id"] for shortcut in manifest["features"]["shortcuts"]}
    assert shortcuts == set(re.findall(r'@app\.shortcut\("(\w+)"\)', sources))
