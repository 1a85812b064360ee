"""
What an outcome wants to be told besides itself: a refusal, a death, a cancelling (docs/domain.md, Outcome).

An outcome without its details is as good as any other: nobody who works at a scene is held up by a form. What is
missing is listed and asked for afterwards (docs/decisions/0014).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

import msgspec

from dispatch.domain.words import CancelledBy, Outcome, OutcomeDetail, Physician, Witness


class OutcomeDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    What was told of how a run or an incident ended; what nobody has told is None.

    Of a refusal: whether the patient `has_capacity` to refuse, whether the risks were told, whether it was signed or
    who witnessed it. Of a death: which `physician` decided, at what time, whether the police know. Of a cancelling: by
    whom. Names stand nowhere here: `witness_token` and `physician_token` lead to the personal store.
    """

    has_capacity: bool | None = None
    risks_told: bool | None = None
    signed: bool | None = None
    witness: Witness | None = None
    witness_token: str | None = None
    physician: Physician | None = None
    physician_token: str | None = None
    decided_at: datetime | None = None
    police_informed: bool | None = None
    cancelled_by: CancelledBy | None = None


_REFUSAL: tuple[OutcomeDetail, ...] = ("capacity", "risks", "signature")
_DEATH: tuple[OutcomeDetail, ...] = ("doctor", "decided_at", "police")
_CANCELLING: tuple[OutcomeDetail, ...] = ("cancelled_by",)

WANTED: Mapping[Outcome, tuple[OutcomeDetail, ...]] = MappingProxyType(
    {
        "refused_by_patient": _REFUSAL,
        "dead_on_arrival": _DEATH,
        "resuscitation_stopped": _DEATH,
        "cancelled_before_departure": _CANCELLING,
        "cancelled_after_departure": _CANCELLING,
    }
)
"""Which outcomes want details, in the order in which they are asked for. That a death on arrival wants those of a
resuscitation that was stopped is our reading of the rule."""


def wanted_of(outcome: Outcome | None) -> tuple[OutcomeDetail, ...]:
    """What this outcome wants to be told; nothing for most."""
    return () if outcome is None else WANTED.get(outcome, ())


def list_missing(outcome: Outcome, details: OutcomeDetails) -> list[OutcomeDetail]:
    """What it wants and nobody has told. A refusal that was neither signed nor witnessed lacks the signature."""
    told: dict[OutcomeDetail, bool] = {
        "capacity": details.has_capacity is not None,
        "risks": details.risks_told is not None,
        "signature": bool(details.signed or details.witness or details.witness_token),
        "doctor": bool(details.physician or details.physician_token),
        "decided_at": details.decided_at is not None,
        "police": details.police_informed is not None,
        "cancelled_by": details.cancelled_by is not None,
    }
    return [one for one in wanted_of(outcome) if not told[one]]


def told_more(before: OutcomeDetails, more: OutcomeDetails) -> OutcomeDetails:
    """What is known after more was told: what is told anew replaces what stood there, the rest stays."""
    new = {name: value for name, value in msgspec.structs.asdict(more).items() if value is not None}
    return msgspec.structs.replace(before, **new)
