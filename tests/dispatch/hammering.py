"""
One of several processes that all send the same few units at once, each with a desk of its own on one log.

Run as `python -m tests.dispatch.hammering DATABASE_URL SEED STEPS`; prints what came of its commands as JSON. It picks
at random (seeded) among what a person, a station or a crew might do, on the newest state it knows, right or wrong.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from dispatch.assignment import offers, runs
from dispatch.assignment.asking import OfferRequest
from dispatch.database import open_pool
from dispatch.desk import Command, Decision, Desk
from dispatch.domain import events as ev
from dispatch.domain.state import Offer, State
from dispatch.domain.words import UnitReport
from dispatch.errors import IllegalStep, Malformed, NotFound, Taken
from dispatch.event_log import EventLog

CONFLICTS = (IllegalStep, Malformed, NotFound, Taken)
REPORTS: tuple[UnitReport, ...] = ("en_route", "on_scene", "returning", "available")

Decide = Callable[[State, datetime], list[ev.Event]]


class Hammer:
    """Chooses commands; each is decided on the state that the desk hands it, not on the one it was chosen from."""

    def __init__(self, name: str, seed: int) -> None:
        self._name, self._dice, self._made = name, random.Random(seed), 0

    def choose(self, state: State) -> tuple[str, Decide]:
        what = self._dice.choices(
            ("offer", "accept", "refuse", "withdraw", "expire", "sign", "acknowledge", "stand_down", "report"),
            (40, 30, 5, 4, 3, 4, 6, 8, 20),
        )[0]
        return what, getattr(self, f"_{what}")(state)

    def _offer(self, state: State) -> Decide:
        self._made += 1
        request = OfferRequest(
            offer_id=f"O-{self._name}-{self._made}",
            incident_id=self._dice.choice(list(state.incidents)),
            unit_id=self._dice.choice(list(state.units)),
            signed=self._dice.random() < 0.25,
        )
        return lambda now_state, now: offers.make_offer(now_state, request, now)

    def _accept(self, state: State) -> Decide:
        offer = self._any_offer(state)
        goes = self._dice.choice([None, None, None, *state.units])
        return lambda now_state, now: offers.accept_offer(now_state, offer.id, goes)

    def _refuse(self, state: State) -> Decide:
        offer = self._any_offer(state)
        return lambda now_state, now: offers.refuse_offer(now_state, offer.id, "no_crew", None)

    def _withdraw(self, state: State) -> Decide:
        offer = self._any_offer(state)
        return lambda now_state, now: offers.withdraw_offer(now_state, offer.id, "desk", bars=True)

    def _expire(self, state: State) -> Decide:
        offer = self._any_offer(state)
        return lambda now_state, now: offers.expire_offer(now_state, offer.id)

    def _sign(self, state: State) -> Decide:
        offer = self._any_offer(state)
        return lambda now_state, now: offers.sign_offer(now_state, offer.id)

    def _acknowledge(self, state: State) -> Decide:
        offer = self._any_offer(state)
        return lambda now_state, now: offers.acknowledge_offer(now_state, offer.id)

    def _stand_down(self, state: State) -> Decide:
        unit_id = self._dice.choice(list(state.units))
        return lambda now_state, now: runs.stand_down(now_state, unit_id, "cancelled_before_departure")

    def _report(self, state: State) -> Decide:
        unit = self._dice.choice(list(state.units.values()))
        status = self._dice.choice(REPORTS)

        def decide(now_state: State, now: datetime) -> list[ev.Event]:
            said = runs.Report(
                unit_id=unit.id, status=status, at=now, incident_id=unit.incident_id, outcome="relayed", source="voice"
            )
            return runs.report(now_state, said, now)

        return decide

    def _any_offer(self, state: State) -> Offer:
        """An open one if there is any; now and then one that has ended."""
        known = [offer for incident in state.incidents.values() for offer in incident.offers.values()]
        still_open = [offer for offer in known if offer.status == "open"]
        if self._dice.random() < 0.9 and still_open:
            return self._dice.choice(still_open)
        return self._dice.choice(known) if known else _NONE


NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_NONE = Offer(
    id="O-none", station_id="S0", unit_id="U0", channel="app", status="open", made_at=NEVER,
    made_by="nobody", expires_at=NEVER,
)  # fmt: skip


async def hammer(database_url: str, seed: int, steps: int) -> dict[str, Any]:
    """Execute `steps` commands, then count what was done and how each refused one was answered."""
    done: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    messages: list[str] = []
    hammering = Hammer(f"p{seed}", seed)
    async with open_pool(database_url, min_size=1, max_size=2) as pool:
        desk = Desk(EventLog(pool), database_url)
        await desk.start()
        for _ in range(steps):
            what, decide = hammering.choose(desk.state)
            try:
                await desk.execute(Command(f"user:p{seed}"), _command(decide))
                done[what] += 1
            except CONFLICTS as error:
                refused[type(error).__name__] += 1
                messages.append(str(error))
        await desk.stop()
    return {"done": done, "refused": refused, "shortest": min(messages, key=len, default="")}


def _command(decide: Decide) -> Callable[[State, datetime], Decision]:
    return lambda state, now: Decision(decide(state, now), lambda after: None)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(hammer(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))))
