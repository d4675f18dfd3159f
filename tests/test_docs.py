"""The documents say what there is.

1. Every command, option, setting, interaction and field has its row, and no row is of one that is gone.
2. Every command, option, setting, file, test, metric, make target and heading that a document names exists.
3. README.md is short, its map shows every room; the answers and recipes of index/README.md name files that exist.
4. The manifest asks for the scopes and events that the calls and listeners of the code need, and for no others.
"""

import argparse
import ast
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.app import App
from bot.reply import Asker
from bot.setting_table import SETTINGS
from bot.setting_values import Setting
from bot.settings import FORBIDDEN
from bot.slack.delivery.incoming import kind_of
from bot.slack.listeners import INTERACTIONS
from bot.slack.manifest import plain_manifest
from bot.terminal.arguments import build_parser
from bot.terminal.replies import reply_text
from knowledge.entry_reader import FIELD_NAMES
from knowledge.site import NAMELESS

ROOT = Path(__file__).parents[1]
MANUALS = ("README.md", "README.ja.md", *(f"{room}/README.md" for room in ("bot", "index", "knowledge", "tests")))
DOCUMENTS = (*MANUALS, "SECURITY.md", "CHANGELOG.md", "BENCHMARKS.md")
ROOMS = ("knowledge", "index", "bot")
MAX_README = 160  # lines
MAX_PICTURE = 60_000  # bytes
MAX_FILES = 4  # that a recipe touches
COMMON_CHANGES = ("an entry", "a synonym", "an interaction in Slack", "a ranking weight", "a setting")
FILE = re.compile(r"(?<![\w./-])(?:bot|index|knowledge|tests)/[\w./*-]*[\w/*]")
OTHER_PROGRAMS = ("pg_dump", "pg_restore", "sqlite3")
OTHER_VARIABLES = {"NOTIFY_SLACKBOT_NO_ANSWER"}  # of other programs
VARIABLE = re.compile(r"\b([A-Z][A-Z_]+)=(\S*)|\b([A-Z]+(?:_[A-Z]+)+)\b")

# The scopes that a bot token needs for a call, as the page of each method says (docs.slack.dev/reference/methods).
CALLS: dict[str, set[str]] = {
    "apps_connections_open": set(),  # asked with the app-level token
    "assistant_threads_setSuggestedPrompts": {"assistant:write"},
    "auth_test": set(),
    "chat_delete": {"chat:write"},
    "chat_getPermalink": set(),
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_unfurl": {"links:write"},
    "chat_update": {"chat:write"},
    "conversations_history": set(),  # a history scope for each kind of conversation: those of EVENTS
    "conversations_open": {"im:write"},  # with one person
    "conversations_replies": set(),
    "openid_connect_token": set(),  # asked with the app's client id and secret
    "usergroups_users_list": {"usergroups:read"},
    "users_info": {"users:read"},
    "views_open": set(),
    "views_publish": set(),
    "views_push": set(),
    "views_update": set(),
}
# The scopes that a bot needs to be sent an event (docs.slack.dev/reference/events).
EVENTS: dict[str, set[str]] = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set(),
    "link_shared": {"links:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
    "tokens_revoked": set(),
}
MESSAGES: dict[str, dict[str, str]] = {  # the events that bring what somebody wrote, as Slack sends them
    "app_mention": {"type": "app_mention"},
    "message.channels": {"type": "message", "channel_type": "channel", "thread_ts": "1.0"},
    "message.groups": {"type": "message", "channel_type": "group", "thread_ts": "1.0"},
    "message.im": {"type": "message", "channel_type": "im"},
    "message.mpim": {"type": "message", "channel_type": "mpim", "thread_ts": "1.0"},
}


@cache
def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def section(document: str, heading: str) -> str:
    text = re.split(rf"^#+ {re.escape(heading)}$", text_of(document), flags=re.MULTILINE)[1]
    return re.split(r"^##? ", text, flags=re.MULTILINE)[0]


def rows(document: str, heading: str) -> list[list[str]]:
    """The cells of the first table of a section, without its head."""
    lines = [line for line in section(document, heading).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def blocks(text: str) -> list[str]:
    """Paragraphs, list items, rows of tables and stretches of code."""
    return re.split(r"\n\s*\n(?= *\S)|\n(?=\||- |\d+\. )", text)


def code(block: str) -> list[str]:
    """What a block shows as code: its lines up to their comment where it is code itself, else between backticks."""
    if block.startswith("    "):
        return [line.split("  #")[0].strip() for line in block.splitlines()]
    return re.findall(r"`([^`\n]+)`", block)


def fragments_of(document: str) -> list[str]:
    return [fragment for block in blocks(text_of(document)) for fragment in code(block)]


@cache
def parsers() -> dict[str, argparse.ArgumentParser]:
    (action,) = [a for a in build_parser()._actions if isinstance(a, argparse._SubParsersAction)]  # noqa: SLF001
    return dict(action.choices)


def options(command: str) -> set[str]:
    found = {option for action in parsers()[command]._actions for option in action.option_strings}  # noqa: SLF001
    return found - {"-h", "--help"}


# Commands and their options


def test_every_command_has_its_row_with_exactly_its_options() -> None:
    named: dict[str, set[str]] = {}
    for cells in rows("bot/README.md", "Commands"):
        (command,) = re.findall(r"`faqbot (\w+)", cells[0])
        named.setdefault(command, set()).update(re.findall(r"`(--[\w-]+)", cells[2]))
    assert named == {command: options(command) for command in parsers()}


def test_the_two_actions_of_privacy_are_those_of_its_parser() -> None:
    (action,) = [a for a in parsers()["privacy"]._actions if a.dest == "action"]  # noqa: SLF001
    shown = {name for cells in rows("bot/README.md", "Commands") for name in re.findall(r"privacy (\w+)", cells[0])}
    assert shown == set(action.choices or ())


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_and_option_a_document_names_is_in_its_parser(document: str) -> None:
    for block in blocks(text_of(document)):
        fragments = [one for one in code(block) if not one.startswith(OTHER_PROGRAMS)]
        here: set[str] = set()
        for fragment in fragments:
            for command, rest in re.findall(r"\bfaqbot ([a-z]+)((?:(?!\bfaqbot\b).)*)", fragment):
                assert command in parsers(), f"faqbot {command}"
                here.add(command)
                assert set(re.findall(r"--[a-z][\w-]*", rest)) <= options(command), fragment
            for module, rest in re.findall(r"\bpython -m ((?:index|tests)[\w.]*)(.*)", fragment):
                path = ROOT / module.replace(".", "/")
                source = (path / "__main__.py" if path.is_dir() else path.with_suffix(".py")).read_text("utf-8")
                assert all(f'"{option}"' in source for option in re.findall(r"--[a-z][\w-]*", rest)), fragment
        known = {option for command in here or parsers() for option in options(command)}
        alone = {name for fragment in fragments for name in re.findall(r"^(--[a-z][\w-]*)", fragment)}
        assert alone <= known, f"{alone - known} of {here or 'any command'}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_a_document_names_exists(document: str) -> None:
    makefile = text_of("Makefile")
    targets = set(re.findall(r"^([\w./-]+):", makefile, re.MULTILINE))
    for fragment in fragments_of(document):
        assert set(re.findall(r"\bmake ([\w./-]+)", fragment)) <= targets, fragment


# Settings and metrics


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_has_its_row_with_its_default(setting: Setting) -> None:
    (row,) = [cells for cells in rows("bot/README.md", "Settings") if f"`{setting.name}`" in cells[0]]
    if setting.default and not setting.default.startswith(("sqlite:", str(ROOT))):  # they have this machine's paths
        assert row[1] == f"`{setting.default}`"


def test_no_row_is_of_a_setting_that_is_gone() -> None:
    named = {name for cells in rows("bot/README.md", "Settings") for name in re.findall(r"`(\w+)`", cells[0])}
    assert named == {setting.name for setting in SETTINGS}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_variable_a_document_names_is_a_setting_or_one_of_make(document: str) -> None:
    settings = {setting.name: setting for setting in SETTINGS}
    of_make = set(re.findall(r"^([A-Z]+) [?:]?=", text_of("Makefile"), re.MULTILINE)) | {"SEED"}
    for fragment in fragments_of(document):
        for given, value, name in VARIABLE.findall(fragment):
            assert (given or name) in {*settings, *of_make, *FORBIDDEN, *OTHER_VARIABLES}, fragment
            if given in settings and given != "KNOWLEDGE":  # its folder is there once init has made it
                settings[given].read(value)  # raises ValueError or KeyError where it cannot be used


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_metric_a_document_names_is_made(document: str) -> None:
    for name in re.findall(r"`(faqbot_\w+)`", text_of(document)):
        assert {name, name.removesuffix("_total")} & metrics(), name


# Interactions and fields


def test_the_interactions_in_the_manual_are_those_that_listen() -> None:
    shown = {
        name
        for cells in rows("bot/README.md", "What the bot reacts to in Slack")
        for name in re.findall(r"`(\w+)`", cells[0])
    }
    assert shown == {name for listeners in INTERACTIONS.values() for name in listeners}
    for subject, listeners in INTERACTIONS.items():
        assert all(callable(getattr(subject, name)) for name in listeners)
    files = {path.stem for path in (ROOT / "bot/slack/listeners").glob("*.py")} - {"__init__"}
    assert files == {subject.__name__.rsplit(".", 1)[-1] for subject in INTERACTIONS}


def test_the_editors_manual_explains_every_field() -> None:
    manual = text_of("knowledge/README.md")
    for name in FIELD_NAMES:
        assert f"`{name}`" in manual or name == "category", name


# Files, links and the map


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_a_document_names_exists(document: str) -> None:
    here = (ROOT / document).parent
    for name in FILE.findall(text_of(document)):
        assert [*ROOT.glob(name.rstrip("/")), *here.glob(name.rstrip("/"))], name


def anchor(heading: str) -> str:
    """The name that the pages of repositories give to a heading: words and hyphens, no other signs."""
    kept = (c for c in heading.strip().lower() if c in " -_" or unicodedata.category(c)[0] in "LNM")
    return "".join(kept).replace(" ", "-")


def test_every_module_that_tests_share_has_its_place_in_their_manual() -> None:
    shared = {f"tests/{path.name}" for path in (ROOT / "tests").glob("*.py") if not path.name.startswith("test_")}
    listed = {file for files, _ in rows("tests/README.md", "What is real") for file in files_in(files)}
    assert listed == shared


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_between_documents_leads_somewhere(document: str) -> None:
    for path, fragment in re.findall(r"\]\((?!https?:)([^()#\s]*)#?([^()\s]*)\)", text_of(document)):
        target = (ROOT / document).parent / path if path else ROOT / document
        assert target.exists(), path
        if fragment:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert fragment in set(map(anchor, headings)), f"{path}#{fragment}"


def test_the_readme_is_short_and_leads_to_every_manual() -> None:
    readme = text_of("README.md")
    assert len(readme.splitlines()) <= MAX_README
    written = {str(path.relative_to(ROOT)) for room in (*ROOMS, "tests") for path in (ROOT / room).glob("README*.md")}
    assert {*written, "README.md", "README.ja.md"} == set(MANUALS)
    assert all(f"]({manual})" in readme for manual in set(MANUALS) - {"README.md"})


def test_the_pictures_of_the_readme_are_small() -> None:
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", text_of("README.md"))
    assert len(pictures) == 2
    assert all((ROOT / picture).stat().st_size <= MAX_PICTURE for picture in pictures)


def test_the_map_shows_every_room() -> None:
    shown: dict[str, str] = {}  # room: what it says of it
    top = ""
    for indent, name, about in re.findall(
        r"^( {4,6})(\w+)/ +(.+)$", section("README.md", "Map of the code"), re.MULTILINE
    ):
        top = name if len(indent) == 4 else top
        shown[name if len(indent) == 4 else f"{top}/{name}"] = about
    rooms = {str(path.parent.relative_to(ROOT)) for room in ROOMS for path in (ROOT / room).glob("*/__init__.py")}
    assert shown.keys() == {*rooms, *ROOMS, "tests"}
    for room, about in shown.items():
        below = {path.name for path in (ROOT / room).iterdir() if path.is_dir() and any(path.glob("*.py"))}
        assert set(re.findall(r"(\w+)/", about)) <= {path.name for path in (ROOT / room).iterdir()}, room
        assert room in ROOMS or room == "tests" or below - {"migrations"} <= set(re.findall(r"(\w+)/", about)), room


def test_every_test_the_threat_model_names_is_in_its_file() -> None:
    lines = [line for line in text_of("SECURITY.md").splitlines() if line.startswith("|") and "`test" in line]
    assert len(lines) > 20
    for line in lines:
        source = ""
        for file, test in re.findall(r"`(tests/\w+\.py)`|`(test_\w+)`", line):
            source = text_of(file) if file else source
            assert file or f"def {test}(" in source, test


def test_the_example_of_the_readme_is_what_the_bot_says(app: App) -> None:
    command, *shown = re.findall(r"^ {4}(.+)$", section("README.md", "Example"), re.MULTILINE)
    (question,) = re.findall(r'"(.+)"', command)
    said = reply_text(app.faq, app.faq.ask(question, Asker("cli")))
    place = 0
    for line in shown:
        words, _, _ = line.partition("（確信度")  # it changes with every calibration
        assert line == "…" or words in said[place:], line
        place = place if line == "…" else said.index(words, place)


# Architecture and recipes


def files_in(cell: str) -> list[str]:
    return [name for name in re.findall(r"`([\w./-]+)`", cell) if "/" in name]


def test_ten_questions_of_a_newcomer_are_answered_with_a_file() -> None:
    answers = rows("index/README.md", "Architecture")
    assert len(answers) >= 10
    for question, answer in answers:
        files = files_in(answer)
        assert files, question
        defined = {name for file in files if file.endswith(".py") for name in names_in(ROOT / file)}
        named = {part for name in re.findall(r"`([A-Za-z_]+(?:\.[a-z_]+)?)`", answer) for part in name.split(".")}
        assert named <= defined, f"{question}: {named - defined}"


def test_a_recipe_for_a_common_change_names_four_files_at_most() -> None:
    recipes = {change: files_in(touch) for change, touch, _ in rows("index/README.md", "Recipes")}
    for change in COMMON_CHANGES:
        assert any(name.startswith(change) for name in recipes), change
    for change, files in recipes.items():
        assert 1 <= len(files) <= MAX_FILES, change


# The manifest

MANIFEST: dict[str, Any] = plain_manifest("https://faq.example.com")  # all that the bot may ask for
SLACK = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "bot/slack").rglob("*.py"))]


def nodes() -> Iterator[ast.AST]:
    for module in SLACK:
        yield from ast.walk(module)


def constants(path_or_node: Path | ast.AST) -> set[str]:
    tree = ast.parse(path_or_node.read_text("utf-8")) if isinstance(path_or_node, Path) else path_or_node
    return {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


@cache
def metrics() -> set[str]:
    """The names of what the bot counts and measures."""
    return {text for path in (ROOT / "bot").rglob("*.py") for text in constants(path) if text.startswith("faqbot_")}


def names_in(path: Path) -> set[str]:
    """The names that a module defines at its top, and the methods of its classes."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found


@cache
def calls_of_slack() -> set[str]:
    """The methods of Slack's Web API that the code uses, by their name in slack_sdk's client."""
    documented = {name for name in dir(WebClient) if "reference/methods" in (getattr(WebClient, name).__doc__ or "")}
    return {node.attr for node in nodes() if isinstance(node, ast.Attribute)} & documented


def registered(kind: str) -> list[ast.expr]:
    """What is given to Bolt's `app.event`, `app.command` or `app.shortcut`."""
    return [
        node.args[0]
        for node in nodes()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == kind and node.args
        if isinstance(node.func.value, ast.Name) and node.func.value.id == "app"
    ]


@cache
def heard_events() -> set[str]:
    """The events that listeners are registered for in Bolt, and the messages that the intake takes."""
    said = {"channel": "C0GENERAL", "user": "U0ASKER", "ts": "2.0", "text": "解約したい"}
    taken = {
        name
        for name, event in MESSAGES.items()
        if kind_of({"type": "event_callback", "team_id": "T0HOME", "event": said | event})
    }
    return taken | {text for given in registered("event") for text in constants(given)}


def test_the_manifest_asks_for_exactly_the_events_that_are_heard() -> None:
    assert set(MANIFEST["settings"]["event_subscriptions"]["bot_events"]) == heard_events() == set(EVENTS)


def test_the_manifest_asks_for_exactly_the_scopes_that_calls_and_events_need() -> None:
    calls = calls_of_slack()
    assert calls == set(CALLS), "a call that is new or gone: give its scopes as Slack's documentation says"
    needed = {scope for call in calls for scope in CALLS[call]} | {s for event in heard_events() for s in EVENTS[event]}
    assert registered("command") or registered("shortcut")  # both need the scope `commands`
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed | {"commands"}


def test_the_manifest_offers_exactly_the_commands_and_shortcuts_that_are_heard() -> None:
    commands = {command["command"] for command in MANIFEST["features"]["slash_commands"]}
    assert commands == {NAMELESS.command}
    assert [ast.unparse(given) for given in registered("command")] == ["ANY_COMMAND"]
    shortcuts = {shortcut["callback_id"] for shortcut in MANIFEST["features"]["shortcuts"]}
    assert shortcuts == {text for given in registered("shortcut") for text in constants(given)}
