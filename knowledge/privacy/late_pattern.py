"""Patterns that are compiled for the first text that may hold a match: most questions hold nothing personal."""

import re
from collections.abc import Callable, Iterable
from functools import cached_property

holds_digit = re.compile(r"[\d十]").search  # 十 is no folded digit
holds_ascii = re.compile("[!-~İı]").search  # ASCII, and what [a-z] matches beside it where capitals are ignored


def any_text(_text: str) -> bool:
    """The quick look of a pattern that is only asked where another one has matched: it lets every text through."""
    return True


class LatePattern:
    """A pattern, and `needs`, a quick look that is true of every text with a match; safe to share between threads."""

    def __init__(self, needs: Callable[[str], object], pattern: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self.needs = needs
        self._pattern = pattern
        self._flags = flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern itself; compiling one takes up to 5 ms."""
        return re.compile(self._pattern, self._flags)

    def finditer(self, text: str) -> Iterable[re.Match[str]]:
        """Every match in `text`, in order."""
        return self.compiled.finditer(text) if self.needs(text) else ()
