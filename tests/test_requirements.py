"""What is installed to run the bot is enough to run it, and the two lists of it agree.

The machine of the tests has more: a package that only the tests bring must not be needed by the bot.
"""

import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for package in ("knowledge", "index", "bot")
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts and path.stem not in ("__main__", "__init__")
]
OPTIONAL = {"index.evaluation.training"}  # needs the extra `evaluation`, see the recipes
PROGRAM = """
import importlib, sys

class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {hidden!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Refusing())
for name in {modules!r}:
    importlib.import_module(name)
"""


def folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def listed(path: str) -> set[str]:
    """The packages that a file of requirements installs."""
    return {folded(name) for name in re.findall(r"^([\w.-]+)==", (ROOT / path).read_text(), re.MULTILINE)}


def test_every_module_can_be_imported_with_what_is_installed_to_run_the_bot() -> None:
    runtime = listed("requirements.txt") | {"faqbot", "pip", "setuptools"}
    owners = metadata.packages_distributions()
    hidden = {name for name, packages in owners.items() if not {folded(one) for one in packages} & runtime}
    assert {"pytest", "hypothesis", "playwright"} <= hidden
    modules = [name for name in MODULES if name not in OPTIONAL]
    program = PROGRAM.format(hidden=hidden, modules=modules)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_everything_the_project_asks_for_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["semantic"]]
    names = {folded(re.split(r"[\[<>=]", one)[0]) for one in wanted}
    assert names <= listed("requirements.txt")
