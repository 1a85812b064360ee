"""HTTP for planners: ask for simulations, follow them, read and download what they came to."""

from __future__ import annotations

import asyncio
import json
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import FileResponse

from dispatch.city_pack import CityPack
from dispatch.errors import Refused
from simulator.ahead.asked import ahead_schema
from simulator.ahead.jobs import LiveDesk, ahead_job
from simulator.asked import AskedFor, read_asked
from simulator.job_runner import JobRunner
from simulator.jobs import Job
from simulator.policies.find import METHODS, names_for
from simulator.scenario import Work, json_schema
from simulator.siting.kept import list_sitings
from simulator.ward_results import ward_outlines

MEDIA = {
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "toml": "application/toml; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
REPORT_GUARD = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox allow-scripts allow-modals allow-downloads"
)
"""A report carries its scripts in itself. In a sandbox it can draw, and neither ask the desk nor see who is here."""


def simulations_router(
    runner: JobRunner, get_pack: Callable[[], CityPack], guard: Any, get_desk: Callable[[Request], LiveDesk]
) -> APIRouter:
    """The routes; `guard` decides who may ask and returns them; `get_desk`: what a look ahead starts from."""
    router = APIRouter(prefix="/api/v1/simulations", tags=["simulations"])
    store, who = runner.store, Depends(guard)

    @router.post("", status_code=201)
    async def ask(asked: AskedFor, request: Request, actor: Any = who) -> Response:
        """
        Ask for a run of one scenario, a comparison of several, or a look ahead from now (`kind` "ahead").

        It waits for its turn. 422 names a wrong key.
        """
        pack, now = get_pack(), datetime.now(UTC)
        if asked.kind == "ahead":
            job, files = await ahead_job(asked.ahead(), asked.name.strip(), get_desk(request), pack, actor.id, now)
        else:
            job, files = await asyncio.to_thread(read_asked, asked, pack, actor.id, now)
        await asyncio.to_thread(store.add, job, files)
        runner.look()
        return _json({"id": job.id, "status": job.status, "kind": job.kind}, 201)

    @router.get("", dependencies=[who])
    def show_all() -> Response:
        """Every simulation that is kept, the newest first, with its main figures once it is done."""
        jobs = list(store.all())
        waiting = [job.id for job in jobs if job.status == "queued"]
        return _json({"simulations": [_brief(runner, job, waiting) for job in reversed(jobs)]})

    @router.get("/schema", dependencies=[who])
    def schema(of: Literal["scenario", "ahead"] = "scenario") -> Response:
        """The JSON schema of a scenario, or of what a look ahead is asked beside `kind` and `name`."""
        return _json(ahead_schema() if of == "ahead" else json_schema())

    @router.get("/policies", dependencies=[who])
    def policies() -> Response:
        """The installed policies, by the key of a scenario that they may serve under."""
        return _json({key: names_for(key) for key in METHODS})

    @router.get("/world", dependencies=[who])
    def world() -> Response:
        """What a scenario starts from: the city's stations with their vehicles, and the demand it has by default."""
        return _json(_world(get_pack()))

    @router.get("/sitings", dependencies=[who])
    def sitings() -> Response:
        """Where the next stations go, as `saigon115 siting` left it below `<state>/siting`: ready for a scenario."""
        return _json({"sitings": list_sitings(runner.state)})

    @router.get("/wards", dependencies=[who])
    def wards() -> Response:
        """Outlines of the new wards as GeoJSON, to paint results on: `map.json` names them by `code`."""
        return _json(ward_outlines(get_pack()))

    @router.get("/{simulation_id}", dependencies=[who])
    def show(simulation_id: str) -> Response:
        """One simulation: status, progress or error; `summary` or `comparison` once done; its scenarios as TOML."""
        job = store.get(simulation_id)
        waiting = [one.id for one in store.all() if one.status == "queued"]
        return _json(_brief(runner, job, waiting) | {"scenarios": _scenarios(runner, job)} | _results(runner, job))

    @router.get("/{simulation_id}/files/{name}", dependencies=[who])
    def download(simulation_id: str, name: str) -> FileResponse:
        """A file of results, or a scenario."""
        path = store.file(store.get(simulation_id), name)
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-cache"}
        if name.endswith(".html"):
            return FileResponse(
                path, media_type=MEDIA["html"], headers=headers | {"Content-Security-Policy": REPORT_GUARD}
            )
        return FileResponse(
            path, media_type=MEDIA[name.rpartition(".")[2]], headers=headers, filename=f"{simulation_id}-{name}"
        )

    @router.delete("/{simulation_id}", dependencies=[who])
    def end(simulation_id: str) -> Response:
        """Cancel one that waits or runs; erase one that is over."""
        job = store.get(simulation_id)
        if job.is_over:
            store.erase(job)
            return _json({"id": job.id, "erased": True})
        if store.is_cancelled(job):
            raise Refused(f"simulation {job.id} is being cancelled; ask again in a second to erase it")
        store.ask_to_cancel(job)
        runner.look()
        return _json({"id": job.id, "status": "cancelled", "erased": False})

    return router


def _brief(runner: JobRunner, job: Job, waiting: list[str]) -> dict[str, Any]:
    """What a list shows."""
    shown: dict[str, Any] = msgspec.to_builtins(job) | {"files": runner.store.files(job)}
    if not job.is_over and runner.store.is_cancelled(job):
        shown["status"] = "cancelled"
    if job.id in waiting:
        shown["before_it"] = waiting.index(job.id)
    summary = _read(runner, job, "summary.json")
    if summary is not None:
        shown["figures"] = {key: summary.get(key) for key in ("calls", "response_s", "within_s")}
    ahead = _read(runner, job, "ahead.json")
    if ahead is not None:
        shown["figures"] = {"at": ahead["at"], "hours": ahead["hours"], "alternatives": len(ahead["alternatives"])}
    return shown


def _results(runner: JobRunner, job: Job) -> dict[str, Any]:
    return {
        "summary": _read(runner, job, "summary.json"),
        "comparison": _read(runner, job, "comparison.json"),
        "ahead": _read(runner, job, "ahead.json"),
    }


def _read(runner: JobRunner, job: Job, name: str) -> Any:
    if name not in runner.store.files(job):
        return None
    return json.loads(runner.store.file(job, name).read_bytes())


def _scenarios(runner: JobRunner, job: Job) -> list[dict[str, Any]]:
    """By the name that a comparison calls them: the text, and what it says."""
    texts = {name: runner.store.file(job, name).read_text(encoding="utf-8") for name in job.scenarios}
    return [
        {"name": name.removesuffix(".toml"), "toml": text, "scenario": tomllib.loads(text)}
        for name, text in texts.items()
    ]


def _world(pack: CityPack) -> dict[str, Any]:
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


def _json(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")
