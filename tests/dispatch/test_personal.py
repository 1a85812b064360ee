"""Claims about personal data: encrypted, read under log, erasable, and never lost to a wrong key in silence."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from dispatch.database import Pool, borrowed
from dispatch.errors import NotFound, Refused, StartError
from dispatch.master_key import FILE_NAME
from dispatch.personal import PersonalStore, open_personal_store

WORDS = "Cụ ông ngã, số nhà 51 hẻm Thành Thái"


@pytest.fixture
async def store(pool: Pool, tmp_path: Path) -> PersonalStore:
    return await open_personal_store(pool, tmp_path)


async def rows(pool: Pool, query: str) -> list[tuple[object, ...]]:
    async with borrowed(pool) as connection:
        return await (await connection.execute(query.encode())).fetchall()


async def test_what_is_kept_is_read_back_and_the_read_is_logged(pool: Pool, store: PersonalStore) -> None:
    token = await store.keep("call-1", "words", WORDS)
    assert await store.read(token, "user:an", "call back") == WORDS
    assert await rows(pool, "SELECT token, actor, why FROM personal_reads") == [(token, "user:an", "call back")]


async def test_the_database_holds_no_plain_word(pool: Pool, store: PersonalStore) -> None:
    await store.keep("call-1", "words", WORDS)
    await store.note_phone("0903 123 456", "call-1")
    stored = str(await rows(pool, "SELECT * FROM personal, personal_keys, phone_hashes"))
    assert WORDS not in stored
    assert WORDS.encode().hex() not in stored
    assert "903" not in str(await rows(pool, "SELECT encode(hmac, 'escape') FROM phone_hashes"))


async def test_a_token_that_nobody_gave_is_not_found(store: PersonalStore) -> None:
    with pytest.raises(NotFound, match="psn-0"):
        await store.read("psn-0", "user:an", "curious")


async def test_erasing_one_subject_leaves_the_other(pool: Pool, store: PersonalStore) -> None:
    gone = await store.keep("call-1", "words", WORDS)
    stays = await store.keep("call-2", "words", "khó thở")
    await store.erase("call-1")
    with pytest.raises(NotFound, match=r"call-1 were erased on 20\d\d-"):
        await store.read(gone, "user:an", "call back")
    assert await store.read(stays, "user:an", "call back") == "khó thở"
    assert await rows(pool, "SELECT count(wrapped_key) FROM personal_keys WHERE subject = 'call-1'") == [(0,)]


async def test_nothing_more_is_kept_about_an_erased_subject(pool: Pool, store: PersonalStore) -> None:
    await store.erase("call-1")
    with pytest.raises(Refused, match="were erased"):
        await store.keep("call-1", "words", WORDS)
    assert await rows(pool, "SELECT * FROM personal") == []


async def test_what_is_kept_in_a_transaction_that_fails_was_never_kept(pool: Pool, store: PersonalStore) -> None:
    async with borrowed(pool) as connection, connection.transaction(force_rollback=True):
        await store.keep("call-1", "words", WORDS, conn=connection)
        await store.note_phone("0903123456", "call-1", conn=connection)
    assert await rows(pool, "SELECT token FROM personal") == []
    assert await store.recent_calls("0903123456", timedelta(hours=1)) == []


@pytest.mark.parametrize("written", ["+84 903 123 456", "0084903123456", "84903123456", "0903.123.456"])
async def test_a_number_is_known_again_however_it_is_written(store: PersonalStore, written: str) -> None:
    await store.note_phone("0903123456", "call-1")
    assert [call.call_id for call in await store.recent_calls(written, timedelta(minutes=10))] == ["call-1"]
    assert await store.recent_calls("0903123457", timedelta(minutes=10)) == []


async def test_withheld_numbers_are_not_one_caller(store: PersonalStore) -> None:
    await store.note_phone("anonymous", "call-1")
    assert await store.recent_calls("anonymous", timedelta(minutes=10)) == []


async def test_an_erased_call_is_forgotten_by_its_number(store: PersonalStore) -> None:
    await store.note_phone("0903123456", "call-1")
    await store.erase("call-1")
    assert await store.recent_calls("0903123456", timedelta(minutes=10)) == []


async def test_words_moved_to_another_token_do_not_open(pool: Pool, store: PersonalStore) -> None:
    token = await store.keep("call-1", "words", WORDS)
    async with borrowed(pool) as connection:
        await connection.execute("UPDATE personal SET token = 'psn-moved' WHERE token = %s", [token])
    with pytest.raises(InvalidTag):
        await store.read("psn-moved", "user:an", "curious")


async def test_the_master_key_is_ours_alone_and_outlives_a_restart(pool: Pool, tmp_path: Path) -> None:
    token = await (await open_personal_store(pool, tmp_path)).keep("call-1", "words", WORDS)
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert await (await open_personal_store(pool, tmp_path)).read(token, "user:an", "shift change") == WORDS


async def test_a_missing_master_key_stops_the_start(pool: Pool, tmp_path: Path) -> None:
    await open_personal_store(pool, tmp_path)
    (tmp_path / FILE_NAME).unlink()
    with pytest.raises(StartError, match=r"missing.*backup"):
        await open_personal_store(pool, tmp_path)
    assert not (tmp_path / FILE_NAME).exists()


async def test_another_master_key_stops_the_start(pool: Pool, tmp_path: Path) -> None:
    await open_personal_store(pool, tmp_path / "first")
    with pytest.raises(StartError, match="missing"):
        await open_personal_store(pool, tmp_path / "second")
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / FILE_NAME).write_text("A" * 43 + "=\n")
    (tmp_path / "second" / FILE_NAME).chmod(0o600)
    with pytest.raises(StartError, match="not the one that this database is kept under"):
        await open_personal_store(pool, tmp_path / "second")


@pytest.mark.parametrize(
    ("content", "mode", "says"), [("rubbish", 0o600, "holds no master key"), ("A" * 43 + "=", 0o644, "chmod 600")]
)
async def test_a_bad_key_file_is_told_with_its_way_out(
    pool: Pool, tmp_path: Path, content: str, mode: int, says: str
) -> None:
    (tmp_path / FILE_NAME).write_text(content)
    (tmp_path / FILE_NAME).chmod(mode)
    with pytest.raises(StartError, match=says):
        await open_personal_store(pool, tmp_path)
