"""
A recorded log, decision by decision: folded to the fact that each stood on, made again by the desk's own functions.

What is compared is the advice that somebody acted on, not what they chose: a dispatcher may go against it. With other
settings it tells which decisions would have been others, everything up to each of them being as it was.

Weakness: advice that nobody acted on was not kept. After a change of settings the day itself would have gone on
otherwise; what it does then, a simulation tells (`saigon115 simulate replay`).
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from dispatch.assignment.evidence import Evidence, KeptTravel, NotKept
from dispatch.assignment.travel import Travel
from dispatch.domain.events import Recorded
from dispatch.domain.fold import apply
from dispatch.domain.state import Closure, State
from dispatch.errors import Saigon115Error
from dispatch.policy.model import Policy, Sections, overlay, policy_of, settings_hash, with_changes
from simulator.logs.table import LogError
from simulator.redecide.account import Account, Difference
from simulator.redecide.acted import Act, Decided, group, read_act
from simulator.redecide.again import Outcome, World, outcomes, recorded
from simulator.redecide.compare import What, difference, say
from simulator.redecide.reading import BrokenLine, read_events
from simulator.redecide.roads import Roads

AGAIN, KEPT = "weighed again on the city's roads", "as they were kept"
EARLIER = 6
"""So many earlier sets of closures are tried: conditions come in force a moment after the fact (guess)."""

NO_TIMES = "live speeds or another map held, and its travel times were not kept"
OTHER_TIMES = "other times are needed than were kept"
CUT_OFF = "the log is broken before it"


def redecide(log: Path, roads: Roads, world: World, changes: Sections | None = None) -> Account:
    """
    Make every decision of a log that somebody acted on again. `changes`: settings that hold instead, by section.

    Raises `LogError` for a file that holds no event.
    """
    return _Again(roads, world, changes).run(log)


class _Again:
    """One pass over a log."""

    def __init__(self, roads: Roads, world: World, changes: Sections | None) -> None:
        self._roads, self._world, self._changes = roads, world, changes
        self._state, self._account = State(), Account()
        self._closures: deque[list[Closure]] = deque([[]], maxlen=EARLIER)

    def run(self, log: Path) -> Account:
        due, account = self._gather(log), self._account
        for event in self._whole(log):
            self._fold(event)
            if account.broken:
                break
            account.events += 1
            for decided in due.pop(self._state.seq, ()):
                self._again(decided)
        left = sum(len(decided.acts) for some in due.values() for decided in some)
        if left:
            account.untold[CUT_OFF] += left
        account.different.sort(key=lambda one: one.seq)
        return account

    def _gather(self, log: Path) -> dict[int, list[Decided]]:
        """The decisions by the fact that each stood on."""
        found, lost = group(told for event in self._whole(log) if (told := read_act(event)))
        self._account.untold.update(one.reason for one in lost)
        self._account.broken = None  # said again where the fold comes there
        due: dict[int, list[Decided]] = defaultdict(list)
        for decided in found:
            due[decided.based_on_seq].append(decided)
        return due

    def _whole(self, log: Path) -> Iterator[Recorded]:
        """The events as far as they can be read."""
        try:
            yield from read_events(log)
        except BrokenLine as error:
            self._account.broken = str(error)

    def _fold(self, event: Recorded) -> None:
        account, state = self._account, self._state
        if event.seq != state.seq + 1:
            missing = f"after event {state.seq} comes event {event.seq}"
            if not state.seq:
                raise LogError(f"the log begins with event {event.seq}; export it whole, without --after")
            account.broken = missing
            return
        try:
            apply(state, event)
        except (Saigon115Error, KeyError, ValueError) as error:
            account.broken = f"event {event.seq} cannot be: {error}"
            return
        if event.stream.startswith("road:"):
            self._closures.appendleft(list(state.closures.values()))

    def _again(self, decided: Decided) -> None:
        """Decide once more, and compare with what every act on it has kept."""
        saw, account, evidence = decided.acts[0].saw, self._account, decided.evidence
        weighed = None
        if saw.network == self._roads.network:
            weighed = self._roads.under(saw.traffic_version, decided.now, list(self._closures))
        policy = self._policy()
        try:
            kept = KeptTravel(evidence, saw.traffic_version) if evidence.travel else None
            travel = weighed or kept
            if travel is None:
                account.untold[NO_TIMES] += len(decided.acts)
                return
            found = outcomes(decided, self._state, travel, self._world, policy)
        except NotKept:
            account.untold[OTHER_TIMES] += len(decided.acts)
            return
        except (Saigon115Error, ValueError, KeyError) as error:
            self._fail(decided, error)
            return
        account.roads[AGAIN if weighed else KEPT] += len(decided.acts)
        by_kept = self._by_kept(decided, evidence, found, kept if weighed else None, policy)
        for act, now, as_kept in zip(decided.acts, found, by_kept, strict=True):
            self._compare(act, now, as_kept)

    def _by_kept(
        self,
        decided: Decided,
        evidence: Evidence,
        found: Sequence[Outcome],
        kept: Travel | None,
        policy: Policy,
    ) -> Sequence[Outcome]:
        """What the times that were kept give, where the roads' own give something else than was recorded."""
        then = [recorded(act) for act in decided.acts]
        if kept is None or all(difference(a, b) is None for a, b in zip(then, found, strict=True)):
            return found
        try:
            return outcomes(decided, self._state, kept, self._world, policy)
        except NotKept:
            return found

    def _fail(self, decided: Decided, error: Exception) -> None:
        """What could be decided then and cannot be now is no less than another decision."""
        for act in decided.acts:
            self._note(act, "who goes", f"no decision: {type(error).__name__}: {error}"[:200], False)

    def _compare(self, act: Act, now: Outcome, as_kept: Outcome) -> None:
        then = recorded(act)
        what = difference(then, now)
        if what is None:
            self._account.same[act.kind] += 1
            return
        self._note(act, what, say(now), difference(then, as_kept) is None)

    def _note(self, act: Act, what: What, now: str, kept_gives_the_same: bool) -> None:
        incident = self._state.incidents.get(act.about)
        self._account.different.append(
            Difference(
                kind=act.kind,
                seq=act.seq,
                at=act.at,
                about=incident.number if incident else act.about,
                what=what,
                then=say(recorded(act)),
                now=now,
                causes=tuple(self._causes(act, kept_gives_the_same)),
            )
        )

    def _causes(self, act: Act, kept_gives_the_same: bool) -> list[str]:
        saw, pack = act.saw, self._world.pack
        found = []
        if self._changes is not None:
            found.append("the settings, as asked for")
        elif settings_hash(policy_of(self._state)) != saw.settings_hash:
            found.append("a setting's default, in this version")
        if saw.city_hash != pack.city_hash:
            found.append("the city's tables")
        if saw.network != self._roads.network:
            found.append("the map")
        if kept_gives_the_same:
            found.append("the travel times on the same roads")
        return found or ["the program, or what the log says of the decision"]

    def _policy(self) -> Policy:
        told = self._state.policy.sections
        return with_changes(told if self._changes is None else overlay(told, self._changes))
