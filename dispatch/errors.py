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

Whatever a person at a screen can meet carries a `code` and the `facts` of its message, so that the screen says the same
in the person's language (web/src/i18n/refusals.vi.ts; a test finds the code that has no words there).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

Fact = str | int | float | datetime | None


class Saigon115Error(Exception):
    """Root of our own errors. With a `code`, which is stable, `message` is a template that `facts` fill."""

    def __init__(self, message: str, *, code: str | None = None, **facts: Fact) -> None:
        super().__init__(message.format_map(facts) if code else message)
        self.code, self.facts = code, facts


class Refused(Saigon115Error):
    """A command that was not done; nothing changed."""


class IllegalStep(Refused):
    """A step that the lifecycle's table does not have."""

    def __init__(self, thing: str, thing_id: str, status: str, step: str, allowed: Sequence[str]) -> None:
        super().__init__(
            "{thing} {id} cannot go {step} while {status}; allowed: {allowed}",
            code="illegal_step",
            thing=thing,
            id=thing_id,
            status=status,
            step=step,
            allowed=", ".join(allowed) or "nothing: this is final",
        )


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

    def __init__(self, message: str, *, retry_after_s: int, code: str | None = None, **facts: Fact) -> None:
        super().__init__(message, code=code, **facts)
        self.retry_after_s = retry_after_s


class KeyReused(Refused):
    """An idempotency key came again with another body."""


class Unavailable(Saigon115Error):
    """A part that the answer needs is down for now."""

    def __init__(self, message: str, *, retry_after_s: int = 2, code: str | None = None, **facts: Fact) -> None:
        super().__init__(message, code=code, **facts)
        self.retry_after_s = retry_after_s


class StartError(Saigon115Error):
    """The system cannot start; the message says the way out."""
