"""Sessions of people at the console, in PostgreSQL. Only hashes of their cookies are stored."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.access.audit import record
from dispatch.access.roles import Actor, read_role
from dispatch.access.tokens import hash_secret
from dispatch.database import Pool, borrowed

LIFE = timedelta(hours=12)
"""One shift with its handover (guess)."""
_FIND = """
SELECT username, roles, hospital_id FROM sessions JOIN accounts USING (username)
WHERE hash = %s AND expires_at > now() AND disabled_at IS NULL
"""


@dataclass(frozen=True)
class Session:
    """A session just opened; `secret` is what the cookie holds."""

    secret: str
    actor: Actor
    expires_at: datetime


class Sessions:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def open(self, username: str, password_hash: str) -> Session | None:
        """
        A session for an account whose password was just compared with `password_hash`.

        None when the account was disabled, or its password changed, in that moment. Ended sessions go as new come.
        """
        secret = secrets.token_urlsafe(32)
        async with borrowed(self._pool) as connection, connection.transaction():
            await connection.execute("DELETE FROM sessions WHERE expires_at < now()")
            cursor = await connection.execute(
                "INSERT INTO sessions (hash, username, expires_at) SELECT %s, username, now() + %s FROM accounts "
                "WHERE username = %s AND password_hash = %s AND disabled_at IS NULL RETURNING expires_at",
                [hash_secret(secret), LIFE, username, password_hash],
            )
            row = await cursor.fetchone()
            if row is None:
                return None
            await record(connection, f"user:{username}", "signed_in")
        actor = await self.find_actor(secret)
        return Session(secret, actor, row[0]) if actor else None

    async def close(self, secret: str) -> None:
        async with borrowed(self._pool) as connection:
            await connection.execute("DELETE FROM sessions WHERE hash = %s", [hash_secret(secret)])

    async def find_actor(self, secret: str) -> Actor | None:
        async with borrowed(self._pool) as connection:
            cursor = await connection.execute(_FIND, [hash_secret(secret)])
            row = await cursor.fetchone()
        if row is None:
            return None
        username, roles, hospital_id = row
        return Actor(f"user:{username}", frozenset(read_role(role) for role in roles), hospital_id=hospital_id)
