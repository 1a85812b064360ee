"""
What callers say about people, apart from the facts: encrypted, read under log, erasable.

Events carry tokens; this store holds what they stand for, under a key of its own for each subject (an incident or
a call). The subject's key is stored wrapped by the master key, which is a file outside the database. To erase is to
drop the subject's key: history stays whole, and what it pointed to can be read no more.

Weakness: backups, and the database's own log until it is recycled, still hold a dropped key; they are of use only
together with the master key. A phone's HMAC tells that two calls came from one number to whoever holds that key.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dispatch.database import Connection, Pool, borrowed
from dispatch.domain.clock import LOCAL
from dispatch.errors import Forbidden, NotFound, Refused, StartError
from dispatch.master_key import FILE_NAME, find_master_key, make_master_key
from dispatch.personal_keys import CANARY, NONCE_BYTES, Keyring

_CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_NOT_A_DIGIT = re.compile(r"[^0-9]+")


@dataclass(frozen=True)
class RecentCall:
    """A call that came from the same number, and when."""

    call_id: str
    at: datetime


def new_token() -> str:
    """A token that stands for nothing yet: an event is decided before its words are kept."""
    return f"psn-{secrets.token_hex(16)}"


async def open_personal_store(pool: Pool, state_dir: Path) -> PersonalStore:
    """
    The store under the master key of the state folder; the key is made at the very first start.

    A `StartError` when the key is missing, or another one, while the database holds data under the right one: a
    new key would leave all that unreadable without a word.
    """
    async with borrowed(pool) as connection:
        wrapped = await _find_canary(connection)
        key = find_master_key(state_dir)
        if key is None and wrapped is not None:
            raise StartError(
                f"the master key {state_dir / FILE_NAME} is missing, and the database holds personal data under it; "
                "put the file back from your backup, or set SAIGON115_STATE to the folder that has it"
            )
        key = key or make_master_key(state_dir)
        if wrapped is None:
            wrapped = await _plant_canary(connection, Keyring(key))
    if not Keyring(key).opens(CANARY, wrapped):
        raise StartError(
            f"the master key {state_dir / FILE_NAME} is not the one that this database is kept under; "
            "put the right file in its place, or use another database"
        )
    return PersonalStore(pool, key)


class PersonalStore:
    """
    Every method that writes takes `conn`, to write in the caller's transaction; without it, in one of its own.

    Raises Unavailable while the database is out of reach.
    """

    def __init__(self, pool: Pool, master_key: bytes) -> None:
        self._pool = pool
        self._keyring = Keyring(master_key)

    async def keep(
        self, subject: str, kind: str, text: str, *, token: str | None = None, conn: Connection | None = None
    ) -> str:
        """
        Store words about a subject; the token that stands for them, a new one unless given.

        `kind` says what they are: `phone`, `words`, `name` …
        """
        token, nonce = token or new_token(), secrets.token_bytes(NONCE_BYTES)
        async with self._within(conn) as connection:
            cipher = await self._subject_cipher(connection, subject)
            ciphertext = cipher.encrypt(nonce, text.encode("utf-8", "replace"), _about(token, kind))
            await connection.execute(
                "INSERT INTO personal (token, subject, kind, nonce, ciphertext) VALUES (%s, %s, %s, %s, %s)",
                [token, subject, kind, nonce, ciphertext],
            )
        return token

    async def code_or_token(self, subject: str, text: str | None) -> str | None:
        """A code as it is; free words, which may name people, become a token: events carry no others."""
        if text is None or _CODE.fullmatch(text):
            return text
        return await self.keep(subject, "reason", text)

    async def read(
        self, token: str, actor: str, why: str = "", *, but_not: str | None = None, conn: Connection | None = None
    ) -> str:
        """
        What a token stands for. The read is logged for ever, with its reason, before the words are given.

        Words of the kind `but_not` are refused: they have a door of their own.
        """
        async with self._within(conn) as connection:
            cursor = await connection.execute(
                "SELECT subject, kind, nonce, ciphertext, wrapped_key, erased_at "
                "FROM personal JOIN personal_keys USING (subject) WHERE token = %s",
                [token],
            )
            row = await cursor.fetchone()
            if row is None:
                raise NotFound(f"no personal data have the token {token}; take it from the incident or the call")
            subject, kind, nonce, ciphertext, wrapped, erased_at = row
            if wrapped is None:
                raise NotFound(
                    "the personal data of {subject} were erased on {day}; nobody has them",
                    code="words_erased",
                    subject=subject,
                    day=f"{erased_at.astimezone(LOCAL):%Y-%m-%d}",
                )
            if kind == but_not:
                raise Forbidden(
                    "{token} is a {kind}, which {actor} may not read; ask a supervisor or the duty doctor",
                    code="not_read_by_you",
                    token=token,
                    kind=kind,
                    actor=actor,
                )
            await connection.execute(
                "INSERT INTO personal_reads (token, actor, why) VALUES (%s, %s, %s)", [token, actor, why]
            )
        return self._keyring.unwrap(subject, wrapped).decrypt(nonce, ciphertext, _about(token, kind)).decode()

    async def subject_of(self, token: str) -> str:
        """What a token is kept under: a call's, an incident's or an offer's id, or a unit's. Raises NotFound."""
        async with self._within(None) as connection:
            cursor = await connection.execute("SELECT subject FROM personal WHERE token = %s", [token])
            row = await cursor.fetchone()
        if row is None:
            raise NotFound(f"no personal data have the token {token}; take it from the incident or the call")
        return str(row[0])

    async def erased_at(self, subject: str) -> datetime | None:
        """When what was kept about a subject was erased; None: it was not."""
        async with self._within(None) as connection:
            cursor = await connection.execute("SELECT erased_at FROM personal_keys WHERE subject = %s", [subject])
            row = await cursor.fetchone()
        return row[0] if row else None

    async def erase(self, subject: str, *, conn: Connection | None = None) -> None:
        """Make everything kept about a subject unreadable, and forget which number it called from. For ever."""
        async with self._within(conn) as connection:
            await connection.execute(
                "INSERT INTO personal_keys (subject, erased_at) VALUES (%s, now()) ON CONFLICT (subject) DO UPDATE "
                "SET wrapped_key = NULL, erased_at = coalesce(personal_keys.erased_at, now())",
                [subject],
            )
            await connection.execute("DELETE FROM phone_hashes WHERE call_id = %s", [subject])

    def phone_hmac(self, phone: str) -> bytes:
        """The same for one number however it is written: +84 90…, 0084 90…, 090…"""
        return self._keyring.phone_hmac(plain_number(phone))

    def call_id_of(self, reference: str) -> str:
        """The id of the call that an exchange knows under this reference: the same whenever it is told."""
        return f"call-{self._keyring.reference_hmac(reference).hex()[:24]}"

    async def note_phone(self, phone: str, call_id: str, *, conn: Connection | None = None) -> None:
        """Remember, once, that this call came from this number; a withheld one (no digit in it) is nobody's."""
        if not plain_number(phone):
            return
        async with self._within(conn) as connection:
            await connection.execute(
                "INSERT INTO phone_hashes (hmac, call_id) SELECT %(hmac)s, %(call_id)s WHERE NOT EXISTS "
                "(SELECT 1 FROM phone_hashes WHERE hmac = %(hmac)s AND call_id = %(call_id)s)",
                {"hmac": self.phone_hmac(phone), "call_id": call_id},
            )

    async def recent_calls(self, phone: str, within: timedelta, *, conn: Connection | None = None) -> list[RecentCall]:
        """The calls from this number in the time just past, newest first; none for a withheld number."""
        if not plain_number(phone):
            return []
        async with self._within(conn) as connection:
            cursor = await connection.execute(
                "SELECT call_id, at FROM phone_hashes WHERE hmac = %s AND at > now() - %s ORDER BY at DESC",
                [self.phone_hmac(phone), within],
            )
            return [RecentCall(call_id, at) for call_id, at in await cursor.fetchall()]

    async def same_number(self, call_id: str, within: timedelta) -> list[RecentCall] | None:
        """
        The calls of the time just past from the number that this call came from, newest first, itself among them.

        None when nobody knows its number: hidden, not told, or erased.
        """
        async with borrowed(self._pool) as connection:
            cursor = await connection.execute(
                "SELECT other.call_id, min(other.at) FROM phone_hashes own JOIN phone_hashes other USING (hmac) "
                "WHERE own.call_id = %s AND (other.at > now() - %s OR other.call_id = own.call_id) "
                "GROUP BY other.call_id ORDER BY min(other.at) DESC, other.call_id",
                [call_id, within],
            )
            found = [RecentCall(key, at) for key, at in await cursor.fetchall()]
        return found or None

    async def later_calls(self, call_ids: Sequence[str]) -> dict[str, list[str]]:
        """For each of these calls, the later ones from its number, oldest first; calls without any are left out."""
        later: dict[str, list[str]] = {}
        if not call_ids:
            return later
        async with borrowed(self._pool) as connection:
            cursor = await connection.execute(
                "SELECT DISTINCT own.call_id, other.call_id, other.at FROM phone_hashes own JOIN phone_hashes other "
                "USING (hmac) WHERE own.call_id = ANY(%s) AND other.at > own.at AND other.call_id <> own.call_id "
                "ORDER BY other.at",
                [list(call_ids)],
            )
            for own, other, _ in await cursor.fetchall():
                later.setdefault(own, []).append(other)
        return later

    async def _subject_cipher(self, connection: Connection, subject: str) -> AESGCM:
        """
        The cipher with the subject's own key, which is made at first use.

        The key's row is locked for as long as the caller's transaction lasts: nobody erases it in between.
        """
        await connection.execute(
            "INSERT INTO personal_keys (subject, wrapped_key) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [subject, self._keyring.new_wrapped_key(subject)],
        )
        cursor = await connection.execute(
            "SELECT wrapped_key FROM personal_keys WHERE subject = %s FOR SHARE", [subject]
        )
        row = await cursor.fetchone()
        assert row is not None
        if row[0] is None:
            raise Refused(f"the personal data of {subject} were erased, so no more are kept; use a new incident")
        return self._keyring.unwrap(subject, row[0])

    @asynccontextmanager
    async def _within(self, conn: Connection | None) -> AsyncIterator[Connection]:
        if conn is not None:
            yield conn
        else:
            async with borrowed(self._pool) as connection, connection.transaction():
                yield connection


async def _find_canary(connection: Connection) -> bytes | None:
    cursor = await connection.execute("SELECT wrapped_key FROM personal_keys WHERE subject = %s", [CANARY])
    row = await cursor.fetchone()
    return bytes(row[0]) if row else None


async def _plant_canary(connection: Connection, keyring: Keyring) -> bytes:
    """Leave the mark of our key, unless another server left its own a moment before; the one that stands."""
    await connection.execute(
        "INSERT INTO personal_keys (subject, wrapped_key) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        [CANARY, keyring.new_wrapped_key(CANARY)],
    )
    wrapped = await _find_canary(connection)
    assert wrapped is not None
    return wrapped


def _about(token: str, kind: str) -> bytes:
    """Bound to the ciphertext: words cannot be moved to another token or kind unnoticed."""
    return f"{token} {kind}".encode()


def plain_number(phone: str) -> str:
    """Its digits alone, the country's own code as a leading zero: one number is the same however it is written."""
    digits = _NOT_A_DIGIT.sub("", phone)
    if digits.startswith("0084"):
        return "0" + digits[4:]
    if digits.startswith("84") and (phone.lstrip().startswith("+") or len(digits) > 10):
        return "0" + digits[2:]
    return digits
