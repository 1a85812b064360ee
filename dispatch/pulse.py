"""What every node does by the clock: position frames, heartbeats, and word of parts that come and go."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

from dispatch.parts import Parts

SILENT_AFTER = timedelta(seconds=5)
"""The head of the log is looked at every second; not seen for so long, PostgreSQL counts as away (guess)."""

NOTICES = {
    ("postgres", False): {
        "vi": "Mất kết nối PostgreSQL: chưa ghi được lệnh nào, hãy ghi ra giấy; màn hình, bản đồ và vị trí xe vẫn chạy",
        "en": "PostgreSQL is away: nothing can be recorded, so write on paper; screen, map and positions go on",
    },
    ("postgres", True): {"vi": "PostgreSQL đã trở lại", "en": "PostgreSQL is back"},
    ("valkey", False): {
        "vi": "Mất kết nối Valkey: vị trí xe và tốc độ đường chỉ đi thẳng qua máy chủ này",
        "en": "Valkey is away: positions and road speeds go through this server only",
    },
    ("valkey", True): {"vi": "Valkey đã trở lại", "en": "Valkey is back"},
}


async def pulse(parts: Parts) -> None:
    """Runs until cancelled."""
    next_beat, there = 0.0, {"postgres": True, "valkey": True}
    while True:
        await asyncio.sleep(parts.settings.positions_every_s)
        moved = parts.positions.take_moved()
        if moved:
            parts.feed.show_positions([parts.positions.row(unit_id) for unit_id in moved])
        there = tell_changes(parts, there, datetime.now(UTC))
        if time.monotonic() >= next_beat:
            parts.feed.heartbeat()
            next_beat = time.monotonic() + parts.settings.heartbeat_every_s


def tell_changes(parts: Parts, before: dict[str, bool], now: datetime) -> dict[str, bool]:
    """Which parts are there; a notice goes out for each that has come or gone since `before`."""
    seen_at = parts.desk.head_seen_at
    there = {
        "postgres": seen_at is not None and now - seen_at < SILENT_AFTER,
        "valkey": parts.positions.is_shared and parts.roads.live.is_shared,
    }
    for part, is_there in there.items():
        if is_there != before[part]:
            parts.feed.show_notice(f"{part}_{'up' if is_there else 'down'}", NOTICES[part, is_there])
    return there
