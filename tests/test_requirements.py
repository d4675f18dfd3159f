"""What is installed to run the bot is enough to run it, the two lists of it agree, and a wheel holds every file.

The machine of the tests has more: a package that only the tests bring must not be needed by the bot.
"""

import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatchcase
from importlib import metadata
from pathlib import Path, PurePath

ROOT = Path(__file__).parents[1]
MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for package in ("knowledge", "index", "bot")
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts and path.stem not in ("__main__", "__init__")
]
FOR_READERS = {PurePath("README.md")}  # of each package; the program does not read it
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


def fits(path: PurePath, pattern: str) -> bool:
    """True where setuptools takes the file by the pattern: a star stands for no slash."""
    wanted = PurePath(pattern).parts
    return len(wanted) == len(path.parts) and all(map(fnmatchcase, path.parts, wanted))


def test_every_file_that_the_program_reads_is_in_a_wheel() -> None:
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    found = {
        (package, path.relative_to(ROOT / package))
        for package in ("knowledge", "index", "bot")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc") and not path.name.startswith(".")
    }
    assert ("bot", PurePath("web/templates/base.html")) in found
    left = [
        f"{package}/{path}"
        for package, path in sorted(found)
        if path not in FOR_READERS and not any(fits(path, pattern) for pattern in patterns[package])
    ]
    assert left == []
