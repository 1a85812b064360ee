"""
What each role may do: one table, from which the guard, the documents and the tests read.

Rules from docs/domain.md (Levels, Safety, Who): anyone at the desk may raise a level; only the duty doctor or the
supervisor lowers one, closes without sending, or stands a red call down. Which desk role does the rest is our guess
until 115 signs its own list. The administrator may do the rest until accounts and roles are worked out: whoever can
make accounts could give themselves any role anyway, and each step is logged with its name. The Health Department's own
page comes later: it may do little yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

from dispatch.access.roles import ROLES, Actor, Role

Permission = Literal[
    "know_oneself",
    "see_city",
    "see_work",
    "see_desk",
    "take_calls",
    "declare_surge",
    "tell_telephony",
    "listen_back",
    "open_incidents",
    "edit_incidents",
    "lower_levels",
    "close_incidents",
    "close_without_sending",
    "reopen_incidents",
    "acknowledge_alarms",
    "make_offers",
    "answer_offers",
    "hold_auto_dispatch",
    "report_unit_status",
    "tell_outcomes",
    "stand_down_units",
    "stand_down_red",
    "declare_major",
    "stand_down_major",
    "send_positions",
    "read_personal",
    "erase_personal",
    "hold_personal",
    "choose_destination",
    "reserve_beds",
    "edit_hospital",
    "see_arrivals",
    "confirm_handover",
    "edit_traffic",
    "see_policy",
    "edit_policy",
    "edit_protocol",
    "send_phone_locations",
    "read_log",
    "see_aggregates",
    "simulate",
    "manage_access",
]

_INTAKE: tuple[Role, ...] = ("call_taker", "dispatcher", "supervisor", "duty_doctor")
_DESK: tuple[Role, ...] = (*_INTAKE, "medical_director", "auditor")
_SENDING: tuple[Role, ...] = ("dispatcher", "supervisor")
_SIGNING: tuple[Role, ...] = ("supervisor", "duty_doctor")
_SETTING: tuple[Role, ...] = ("medical_director",)

_TABLE: dict[Permission, tuple[Role, ...]] = {
    "know_oneself": ROLES,
    "see_city": ROLES,  # streets, hospitals, complaints, travel times: nothing about people
    "see_work": (*_DESK, "crew", "station", "hospital", "demo"),  # the feed and its snapshot, each in its own scope
    "see_desk": (*_DESK, "demo"),  # all incidents, units and recommendations
    "take_calls": (*_INTAKE, "demo"),
    "declare_surge": ("supervisor",),
    "tell_telephony": ("telephony",),  # the exchange tells of calls; it sees nothing of the desk
    "listen_back": (*_SIGNING, "medical_director", "auditor"),  # each time is logged for ever
    "open_incidents": (*_INTAKE, "demo"),
    "edit_incidents": (*_INTAKE, "demo"),  # place, complaint, and raising a level
    "lower_levels": _SIGNING,
    "close_incidents": _INTAKE,
    "close_without_sending": _SIGNING,
    "reopen_incidents": _INTAKE,
    "acknowledge_alarms": (*_SENDING, "duty_doctor", "demo"),
    "make_offers": (*_SENDING, "demo"),  # and withdraw them
    "answer_offers": (*_SENDING, "station", "crew", "demo"),  # the desk enters a voice answer (`on_behalf_of`)
    "hold_auto_dispatch": _INTAKE,  # stopping it is one key for anyone who works
    "report_unit_status": (*_SENDING, "crew", "station", "demo"),
    "tell_outcomes": (*_INTAKE, "crew", "station"),  # what was missing of a refusal, a death or a cancelling
    "stand_down_units": (*_SENDING, "duty_doctor"),
    "stand_down_red": _SIGNING,
    "declare_major": (*_SENDING, "duty_doctor"),
    "stand_down_major": _SIGNING,
    "send_positions": (*_SENDING, "crew", "avl", "demo"),  # the desk enters a place told by radio
    "read_personal": (*_INTAKE, "crew"),  # a crew only ever sees the tokens of its own incident; each read is logged
    "erase_personal": ("administrator",),
    "hold_personal": (*_SIGNING, "medical_director", "auditor"),  # an investigation keeps them from being erased
    "choose_destination": (*_SENDING, "duty_doctor", "crew"),  # a crew for its own unit
    "reserve_beds": (*_SENDING, "duty_doctor", "hospital"),  # a hospital at itself only, as in the next three
    "edit_hospital": (*_SENDING, "duty_doctor", "medical_director", "hospital"),
    "see_arrivals": (*_DESK, "hospital"),
    "confirm_handover": (*_SENDING, "duty_doctor", "hospital"),
    "edit_traffic": (*_SENDING, "traffic_centre"),  # speeds, closures and floods
    "see_policy": (*_DESK, "planner"),
    "edit_policy": _SETTING,  # what the recommendations weigh
    "edit_protocol": _SETTING,  # which questions are asked and what answers mean
    "send_phone_locations": ("carrier",),  # where callers' phones say they are; it sees nothing of the desk
    "read_log": ("supervisor", "auditor"),
    "see_aggregates": ("supervisor", "medical_director", "planner", "health_department", "auditor"),
    "simulate": ("planner", "supervisor", "medical_director"),
    "manage_access": ("administrator",),
}


def _roles_of(permission: Permission) -> frozenset[Role]:
    """The table's roles, and the administrator, who signs nothing of what only a supervisor or a doctor does."""
    roles = frozenset(_TABLE[permission])
    return roles if roles in (frozenset(_SIGNING), frozenset(_SETTING)) else roles | {"administrator"}


PERMISSIONS: Mapping[Permission, frozenset[Role]] = MappingProxyType(
    {permission: _roles_of(permission) for permission in get_args(Permission)}
)


def may(actor: Actor, permission: Permission) -> bool:
    """Whether one of the actor's roles has the permission. Whose unit or station it is, is asked apart."""
    return not PERMISSIONS[permission].isdisjoint(actor.roles)
