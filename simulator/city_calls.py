"""
The calls of a simulated city, every attribute of every call from one seeded stream an attribute.

Emergencies follow the pack: wards by population, the hour of the week, complaints with their levels and needs. What
else occupies the same units (transfers, rides home, events, stations' own runs) follows `[work]`. A call's place is
the census point of the old ward that it lies in. The shares are stand-ins: see data/README.md.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from dispatch.assignment.eligible import skill_bits
from dispatch.city_pack import CityPack
from simulator.busy_days import BusyDays, Crowd
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
    """Zones by weight, with the place of each; hospitals by place, stations by place."""

    zone_weight: Floats
    zone_names: tuple[str, ...]
    hospitals: Ints
    stations: Ints


def draw_calls(
    pack: CityPack,
    city: City,
    work: Work,
    where: Where,
    seed: Seed,
    first_hour_s: float,
    duration_s: float,
    busy: BusyDays | None = None,
) -> Calls:
    """All calls of `duration_s` seconds, in order of time; `busy`: factors on the usual rates, hour by hour."""
    emergencies = city.emergencies_per_day
    if emergencies is None:
        emergencies = pack.demand.calls_per_day * pack.demand.share_emergency
    per_day = (
        emergencies, work.interfacility_per_day, work.home_per_day, work.standby_per_day, work.station_direct_per_day
    )  # fmt: skip
    times = [
        _arrivals(seed, kind, rate * city.scale, pack.demand.hour_of_week, first_hour_s, duration_s, busy)
        for kind, rate in zip(KINDS, per_day, strict=True)
    ]
    at_s = np.concatenate(times)
    kind = np.repeat(np.arange(len(KINDS)), [len(one) for one in times])
    return in_order(draw_attributes(pack, city, work, where, seed, at_s, kind))


def _arrivals(
    seed: Seed,
    kind: str,
    per_day: float,
    hour_of_week: tuple[float, ...],
    first_hour_s: float,
    duration_s: float,
    busy: BusyDays | None,
) -> Floats:
    """A Poisson process whose rate follows the hour of the week: a count for each hour, spread evenly within it."""
    starts_s = np.arange(-(first_hour_s % 3600.0), duration_s, 3600.0)
    hours = ((first_hour_s + starts_s) // 3600.0).astype(np.int64) % HOURS
    mean = (
        per_day / 24 * np.asarray(hour_of_week)[hours] if kind != "standby_event" else np.full(len(hours), per_day / 24)
    )
    if busy is not None:
        mean = mean * (busy.emergencies if kind == "emergency" else busy.planned)
    rng = stream(seed, "arrival", kind)
    counts = rng.poisson(mean)
    at_s = np.repeat(starts_s, counts) + rng.random(int(counts.sum())) * 3600.0
    return np.sort(at_s[(at_s >= 0) & (at_s < duration_s)])


def draw_attributes(
    pack: CityPack, city: City, work: Work, where: Where, seed: Seed, at_s: Floats, kind: Ints
) -> Calls:
    """Everything about calls at these times and of these kinds, each attribute from a stream of its own."""
    count, demand = len(at_s), pack.demand
    emergency = kind == 0
    codes = tuple(demand.complaint_mix)
    complaint = _choice(seed, "complaint", np.array(list(demand.complaint_mix.values())), count)
    rows = {row.code: row for row in pack.complaints}
    level = np.array([rows[code].level for code in codes], dtype=np.int64)[complaint]
    needs = np.array([skill_bits(rows[code].needs or ("convey",)) for code in codes], dtype=np.int64)[complaint]
    zone = _choice(seed, "ward", where.zone_weight, count)
    transfer = np.isin(kind, [KINDS.index("interfacility"), KINDS.index("home")])
    origin = where.hospitals[_choice(seed, "origin", np.ones(len(where.hospitals)), count)]
    target = where.hospitals[_choice(seed, "target", np.ones(len(where.hospitals)), count)]
    nobody = stream(seed, "nobody").random(count) < demand.share_no_patient
    stays = stream(seed, "outcome").random(count) >= demand.share_conveyed
    always = np.array([code in ALWAYS_CONVEYED for code in codes])[complaint]
    conveys = np.where(emergency, ~nobody & (~stays | always), np.array([bool(one) for one in CONVEYS])[kind])
    scene_s = _lognormal_mean(seed, "on_scene", demand.on_scene_mean_s, demand.on_scene_sd_s, count)
    scene_s = np.where(nobody & emergency, scene_s * NO_PATIENT_SHARE_OF_SCENE, scene_s)
    means = np.array(
        [1.0, work.interfacility_mean_s, work.home_mean_s, work.standby_mean_s, work.station_direct_mean_s]
    )
    other_s = means[kind] * _lognormal_mean(seed, "planned", 1.0, SD_SHARE, count)
    two = np.array([code in TWO_UNITS for code in codes])[complaint] & emergency
    two &= stream(seed, "two").random(count) < city.share_two_units
    to_patient_s = np.minimum(
        _lognormal_median(seed, "to_patient", TO_PATIENT_MEDIAN_S, TO_PATIENT_SD_LOG, count), TO_PATIENT_SHARE * scene_s
    )
    answer, answer_s = _answers(pack, city, seed, count)
    opens_s = _lognormal_median(seed, "to_incident", demand.to_incident_median_s, demand.to_incident_sd_log, count)
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
            _lognormal_mean(seed, "handover", demand.handover_mean_s, demand.handover_sd_s, count), LONGEST_S
        ),
        clean_up_s=_lognormal_median(seed, "clean_up", CLEAN_UP_MEDIAN_S, CLEAN_UP_SD_LOG, count),
        turnout_s=_lognormal_median(seed, "turnout", demand.turnout_median_s, demand.turnout_sd_log, count),
        to_patient_s=to_patient_s,
        answer=answer,
        answer_s=answer_s,
        complaint=complaint,
        kinds=KINDS,
        complaints=codes,
        zones=where.zone_names,
    )


def _answers(pack: CityPack, city: City, seed: Seed, count: int) -> tuple[Ints, Floats]:
    """What the first stations asked say, and after how long."""
    demand, shape = pack.demand, (count, OFFERS_DRAWN)
    share = stream(seed, "refusal").random(shape)
    silent = share < demand.refusal_probability + demand.no_answer_probability
    answer = np.where(share < demand.refusal_probability, REFUSES, np.where(silent, SILENT, ACCEPTS))
    if not city.refusals:
        answer = np.full(shape, ACCEPTS)
    after_s = demand.answer_median_s * np.exp(demand.answer_sd_log * stream(seed, "answer").standard_normal(shape))
    return answer.astype(np.int64), np.clip(after_s, ANSWER_MIN_S, ANSWER_MAX_S)


def _choice(seed: Seed, name: str, weights: Floats, count: int) -> Ints:
    bounds = np.cumsum(weights)
    found = np.searchsorted(bounds, stream(seed, name).random(count) * bounds[-1], side="right")
    return np.asarray(np.minimum(found, len(bounds) - 1), dtype=np.int64)


def _lognormal_median(seed: Seed, name: str, median: float, sd_log: float, count: int) -> Floats:
    return np.minimum(median * np.exp(sd_log * stream(seed, name).standard_normal(count)), LONGEST_S)


def _lognormal_mean(seed: Seed, name: str, mean: float, sd: float, count: int) -> Floats:
    variance = np.log(1.0 + (sd / mean) ** 2)
    return np.asarray(mean * np.exp(np.sqrt(variance) * stream(seed, name).standard_normal(count) - variance / 2))


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
    whole = replace(parts[0], lists={})
    for field in fields(Calls):
        if isinstance(getattr(parts[0], field.name), np.ndarray):
            setattr(whole, field.name, np.concatenate([getattr(part, field.name) for part in parts]))
    return in_order(whole)


def in_order(calls: Calls) -> Calls:
    """In order of time; of two at the same instant the kind named first."""
    order = np.argsort(calls.at_s, kind="stable")
    for name in calls.__dataclass_fields__:
        column = getattr(calls, name)
        if isinstance(column, np.ndarray):
            setattr(calls, name, column[order])
    return calls
