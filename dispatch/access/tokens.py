"""Bearer tokens of crews, stations and machines, in PostgreSQL. Only their hashes are stored."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from dispatch.access.audit import record
from dispatch.access.roles import Actor, Role, check_scope, read_role
from dispatch.access.together import Together
from dispatch.database import Pool, borrowed
from dispatch.errors import NotFound

PREFIX = "s115_"
_LIST = """
SELECT id, role, unit_id, station_id, hospital_id, label, created_at, revoked_at, last_used_at
FROM tokens ORDER BY created_at, id
"""
_FIND = """
SELECT hash, id, role, unit_id, station_id, hospital_id, coalesce(last_used_at < now() - interval '5 minutes', true)
FROM tokens WHERE hash = ANY(%s) AND revoked_at IS NULL
"""


@dataclass(frozen=True)
class Token:
    id: str
    role: Role
    unit_id: str | None
    station_id: str | None
    hospital_id: str | None
    label: str | None
    created_at: datetime
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None


def hash_secret(secret: str) -> bytes:
    """SHA-256: enough for secrets of 32 random bytes, which nobody can guess."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


class Tokens:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._together = Together(self._find_all)

    async def create(
        self,
        role: Role,
        *,
        unit_id: str | None = None,
        station_id: str | None = None,
        hospital_id: str | None = None,
        label: str | None = None,
        by: str,
    ) -> tuple[Token, str]:
        """The token and its secret, which is shown this once and stored nowhere."""
        check_scope(role, unit_id, station_id, hospital_id)
        secret, token_id = PREFIX + secrets.token_urlsafe(32), secrets.token_hex(4)
        async with borrowed(self._pool) as connection, connection.transaction():
            cursor = await connection.execute(
                "INSERT INTO tokens (id, hash, role, unit_id, station_id, hospital_id, label) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING created_at",
                [token_id, hash_secret(secret), role, unit_id, station_id, hospital_id, label],
            )
            row = await cursor.fetchone()
            assert row is not None
            owner = {"unit": unit_id, "station": station_id, "hospital": hospital_id}
            await record(connection, by, "token_created", token=token_id, role=role, **owner)
        return Token(token_id, role, unit_id, station_id, hospital_id, label, row[0]), secret

    async def revoke(self, token_id: str, by: str) -> None:
        """The token is good no more; its name stays in what was done with it."""
        async with borrowed(self._pool) as connection, connection.transaction():
            cursor = await connection.execute(
                "UPDATE tokens SET revoked_at = coalesce(revoked_at, now()) WHERE id = %s", [token_id]
            )
            if cursor.rowcount == 0:
                raise NotFound(f"there is no token {token_id}; `saigon115 token list` shows all")
            await record(connection, by, "token_revoked", token=token_id)

    async def list_all(self) -> list[Token]:
        async with borrowed(self._pool) as connection:
            cursor = await connection.execute(_LIST)
            return [Token(row[0], read_role(row[1]), *row[2:]) for row in await cursor.fetchall()]

    async def find_actor(self, secret: str) -> Actor | None:
        """Who holds this secret. Notes its use, to five minutes."""
        if not secret.startswith(PREFIX):
            return None
        return await self._together.ask(hash_secret(secret))

    async def _find_all(self, hashes: list[bytes]) -> dict[bytes, Actor]:
        async with borrowed(self._pool) as connection:
            cursor = await connection.execute(_FIND, [hashes])
            rows = await cursor.fetchall()
            if used := [row[1] for row in rows if row[6]]:
                await connection.execute("UPDATE tokens SET last_used_at = now() WHERE id = ANY(%s)", [used])
        return {
            bytes(row[0]): Actor(f"token:{row[1]}", frozenset({read_role(row[2])}), row[3], row[4], row[5])
            for row in rows
        }
