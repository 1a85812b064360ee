"""
What can go wrong, as a tree. "No unit free" is not here: that is a decision, not an error.

    Saigon115Error
    ├── Refused             the command cannot be done, and the state is as it was
    │   ├── IllegalStep         not in a lifecycle's table
    │   ├── NotFound            no such thing
    │   ├── Taken               somebody was first
    │   ├── Stale               decided on an older version than the one that stands
    │   ├── Forbidden           this actor may not
    │   ├── Unauthenticated     no session and no token
    │   ├── Malformed           the request is not of its form
    │   ├── TooOften            asked too often in a while; says how long to wait
    │   └── KeyReused           the same idempotency key with another body
    ├── Unavailable         a part is down; try again
    └── StartError          the system cannot start; says the way out

Each message says the fact, the thing and the way out. Nothing here knows HTTP: `problems.py` maps it.
"""

from __future__ import annotations

from collections.abc import Sequence


class Saigon115Error(Exception):
    """Root of our own errors."""


class Refused(Saigon115Error):
    """A command that was not done; nothing changed."""


class IllegalStep(Refused):
    """A step that the lifecycle's table does not have."""

    def __init__(self, thing: str, thing_id: str, status: str, step: str, allowed: Sequence[str]) -> None:
        ways = ", ".join(allowed) or "nothing: this is final"
        super().__init__(f"{thing} {thing_id} cannot go {step} while {status}; allowed: {ways}")


class NotFound(Refused):
    """No such thing."""


class Taken(Refused):
    """Somebody was first: the unit, the offer or the incident is no longer free for this."""


class Stale(Refused):
    """The command was decided on an older version."""


class Forbidden(Refused):
    """The actor is known and may not do this."""


class Unauthenticated(Refused):
    """No session and no valid token came with the request."""


class Malformed(Refused):
    """The request is not of its form."""


class TooOften(Refused):
    """Asked too often in a while; the same again is taken after `retry_after_s`."""

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class KeyReused(Refused):
    """An idempotency key came again with another body."""


class Unavailable(Saigon115Error):
    """A part that the answer needs is down for now."""

    def __init__(self, message: str, *, retry_after_s: int = 2) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class StartError(Saigon115Error):
    """The system cannot start; the message says the way out."""
