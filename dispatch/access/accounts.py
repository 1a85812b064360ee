"""People's accounts, in PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from dispatch.access.audit import record
from dispatch.access.passwords import Passwords
from dispatch.access.roles import Role, check_hospital, read_role
from dispatch.database import Pool, borrowed
from dispatch.errors import Malformed, NotFound, Taken

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True)
class Account:
    username: str
    roles: frozenset[Role]
    created_at: datetime
    disabled_at: datetime | None
    hospital_id: str | None = None


def clean_username(word: str) -> str:
    """Small letters, without blanks around; Malformed when it is no username."""
    username = word.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise Malformed(
            "a username is 1 to 64 of a–z, 0–9, dot, dash and underscore, and begins with a letter or digit"
        )
    return username


class Accounts:
    def __init__(self, pool: Pool, passwords: Passwords) -> None:
        self._pool, self._passwords = pool, passwords

    async def add(
        self, username: str, password: str, roles: Collection[Role], by: str, hospital_id: str | None = None
    ) -> Account:
        """A new account; Taken when the name is in use. A hospital's account has that role alone and names which."""
        name = clean_username(username)
        if not roles:
            raise Malformed(f"account {name} needs at least one role (--role)")
        for role in roles:
            check_hospital(role, hospital_id)
        stored = await self._passwords.hash(password)
        async with borrowed(self._pool) as connection, connection.transaction():
            cursor = await connection.execute(
                "INSERT INTO accounts (username, password_hash, roles, hospital_id) VALUES (%s, %s, %s, %s) "
                "ON CONFLICT DO NOTHING RETURNING created_at",
                [name, stored, sorted(roles), hospital_id],
            )
            row = await cursor.fetchone()
            if row is None:
                raise Taken(f"account {name} exists already; choose another name, or `saigon115 user password {name}`")
            await record(connection, by, "account_added", username=name, roles=sorted(roles), hospital=hospital_id)
        return Account(name, frozenset(roles), row[0], None, hospital_id)

    async def set_password(self, username: str, password: str, by: str) -> None:
        """A new password; every session of the account ends. A disabled account stays disabled."""
        name = clean_username(username)
        stored = await self._passwords.hash(password)
        await self._change(
            name, "password_set", by, "UPDATE accounts SET password_hash = %s WHERE username = %s", stored
        )

    async def disable(self, username: str, by: str) -> None:
        """The account may enter no more and its sessions end; its name stays in what it did."""
        await self._change(
            clean_username(username),
            "account_disabled",
            by,
            "UPDATE accounts SET disabled_at = coalesce(disabled_at, now()) WHERE username = %s",
        )

    async def enable(self, username: str, by: str) -> None:
        """A disabled account may enter again, with the password it had."""
        await self._change(
            clean_username(username),
            "account_enabled",
            by,
            "UPDATE accounts SET disabled_at = NULL WHERE username = %s",
        )

    async def _change(self, name: str, action: str, by: str, statement: str, *values: object) -> None:
        async with borrowed(self._pool) as connection, connection.transaction():
            cursor = await connection.execute(statement.encode(), [*values, name])
            if cursor.rowcount == 0:
                raise NotFound(f"there is no account {name}; `saigon115 user list` shows all")
            await connection.execute("DELETE FROM sessions WHERE username = %s", [name])
            await record(connection, by, action, username=name)

    async def list_all(self) -> list[Account]:
        async with borrowed(self._pool) as connection:
            cursor = await connection.execute(
                "SELECT username, roles, created_at, disabled_at, hospital_id FROM accounts ORDER BY username"
            )
            return [
                Account(name, frozenset(read_role(role) for role in roles), *rest)
                for name, roles, *rest in await cursor.fetchall()
            ]

    async def is_empty(self) -> bool:
        async with borrowed(self._pool) as connection:
            cursor = await connection.execute("SELECT 1 FROM accounts LIMIT 1")
            return await cursor.fetchone() is None

    async def find_password_hash(self, username: str) -> str | None:
        """Of an account that may enter; absent for any other name, however odd."""
        if not _USERNAME.fullmatch(username):
            return None
        async with borrowed(self._pool) as connection:
            cursor = await connection.execute(
                "SELECT password_hash FROM accounts WHERE username = %s AND disabled_at IS NULL", [username]
            )
            row = await cursor.fetchone()
        return str(row[0]) if row else None
