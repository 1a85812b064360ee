"""Passwords: made, hashed with Argon2id and compared, beside the event loop."""

from __future__ import annotations

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dispatch.errors import Malformed

SHORTEST, LONGEST = 12, 1024
"""Letters. Shortest: above NIST SP 800-63B's 8, for a desk without a second factor yet (guess)."""
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4
_AT_ONCE = 2
"""Each hash takes 64 MiB and some 50 ms of a core: a flood of sign-ins must not take the desk's memory."""


class Passwords:
    """argon2-cffi's own parameters (RFC 9106, low-memory profile); stored hashes name theirs."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        _check(password)
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, stored: str | None, password: str) -> bool:
        """Takes as long for an account that does not exist (`stored` absent) as for one that does."""
        if len(password) > LONGEST:
            return False
        if self._nobody is None:
            self._nobody = await self.hash(new_password())
        async with self._turns:
            good = await asyncio.to_thread(self._verify, stored or self._nobody, password)
        return good and stored is not None

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def _check(password: str) -> None:
    if not SHORTEST <= len(password) <= LONGEST:
        raise Malformed(
            f"the password has {len(password)} letters; choose one of {SHORTEST} to {LONGEST}, or let one be made"
        )


def new_password() -> str:
    """Such as `k7fq-2mzd-…`: 79 bits, no letters that look alike, easy to type from a screen."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)
