"""Every node decides by the package whose hash stands in the log, whatever lies in its own folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.database import Pool
from dispatch.desk import Command, Desk
from dispatch.errors import StartError
from dispatch.event_log import EventLog
from dispatch.triage.active import Protocol
from dispatch.triage.load import PackageRefused
from tests.dispatch.triage.worlds import CHAPTER, COMPLAINTS, FILES

DIRECTOR = Command(actor="user:giam-doc")


def write(folder: Path, pain: str = CHAPTER) -> Path:
    for name, text in {**FILES, "chapters/pain.yaml": pain}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
async def desks(pool: Pool, database_url: str) -> tuple[Desk, Desk]:
    """Two nodes on one database."""
    one, other = Desk(EventLog(pool), database_url), Desk(EventLog(pool), database_url)
    await one.catch_up()
    return one, other


async def test_the_first_start_adopts_the_folders_package_unsigned(
    desks: tuple[Desk, Desk], pool: Pool, tmp_path: Path
) -> None:
    protocol = Protocol(pool, desks[0], write(tmp_path), COMPLAINTS)
    await protocol.start()
    in_force = desks[0].state.protocol
    assert (in_force.package_id, in_force.approved_by, in_force.set_by) == ("small", None, "system:protocol")
    assert (await protocol.current()).hash == in_force.package_hash


async def test_another_node_uses_what_was_adopted_and_not_its_own_folder(
    desks: tuple[Desk, Desk], pool: Pool, tmp_path: Path
) -> None:
    one = Protocol(pool, desks[0], write(tmp_path / "one"), COMPLAINTS)
    await one.start()
    await desks[1].catch_up()
    other = Protocol(pool, desks[1], write(tmp_path / "other", CHAPTER.replace("level: 2", "level: 3")), COMPLAINTS)
    await other.start()
    assert (await other.current()).chapters["pain"].level == 2
    write(tmp_path / "one", CHAPTER.replace("level: 2", "level: 1"))
    told = (await one.reload(DIRECTOR)).body
    assert (told["changed"], told["adopted"]["set_by"]) == (True, "user:giam-doc")
    await desks[1].catch_up()
    assert (await other.current()).chapters["pain"].level == 1


async def test_an_invalid_one_is_refused_with_its_line_and_the_old_one_stays(
    desks: tuple[Desk, Desk], pool: Pool, tmp_path: Path
) -> None:
    protocol = Protocol(pool, desks[0], write(tmp_path), COMPLAINTS)
    await protocol.start()
    before = (desks[0].state.seq, await protocol.current())
    write(tmp_path, CHAPTER.replace("sweating and", "swaeting and"))
    for ask in (protocol.check, lambda: protocol.reload(DIRECTOR)):
        with pytest.raises(PackageRefused, match=r"chapters/pain.yaml line 10: .* no question swaeting"):
            await ask()
    assert (desks[0].state.seq, await protocol.current()) == before


async def test_the_same_package_again_is_no_fact(desks: tuple[Desk, Desk], pool: Pool, tmp_path: Path) -> None:
    protocol = Protocol(pool, desks[0], write(tmp_path), COMPLAINTS)
    await protocol.start()
    seq = desks[0].state.seq
    assert (await protocol.reload(DIRECTOR)).body["changed"] is False
    assert (await protocol.check())["changed"] is False
    assert desks[0].state.seq == seq


async def test_a_check_adopts_nothing(desks: tuple[Desk, Desk], pool: Pool, tmp_path: Path) -> None:
    protocol = Protocol(pool, desks[0], write(tmp_path), COMPLAINTS)
    await protocol.start()
    seq = desks[0].state.seq
    write(tmp_path, CHAPTER.replace("nặng", "rất nặng"))
    assert (await protocol.check())["changed"] is True
    assert desks[0].state.seq == seq


async def test_a_first_start_with_a_broken_folder_says_the_way_out(
    desks: tuple[Desk, Desk], pool: Pool, tmp_path: Path
) -> None:
    protocol = Protocol(pool, desks[0], write(tmp_path, "chapter: {}"), COMPLAINTS)
    with pytest.raises(StartError, match="unset SAIGON115_PROTOCOL_DIR"):
        await protocol.start()


async def test_a_stored_package_that_this_version_cannot_read_is_replaced_by_the_folders(
    desks: tuple[Desk, Desk], pool: Pool, tmp_path: Path
) -> None:
    await Protocol(pool, desks[0], write(tmp_path), COMPLAINTS).start()
    async with pool.connection() as conn:
        await conn.execute('UPDATE protocol_packages SET files = \'{"package.yaml": "future: 1"}\'')
    write(tmp_path, CHAPTER.replace("nặng", "rất nặng"))
    later = Protocol(pool, desks[0], tmp_path, COMPLAINTS)
    await later.start()
    assert (await later.current()).hash == desks[0].state.protocol.package_hash
