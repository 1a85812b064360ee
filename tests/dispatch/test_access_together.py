from __future__ import annotations

import asyncio

from dispatch.access.together import Together


async def test_what_comes_while_one_is_asked_is_asked_together_after_it() -> None:
    asked: list[list[str]] = []
    begun, goes_on = asyncio.Event(), asyncio.Event()

    async def ask_all(keys: list[str]) -> dict[str, int]:
        asked.append(keys)
        begun.set()
        await goes_on.wait()
        return {key: len(key) for key in keys if key != "nobody"}

    together = Together(ask_all)
    first = asyncio.create_task(together.ask("a"))
    await begun.wait()
    others = [asyncio.create_task(together.ask(key)) for key in ("bb", "nobody", "bb")]
    gone = asyncio.create_task(together.ask("bb"))
    await asyncio.sleep(0)
    gone.cancel()
    goes_on.set()
    assert await asyncio.gather(first, *others) == [1, 2, None, 2]
    assert asked == [["a"], ["bb", "nobody"]]


async def test_a_failure_is_everybodys_who_asked_and_nobodys_after_them() -> None:
    answers: list[RuntimeError | dict[str, int]] = [{"a": 1}, RuntimeError("the database is away")]

    async def ask_all(keys: list[str]) -> dict[str, int]:
        answer = answers.pop()
        if isinstance(answer, Exception):
            raise answer
        return answer

    together = Together(ask_all)
    for found in await asyncio.gather(together.ask("a"), together.ask("b"), return_exceptions=True):
        assert isinstance(found, RuntimeError)
    assert await together.ask("a") == 1
