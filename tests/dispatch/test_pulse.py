"""What every node says of the parts that come and go."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from dispatch.parts import Parts
from dispatch.pulse import tell_changes
from tests.factories import NOW

ALL_THERE = {"postgres": True, "valkey": True}


class Notices:
    """A feed that takes note."""

    def __init__(self) -> None:
        self.told: list[tuple[str, set[str]]] = []

    def show_notice(self, kind: str, text: dict[str, str]) -> None:
        self.told.append((kind, set(text)))


def parts_seen(notices: Notices, head_seen_at: datetime | None, *, is_shared: bool = True) -> Parts:
    parts: Any = SimpleNamespace(
        desk=SimpleNamespace(head_seen_at=head_seen_at),
        positions=SimpleNamespace(is_shared=is_shared),
        roads=SimpleNamespace(live=SimpleNamespace(is_shared=True)),
        feed=notices,
    )
    return cast(Parts, parts)


def test_a_log_that_was_not_seen_for_seconds_is_told_once_and_so_is_its_return() -> None:
    notices, there = Notices(), ALL_THERE
    long_ago = NOW - timedelta(seconds=60)
    for seen_at in (NOW, long_ago, long_ago, NOW, NOW):
        there = tell_changes(parts_seen(notices, seen_at), there, NOW)
    assert notices.told == [("postgres_down", {"vi", "en"}), ("postgres_up", {"vi", "en"})]


def test_each_part_has_its_own_notice() -> None:
    notices = Notices()
    gone = parts_seen(notices, None, is_shared=False)
    assert tell_changes(gone, ALL_THERE, NOW) == {"postgres": False, "valkey": False}
    assert [kind for kind, _ in notices.told] == ["postgres_down", "valkey_down"]
