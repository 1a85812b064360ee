"""What a request tells of an outcome: facts for the event, names for the personal store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)

from dispatch.database import Connection
from dispatch.domain.events import Event
from dispatch.domain.outcomes import OutcomeDetails
from dispatch.domain.words import CancelledBy, Physician, Witness
from dispatch.event_log import Within
from dispatch.http import AwareTime
from dispatch.personal import PersonalStore, new_token

LONGEST_NAME = 200
"""Letters of a name that are kept; a longer one is cut."""


def _name(value: Any) -> Any:
    """A blank name is none."""
    return (value.strip()[:LONGEST_NAME].rstrip() or None) if isinstance(value, str) else value


def _if_readable(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """What cannot be read is left out, as if it had not been told."""
    try:
        return read(value)
    except ValidationError:
        return None


Name = Annotated[str | None, BeforeValidator(_name)]


class DetailsTold(msgspec.Struct, frozen=True, kw_only=True):
    """The details as an event has them, and what their tokens stand for."""

    details: OutcomeDetails
    names: dict[str, str] = {}

    def keeping(self, personal: PersonalStore, events: Sequence[Event]) -> Within | None:
        """
        What writes the names, under the incident with which they are erased, in the transaction of these events.

        None where there are no names, or no event carries their tokens.
        """
        carrier = next((event for event in events if getattr(event, "details", None) is not None), None)
        incident_id: str | None = getattr(carrier, "incident_id", None)
        if not self.names or incident_id is None:
            return None
        subject = incident_id

        async def keep(conn: Connection) -> None:
            for token, name in self.names.items():
                await personal.keep(subject, "name", name, token=token, conn=conn)

        return keep


class DetailsBody(BaseModel):
    """
    Only what is told is set. `witness_name` and `doctor_name` are kept encrypted and stand in no event; the words
    `witness` and `physician` say who it was without a name.
    """

    model_config = ConfigDict(extra="forbid")
    has_capacity: bool | None = None
    risks_told: bool | None = None
    signed: bool | None = None
    witness: Witness | None = None
    witness_name: Name = None
    physician: Physician | None = None
    doctor_name: Name = None
    decided_at: AwareTime | None = None
    police_informed: bool | None = None
    cancelled_by: CancelledBy | None = None

    def told(self) -> DetailsTold:
        """Each name becomes a token that stands for nothing until it is kept."""
        names = {new_token(): name for name in (self.witness_name, self.doctor_name) if name is not None}
        tokens = iter(names)
        details = OutcomeDetails(
            has_capacity=self.has_capacity,
            risks_told=self.risks_told,
            signed=self.signed,
            witness=self.witness,
            witness_token=next(tokens) if self.witness_name is not None else None,
            physician=self.physician,
            physician_token=next(tokens) if self.doctor_name is not None else None,
            decided_at=self.decided_at,
            police_informed=self.police_informed,
            cancelled_by=self.cancelled_by,
        )
        return DetailsTold(details=details, names=names)


class DetailsAlong(DetailsBody):
    """
    Details that come with an outcome: what of them cannot be read is left out and stays missing, what nobody knows is
    ignored. Nobody who ends a run waits for its details (docs/decisions/0014).
    """

    model_config = ConfigDict(extra="ignore")

    @field_validator("*", mode="wrap")
    @classmethod
    def _left_out(cls, value: Any, read: ValidatorFunctionWrapHandler) -> Any:
        return _if_readable(value, read)


ReadableDetails = Annotated[DetailsAlong | None, WrapValidator(_if_readable)]
"""Details in the body of a request that says an outcome; None where they are none at all."""
