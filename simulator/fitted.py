"""
Demand that was fitted from a log (`saigon115 demand fit`) in place of the pack's own.

From it: how often, the hour of the week, the wards, the mix of complaints that the pack knows, and times on scene and
at the hospital, each where the log tells it; what it does not tell stays the pack's. Kinds that the log has beside
emergencies replace the guesses of `[work]`. Levels follow from complaints, as everywhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from dispatch.city_pack import CityPack
from simulator.errors import ScenarioError
from simulator.logs.fit import DemandFit, ServiceTime
from simulator.scenario import Work

RATE_OF_KIND = {
    "interfacility": "interfacility_per_day",
    "home": "home_per_day",
    "standby_event": "standby_per_day",
    "station_direct": "station_direct_per_day",
}


def with_fit(pack: CityPack, work: Work, path: Path) -> tuple[CityPack, Work]:
    """The pack and the work with what the fit tells. Raises ScenarioError for a file that is none."""
    way_out = "write it with 'saigon115 demand fit'"
    try:
        fit = msgspec.json.decode(path.read_bytes(), type=DemandFit)
    except OSError as error:
        raise ScenarioError(path, f"cannot be read ({error.strerror})", way_out) from None
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise ScenarioError(path, f"is no fitted demand ({error})", way_out) from None
    per_day = fit.calls_per_week / 7
    emergencies = per_day * (fit.kind_share.get("emergency", 0.0) if fit.kind_share else 1.0)
    told: dict[str, Any] = {"calls_per_day": emergencies, "share_emergency": 1.0, "hour_of_week": fit.hour_of_week}
    wards = {code: share for code, share in fit.ward_share.items() if code in pack.demand.ward_weight}
    if wards:
        told["ward_weight"] = _shares(wards)
    known = {row.code for row in pack.complaints}
    mix = {code: share for code, share in fit.complaint_share.items() if code in known and code != "unknown"}
    if mix:
        told["complaint_mix"] = _shares(mix)
    service = fit.service.get("emergency", {})
    told |= _times("on_scene", service.get("on_scene_s")) | _times("handover", service.get("handover_s"))
    rates = {key: per_day * fit.kind_share.get(kind, 0.0) for kind, key in RATE_OF_KIND.items()}
    if any(rates.values()):
        work = msgspec.structs.replace(work, **rates)
    return msgspec.structs.replace(pack, demand=msgspec.structs.replace(pack.demand, **told)), work


def _shares(weights: dict[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {key: weight / total for key, weight in weights.items()}


def _times(name: str, time: ServiceTime | None) -> dict[str, float]:
    """Mean and spread; none for what the log does not tell."""
    return (
        {} if time is None or time.mean_s <= 0 else {f"{name}_mean_s": time.mean_s, f"{name}_sd_s": max(time.sd_s, 1.0)}
    )
