"""
A simulated day: calls come in, policies decide, units drive, treat, convey and come back. One clock, no randomness.

Everything random was drawn before (`calls.Calls`); what happens here follows from that and from the policies alone.
Policies ask the board (`list_waiting`, `may_go`, `response_s`) and tell the day what to do (`send`, `divert`, `move`).
Weaknesses: a unit drives as fast as the hour in which it leaves, whatever comes later; whoever is told to move turns
round at once; a station's refusal says nothing about its next answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.begun import Begun, take_up
from simulator.board import DRIVES, Board, Hears
from simulator.calls import ACCEPTS, OFFERS_DRAWN, SILENT, Coming
from simulator.duty import Duty
from simulator.engine import ARRIVES, BEFORE_ALL
from simulator.errors import PolicyError
from simulator.places import Places
from simulator.rules import Policies, Rules
from simulator.units import (
    ASKED,
    CONVEYING,
    FIRST,
    FREE,
    GOING,
    HOSPITAL,
    MAIN,
    PROFILE_OF_KIND,
    RESTING,
    SCENE,
    STATUS_NAMES,
    Run,
    Unit,
)

ROLLING_TURNOUT_S = 15.0
"""A crew on the road only has to turn the wheel (guess)."""


class Day(Board):
    """The course of events. `begun`: what is under way when it begins; None: every unit stands at its post."""

    def __init__(
        self,
        coming: Coming,
        units: list[Unit],
        places: Places,
        rules: Rules,
        policies: Policies,
        seed: int = 0,
        begun: Begun | None = None,
        hears: Sequence[Hears] = (),
    ) -> None:
        super().__init__(coming, units, places, rules, policies, seed, hears)
        self.duty = Duty(self)
        self.begun = begun
        self.hospitals = {one.id: one for one in begun.hospitals} if begun is not None else {}
        """What those have told of themselves that have; never changed in place."""
        self._looks_again = False

    def run(self) -> Day:
        """From the first call until the last unit is back."""
        if self.begun is not None:
            self.agenda.now_s = self.begun.since_s
        for policy in (self.policies.dispatch, self.policies.move_up, self.policies.destination):
            if hasattr(policy, "prepare"):
                policy.prepare(self)
        for unit in self.units:
            unit.post = unit.left = unit.home
            if unit.shift is not None:
                self.duty.begin(unit)
        known = take_up(self, self.begun) if self.begun is not None else 0
        self._expect(self.first_calls[known:])
        self.agenda.run()
        for unit in self.units:
            if unit.run is not None and unit.run.row >= 0:
                self.runs.end(unit.run)
        return self

    def _expect(self, numbers: range) -> None:
        """Plan that these calls come, and that the next are drawn when the last of them is answered."""
        opened_s = self.calls.column("opened_s")
        for call in numbers:
            self.agenda.plan(opened_s[call], self.open, call, ARRIVES)
        if numbers:
            self.agenda.plan(max(self.at_s[numbers[-1]], self.now_s), self._expect_more, None, BEFORE_ALL)

    def _expect_more(self, _: None) -> None:
        self._expect(self.take_part())

    def send(self, call: int, unit: int, tier: int = MAIN) -> None:
        """Offer the call to the unit's station; one that may not refuse has accepted at once."""
        who = self.units[unit]
        if who.status not in (FREE, RESTING):
            raise ValueError(f"unit {who.id} is {STATUS_NAMES[who.status]}; send one of may_go(call)")
        run = Run(call, unit, tier, self.agenda.now_s)
        self.stop(who)
        run.start = int(self.here[unit])
        self.free[unit], who.status, who.run = False, ASKED, run
        if tier == MAIN:
            self.missing[call] -= 1
            if self.missing[call] <= 0:
                self.no_longer_waits(call)
        if self.listener:
            self.listener.tell("offered", run, call, who)
        number = self.asked[call]
        self.asked[call] = number + 1
        if not (self.rules.offers and who.can_refuse):
            self._accept(run)
            return
        self.offers_of.setdefault(call, []).append(run)
        self.note_second(call)
        if call in self.seconds:
            self.agenda.plan(self.agenda.now_s, self._look_again, None)
        if number >= OFFERS_DRAWN:
            self.agenda.plan(self.agenda.now_s, self.accept_if_open, run)
            return
        course = self.course[call]
        run.answer = course.answer[number]
        after_s = self.rules.silence_s if run.answer == SILENT else course.answer_s[number]
        then = self.accept_if_open if run.answer == ACCEPTS else self.decline
        self.agenda.plan(self.agenda.now_s + after_s, then, run)

    def divert(self, unit: int, call: int) -> None:
        """
        Send a unit that is under way to a lesser call to this one instead, from where it is.

        A dispatcher signs for it: the old call waits again at once. The crew turns round without an offer.
        """
        who, now_s = self.units[unit], self.agenda.now_s
        old = who.run
        if who.status != GOING or old is None or self.priority[old.call] <= self.priority[call]:
            raise ValueError(f"unit {who.id} is not under way to a lesser call; it cannot be diverted to call {call}")
        run = Run(call, unit, MAIN, now_s)
        self.here[unit] = run.start = self.under_way(who)
        self.missing[call] -= 1
        if self.missing[call] <= 0:
            self.no_longer_waits(call)
        if self.listener:
            self.listener.tell("diverted", run, call, who)
        old.outcome, old.free_s = "diverted", now_s
        self.runs.end(old)
        self.diversions += 1
        if old.tier == MAIN:
            self.waits_again(old.call)
        who.run = run
        self._go(run, ROLLING_TURNOUT_S if now_s > old.en_route_s else old.en_route_s - now_s)

    def move(self, unit: Unit, post: int) -> None:
        """Let a free unit go to another post, from where it is."""
        self.stop(unit)
        self.moves += 1
        unit.moved_s.append(self.agenda.now_s)
        self._drive_to_post(unit, post)
        if self.listener:
            self.listener.tell("moving", None, -1, unit)

    def open(self, call: int) -> None:
        """The desk knows of a call: it waits, and the policy is asked."""
        if self.listener:
            self.listener.tell("opened", None, call, None)
        self.wait(call)
        self.decide()
        if self.rules.queue == "loss" and self.missing[call] > 0:
            self.no_longer_waits(call)
            self.lost.append(call)

    def give_up(self, call: int) -> None:
        """Nobody has been sent as long as the caller had patience; stations that are asked need not come."""
        if self.is_sent[call]:
            return
        for run in list(self.offers_of.get(call, ())):
            self._withdraw(run)
        self.no_longer_waits(call)
        self.missing[call] = 0
        self.given_up.append(call)
        if self.listener:
            self.listener.tell("given_up", None, call, None)
        self.decide()

    def goes_on_waiting(self, call: int) -> None:
        """A call that was open when the day began wants a unit still, or a second station."""
        if self.missing[call] > 0:
            self.wait(call)
        self.decide()

    def decide(self) -> None:
        """Ask the policy, if there is anything to ask."""
        if not self.waiting and not self.seconds:
            return
        try:
            self.policies.dispatch.assign(self)
        except Exception as error:
            raise PolicyError.of(self, self.waiting[0][2] if self.waiting else None, error) from error
        every_s = getattr(self.policies.dispatch, "every_s", None)
        if every_s is not None and (self.waiting or self.seconds) and not self._looks_again:
            self._looks_again = True
            self.agenda.plan(self.agenda.now_s + every_s, self._look_after, None)

    def _look_again(self, _: None) -> None:
        self.decide()

    def _look_after(self, _: None) -> None:
        """Who still waits is decided anew after a while, even if nothing has happened: waiting itself counts."""
        self._looks_again = False
        self.decide()

    def accept_if_open(self, run: Run) -> None:
        if run.outcome == "open":
            self.offers_of[run.call].remove(run)
            self._accept(run)
            self.note_second(run.call)

    def _accept(self, run: Run) -> None:
        """The crew goes; if nobody else is wanted, other stations that are still asked need not come."""
        who = self.units[run.unit]
        is_rolling = self.rules.returns and self.ready_s[run.unit] == 0.0
        turnout_s = ROLLING_TURNOUT_S if is_rolling else self.course[run.call].turnout_s
        if self.listener:
            self.listener.tell("accepted", run, run.call, who)
        self._go(run, turnout_s)
        if run.tier == MAIN and self.missing[run.call] < 0:
            for other in list(self.offers_of.get(run.call, ())):
                if other.tier == MAIN and self.missing[run.call] < 0:
                    self._withdraw(other)
            if self.waiting:
                self.agenda.plan(self.agenda.now_s, self._look_again, None)

    def _go(self, run: Run, turnout_s: float) -> None:
        who, now_s = self.units[run.unit], self.agenda.now_s
        run.outcome, run.accepted_s, run.en_route_s = "going", now_s, now_s + turnout_s
        self.runs.begin(run)
        self.is_sent[run.call] = 1
        who.status = GOING
        scene = self.place[run.call]
        profile = PROFILE_OF_KIND[who.kind]
        travel_s = self.places.between(run.start, scene, profile, run.en_route_s)
        if self.places.distance_m is not None:
            run.metres = float(self.places.distance_m[scene, run.start])
        if self.listener:
            self.agenda.plan(run.en_route_s, self.rolls, run)
        self.agenda.plan(run.en_route_s + travel_s, self.arrive, run)

    def rolls(self, run: Run) -> None:
        if self.listener and run.outcome == "going":
            self.listener.tell("en_route", run, run.call, self.units[run.unit])

    def decline(self, run: Run) -> None:
        """The station says no, or nothing: the next is asked at once."""
        if run.outcome != "open":
            return
        call, who = run.call, self.units[run.unit]
        is_silent = run.answer == SILENT
        self.silences, self.refusals = self.silences + is_silent, self.refusals + (not is_silent)
        self.offers_of[call].remove(run)
        run.outcome = "silent" if is_silent else "refused"
        self.declined.setdefault(call, set()).add(who.station)
        if self.listener:
            self.listener.tell(run.outcome, run, call, who)
        if run.tier == MAIN:
            self.waits_again(call)
        self.note_second(call)
        self._back_at_post(who)
        self._forgive(call)
        self.decide()

    def _forgive(self, call: int) -> None:
        """Once every station that could help has declined, all are asked again."""
        if self.missing[call] > 0 and not len(self.may_go(call)) and self.free.any():
            self.declined.pop(call, None)
            self.note_second(call)

    def _withdraw(self, run: Run) -> None:
        self.offers_of[run.call].remove(run)
        run.outcome = "withdrawn"
        self.missing[run.call] += 1
        self.note_second(run.call)
        who = self.units[run.unit]
        if self.listener:
            self.listener.tell("withdrawn", run, run.call, who)
        self._back_at_post(who)

    def arrive(self, run: Run) -> None:
        if run.outcome != "going":
            return
        call, who, now_s = run.call, self.units[run.unit], self.agenda.now_s
        run.outcome, run.on_scene_s, run.at_patient_s = "scene", now_s, now_s + self.course[call].to_patient_s
        who.status = SCENE
        self.here[run.unit] = self.place[call]
        if self.listener:
            self.listener.tell("on_scene", run, call, who)
        scene_s = self.course[call].scene_s
        if run.tier == FIRST:
            self.stay_until_main(run)
            return
        if self.rules.service_includes_travel:
            scene_s = max(scene_s - (now_s - run.accepted_s), 0.0)
        self.agenda.plan(now_s + scene_s, self.leave, run)
        self._attended[call] = 1
        for ahead in self._ahead.pop(call, ()):
            self.agenda.plan(now_s + self.rules.first_leaves_s, self.leave, ahead)

    def stay_until_main(self, run: Run) -> None:
        """A unit that cannot convey treats until the one that can has come, and hands over to it."""
        if self._attended[run.call]:
            self.agenda.plan(self.agenda.now_s + self.rules.first_leaves_s, self.leave, run)
        else:
            self._ahead.setdefault(run.call, []).append(run)

    def leave(self, run: Run) -> None:
        call, who, now_s = run.call, self.units[run.unit], self.agenda.now_s
        run.left_s = now_s
        if run.tier == FIRST or not self.course[call].conveys:
            run.outcome = "relayed" if run.tier == FIRST else "treated"
            self._release(run, self.place[call])
            return
        hospital = self.course[call].hospital
        if hospital < 0:
            try:
                hospital = self.policies.destination.hospital_for(self, call, who)
            except Exception as error:
                raise PolicyError.of(self, call, error) from error
        run.hospital, who.status = hospital, CONVEYING
        self.to_hospital[hospital] += 1
        if self.listener:
            self.listener.tell("conveying", run, call, who)
        profile = PROFILE_OF_KIND[who.kind]
        way_s = self.places.between(self.place[call], hospital, profile, now_s)
        self.agenda.plan(now_s + way_s, self.reach_hospital, run)

    def reach_hospital(self, run: Run) -> None:
        call, hospital, now_s = run.call, run.hospital, self.agenda.now_s
        who = self.units[run.unit]
        self.to_hospital[hospital] -= 1
        there = self.at_hospital[hospital]
        self.at_hospital[hospital] = there + 1
        run.at_hospital_s = now_s
        run.handover_s = now_s + self.course[call].handover_s + self.rules.handover_per_unit_s * there
        who.status = HOSPITAL
        self.here[run.unit] = hospital
        if self.listener:
            self.listener.tell("at_hospital", run, call, who)
            self.agenda.plan(run.handover_s, self.hand_over, run)
        self.agenda.plan(run.handover_s + self.course[call].clean_up_s, self.end_at_hospital, run)

    def hand_over(self, run: Run) -> None:
        if self.listener:
            self.listener.tell("handed_over", run, run.call, self.units[run.unit])

    def end_at_hospital(self, run: Run) -> None:
        self.at_hospital[run.hospital] -= 1
        run.outcome = "conveyed"
        self._release(run, run.hospital)

    def _release(self, run: Run, place: int) -> None:
        """The run is over: off duty or to a rest if that is due, else to whoever waits, else to a post."""
        who, now_s = self.units[run.unit], self.agenda.now_s
        run.free_s = now_s
        self.runs.end(run)
        self.here[run.unit] = place
        who.run = None
        who.left, who.left_s, who.arrives_s, who.status = place, now_s, now_s, FREE
        if self.listener:
            self.listener.tell("free", run, run.call, who)
        if who.ends_duty:
            self.duty.go_off(who)
        elif not self.duty.rests_if_due(who):
            self.becomes_free(who)

    def becomes_free(self, who: Unit) -> None:
        """From here on the unit may be sent; it starts for a post, and whoever waits may call it back at once."""
        self.free[who.index] = True
        self.ready_s[who.index] = 0.0 if self.rules.returns else self.rules.expected_turnout_s
        if not self.rules.returns:
            self.here[who.index] = who.post = who.home
        self.decide()
        if self.free[who.index] and self.rules.returns:
            self._choose_post(who)

    def _choose_post(self, who: Unit) -> None:
        try:
            post = self.policies.move_up.post_for(self, who)
        except Exception as error:
            raise PolicyError.of(self, None, error) from error
        if post is not None and post != who.home:
            self.moves += 1
        self._drive_to_post(who, who.home if post is None else post)
        if post is not None and post != who.home and self.listener:
            self.listener.tell("moving", None, -1, who)

    def stop(self, who: Unit) -> None:
        """End a drive to a post, wherever it has got to."""
        if who.index in self.on_road:
            self.settle()
            self.on_road.discard(who.index)
        who.arrives_s = self.agenda.now_s

    def _drive_to_post(self, who: Unit, post: int) -> None:
        now_s, start = self.agenda.now_s, int(self.here[who.index])
        way_s = self.places.between(start, post, PROFILE_OF_KIND[who.kind], now_s)
        who.post, who.left, who.left_s, who.arrives_s = post, start, now_s, now_s + way_s
        self.note(who, DRIVES, start, post, who.arrives_s)
        self.ready_s[who.index] = 0.0
        if way_s <= 0.0:
            self._at_post(who)
            return
        self.on_road.add(who.index)
        if self.listener:
            self.agenda.plan(who.arrives_s, self._reaches_post, (who, who.left_s))

    def _reaches_post(self, who_and_when: tuple[Unit, float]) -> None:
        who, left_s = who_and_when
        if who.index in self.on_road and who.left_s == left_s and who.status == FREE:
            self._at_post(who)

    def _back_at_post(self, who: Unit) -> None:
        """After an offer that came to nothing: free again where it is, on to its post."""
        who.run, who.status = None, FREE
        if who.ends_duty:
            self.duty.go_off(who)
            return
        self.free[who.index] = True
        self._drive_to_post(who, who.post)
