"""Signing in, who am I, signing out."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from dispatch.access.guard import SESSION_COOKIE, OpenToAll, allow, require_own_origin
from dispatch.access.roles import Actor
from dispatch.access.sessions import LIFE
from dispatch.access.store import AccessStore
from dispatch.errors import Forbidden, Unauthenticated

router = APIRouter(prefix="/api/v1/session", tags=["session"])

TOKEN_LIFE = timedelta(days=400)
"""Browsers keep no cookie longer; the token itself ends when it is revoked."""

_SIGNS_IN = OpenToAll("who signs in has no session yet")
_SIGNS_OUT = OpenToAll("who signs out may have no session any more")


class SignIn(BaseModel):
    """A username and its password."""

    username: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=1024, json_schema_extra={"format": "password"})]


class TokenSignIn(BaseModel):
    """The secret of a bearer token."""

    token: Annotated[str, Field(min_length=1, max_length=200, json_schema_extra={"format": "password"})]


class SignedIn(BaseModel):
    """The actor's name as it stands in events, and its roles."""

    actor: str
    roles: list[str]


class Who(SignedIn):
    """`scope` is `desk`, `unit:ID`, `station:ID` or `hospital:ID`; `demo` says whether the load is played."""

    scope: str
    demo: bool


@router.post("", dependencies=[Depends(_SIGNS_IN)], response_model=SignedIn)
async def sign_in(body: SignIn, request: Request, response: Response) -> SignedIn:
    """Open a session: 12 hours, in an HttpOnly cookie."""
    require_own_origin(request)
    address = request.client.host if request.client else "unknown"
    session = await _store(request).sign_in(body.username, body.password, address)
    _keep(request, response, session.secret, LIFE)
    return SignedIn(actor=session.actor.id, roles=sorted(session.actor.roles))


@router.post("/token", dependencies=[Depends(_SIGNS_IN)])
async def sign_in_by_token(body: TokenSignIn, request: Request, response: Response) -> SignedIn:
    """
    Let a browser on a wall, in a vehicle or at a bedside act with a unit's, station's or hospital's token, in an
    HttpOnly cookie, until the token is revoked. Tokens of the whole desk are for programs: 403.
    """
    require_own_origin(request)
    secret = body.token.strip()
    actor = await _store(request).find_by_token(secret)
    if actor is None:
        raise Unauthenticated("this token is unknown or revoked; make one with `saigon115 token create`")
    if actor.scope == "desk":
        raise Forbidden(f"{actor.id} is a token of the whole desk, for programs; a person signs in with an account")
    _keep(request, response, secret, TOKEN_LIFE)
    return SignedIn(actor=actor.id, roles=sorted(actor.roles))


@router.get("")
async def who_am_i(
    request: Request, response: Response, actor: Annotated[Actor, Depends(allow("know_oneself"))]
) -> Who:
    """The actor behind the cookie or the token."""
    _no_store(response)
    is_demo = bool(getattr(request.app.state, "demo", False))
    return Who(actor=actor.id, roles=sorted(actor.roles), scope=actor.scope, demo=is_demo)


@router.delete("", status_code=204, dependencies=[Depends(_SIGNS_OUT)])
async def sign_out(request: Request) -> Response:
    """End the session; done already is done."""
    require_own_origin(request)
    if secret := request.cookies.get(SESSION_COOKIE):
        await _store(request).sign_out(secret)
    response = Response(status_code=204)
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="strict", secure=_is_https(request))
    return _no_store(response)


def _keep(request: Request, response: Response, secret: str, life: timedelta) -> None:
    _no_store(response).set_cookie(
        SESSION_COOKIE,
        secret,
        max_age=int(life.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=_is_https(request),
    )


def _store(request: Request) -> AccessStore:
    return cast("AccessStore", request.app.state.access)


def _no_store(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_https(request: Request) -> bool:
    public: str = getattr(request.app.state, "public_origin", None) or ""
    return request.url.scheme == "https" or public.startswith("https:")
