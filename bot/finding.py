"""A finding: one thing that a check of the installation looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `faqbot doctor`: the subject, its state and, where that is a problem, the next step."""

    subject: str
    said: str
    hint: str = ""  # for a problem: the next step

    @property
    def is_problem(self) -> bool:
        """True when somebody has to act."""
        return bool(self.hint)

    def __str__(self) -> str:
        if self.is_problem:
            return f"NG  {self.subject}: {self.said}\n    → {self.hint}"
        return f"OK  {self.subject}: {self.said}"
