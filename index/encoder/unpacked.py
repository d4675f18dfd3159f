"""The encoder's weights unpacked on disk, so that a process maps them instead of inflating 30 MB at every start."""

import json
import logging
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

logger = logging.getLogger(__name__)
PLAIN = "plain.json"  # the attributes that are no arrays


def unpacked(network: type[Any], load: Callable[[], Any], folder: Path) -> Any:
    """A `network` object with its arrays mapped from `folder`; what is missing there is written from `load()`.

    The folder is written whole or not at all; one that cannot be read or written only costs time.
    Attributes that are neither arrays, lists of arrays nor plain numbers are left to the caller.
    """
    try:
        return _mapped(network, folder)
    except (OSError, ValueError):
        made = load()
    try:
        _write(made, folder)
    except OSError as error:
        logger.warning("the encoder's weights are not kept in %s: %s", folder, type(error).__name__)
    return made


def _mapped(network: type[Any], folder: Path) -> Any:
    made = object.__new__(network)
    vars(made).update(json.loads((folder / PLAIN).read_text(encoding="utf-8")))
    lists: dict[str, dict[int, Any]] = {}
    for path in sorted(folder.glob("*.npy")):
        array = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
        name, _, place = path.stem.partition("@")
        if place:
            lists.setdefault(name, {})[int(place)] = array
        else:
            setattr(made, name, array)
    for name, arrays in lists.items():
        setattr(made, name, [arrays[place] for place in sorted(arrays)])
    return made


def _write(made: Any, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        plain = {}
        for name, value in vars(made).items():
            if isinstance(value, np.ndarray):
                np.save(new / f"{name}.npy", value)
            elif isinstance(value, list):
                for place, array in enumerate(value):
                    np.save(new / f"{name}@{place}.npy", array)
            elif isinstance(value, int | float | str):
                plain[name] = value
        (new / PLAIN).write_text(json.dumps(plain), encoding="utf-8")
        new.chmod(0o755)
        new.rename(folder)  # fails when another process was faster, whose files are as good
    except OSError:
        shutil.rmtree(new, ignore_errors=True)
        if not (folder / PLAIN).exists():
            raise
