"""Triage and instructions."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.table import folds, get
from dispatch.domain.state import Call, ProtocolInForce, State, Triage


@folds(ev.ProtocolAdopted)
def _protocol_adopted(state: State, event: ev.ProtocolAdopted, recorded: Recorded) -> None:
    state.protocol = ProtocolInForce(
        package_id=event.package_id,
        package_version=event.package_version,
        package_hash=event.package_hash,
        approved_by=event.approved_by,
        effective=event.effective,
        set_by=recorded.actor,
        set_at=recorded.at,
        version=recorded.version,
    )


@folds(ev.CallTriaged)
def _call_triaged(state: State, event: ev.CallTriaged, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    call.triage = Triage(
        level=event.level,
        package_hash=event.package_hash,
        at=recorded.at,
        chapter=event.chapter,
        criteria=event.criteria,
        flags=event.flags,
    )
    if event.complaint is not None:
        call.complaint = event.complaint
    if event.answers_token is not None:
        call.answers_token = event.answers_token
    if event.recognised == "cardiac_arrest" and call.arrest_recognised_at is None:
        call.arrest_recognised_at = recorded.at
    call.version = recorded.version


@folds(ev.InstructionGiven)
def _instruction_given(state: State, event: ev.InstructionGiven, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    call.instruction, call.instruction_step = event.instruction, event.step
    if event.marks == "first_compression" and call.first_compression_at is None:
        call.first_compression_at = recorded.at
    call.version = recorded.version
