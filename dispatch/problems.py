"""Our errors as RFC 9457 problem details: the one table between what went wrong and HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from psycopg import DataError
from starlette.exceptions import HTTPException

from dispatch import errors

STATUS: tuple[tuple[type[errors.Saigon115Error], int, str], ...] = (
    (errors.Unauthenticated, 401, "Log in first"),
    (errors.Forbidden, 403, "Not allowed"),
    (errors.NotFound, 404, "Not found"),
    (errors.IllegalStep, 409, "Not possible from here"),
    (errors.Taken, 409, "Somebody was first"),
    (errors.Stale, 409, "Decided on an older version"),
    (errors.KeyReused, 422, "Idempotency key used before"),
    (errors.Malformed, 422, "Malformed request"),
    (errors.TooOften, 429, "Too often"),
    (errors.Refused, 409, "Refused"),
    (errors.Unavailable, 503, "Not available now"),
)

log = structlog.get_logger()


def problem(
    status: int,
    kind: str,
    title: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    *,
    code: str | None = None,
    facts: Mapping[str, errors.Fact] | None = None,
) -> Response:
    """
    One problem. `kind` is stable and for machines; `detail` says the fact, the thing and the way out.

    `code` and `facts`, where there are any, say the same as `detail` does, for a screen in another language.
    """
    body: dict[str, Any] = {"type": f"urn:saigon115:problem:{kind}", "title": title, "status": status, "detail": detail}
    if code is not None:
        body |= {"code": code, "facts": facts or {}}
    return Response(
        msgspec.json.encode(body), status_code=status, media_type="application/problem+json", headers=headers
    )


def status_of(error: errors.Saigon115Error) -> tuple[int, str]:
    """The HTTP status and title of one of our errors."""
    return next(((status, title) for kind, status, title in STATUS if isinstance(error, kind)), (500, "Failed"))


def add_problems(app: FastAPI) -> None:
    """Answer every error as a problem."""

    @app.exception_handler(errors.Saigon115Error)
    async def ours(request: Request, error: errors.Saigon115Error) -> Response:
        status, title = status_of(error)
        headers: dict[str, str] = {}
        if isinstance(error, errors.Unavailable | errors.TooOften):
            headers["Retry-After"] = str(error.retry_after_s)
        if status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        kind = _kebab(type(error).__name__)
        return problem(status, kind, title, str(error), headers, code=error.code, facts=error.facts)

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> Response:
        return problem(422, "malformed", "Malformed request", "; ".join(_tell(one) for one in error.errors()))

    @app.exception_handler(HTTPException)
    async def plain(request: Request, error: HTTPException) -> Response:
        detail = f"{request.method} {request.url.path}: {error.detail}; /api/docs lists what there is"
        return problem(error.status_code, "http", str(error.detail), detail, error.headers)

    @app.exception_handler(DataError)
    async def unfit(request: Request, error: DataError) -> Response:
        log.warning("the database refused a value", path=request.url.path, why=type(error).__name__)
        detail = "the request holds a value that cannot be stored or looked up, such as a NUL character; leave it out"
        return problem(422, "malformed", "Malformed request", detail)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        log.error("request failed", path=request.url.path, exc_info=error)
        return problem(500, "failed", "Our fault", "the server failed on this request; it is logged, tell the operator")


def _tell(one: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in one["loc"] if part != "body") or "the body"
    return f"{where}: {one['msg']}"


def _kebab(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")
