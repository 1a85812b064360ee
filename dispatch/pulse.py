"""What every node does by the clock: position frames, heartbeats, and word of Valkey's comings and goings."""

from __future__ import annotations

import asyncio
import time

from dispatch.parts import Parts

VALKEY_NOTICES = {
    False: (
        "valkey_down",
        {
            "vi": "Mất kết nối Valkey: vị trí xe chỉ đi thẳng qua máy chủ này",
            "en": "Valkey is away: positions go through this server only",
        },
    ),
    True: ("valkey_up", {"vi": "Valkey đã trở lại", "en": "Valkey is back"}),
}


async def pulse(parts: Parts) -> None:
    """Runs until cancelled."""
    next_beat, was_shared = 0.0, True
    while True:
        await asyncio.sleep(parts.settings.positions_every_s)
        moved = parts.positions.take_moved()
        if moved:
            parts.feed.show_positions([parts.positions.row(unit_id) for unit_id in moved])
        if parts.positions.is_shared != was_shared:
            was_shared = parts.positions.is_shared
            parts.feed.show_notice(*VALKEY_NOTICES[was_shared])
        if time.monotonic() >= next_beat:
            parts.feed.heartbeat()
            next_beat = time.monotonic() + parts.settings.heartbeat_every_s
