"""What every endpoint shares: the command behind a request, answers as JSON, times with a zone."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from dispatch.access.roles import Actor
from dispatch.desk import Answer, Command

_encoder = msgspec.json.Encoder()


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("the time has no zone; send RFC 3339 with Z or an offset")
    return value


AwareTime = Annotated[datetime, AfterValidator(_aware)]


class Body(BaseModel):
    """A request's body. Unknown fields are refused: a misspelt one must not pass in silence."""

    model_config = ConfigDict(extra="forbid")
    idempotency_key: str | None = Field(default=None, min_length=1, max_length=200)

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        """No database keeps a NUL or half a letter: refused here, with the reason, rather than failing later."""
        text = _encoder.encode(value) if isinstance(value, dict) else b""
        if b"\\u0000" in text:
            raise ValueError("the text holds a NUL character; leave it out")
        return value

    def command(self, actor: Actor, endpoint: str) -> Command:
        """Who asks for what, under which key; the endpoint is part of what the key stands for."""
        content = {"endpoint": endpoint, **self.model_dump(mode="json", exclude={"idempotency_key"})}
        return Command(actor=actor.id, key=self.idempotency_key, body=content)


def json(value: Any, status: int = 200) -> Response:
    """Any of our structs as a JSON response."""
    return Response(_encoder.encode(value), status_code=status, media_type="application/json")


def answered(answer: Answer) -> Response:
    """A command's answer, with the seq at which it holds."""
    body = answer.body if isinstance(answer.body, dict) else {}
    return json({**body, "seq": answer.seq}, answer.status)
