"""A fitted demand in the place of the city pack's: what a log tells is taken from it, all else stays the pack's."""

from __future__ import annotations

from hashlib import sha256
from math import fsum
from pathlib import Path

import msgspec

from dispatch.city_pack import CityPack
from simulator.logs.fit import DemandFit, ServiceTime
from simulator.logs.table import LogError

LEAST_TIMES = 30
"""Fewer service times than this do not replace the pack's (guess)."""
LEAST_KNOWN = 0.5
"""A mix of complaints of which the pack knows less than this share does not replace the pack's (guess)."""


def read_fit(path: Path) -> DemandFit:
    """What `saigon115 demand fit` wrote. Raises `LogError` for a file that is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=DemandFit)
    except OSError as error:
        raise LogError(f"{path} cannot be read ({error.strerror}); write one with 'saigon115 demand fit'") from None
    except msgspec.MsgspecError as error:
        raise LogError(f"{path} is no fitted demand ({error}); write one with 'saigon115 demand fit'") from None


def with_fit(pack: CityPack, fit: DemandFit) -> CityPack:
    """
    The pack with the log's volume, hours of the week, wards, complaints that the pack has, and service times of
    emergencies. Raises `LogError` when none of the log's wards is the pack's.

    The volume is that of emergencies: the pack's calls a day become so many that its share of emergencies gives it.
    """
    old = pack.demand
    emergencies = fit.calls_per_week / 7 * fit.kind_share.get("emergency", 0.0)
    if not emergencies > 0:
        raise LogError(f"{fit.source} holds no emergency; give a log with some")
    demand = msgspec.structs.replace(
        old,
        calls_per_day=emergencies / old.share_emergency,
        hour_of_week=fit.hour_of_week,
        ward_weight=_wards(pack, fit),
        complaint_mix=_complaints(pack, fit),
        **_times(fit.service.get("emergency", {})),
    )
    key = sha256(pack.city_hash.encode() + msgspec.json.encode(fit)).hexdigest()
    return msgspec.structs.replace(pack, demand=demand, city_hash=key)


def _wards(pack: CityPack, fit: DemandFit) -> dict[str, float]:
    """In the pack's order; a ward that the log never saw has no weight."""
    if not fit.ward_share:
        return pack.demand.ward_weight
    known = {row.code: fit.ward_share[row.code] for row in pack.wards if row.code in fit.ward_share}
    if not known:
        raise LogError(f"none of the {len(fit.ward_share)} wards of {fit.source} is the pack's; use its ward codes")
    return _to_one(known)


def _complaints(pack: CityPack, fit: DemandFit) -> dict[str, float]:
    codes = [row.code for row in pack.complaints if row.code in fit.complaint_share]
    known = {code: fit.complaint_share[code] for code in codes}
    return _to_one(known) if fsum(known.values()) >= LEAST_KNOWN else pack.demand.complaint_mix


def _times(service: dict[str, ServiceTime]) -> dict[str, float]:
    """The fields of the pack's demand that the log has enough times for."""
    told = {name: time for name, time in service.items() if time.n >= LEAST_TIMES}
    found: dict[str, float] = {}
    for name, field in (("on_scene_s", "on_scene"), ("handover_s", "handover")):
        if name in told and told[name].mean_s > 0:
            found |= {f"{field}_mean_s": told[name].mean_s, f"{field}_sd_s": max(told[name].sd_s, 1.0)}
    if "turnout_s" in told:
        found |= {
            "turnout_median_s": told["turnout_s"].median_s,
            "turnout_sd_log": max(told["turnout_s"].sd_log, 0.01),
        }
    return found


def _to_one(shares: dict[str, float]) -> dict[str, float]:
    total = fsum(shares.values())
    return {name: share / total for name, share in shares.items()}
