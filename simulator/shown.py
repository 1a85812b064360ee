"""Simulations and the world that they start from, as they are shown to planners."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import msgspec

from dispatch.city_pack import CityPack
from simulator.ahead.asked import AheadAsked
from simulator.jobs import Job, JobStore
from simulator.scenario import Work

Shown = dict[str, Any]


def list_shown(store: JobStore) -> list[Shown]:
    """Every simulation that is kept, the newest first, with its main figures once it is done."""
    jobs = list(store.all())
    waiting = [job.id for job in jobs if job.status == "queued"]
    return [_brief(store, job, waiting) for job in reversed(jobs)]


def show_whole(store: JobStore, job: Job) -> Shown:
    """One simulation with all of its results but the files."""
    waiting = [one.id for one in store.all() if one.status == "queued"]
    results = {name: _read(store, job, f"{name}.json") for name in ("summary", "comparison", "ahead")}
    return _brief(store, job, waiting) | {"scenarios": _scenarios(store, job)} | results


def show_world(pack: CityPack) -> Shown:
    """The city's stations with their vehicles, and the demand that a scenario has by default."""
    units = [
        {"id": unit.id, "station_id": unit.station_id, "kind": unit.kind, "staffed": unit.staffed}
        for unit in pack.units
        if unit.kind != "boat"
    ]
    stations = [
        {
            "id": one.id, "name": one.name_vi, "name_en": one.name_en, "kind": one.kind, "can_refuse": one.can_refuse,
            "lon": one.lon, "lat": one.lat,
        }
        for one in pack.stations
    ]  # fmt: skip
    return {
        "stations": stations,
        "units": units,
        "emergencies_per_day": pack.demand.calls_per_day * pack.demand.share_emergency,
        "work": msgspec.to_builtins(Work()),
    }


def _brief(store: JobStore, job: Job, waiting: list[str]) -> Shown:
    """What a list shows; of a look ahead also what it was asked, before it is done."""
    shown: Shown = msgspec.to_builtins(job) | {"files": store.files(job)}
    if not job.is_over and store.is_cancelled(job):
        shown["status"] = "cancelled"
    if job.id in waiting:
        shown["before_it"] = waiting.index(job.id)
    if job.kind == "ahead":
        shown["asked"] = _asked(store, job)
    summary = _read(store, job, "summary.json")
    if summary is not None:
        shown["figures"] = {key: summary.get(key) for key in ("calls", "response_s", "within_s")}
    ahead = _read(store, job, "ahead.json")
    if ahead is not None:
        shown["figures"] = {"at": ahead["at"], "hours": ahead["hours"], "alternatives": len(ahead["alternatives"])}
    return shown


def _asked(store: JobStore, job: Job) -> Shown:
    """With what goes without saying."""
    asked = msgspec.convert(store.asked(job), AheadAsked)
    return {name: msgspec.to_builtins(getattr(asked, name)) for name in AheadAsked.__struct_fields__}


def _read(store: JobStore, job: Job, name: str) -> Any:
    if name not in store.files(job):
        return None
    return json.loads(store.file(job, name).read_bytes())


def _scenarios(store: JobStore, job: Job) -> list[Shown]:
    """By the name that a comparison calls them: the text, and what it says."""
    texts = {name: store.file(job, name).read_text(encoding="utf-8") for name in job.scenarios}
    return [
        {"name": name.removesuffix(".toml"), "toml": text, "scenario": tomllib.loads(text)}
        for name, text in texts.items()
    ]
