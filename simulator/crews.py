"""
How long stations and crews take, and how a run ends: seeded, pure, and the same whenever it is asked.

Each draw is a function of the seed, the attribute and the thing it belongs to (an offer's id, say). So a client that
is started again in the middle of a run goes on as it would have. Numbers come from the pack's demand tables; those
below are ours and marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from dispatch.city_pack_schema import Demand
from dispatch.domain.words import Outcome, RefusalCode
from simulator.streams import Seed, lognormal_by_mean, lognormal_by_median, stream

AnswerKind = Literal["accept", "refuse", "silent"]

ANSWER_MIN_S, ANSWER_MAX_S = 4.0, 45.0
"""Nobody answers faster; slower answers would meet the offer's end at 60 s (guess)."""
TURNOUT_ROLLING_S = 15.0
"""A crew on the road only has to turn the wheel (guess)."""
TO_PATIENT_MEDIAN_S, TO_PATIENT_SD_LOG = 120.0, 0.7
"""From the kerb to the patient: stairs, alleys, lifts (guess)."""
TO_PATIENT_SHARE = 0.5
"""At most this share of the time on scene goes by before the patient is reached (guess)."""
CLEAN_UP_MEDIAN_S, CLEAN_UP_SD_LOG = 300.0, 0.4
"""From the handover to the road: cleaning, linen, forms (guess)."""
NO_PATIENT_SHARE_OF_SCENE = 0.3
"""Where nobody is found, a crew looks for this share of a usual time on scene (guess)."""
REFUSED_BY_PATIENT_SHARE = 0.4
"""Of the patients who stay: this share refuses, the others are treated (guess)."""
ARREST = "cardiac_arrest"
ALWAYS_CONVEYED = frozenset({"unconscious", "drowning", "choking", "stroke", "stab_gunshot"})
"""Nobody treats these on the spot and leaves (guess)."""
TRIES = 20
LONGEST_S = 2 * 3600.0
"""No single stage of the demo lasts longer: the tail of a lognormal has no end (guess)."""

_CODES: dict[str, RefusalCode] = {
    "no_vehicle": "no_vehicle",
    "no_crew": "no_crew",
    "on_transfer": "on_transfer",
    "breakdown": "breakdown",
}


@dataclass(frozen=True)
class Answer:
    """What a station will say, `after_s` seconds after the offer; `code` with a refusal."""

    kind: AnswerKind
    after_s: float
    code: RefusalCode | None = None


class Crews:
    """Durations in seconds, by the offer that a run began with."""

    def __init__(self, demand: Demand, seed: Seed) -> None:
        self._demand, self._seed = demand, seed

    def answer(self, offer_id: str, can_refuse: bool = True) -> Answer:
        """The station's answer: yes, no with a code, or none at all."""
        demand = self._demand
        after_s = self._answer_after_s(offer_id)
        share = self._rng("refusal", offer_id).random()
        if not can_refuse or share >= demand.refusal_probability + demand.no_answer_probability:
            return Answer("accept", after_s)
        if share < demand.refusal_probability:
            return Answer("refuse", after_s, self._refusal_code(offer_id))
        return Answer("silent", after_s)

    def turnout_s(self, offer_id: str, *, rolling: bool = False) -> float:
        """From acceptance to the road."""
        if rolling:
            return TURNOUT_ROLLING_S
        demand = self._demand
        return self._median("turnout", offer_id, demand.turnout_median_s, demand.turnout_sd_log)

    def on_scene_s(self, offer_id: str) -> float:
        """From arrival to leaving the scene."""
        demand = self._demand
        rng = self._rng("on_scene", offer_id)
        usual_s = min(lognormal_by_mean(rng, demand.on_scene_mean_s, demand.on_scene_sd_s), LONGEST_S)
        return usual_s * (NO_PATIENT_SHARE_OF_SCENE if self._finds_nobody(offer_id) else 1.0)

    def to_patient_s(self, offer_id: str) -> float | None:
        """From arrival to the patient's side; None where there is no patient."""
        if self._finds_nobody(offer_id):
            return None
        walk_s = self._median("to_patient", offer_id, TO_PATIENT_MEDIAN_S, TO_PATIENT_SD_LOG)
        return min(walk_s, TO_PATIENT_SHARE * self.on_scene_s(offer_id))

    def handover_s(self, offer_id: str) -> float:
        """From arrival at the hospital to the handover."""
        rng = self._rng("handover", offer_id)
        return min(lognormal_by_mean(rng, self._demand.handover_mean_s, self._demand.handover_sd_s), LONGEST_S)

    def clean_up_s(self, offer_id: str) -> float:
        """From the handover to leaving the hospital."""
        return self._median("clean_up", offer_id, CLEAN_UP_MEDIAN_S, CLEAN_UP_SD_LOG)

    def outcome(self, offer_id: str, can_convey: bool, complaint: str = "unknown") -> Outcome:
        """How the run ends. A unit that cannot convey treats on the spot; who cannot speak does not refuse."""
        if self._finds_nobody(offer_id):
            return "no_patient_found"
        stays, refuses = self._rng("outcome", offer_id).random(2)
        goes = stays < self._demand.share_conveyed or complaint in ALWAYS_CONVEYED
        if complaint == ARREST and not goes:
            return "dead_on_arrival"
        if goes:
            return "conveyed" if can_convey else "treated_not_conveyed"
        return "refused_by_patient" if refuses < REFUSED_BY_PATIENT_SHARE else "treated_not_conveyed"

    def person_s(self, what: str, key: str, middle_s: float) -> float:
        """How long a person at the desk takes: a third more or less than `middle_s`."""
        return middle_s * float(self._rng(what, key).uniform(2 / 3, 4 / 3))

    def _answer_after_s(self, offer_id: str) -> float:
        """Drawn again while it is outside what an offer allows, so that no answers heap up at the edge."""
        rng, demand = self._rng("answer", offer_id), self._demand
        for _ in range(TRIES):
            after_s = lognormal_by_median(rng, demand.answer_median_s, demand.answer_sd_log)
            if ANSWER_MIN_S <= after_s <= ANSWER_MAX_S:
                return after_s
        return min(max(demand.answer_median_s, ANSWER_MIN_S), ANSWER_MAX_S)

    def _finds_nobody(self, offer_id: str) -> bool:
        return bool(self._rng("nobody", offer_id).random() < self._demand.share_no_patient)

    def _refusal_code(self, offer_id: str) -> RefusalCode:
        reasons = self._demand.refusal_reasons
        bounds = np.cumsum(list(reasons.values()))
        share = float(self._rng("code", offer_id).random()) * bounds[-1]
        name = list(reasons)[min(int(np.searchsorted(bounds, share, side="right")), len(bounds) - 1)]
        return _CODES.get(name, "other")

    def _median(self, what: str, key: str, median_s: float, sd_log: float) -> float:
        return min(lognormal_by_median(self._rng(what, key), median_s, sd_log), LONGEST_S)

    def _rng(self, what: str, key: str) -> np.random.Generator:
        return stream(self._seed, what, key)
