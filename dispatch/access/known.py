"""Actors seen a moment ago, so that not every position fix asks the database who sent it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from dispatch.access.roles import Actor
from dispatch.access.tokens import hash_secret
from dispatch.errors import Unavailable

FRESH_S = 4.0
"""A disabled account or revoked token is refused after this long at the latest, in every process."""
KEPT_S = 12 * 3600.0
"""While the database is away, who was known before it went stays known for so long: reads and the map go on."""
_ASK_AGAIN_S = 2.0
_MANY = 10_000


@dataclass
class _Known:
    actor: Actor
    fresh_until: float
    kept_until: float


class KnownActors:
    """
    Remembers by the hash of the secret. Good for one kind of secret; unknown ones are not remembered.

    Nobody can be disabled while the database is away, so keeping on trusting then loses nothing. Weakness: a
    session that runs out during an outage lives on until the database is back.
    """

    def __init__(self, ask: Callable[[str], Awaitable[Actor | None]], clock: Callable[[], float] = time.monotonic):
        self._ask, self._clock = ask, clock
        self._known: dict[bytes, _Known] = {}

    async def find(self, secret: str) -> Actor | None:
        key, now = hash_secret(secret), self._clock()
        known = self._known.get(key)
        if known is not None and now < known.fresh_until:
            return known.actor
        try:
            actor = await self._ask(secret)
        except Unavailable:
            if known is None or now > known.kept_until:
                raise
            known.fresh_until = self._clock() + _ASK_AGAIN_S
            return known.actor
        if actor is None:
            self._known.pop(key, None)
            return None
        self._remember(key, actor, now)
        return actor

    def forget(self, secret: str | None = None) -> None:
        """Ask the database again, for this secret or for all."""
        if secret is None:
            self._known.clear()
        else:
            self._known.pop(hash_secret(secret), None)

    def _remember(self, key: bytes, actor: Actor, now: float) -> None:
        if len(self._known) > _MANY:
            self._known = {k: known for k, known in self._known.items() if known.fresh_until > now}
        self._known[key] = _Known(actor, now + FRESH_S, now + KEPT_S)
