"""Roles, and what the team's pages ask of another door to learn who somebody is."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from knowledge.errors import FaqError


class Role(IntEnum):
    """A set of permissions; each role has all those of the lower ones."""

    PROSPECT = 0
    STAFF = 1
    EDITOR = 2


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
