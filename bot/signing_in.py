"""Signing in: how the team's pages learn from another door who somebody is."""

from dataclasses import dataclass
from typing import Protocol

from bot.roles import Role
from knowledge.errors import FaqError


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody whom a door knows: by the id that the history has, and the name that people read."""

    user: str
    name: str


class SignInRefusedError(FaqError):
    """Nobody is signed in."""


class SignIn(Protocol):
    """A door that knows people."""

    def address(self, state: str, nonce: str) -> str:
        """The address that somebody goes to, and comes back from with `state` and a code."""
        ...

    def known(self, code: str, nonce: str) -> Known:
        """The person who came back with `code`. Raises SignInRefusedError."""
        ...

    def role_of(self, user: str) -> Role:
        """Their role, as it was a minute ago at most."""
        ...
