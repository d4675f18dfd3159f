"""What a check of the installation found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `faqbot doctor`: what was looked at, what is so, and what to do where it is a problem."""

    subject: str
    said: str
    hint: str = ""  # for a problem: the next step

    @property
    def is_problem(self) -> bool:
        """Whether somebody has to do something."""
        return bool(self.hint)

    def __str__(self) -> str:
        if self.is_problem:
            return f"NG  {self.subject}: {self.said}\n    → {self.hint}"
        return f"OK  {self.subject}: {self.said}"
