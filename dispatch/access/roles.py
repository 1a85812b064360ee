"""Who may ask: roles, and the actor behind a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from dispatch.errors import Malformed

Role = Literal[
    "call_taker",
    "dispatcher",
    "supervisor",
    "duty_doctor",
    "medical_director",
    "crew",
    "station",
    "hospital",
    "planner",
    "health_department",
    "auditor",
    "administrator",
    "avl",
    "traffic_centre",
    "carrier",
    "telephony",
    "demo",
]
"""
`avl`: a gateway that sends positions for all units. `traffic_centre`: the city's traffic control centre, which tells
speeds and closures and sees nothing of the desk. `carrier`: the mobile network's gateway, which tells where callers'
phones are and sees nothing either. `telephony`: the telephone exchange, which tells of calls and sees none. `demo`: the
driver that plays callers, stations and crews.
"""

ROLES: tuple[Role, ...] = get_args(Role)

FIRST_ACCOUNT_ROLES: frozenset[Role] = frozenset(
    {
        "administrator",
        "call_taker",
        "dispatcher",
        "supervisor",
        "duty_doctor",
        "medical_director",
        "planner",
        "auditor",
    }
)
"""The account made at first start works the whole desk, as long as there is nobody else."""


@dataclass(frozen=True)
class Actor:
    """
    One known asker. `id` stands in events and audits: `user:admin`, `token:3f9a01c2`, or `system:…` for ourselves.

    A crew's actor names its unit, a station's its station, a hospital's its hospital; all others see the desk as far
    as their roles let them.
    """

    id: str
    roles: frozenset[Role]
    unit_id: str | None = None
    station_id: str | None = None
    hospital_id: str | None = None

    @property
    def scope(self) -> str:
        """
        Which part of the feed is this actor's: `desk`, `unit:ID`, `station:ID` or `hospital:ID`.

        A hospital that names none, as accounts of older versions did, has an empty part and never the desk.
        """
        if self.unit_id is not None:
            return f"unit:{self.unit_id}"
        if self.hospital_id is not None or self.roles == {"hospital"}:
            return f"hospital:{self.hospital_id or ''}"
        return f"station:{self.station_id}" if self.station_id is not None else "desk"


def read_role(word: str) -> Role:
    """The role of this name; Malformed for any other word."""
    for role in ROLES:
        if word == role:
            return role
    raise Malformed(f"{word!r} is no role; choose one of {', '.join(ROLES)}")


def check_scope(role: Role, unit_id: str | None, station_id: str | None, hospital_id: str | None = None) -> None:
    """A crew's token names its unit, a station's its station, a hospital's its hospital; no other token names any."""
    if (role == "crew") != (unit_id is not None):
        raise Malformed(
            "a crew's token must name its unit (--unit)"
            if role == "crew"
            else f"a {role} has no unit; leave --unit out"
        )
    if (role == "station") != (station_id is not None):
        raise Malformed(
            "a station's token must name its station (--station)"
            if role == "station"
            else f"a {role} has no station; leave --station out"
        )
    check_hospital(role, hospital_id)


def check_hospital(role: Role, hospital_id: str | None) -> None:
    """Who is a hospital names which one, and nobody else does."""
    if (role == "hospital") != (hospital_id is not None):
        raise Malformed(
            "a hospital must name which one it is (--hospital)"
            if role == "hospital"
            else f"a {role} has no hospital; leave --hospital out"
        )
