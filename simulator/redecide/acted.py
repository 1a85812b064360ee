"""The decisions of a log that somebody acted on, as their events keep them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

import msgspec

from dispatch.assignment.evidence import Evidence
from dispatch.assignment.saw import OfferSaw
from dispatch.domain import events as ev
from dispatch.domain.events import Event, Recorded
from dispatch.hospitals.saw import DestinationSaw
from dispatch.move_up.saw import MoveUpSaw

Kind = Literal["offer", "move-up", "destination"]
Saw = OfferSaw | MoveUpSaw | DestinationSaw

_pack, _unpack = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Evidence)

NOTHING_ADVISED = "nothing was advised"
OLDER = "an older version, which kept less, wrote it down"
UNREADABLE = "what it keeps of its decision cannot be read"
NO_EVIDENCE = "what its decision saw was not kept"
WHAT_IT_KEEPS: Mapping[type[Event], tuple[Kind, type[msgspec.Struct], str]] = {
    ev.OfferMade: ("offer", OfferSaw, "advice"),
    ev.MoveUpAsked: ("move-up", MoveUpSaw, "moves"),
    ev.DestinationSet: ("destination", DestinationSaw, "now"),
}
"""The events that act on a decision: what they keep of it, and a field of that which older versions had not."""


@dataclass(frozen=True)
class Act:
    """An event that acted on a decision: `about` is the incident, or the unit that was asked to move."""

    kind: Kind
    seq: int
    at: datetime
    about: str
    unit_id: str
    saw: Saw
    is_overruled: bool


@dataclass(frozen=True)
class Untold:
    """An event that acts on a decision which cannot be made again, and why not."""

    kind: Kind
    seq: int
    reason: str


@dataclass
class Decided:
    """One decision with all that acted on it; its evidence stands in the first of them."""

    kind: Kind
    now: datetime
    based_on_seq: int
    packed: bytes
    acts: list[Act] = field(default_factory=list)

    @property
    def evidence(self) -> Evidence:
        """Unpacked when it is asked for: a log of a month has thousands."""
        return _unpack.decode(self.packed)


def read_act(recorded: Recorded) -> Act | Untold | None:
    """What an event tells of a decision; None when it acts on none."""
    data: Any = recorded.data
    if type(data) not in WHAT_IT_KEEPS:
        return None
    kind, form, newer = WHAT_IT_KEEPS[type(data)]
    if not data.saw or (kind == "offer" and newer not in data.saw and "now" not in data.saw):
        return Untold(kind, recorded.seq, NOTHING_ADVISED)
    if newer not in data.saw or "network" not in data.saw:
        return Untold(kind, recorded.seq, OLDER)
    try:
        saw: Any = msgspec.convert(data.saw, form, str_keys=True)
    except msgspec.ValidationError:
        return Untold(kind, recorded.seq, UNREADABLE)
    if not 0 < saw.based_on_seq < recorded.seq:
        return Untold(kind, recorded.seq, UNREADABLE)
    about = data.unit_id if kind == "move-up" else data.incident_id
    return Act(kind, recorded.seq, recorded.at, about, data.unit_id, saw, data.overruled)


def group(told: Iterable[Act | Untold]) -> tuple[list[Decided], list[Untold]]:
    """The decisions behind some events, and the events whose decision cannot be made again."""
    found: dict[tuple[Kind, datetime, int], Decided] = {}
    lost: list[Untold] = []
    for act in told:
        if isinstance(act, Untold):
            lost.append(act)
            continue
        key = (act.kind, act.saw.now, act.saw.based_on_seq)
        if key not in found and act.saw.evidence is not None:
            found[key] = Decided(*key, _pack.encode(act.saw.evidence))
        if key in found:
            found[key].acts.append(replace(act, saw=msgspec.structs.replace(act.saw, evidence=None)))
        else:
            lost.append(Untold(act.kind, act.seq, NO_EVIDENCE))
    return list(found.values()), lost
