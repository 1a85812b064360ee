"""What was done about access, kept for ever. Facts of the desk are events; these are not."""

from __future__ import annotations

from typing import Any

from psycopg.types.json import Jsonb

from dispatch.database import Connection


async def record(connection: Connection, actor: str, action: str, **detail: Any) -> None:
    """Write one line, in the transaction of what it tells about. Never a secret, never personal data."""
    await connection.execute(
        "INSERT INTO audit (actor, action, detail) VALUES (%s, %s, %s)", [actor, action, Jsonb(detail)]
    )
