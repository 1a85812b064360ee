"""What triage finds, what the caller is told to do, and which protocol holds."""

from __future__ import annotations

from dispatch.domain.events.base import Event
from dispatch.domain.words import CallMark, Level, Recognised


class ProtocolAdopted(Event, frozen=True):
    """
    The package that every node decides by from now on; its files are kept beside the log under `package_hash`.

    `approved_by` is None while no medical council has signed it: it then never lowers a level.
    """

    STREAM = "protocol:city"

    package_id: str
    package_version: str
    package_hash: str
    approved_by: str | None = None
    effective: str | None = None


class CallTriaged(Event, frozen=True):
    """What a call's answers mean by the package of that hash. The answers themselves are personal: a token."""

    STREAM = "call"

    call_id: str
    package_hash: str
    level: Level
    chapter: str | None = None
    criteria: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    recognised: Recognised | None = None
    complaint: str | None = None
    answers_token: str | None = None


class InstructionGiven(Event, frozen=True):
    """The caller was told this step of an instruction; `marks` is the moment that it is measured as."""

    STREAM = "call"

    call_id: str
    instruction: str
    step: str
    marks: CallMark | None = None
