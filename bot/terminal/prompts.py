"""Questions that a command asks a person at the terminal; Ctrl-D ends the command, and nothing is made."""

from collections.abc import Callable

from knowledge.errors import FaqError, Problem

YES = ("", "y", "yes", "はい", "ok")
NO = ("n", "no", "いいえ")


def ask(label: str, default: str, fault_of: Callable[[str], Problem | None]) -> str:
    """The line that the person writes, or the default for an empty one; asked again until nothing is wrong with it."""
    while True:
        text = _line(f"{label}{f' [{default}]' if default else ''}: ") or default
        fault = fault_of(text)
        if fault is None:
            return text
        print(f"{fault.message}\n  → {fault.hint}")


def confirms(question: str) -> bool:
    """True when the person agrees."""
    while True:
        text = _line(f"{question} [はい/いいえ]: ").lower()
        if text in YES + NO:
            return text in YES


def _line(prompt: str) -> str:
    try:
        return input(prompt).strip()
    except EOFError:
        print()
        raise FaqError("やめました。何も作っていません。") from None
