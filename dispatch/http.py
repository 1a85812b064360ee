"""What every endpoint shares: the command behind a request, answers as JSON, times with a zone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from fastapi import Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.access.roles import Actor
from dispatch.desk import Answer, Command

LARGEST_BODY = 1_000_000
"""Bytes; a call's words are at most 2,000 letters, so nothing honest comes near (guess)."""

LARGEST_REQUEST = 8_000_000
"""Bytes that are read at all, before it is known who sends them; 10,000 fixes have about two million (guess)."""

LARGEST_FILES = {"/api/v1/simulations/logs": 64_100_000}
"""Bytes, of paths that take whole files, write them down as they come and say themselves when it is too much."""

DEEPEST_BODY = 32
"""Levels of lists and objects in a body; ours have four (guess)."""

_encoder = msgspec.json.Encoder()


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("the time has no zone; send RFC 3339 with Z or an offset")
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("the time lies outside the years 1 to 9999 in UTC; set the device's clock") from error


AwareTime = Annotated[datetime, AfterValidator(_aware)]


class Body(BaseModel):
    """A request's body. Unknown fields are refused: a misspelt one must not pass in silence."""

    model_config = ConfigDict(extra="forbid")
    idempotency_key: str | None = Field(default=None, min_length=1, max_length=200)

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        """What no database keeps, and what nobody honest sends, is refused here with the reason, not later."""
        if _is_deeper(value, DEEPEST_BODY):
            raise ValueError(f"the body is nested too deep; at most {DEEPEST_BODY} levels")
        text = _encoder.encode(value) if isinstance(value, dict) else b""
        if len(text) > LARGEST_BODY:
            raise ValueError(f"the body has {len(text)} bytes; send at most {LARGEST_BODY}")
        if b"\\u0000" in text:
            raise ValueError("the text holds a NUL character; leave it out")
        return value

    def command(self, actor: Actor, endpoint: str) -> Command:
        """Who asks for what, under which key; the endpoint is part of what the key stands for."""
        content = {"endpoint": endpoint, **self.model_dump(mode="json", exclude={"idempotency_key"})}
        return Command(actor=actor.id, key=self.idempotency_key, body=content)


def _is_deeper(value: Any, limit: int) -> bool:
    """Whether lists and objects stand in each other more than `limit` levels deep."""
    level = [value]
    for _ in range(limit + 1):
        level = [below for one in level for below in _inside(one)]
        if not level:
            return False
    return True


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


class RequestLimit:
    """ASGI middleware: a request longer than `LARGEST_REQUEST` ends with 413 instead of filling our memory."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size, most = 0, LARGEST_FILES.get(scope.get("path", ""), LARGEST_REQUEST)

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > most:
                raise HTTPException(413, f"the request is too long; send at most {most} bytes")
            return message

        await self._app(scope, counted if scope["type"] == "http" else receive, send)


def json(value: Any, status: int = 200) -> Response:
    """Any of our structs as a JSON response."""
    return Response(_encoder.encode(value), status_code=status, media_type="application/json")


def answered(answer: Answer) -> Response:
    """A command's answer, with the seq at which it holds."""
    body = answer.body if isinstance(answer.body, dict) else {}
    return json({**body, "seq": answer.seq}, answer.status)
