"""The numbers that people say of incidents: counted within the duty day, over all servers."""

from __future__ import annotations

from datetime import datetime

from dispatch.database import borrowed
from dispatch.domain.clock import duty_day
from dispatch.intake.decide import next_number
from dispatch.parts import Parts


async def take_number(parts: Parts, answered_at: datetime) -> str:
    """The next number of the duty day. A command that fails afterwards leaves a gap; numbers never repeat."""
    day = duty_day(answered_at)
    async with borrowed(parts.pool) as conn:
        cursor = await conn.execute(
            "INSERT INTO duty_numbers (day, count) VALUES (%s, 1)"
            " ON CONFLICT (day) DO UPDATE SET count = duty_numbers.count + 1 RETURNING count",
            (day,),
        )
        row = await cursor.fetchone()
    assert row is not None  # RETURNING always gives one
    return next_number(day.isoformat(), row[0])
