"""Everything about access in one place: accounts, sessions and tokens."""

from __future__ import annotations

from dispatch.access.accounts import Accounts
from dispatch.access.audit import record
from dispatch.access.known import KnownActors
from dispatch.access.passwords import Passwords, new_password
from dispatch.access.roles import FIRST_ACCOUNT_ROLES, Actor
from dispatch.access.sessions import Session, Sessions
from dispatch.access.throttle import Throttle
from dispatch.access.tokens import PREFIX, Tokens
from dispatch.database import Pool, borrowed
from dispatch.errors import Taken, Unauthenticated

FIRST_ACCOUNT = "admin"
TRIES = 10
WINDOW_S = 300.0
"""Ten tries in five minutes for one name from one address (guess: a tired person needs three)."""
_WAIT = (
    "too many sign-ins failed for this name from this address; wait {wait_s} s and try again, "
    "or sign in from another desk"
)


class AccessStore:
    """`accounts`, `sessions` and `tokens` change what is stored; the rest answers who somebody is."""

    def __init__(self, pool: Pool, passwords: Passwords | None = None) -> None:
        self._pool = pool
        self._passwords = passwords or Passwords()
        self._throttle = Throttle(_WAIT, tries=TRIES, window_s=WINDOW_S)
        self.accounts = Accounts(pool, self._passwords)
        self.sessions = Sessions(pool)
        self.tokens = Tokens(pool)
        self._by_token = KnownActors(self.tokens.find_actor)
        self._by_session = KnownActors(self.sessions.find_actor)

    async def sign_in(self, username: str, password: str, address: str) -> Session:
        """Open a session. Unauthenticated for a wrong name or password, the same for both; TooOften after ten."""
        name = username.strip().lower()[:64]
        self._throttle.take_try(name, address)
        stored = await self.accounts.find_password_hash(name)
        session = None
        if await self._passwords.matches(stored, password) and stored is not None:
            session = await self.sessions.open(name, stored)
        if session is None:
            if stored is not None:
                await self._note_failure(name, address)
            raise Unauthenticated(
                "this username and password do not open an account; check both and try again",
                code="wrong_password",
            )
        self._throttle.forget(name, address)
        return session

    async def sign_out(self, secret: str) -> None:
        await self.sessions.close(secret)
        self._by_session.forget(secret)

    async def find_by_token(self, secret: str) -> Actor | None:
        """Who holds this bearer token; at most seconds old."""
        return await self._by_token.find(secret)

    async def find_by_session(self, secret: str) -> Actor | None:
        """Whose session this is; at most seconds old."""
        return await self._by_session.find(secret)

    async def find_by_cookie(self, secret: str) -> Actor | None:
        """Whose session this is, or whose token a browser keeps in its place."""
        return await (self.find_by_token(secret) if secret.startswith(PREFIX) else self.find_by_session(secret))

    def forget_known(self) -> None:
        """Ask the database again about everybody, for instance after an account was disabled in this process."""
        self._by_token.forget()
        self._by_session.forget()

    async def _note_failure(self, name: str, address: str) -> None:
        # Only of names that exist: people type their password into the wrong field.
        async with borrowed(self._pool) as connection:
            await record(connection, f"user:{name}", "sign_in_failed", address=address)


async def ensure_first_account(store: AccessStore) -> str | None:
    """Make `admin` when there is no account at all; its password, to be shown once, if it was made here."""
    if not await store.accounts.is_empty():
        return None
    password = new_password()
    try:
        await store.accounts.add(FIRST_ACCOUNT, password, FIRST_ACCOUNT_ROLES, by="system:first_start")
    except Taken:  # another server was first
        return None
    return password
