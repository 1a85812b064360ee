"""The leader's advice on other nodes: told through Valkey, and computed by themselves while nobody tells."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from redis.asyncio import Redis

from dispatch.assignment.evidence import Evidence, Sheet
from dispatch.assignment.evidence_book import EvidenceBook, Seen
from dispatch.assignment.recommendation import Recommendation, Text
from dispatch.assignment.shared import CHANNEL, SharedAdvice
from dispatch.supervise import stop_tasks
from tests.factories import NOW

ADVICE = {
    "I1": Recommendation(
        incident_id="I1", action="queue", units=(), parallel=(), alternatives=(), coverage_before=None,
        coverage_after=0.5, data_age_s=1.0, based_on_seq=1, at=NOW, why=Text("chờ", "wait"),
    )
}  # fmt: skip

SHEET = Sheet(
    profile="ambulance", origins=("U1", (106.7, 10.8)), destinations=((106.6, 10.7),), time_s=((61.25,), (None,))
)
SEEN = Seen(Evidence(positions={"U1": (106.70000000000002, 10.8, -0.5)}, travel=(SHEET,)), "0123456789abcdef")


class Node:
    """A node's shared advice and what its consoles saw."""

    def __init__(self, redis: Redis, silent_after_s: float = 60.0) -> None:
        self.shown: list[Mapping[str, Recommendation]] = []
        self.book = EvidenceBook()
        self.advice = SharedAdvice(redis, self.shown.append, self.book, silent_after_s=silent_after_s)
        self.tasks: list[asyncio.Future[None]] = []

    def follow(self) -> None:
        self.tasks.append(asyncio.create_task(self.advice.follow(self.advice.show)))

    def lead(self) -> None:
        self.tasks.append(asyncio.create_task(self.advice.lead()))


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not is_so():  # noqa: ASYNC110  # told by Valkey, in its own time
            await asyncio.sleep(0.01)


async def listeners(redis: Redis) -> int:
    return int((await redis.pubsub_numsub(CHANNEL))[0][1])


async def test_what_the_leader_shows_and_saw_is_known_everywhere_and_its_echo_nowhere(redis_url: str) -> None:
    async with Redis.from_url(redis_url) as redis:
        leader, other, third = nodes = [Node(redis) for _ in range(3)]
        for node in nodes:
            node.follow()
        leader.lead()
        async with asyncio.timeout(60):
            while await listeners(redis) < 3:  # noqa: ASYNC110  # Valkey has to be asked
                await asyncio.sleep(0.01)
        leader.book.note((NOW, 1), SEEN)
        leader.advice.show(ADVICE)
        await until(lambda: bool(other.shown and third.shown))
        leader.advice.show({})
        await until(lambda: len(other.shown) == 2 and len(third.shown) == 2)
        await stop_tasks(*(task for node in nodes for task in node.tasks))
    assert [node.shown for node in nodes] == [[ADVICE, {}]] * 3
    assert [node.book.find((NOW, 1)) for node in nodes] == [SEEN] * 3


async def test_a_node_computes_when_it_leads_or_hears_nobody() -> None:
    async with Redis.from_url("redis://127.0.0.1:1") as nobody:
        hearing, deaf = Node(nobody), Node(nobody, silent_after_s=0.0)
        assert (hearing.advice.is_needed, deaf.advice.is_needed) == (False, True)
        hearing.lead()
        await until(lambda: hearing.advice.is_needed)
        hearing.advice.show(ADVICE)
        await stop_tasks(*hearing.tasks)
        assert (hearing.shown, hearing.advice.is_needed) == ([ADVICE], False)


async def test_a_word_that_nobody_understands_counts_as_silence(redis_url: str) -> None:
    async with Redis.from_url(redis_url) as redis:
        node = Node(redis, silent_after_s=0.0)
        node.advice._hear(b'{"I1": {"of": "a later version"}}', node.advice.show)
    assert (node.shown, node.advice.is_needed) == ([], True)
