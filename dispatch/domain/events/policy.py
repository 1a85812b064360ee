"""What a medical director sets."""

from __future__ import annotations

from typing import Any

from dispatch.domain.events.base import Event


class PolicyRevised(Event, frozen=True):
    """
    The settings that hold from now on: by section, only what differs from the defaults.

    `approved_by` is who signed, as an account's name or a decision's number; neither it nor `reason` names a patient.
    """

    STREAM = "policy:city"

    sections: dict[str, dict[str, Any]]
    reason: str
    approved_by: str
