"""Roles: what somebody may do, the same at every door that knows people."""

from enum import IntEnum


class Role(IntEnum):
    """A set of permissions; each role has all those of the lower ones."""

    PROSPECT = 0
    STAFF = 1
    EDITOR = 2
