"""HTTP for recommendations, offers and units."""

from __future__ import annotations

from typing import Literal, cast, get_args

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from dispatch.access.guard import allow, require_own_station
from dispatch.access.roles import Actor
from dispatch.assignment import handlers, outcomes, own_runs
from dispatch.assignment.asking import OfferRequest
from dispatch.assignment.outcome_body import DetailsBody, ReadableDetails
from dispatch.assignment.runs import Report
from dispatch.desk import Command
from dispatch.domain.words import (
    Channel,
    Level,
    Outcome,
    OutOfServiceReason,
    OverruleReason,
    RefusalCode,
    Stamp,
    Tier,
    UnitReport,
)
from dispatch.errors import Malformed
from dispatch.http import AwareTime, Body, answered, json
from dispatch.parts import parts_of

router = APIRouter(prefix="/api/v1", tags=["assignment"])

SeeDesk = Depends(allow("see_desk"))
MakeOffers = Depends(allow("make_offers"))
AnswerOffers = Depends(allow("answer_offers"))
ReportUnit = Depends(allow("report_unit_status"))
EditIncidents = Depends(allow("edit_incidents"))
StandDown = Depends(allow("stand_down_units"))
SeeAggregates = Depends(allow("see_aggregates"))
HoldAutoDispatch = Depends(allow("hold_auto_dispatch"))
SeeWork = Depends(allow("see_work"))
TellOutcomes = Depends(allow("tell_outcomes"))

REFUSALS = get_args(RefusalCode)
REASONS = get_args(OverruleReason)


class OfferBody(Body):
    station_id: str | None = None
    unit_id: str | None = None
    channel: Channel = "app"
    tier: Tier | None = None
    diverts_from: str | None = None
    signed: bool = False
    reason: str | None = Field(default=None, max_length=200)
    note: str | None = Field(default=None, max_length=200)


class AnswerBody(Body):
    answer: Literal["accept", "refuse"]
    reason: RefusalCode | None = None
    unit_id: str | None = None
    on_behalf_of: str | None = Field(default=None, max_length=100)


class AcknowledgeBody(Body):
    on_behalf_of: str | None = Field(default=None, max_length=100)


class SignBody(Body):
    pass


class WithdrawBody(Body):
    reason: str | None = Field(default=None, max_length=200)


class StatusBody(Body):
    status: UnitReport
    incident_id: str | None = None
    hospital_id: str | None = None
    outcome: Outcome | None = None
    details: ReadableDetails = None
    reason: OutOfServiceReason | None = None
    at: AwareTime


class StampBody(Body):
    stamp: Stamp
    at: AwareTime
    source: Literal["app", "avl", "voice", "paper"] = "paper"
    reason: str = Field(min_length=1, max_length=200)


class OwnRunBody(Body):
    unit_id: str
    priority: Level = 3
    complaint: str = Field(default="unknown", max_length=100)
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    began_at: AwareTime | None = None


class StandDownBody(Body):
    outcome: Outcome
    reason: str | None = Field(default=None, max_length=200)
    details: ReadableDetails = None


class OutcomeBody(Body):
    details: DetailsBody


class HoldBody(Body):
    held: bool


@router.get("/incidents/{incident_id}/recommendation")
async def get_recommendation(incident_id: str, request: Request, actor: Actor = SeeDesk) -> Response:
    """Who should go, why, and who else could."""
    return json(await handlers.recommend(parts_of(request), incident_id))


@router.post("/incidents/{incident_id}/offers", status_code=201)
async def make_offer(incident_id: str, body: OfferBody, request: Request, actor: Actor = MakeOffers) -> Response:
    """
    Offer the incident to a station; 409 when the unit or the incident is taken.

    Another unit than the advised one needs a `reason`: a word of the list, or words of your own. A unit under way is
    diverted; `signed` answers for leaving its incident and lets it go at once. Without a `tier` the advised one holds.
    """
    is_word = body.reason in REASONS
    offer = OfferRequest(
        offer_id="",
        incident_id=incident_id,
        station_id=body.station_id,
        unit_id=body.unit_id,
        channel=body.channel,
        tier=body.tier,
        diverts_from=body.diverts_from,
        signed=body.signed,
        reason=cast("OverruleReason", body.reason) if is_word else ("other" if body.reason else None),
    )
    words = "; ".join(one for one in (None if is_word else body.reason, body.note) if one) or None
    command = body.command(actor, f"incidents/{incident_id}/offers")
    return answered(await handlers.make_offer(parts_of(request), command, offer, words))


@router.post("/offers/{offer_id}/answer")
async def answer_offer(offer_id: str, body: AnswerBody, request: Request, actor: Actor = AnswerOffers) -> Response:
    """A station's answer; the desk enters a voice answer with `on_behalf_of`."""
    accept = body.answer == "accept"
    if not accept and body.reason is None:
        raise Malformed(f"a refusal needs a reason; one of {', '.join(REFUSALS)}")
    answer = await handlers.answer_offer(
        parts_of(request),
        actor,
        body.command(actor, f"offers/{offer_id}/answer"),
        offer_id,
        accept,
        body.reason or "other",
        body.unit_id,
        body.on_behalf_of,
    )
    return answered(answer)


@router.post("/offers/{offer_id}/withdraw")
async def withdraw_offer(offer_id: str, body: WithdrawBody, request: Request, actor: Actor = MakeOffers) -> Response:
    """Take an open offer back."""
    command = body.command(actor, f"offers/{offer_id}/withdraw")
    because = body.reason or "withdrawn_by_the_desk"
    return answered(await handlers.withdraw_offer(parts_of(request), command, offer_id, because))


@router.post("/offers/{offer_id}/acknowledge")
async def acknowledge_offer(
    offer_id: str, body: AcknowledgeBody, request: Request, actor: Actor = AnswerOffers
) -> Response:
    """The station knows that its offer is withdrawn, or the crew that it is diverted."""
    command = body.command(actor, f"offers/{offer_id}/acknowledge")
    answer = await handlers.acknowledge_offer(parts_of(request), actor, command, offer_id, body.on_behalf_of)
    return answered(answer)


@router.post("/offers/{offer_id}/sign")
async def sign_offer(offer_id: str, body: SignBody, request: Request, actor: Actor = MakeOffers) -> Response:
    """Answer for a diversion: the unit leaves its incident now, which waits until another unit takes it."""
    command = body.command(actor, f"offers/{offer_id}/sign")
    return answered(await handlers.sign_offer(parts_of(request), command, offer_id))


@router.delete("/incidents/{incident_id}/barred/{unit_id}")
async def allow_again(incident_id: str, unit_id: str, request: Request, actor: Actor = MakeOffers) -> Response:
    """Let the system offer the incident again to a unit that a person took back from it."""
    return answered(await handlers.allow_again(parts_of(request), Command(actor=actor.id), incident_id, unit_id))


@router.get("/overrules")
async def show_overrules(request: Request, actor: Actor = SeeAggregates) -> Response:
    """How often people went against advice, by which advice and by reason; in all and for each duty day kept."""
    return json(handlers.show_overrules(parts_of(request).desk.state))


@router.get("/units")
async def list_units(request: Request, actor: Actor = SeeDesk) -> Response:
    """Every unit with its last position, if it has one."""
    parts = parts_of(request)
    units = parts.desk.state.units.values()
    return json([{**msgspec.structs.asdict(unit), "position": parts.positions.latest.get(unit.id)} for unit in units])


@router.post("/units/{unit_id}/status")
async def report_status(unit_id: str, body: StatusBody, request: Request, actor: Actor = ReportUnit) -> Response:
    """
    A crew's status, at the crew's own time.

    A report that ends a run says its outcome, and in `details` what that wants besides: of a refusal, a death or a
    cancelling. They may also be told later: `outcome_record` in the answer names what is `missing`.
    """
    told = body.details.told() if body.details else None
    said = Report(
        unit_id=unit_id,
        status=body.status,
        at=body.at,
        incident_id=body.incident_id,
        hospital_id=body.hospital_id,
        outcome=body.outcome,
        details=told.details if told else None,
        reason=body.reason,
        source="app" if actor.unit_id else "voice",
    )
    command = body.command(actor, f"units/{unit_id}/status")
    return answered(await handlers.report(parts_of(request), actor, command, said, told))


@router.post("/incidents/{incident_id}/runs/{offer_id}/stamps")
async def correct_stamp(
    incident_id: str, offer_id: str, body: StampBody, request: Request, actor: Actor = EditIncidents
) -> Response:
    """Set a stamp of a run right, or enter one that is missing, as the paper or the radio had it."""
    command = body.command(actor, f"incidents/{incident_id}/runs/{offer_id}/stamps")
    parts = parts_of(request)
    return answered(
        await handlers.correct_stamp(
            parts, command, incident_id, offer_id, body.stamp, body.at, body.source, body.reason
        )
    )


@router.post("/stations/{station_id}/runs", status_code=201)
async def report_own_run(station_id: str, body: OwnRunBody, request: Request, actor: Actor = ReportUnit) -> Response:
    """A run that a station began by itself: the incident and its run are told in one."""
    require_own_station(actor, station_id)
    command = body.command(actor, f"stations/{station_id}/runs")
    return answered(
        await own_runs.report(
            parts_of(request),
            command,
            station_id,
            body.unit_id,
            body.priority,
            body.complaint,
            body.lon,
            body.lat,
            body.began_at,
        )
    )


@router.post("/units/{unit_id}/stand-down")
async def stand_down(unit_id: str, body: StandDownBody, request: Request, actor: Actor = StandDown) -> Response:
    """Release a unit before it arrives; from an event it stands by at, the supervisor or the duty doctor."""
    command = body.command(actor, f"units/{unit_id}/stand-down")
    told = body.details.told() if body.details else None
    parts = parts_of(request)
    return answered(await handlers.stand_down(parts, actor, command, unit_id, body.outcome, body.reason, told))


@router.get("/outcomes")
async def list_outcomes(request: Request, missing: bool = False, actor: Actor = SeeWork) -> Response:
    """
    Refusals, deaths and cancellings of the last three days, oldest first, each with what is `missing` of its details;
    with `missing=true` only those that lack some. A crew and a station see those of their own runs.

    `wanted` counts those that want details, `lacking` those that lack some.
    """
    found = outcomes.list_records(parts_of(request).desk.state, actor.scope)
    lacking = [record for record in found if record.missing]
    shown = lacking if missing else found
    return json({"wanted": len(found), "lacking": len(lacking), "outcomes": shown})


@router.post("/outcomes/{outcome_id}/details")
async def tell_outcome(outcome_id: str, body: OutcomeBody, request: Request, actor: Actor = TellOutcomes) -> Response:
    """Tell what was missing of an outcome, or set it right; names go encrypted to the personal store."""
    command = body.command(actor, f"outcomes/{outcome_id}/details")
    return answered(await handlers.tell_outcome(parts_of(request), actor, command, outcome_id, body.details.told()))


@router.post("/desk/auto-dispatch")
async def hold_auto_dispatch(body: HoldBody, request: Request, actor: Actor = HoldAutoDispatch) -> Response:
    """Hold auto-dispatch with one key, or let it go on."""
    command = body.command(actor, "desk/auto-dispatch")
    return answered(await handlers.hold_auto_dispatch(parts_of(request), command, body.held))
