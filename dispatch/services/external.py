"""Services given by URL: are they there, and what to say when not. A message never holds a password."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import psycopg
import redis
from psycopg.conninfo import conninfo_to_dict
from redis.backoff import NoBackoff
from redis.retry import Retry

from dispatch.errors import StartError

_PATIENCE_S = 5
OLDEST_POSTGRES = 14


def check_postgres(url: str) -> None:
    """A `StartError` unless the PostgreSQL at this address lets us in and is of version 14 or newer."""
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except psycopg.ProgrammingError:
        parts = {}
    if not _is_sane(parts):
        raise StartError(
            "DATABASE_URL is not a PostgreSQL address; its form is postgresql://USER:PASSWORD@HOST:PORT/NAME, "
            "with signs such as @ or / in the password percent-encoded"
        )
    where = f"database {parts.get('dbname', '')!r} at {parts.get('host', 'localhost')}:{parts.get('port', '5432')}"
    try:
        with psycopg.connect(url, connect_timeout=_PATIENCE_S) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.Error as error:
        raise StartError(
            f"PostgreSQL, {where}, cannot be reached: {_without(parts.get('password'), str(error))}. Is it running, "
            "and may this user enter? Correct DATABASE_URL, or unset it to use the embedded PostgreSQL"
        ) from None
    if version < OLDEST_POSTGRES:
        raise StartError(f"PostgreSQL, {where}, is version {version}; at least {OLDEST_POSTGRES} is needed")


def _is_sane(parts: dict[str, str]) -> bool:
    """A bare @ or / in a password makes the rest of it look like a host, a port or a name: then nothing is shown."""
    shown = (parts.get("host", ""), parts.get("dbname", ""))
    ports = parts.get("port", "5432").split(",")
    return bool(parts) and not any("@" in part for part in shown) and all(port.isdigit() for port in ports)


def check_redis(url: str) -> None:
    """A `StartError` unless a Redis or Valkey answers at this address."""
    try:
        client = redis.Redis.from_url(
            url, socket_timeout=_PATIENCE_S, socket_connect_timeout=_PATIENCE_S, retry=Retry(NoBackoff(), 0)
        )
        parts = urlsplit(url)
        where = f"{parts.hostname}:{parts.port or 6379}" if parts.hostname else parts.path
    except ValueError:
        raise StartError(
            "REDIS_URL is not a Redis address; its form is redis://:PASSWORD@HOST:PORT/0 or unix:///PATH"
        ) from None
    try:
        with client:
            client.ping()
    except redis.RedisError as error:
        raise StartError(
            f"Valkey or Redis at {where} cannot be reached: {_without(parts.password, str(error))}. Is it running? "
            "Correct REDIS_URL, or unset it to use the embedded Valkey"
        ) from None


def _without(password: str | None, message: str) -> str:
    """The first line of a driver's message, the password struck out should it ever be quoted there."""
    lines = [line.strip() for line in message.strip().splitlines() if line.strip()]
    text = (lines[0] if lines else "no reason given").rstrip(".")
    for secret in {password, unquote(password) if password else None}:
        if secret:
            text = text.replace(secret, "***")
    return text
