"""At the door of every route: who asks, and may they?"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from dispatch.access.permissions import PERMISSIONS, Permission, may
from dispatch.access.roles import Actor
from dispatch.errors import Forbidden, Unauthenticated

if TYPE_CHECKING:
    from dispatch.access.store import AccessStore

SESSION_COOKIE: Final = "saigon115_session"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Allow:
    """A FastAPI dependency that lets through who has `permission` and returns them; for requests and sockets."""

    def __init__(self, permission: Permission) -> None:
        self.permission: Permission = permission

    async def __call__(self, connection: HTTPConnection) -> Actor:
        actor = await identify(connection)
        if not may(actor, self.permission):
            who = ", ".join(sorted(PERMISSIONS[self.permission]))
            raise Forbidden(
                "{actor} ({roles}) may not {permission}; ask an administrator for one of the roles: {who}",
                code="not_permitted",
                actor=actor.id,
                roles=", ".join(sorted(actor.roles)),
                permission=self.permission,
                who=who,
            )
        return actor


class OpenToAll:
    """Marks a route that nobody needs to sign in for, with the reason; a test asserts that each route has a mark."""

    permission: Final = "public"

    def __init__(self, reason: str) -> None:
        self.reason = reason

    async def __call__(self, connection: HTTPConnection) -> None:
        return None


@cache
def allow(permission: Permission) -> Allow:
    """The guard of one permission: `actor: Annotated[Actor, Depends(allow("take_calls"))]`."""
    return Allow(permission)


async def identify(connection: HTTPConnection) -> Actor:
    """Who asks, by bearer token or by session cookie; Unauthenticated when neither is good."""
    store = cast("AccessStore", connection.app.state.access)
    kind, _, secret = connection.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        actor = await store.find_by_token(secret.strip())
        problem = "this token is unknown or revoked; make one with `saigon115 token create`"
    elif cookie := connection.cookies.get(SESSION_COOKIE):
        require_own_origin(connection)
        actor = await store.find_by_cookie(cookie)
        problem = "this session has ended; sign in again at POST /api/v1/session"
    else:
        actor = None
        problem = "no session and no token came with this request; sign in at POST /api/v1/session, or send a token"
    if actor is None:
        raise Unauthenticated(problem)
    return actor


def require_own_origin(connection: HTTPConnection) -> None:
    """
    Refuse a change, or a socket, that a page of another site sends with the user's cookie.

    Browsers name the page's origin with each of them; a client that names none is no browser and carries no
    cookie by itself.
    """
    if connection.scope["type"] == "http" and connection.scope["method"] in _SAFE_METHODS:
        return
    origin = connection.headers.get("origin")
    if origin is None:
        if connection.headers.get("sec-fetch-site", "none") in {"none", "same-origin"}:
            return
    elif _is_own(connection, origin):
        return
    raise Forbidden(
        "the page at {page} may not act here; open the console at its own address, or, behind a proxy, start with "
        "--public-url",
        code="other_page",
        page=origin or "another site",
    )


def _is_own(connection: HTTPConnection, origin: str) -> bool:
    public: str | None = getattr(connection.app.state, "public_origin", None)
    if public and origin.lower() == _origin_of(public):
        return True
    return urlsplit(origin).netloc.lower() == connection.headers.get("host", "").lower() != ""


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def require_own_unit(actor: Actor, unit_id: str) -> None:
    """A crew acts for its own unit only; whose station a unit is of, is for the caller to ask."""
    if actor.unit_id is not None and actor.unit_id != unit_id:
        raise Forbidden(
            "{actor} is the crew of unit {own} and may not act for unit {unit}",
            code="not_your_unit",
            actor=actor.id,
            own=actor.unit_id,
            unit=unit_id,
        )


def require_own_station(actor: Actor, station_id: str) -> None:
    """A station acts for itself and its own units only."""
    if actor.station_id is not None and actor.station_id != station_id:
        raise Forbidden(
            "{actor} is station {own} and may not act for station {station}",
            code="not_your_station",
            actor=actor.id,
            own=actor.station_id,
            station=station_id,
        )


def require_own_hospital(actor: Actor, hospital_id: str) -> None:
    """A hospital speaks for itself only."""
    if actor.scope.startswith("hospital:") and actor.hospital_id != hospital_id:
        own = f"hospital {actor.hospital_id}" if actor.hospital_id else "no hospital by name"
        raise Forbidden(
            "{actor} is {own} and may not act for hospital {hospital}",
            code="not_your_hospital",
            actor=actor.id,
            own=own,
            hospital=hospital_id,
        )
