"""
Turn restriction relations of OSM → `TurnRestriction`, with a count of those that say nothing usable and why.

The signs are for everybody unless `restriction:motorcar`, `restriction:motorcycle` or `except` says otherwise. Those of
certain hours only (`restriction:conditional`, `hour_on`) are left out: such a turn counts as allowed all day.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from routing.roads import TurnRestriction

# OSM's letter for the kind of member (n, w, r), its id, its role.
Member = tuple[str, int, str]

# Keys that could be the only one a relation carries: what a reader has to let through.
RELATION_KEYS: Final = (
    "restriction",
    "restriction:motorcar",
    "restriction:motorcycle",
    "restriction:motor_vehicle",
    "restriction:vehicle",
    "restriction:emergency",
    "restriction:conditional",
)
KEPT: Final = "kept"
_KINDS: Final = {
    f"{start}_{turn}" for start in ("no", "only") for turn in ("left_turn", "right_turn", "straight_on", "u_turn")
} | {"no_entry", "no_exit"}
_EVERYBODY: Final = ("motor_vehicle", "vehicle")
# The names under which a sign binds or spares each kind of vehicle, nearest first. Misspelt so in the city's map.
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "car": ("motorcar", "car", *_EVERYBODY),
    "motorbike": ("motorcycle", "mortorcycle", *_EVERYBODY),
    "ambulance": ("emergency", "motorcar", "car", *_EVERYBODY),
}
_OLD_HOURS: Final = ("hour_on", "hour_off", "day_on", "day_off")


def read_restriction(tags: Mapping[str, str], members: Iterable[Member]) -> list[TurnRestriction] | str:
    """The restrictions in one relation, or the reason why there is none that could be used."""
    bound = _read_kinds(tags)
    if not bound:
        timed = any(key.endswith(":conditional") for key in tags)
        return "at certain hours only" if timed else "for no vehicle of ours"
    if any(key in tags for key in _OLD_HOURS):
        return "at certain hours only"
    if unknown := [kind for kind in bound.values() if kind not in _KINDS]:
        return f"of unknown kind {unknown[0]!r}"
    froms, vias, tos = _by_role(members)
    if not (froms and vias and tos):
        return "without from, via or to"
    nodes = [ref for letter, ref in vias if letter == "n"]
    if (nodes and len(vias) > 1) or any(letter == "r" for letter, _ in vias):
        return "with a via that is neither one node nor ways"
    if len(tos) > 1 and any(kind.startswith("only_") for kind in bound.values()):
        return "with several ways as the only one"
    return [
        TurnRestriction(
            from_way=enter,
            via_node=nodes[0] if nodes else None,
            via_ways=() if nodes else tuple(ref for _, ref in vias),
            to_way=leave,
            only=kind.startswith("only_"),
            kind=kind,
            **{vehicle: bound.get(vehicle) == kind for vehicle in _NAMES},
        )
        for kind in dict.fromkeys(bound.values())
        for enter in froms
        for leave in tos
    ]


def place_restrictions(
    found: Iterable[TurnRestriction], lines: Mapping[int, Sequence[Sequence[int]]], notes: Counter[str]
) -> tuple[TurnRestriction, ...]:
    """
    Those whose members join each other on the map, via ways put into driving order; the others are counted in `notes`.

    `lines` gives the node lists of every way of the map, by id.
    """
    placed = []
    for restriction in found:
        if not all(way in lines for way in (restriction.from_way, *restriction.via_ways, restriction.to_way)):
            notes["on ways that are not on the map"] += 1
        elif (ordered := _order(restriction, lines)) is None:
            notes["with members that do not join"] += 1
        else:
            notes[KEPT] += 1
            placed.append(ordered)
    return tuple(placed)


def _read_kinds(tags: Mapping[str, str]) -> dict[str, str]:
    """For each vehicle that the relation binds: the kind of sign."""
    # An older form puts the vehicle into the type: type=restriction:motorcar, restriction=no_u_turn.
    only_for = tags.get("type", "").partition(":")[2]
    spared = {name.strip().lower() for name in tags.get("except", "").replace(",", ";").split(";")}
    bound = {}
    for vehicle, names in _NAMES.items():
        kind = next((tags[f"restriction:{name}"] for name in names if f"restriction:{name}" in tags), "")
        if not kind and (not only_for or only_for in names) and not spared.intersection(names):
            kind = tags.get("restriction", "")
        if kind and kind not in ("no", "none"):
            bound[vehicle] = kind.strip()
    return bound


def _by_role(members: Iterable[Member]) -> tuple[list[int], list[tuple[str, int]], list[int]]:
    froms: list[int] = []
    vias: list[tuple[str, int]] = []
    tos: list[int] = []
    for letter, ref, role in members:
        if role == "via":
            vias.append((letter, ref))
        elif role in ("from", "to") and letter == "w":
            (froms if role == "from" else tos).append(ref)
    return froms, vias, tos


def _order(restriction: TurnRestriction, lines: Mapping[int, Sequence[Sequence[int]]]) -> TurnRestriction | None:
    def nodes(way: int) -> set[int]:
        return {node for line in lines[way] for node in line}

    if restriction.via_node is not None:
        on_both = nodes(restriction.from_way) & nodes(restriction.to_way)
        return restriction if restriction.via_node in on_both else None
    for via_ways in (restriction.via_ways, restriction.via_ways[::-1]):
        chain = [nodes(way) for way in (restriction.from_way, *via_ways, restriction.to_way)]
        if all(here & there for here, there in pairwise(chain)):
            return replace(restriction, via_ways=via_ways)
    return None
