"""HTTP for planners: ask for simulations, follow them, read and download what they came to."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from dispatch.errors import Refused
from simulator.ahead.asked import ahead_schema
from simulator.ahead.jobs import ahead_job, ahead_start
from simulator.asked import AskedFor, read_asked
from simulator.planning import answer, asker, planning_of
from simulator.policies.find import METHODS, names_for
from simulator.scenario import json_schema
from simulator.shown import list_shown, show_whole, show_world
from simulator.siting.kept import list_sitings
from simulator.ward_results import ward_outlines

router = APIRouter(prefix="/api/v1/simulations", tags=["simulations"])

MEDIA = {
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "toml": "application/toml; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
KEPT_HERE = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-cache"}
REPORT_GUARD = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox allow-scripts allow-modals allow-downloads"
)
"""A report carries its scripts in itself. In a sandbox it can draw, and neither ask the desk nor see who is here."""


@router.post("", status_code=201)
async def ask(asked: AskedFor, request: Request) -> Response:
    """
    Ask for a run of one scenario, a comparison of several, or a look ahead from now (`kind` "ahead").

    It waits for its turn. 422 names a wrong key.
    """
    planning, by, now = planning_of(request), asker(request), datetime.now(UTC)
    runner, pack = planning.runner, planning.get_pack()
    if asked.kind == "ahead":
        job, files = await ahead_job(asked.ahead(), asked.name.strip(), planning.get_desk(request), pack, by, now)
    else:
        job, files = await asyncio.to_thread(read_asked, asked, pack, by, now)
    await asyncio.to_thread(runner.store.add, job, files)
    runner.look()
    return answer({"id": job.id, "status": job.status, "kind": job.kind}, 201)


@router.get("")
def show_all(request: Request) -> Response:
    """Every simulation that is kept, the newest first, with its main figures once it is done."""
    return answer({"simulations": list_shown(planning_of(request).runner.store)})


@router.get("/schema")
def schema(of: Literal["scenario", "ahead"] = "scenario") -> Response:
    """The JSON schema of a scenario, or of what a look ahead is asked beside `kind` and `name`."""
    return answer(ahead_schema() if of == "ahead" else json_schema())


@router.get("/policies")
def policies() -> Response:
    """The installed policies, by the key of a scenario that they may serve under."""
    return answer({key: names_for(key) for key in METHODS})


@router.get("/world")
def world(request: Request) -> Response:
    """What a scenario starts from: the city's stations with their vehicles, and the demand it has by default."""
    return answer(show_world(planning_of(request).get_pack()))


@router.get("/start")
async def start(request: Request) -> Response:
    """What a look ahead from now starts from, for `saigon115 simulate ahead` on another machine; no patient's place."""
    planning = planning_of(request)
    return answer(await ahead_start(planning.get_desk(request), planning.get_pack(), datetime.now(UTC)))


@router.get("/sitings")
def sitings(request: Request) -> Response:
    """Where the next stations go, as `saigon115 siting` left it below `<state>/siting`: ready for a scenario."""
    return answer({"sitings": list_sitings(planning_of(request).runner.state)})


@router.get("/wards")
def wards(request: Request) -> Response:
    """Outlines of the new wards as GeoJSON, to paint results on: `map.json` names them by `code`."""
    return answer(ward_outlines(planning_of(request).get_pack()))


@router.get("/{simulation_id}")
def show(simulation_id: str, request: Request) -> Response:
    """One simulation: status, progress or error; `summary` or `comparison` once done; its scenarios as TOML."""
    store = planning_of(request).runner.store
    return answer(show_whole(store, store.get(simulation_id)))


@router.get("/{simulation_id}/files/{name}")
def download(simulation_id: str, name: str, request: Request) -> FileResponse:
    """A file of results, or a scenario."""
    store = planning_of(request).runner.store
    path, media = store.file(store.get(simulation_id), name), MEDIA[name.rpartition(".")[2]]
    if name.endswith(".html"):
        return FileResponse(path, media_type=media, headers=KEPT_HERE | {"Content-Security-Policy": REPORT_GUARD})
    return FileResponse(path, media_type=media, headers=KEPT_HERE, filename=f"{simulation_id}-{name}")


@router.delete("/{simulation_id}")
def end(simulation_id: str, request: Request) -> Response:
    """Cancel one that waits or runs; erase one that is over."""
    runner = planning_of(request).runner
    store, job = runner.store, runner.store.get(simulation_id)
    if job.is_over:
        store.erase(job)
        return answer({"id": job.id, "erased": True})
    if store.is_cancelled(job):
        raise Refused(f"simulation {job.id} is being cancelled; ask again in a second to erase it")
    store.ask_to_cancel(job)
    runner.look()
    return answer({"id": job.id, "status": "cancelled", "erased": False})
