"""
The calls of a simulated city, every attribute of every call from one seeded stream an attribute.

Emergencies follow the pack: wards by population, the hour of the week, complaints with their levels and needs. What
else occupies the same units (transfers, rides home, events, stations' own runs) follows `[work]`. A call's place is
the census point of the old ward that it lies in. The shares are stand-ins: see data/README.md.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from dispatch.assignment.eligible import skill_bits
from dispatch.city_pack import CityPack
from simulator.busy_days import Crowd
from simulator.calls import ACCEPTS, OFFERS_DRAWN, REFUSES, SILENT, Calls
from simulator.crews import (
    ALWAYS_CONVEYED,
    ANSWER_MAX_S,
    ANSWER_MIN_S,
    CLEAN_UP_MEDIAN_S,
    CLEAN_UP_SD_LOG,
    LONGEST_S,
    NO_PATIENT_SHARE_OF_SCENE,
    TO_PATIENT_MEDIAN_S,
    TO_PATIENT_SD_LOG,
    TO_PATIENT_SHARE,
)
from simulator.scenario import City, Work
from simulator.streams import Seed, stream

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

KINDS = ("emergency", "interfacility", "home", "standby_event", "station_direct")
CONVEYS = (None, True, True, False, True)
"""Whether a run of the kind takes a patient along; None: drawn."""
LEVEL_OF_OTHERS = 4
"""Planned work stands back behind every emergency (guess)."""
SD_SHARE = 0.5
"""Standard deviation of planned work's time at the place, as a share of its mean (guess)."""
TWO_UNITS = frozenset({"trauma_traffic", "motorbike_crash"})
HOURS = 168


@dataclass(frozen=True)
class Where:
    """Zones by weight, with the place of each; stations by place, and the hospitals that vans drive to."""

    zone_weight: Floats
    zone_names: tuple[str, ...]
    hospitals: Ints
    stations: Ints


UNIFORM = ("complaint", "ward", "origin", "target", "nobody", "outcome", "two", "refusal")
NORMAL = ("on_scene", "planned", "to_patient", "answer", "to_incident", "handover", "clean_up", "turnout")
OF_EACH_OFFER = frozenset({"refusal", "answer"})


class Draws:
    """The streams behind the attributes of calls; each goes on where the last calls have left it."""

    def __init__(self, seed: Seed) -> None:
        self._streams = {name: stream(seed, name) for name in (*UNIFORM, *NORMAL)}

    def rows(self, count: int) -> dict[str, Floats]:
        """What is behind the next calls: numbers from 0 to 1, or of the standard normal distribution."""
        found = {}
        for name, rng in self._streams.items():
            shape = (count, OFFERS_DRAWN) if name in OF_EACH_OFFER else count
            found[name] = rng.random(shape) if name in UNIFORM else rng.standard_normal(shape)
        return found


def draw_attributes(
    pack: CityPack, city: City, work: Work, where: Where, seed: Seed, at_s: Floats, kind: Ints
) -> Calls:
    """Everything about calls at these times and of these kinds, each attribute from a stream of its own."""
    return make_calls(pack, city, work, where, at_s, kind, Draws(seed).rows(len(at_s)))


def make_calls(
    pack: CityPack, city: City, work: Work, where: Where, at_s: Floats, kind: Ints, drawn: dict[str, Floats]
) -> Calls:
    """Calls at these times and of these kinds, from what was drawn for them."""
    demand, emergency = pack.demand, kind == 0
    codes = tuple(demand.complaint_mix)
    complaint = _choice(drawn["complaint"], np.array(list(demand.complaint_mix.values())))
    rows = {row.code: row for row in pack.complaints}
    level = np.array([rows[code].level for code in codes], dtype=np.int64)[complaint]
    needs = np.array([skill_bits(rows[code].needs or ("convey",)) for code in codes], dtype=np.int64)[complaint]
    zone = _choice(drawn["ward"], where.zone_weight)
    transfer = np.isin(kind, [KINDS.index("interfacility"), KINDS.index("home")])
    origin = where.hospitals[_choice(drawn["origin"], np.ones(len(where.hospitals)))]
    target = where.hospitals[_choice(drawn["target"], np.ones(len(where.hospitals)))]
    nobody = drawn["nobody"] < demand.share_no_patient
    stays = drawn["outcome"] >= demand.share_conveyed
    always = np.array([code in ALWAYS_CONVEYED for code in codes])[complaint]
    conveys = np.where(emergency, ~nobody & (~stays | always), np.array([bool(one) for one in CONVEYS])[kind])
    scene_s = _lognormal_mean(drawn["on_scene"], demand.on_scene_mean_s, demand.on_scene_sd_s)
    scene_s = np.where(nobody & emergency, scene_s * NO_PATIENT_SHARE_OF_SCENE, scene_s)
    means = np.array(
        [1.0, work.interfacility_mean_s, work.home_mean_s, work.standby_mean_s, work.station_direct_mean_s]
    )
    other_s = means[kind] * _lognormal_mean(drawn["planned"], 1.0, SD_SHARE)
    two = np.array([code in TWO_UNITS for code in codes])[complaint] & emergency
    two &= drawn["two"] < city.share_two_units
    to_patient_s = np.minimum(
        _lognormal_median(drawn["to_patient"], TO_PATIENT_MEDIAN_S, TO_PATIENT_SD_LOG), TO_PATIENT_SHARE * scene_s
    )
    answer, answer_s = _answers(pack, city, drawn["refusal"], drawn["answer"])
    opens_s = _lognormal_median(drawn["to_incident"], demand.to_incident_median_s, demand.to_incident_sd_log)
    return Calls(
        at_s=at_s,
        opened_s=at_s + np.where(emergency, opens_s, 0.0),
        place=np.where(transfer, origin, zone),
        zone=np.where(transfer, -1, zone),
        priority=np.where(emergency, level, LEVEL_OF_OTHERS),
        kind=kind,
        needs=np.where(emergency, needs, skill_bits(("convey",))),
        units=1 + two.astype(np.int64),
        scene_s=np.where(emergency, np.minimum(scene_s, LONGEST_S), other_s),
        conveys=conveys,
        hospital=np.where(
            kind == KINDS.index("interfacility"), target, np.where(kind == KINDS.index("home"), zone, -1)
        ),
        handover_s=np.minimum(
            _lognormal_mean(drawn["handover"], demand.handover_mean_s, demand.handover_sd_s), LONGEST_S
        ),
        clean_up_s=_lognormal_median(drawn["clean_up"], CLEAN_UP_MEDIAN_S, CLEAN_UP_SD_LOG),
        turnout_s=_lognormal_median(drawn["turnout"], demand.turnout_median_s, demand.turnout_sd_log),
        to_patient_s=to_patient_s,
        answer=answer,
        answer_s=answer_s,
        complaint=complaint,
        kinds=KINDS,
        complaints=codes,
        zones=where.zone_names,
    )


def _answers(pack: CityPack, city: City, share: Floats, normal: Floats) -> tuple[Ints, Floats]:
    """What the first stations asked say, and after how long."""
    demand = pack.demand
    silent = share < demand.refusal_probability + demand.no_answer_probability
    answer = np.where(share < demand.refusal_probability, REFUSES, np.where(silent, SILENT, ACCEPTS))
    if not city.refusals:
        answer = np.full(share.shape, ACCEPTS)
    after_s = demand.answer_median_s * np.exp(demand.answer_sd_log * normal)
    return answer.astype(np.int64), np.clip(after_s, ANSWER_MIN_S, ANSWER_MAX_S)


def _choice(share: Floats, weights: Floats) -> Ints:
    bounds = np.cumsum(weights)
    found = np.searchsorted(bounds, share * bounds[-1], side="right")
    return np.asarray(np.minimum(found, len(bounds) - 1), dtype=np.int64)


def _lognormal_median(normal: Floats, median: float, sd_log: float) -> Floats:
    return np.minimum(median * np.exp(sd_log * normal), LONGEST_S)


def _lognormal_mean(normal: Floats, mean: float, sd: float) -> Floats:
    variance = np.log(1.0 + (sd / mean) ** 2)
    return np.asarray(mean * np.exp(np.sqrt(variance) * normal - variance / 2))


def event_calls(pack: CityPack, city: City, work: Work, where: Where, seed: int, crowd: Crowd, place: int) -> Calls:
    """Emergencies among an event's crowd, and the units that stand by there; every attribute from its own streams."""
    at_s = np.concatenate([np.full(crowd.units, crowd.span[0]), crowd.call_times(seed)])
    kind = np.repeat([KINDS.index("standby_event"), 0], [crowd.units, len(at_s) - crowd.units]).astype(np.int64)
    calls = draw_attributes(pack, city, work, where, (seed, crc32(crowd.name.encode())), at_s, kind)
    calls.place, calls.zone = np.full(len(at_s), place), np.full(len(at_s), place)
    calls.scene_s[: crowd.units] = crowd.span[1] - crowd.span[0]
    return calls


def joined(*parts: Calls) -> Calls:
    """One after the other, in order of time."""
    names = [field.name for field in fields(Calls) if isinstance(getattr(parts[0], field.name), np.ndarray)]
    columns: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return in_order(replace(parts[0], **columns))


def in_order(calls: Calls) -> Calls:
    """In order of time; of two at the same instant the kind named first."""
    return calls.only(np.argsort(calls.at_s, kind="stable"))
