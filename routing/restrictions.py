"""
Turn restrictions by OSM ids → forbidden sequences of arcs.

A restriction that the map does not carry in full (a way cut off or replaced), or that leaves open which turn it means,
is left out and counted: better a turn too many than a street cut off by a mapper's slip.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable

from routing.graph import IntArray
from routing.roads import TurnRestriction
from routing.turns import KINDS, Forbidden, Sequence_

# Via ways are short; a chain of more pieces than this is a mapper's slip (guess).
_LONGEST_CHAIN = 40


class Resolver:
    """
    Finds arcs for restrictions.

    `way_ids` are the OSM ids of the ways of all edges, `node_ids` those of all nodes; arcs as everywhere (`graph`).
    """

    def __init__(self, tails: IntArray, heads: IntArray, edge_way_id: Iterable[int], node_id: Iterable[int]) -> None:
        self._tails, self._heads = tails.tolist(), heads.tolist()
        self._node = {osm_id: index for index, osm_id in enumerate(node_id)}
        self._way_arcs: dict[int, list[int]] = defaultdict(list)
        for edge, way_id in enumerate(edge_way_id):
            self._way_arcs[way_id] += [2 * edge, 2 * edge + 1]
        self._leaving: dict[int, list[int]] = defaultdict(list)
        for arc, tail in enumerate(self._tails):
            self._leaving[tail].append(arc)
        self.notes: Counter[str] = Counter()

    def resolve(self, restrictions: Iterable[TurnRestriction]) -> list[Forbidden]:
        """The forbidden sequences; `notes` counts what became of each restriction."""
        found: list[Forbidden] = []
        for restriction in restrictions:
            rules, note = self._one(restriction)
            self.notes[note] += 1
            found += rules
        return found

    def _one(self, rule: TurnRestriction) -> tuple[list[Forbidden], str]:
        bound = sum(1 << bit for bit, kind in enumerate(KINDS) if getattr(rule, kind))
        if not bound:
            return [], "binds none of our vehicles"
        if any(way not in self._way_arcs for way in (rule.from_way, *rule.via_ways, rule.to_way)):
            return [], "names a way that is not on the map"
        if rule.via_node is not None and rule.via_node not in self._node:
            return [], "names a junction that is not on the map"
        whole = self._chains(rule)
        if not whole:
            return [], "its ways do not meet"
        if len(whole) > 1:
            return [], "leaves open which turn it means"
        chain = whole[0]
        if not rule.only:
            return [Forbidden(chain, bound)], "in force"
        others = [arc for arc in self._leaving[self._heads[chain[-2]]] if arc != chain[-1]]
        return [Forbidden((*chain[:-1], arc), bound) for arc in others], "in force"

    def _chains(self, rule: TurnRestriction) -> list[Sequence_]:
        """Every sequence of arcs from the first way to the last that the restriction may mean."""
        exits = set(self._way_arcs[rule.to_way])
        found = []
        for arc in self._way_arcs[rule.from_way]:
            if rule.via_node is None:
                ways = self._through(arc, rule.via_ways)
            else:
                ways = [(arc,)] if self._heads[arc] == self._node[rule.via_node] else []
            for way in ways:
                ahead = [to for to in self._leaving[self._heads[way[-1]]] if to in exits]
                if rule.from_way == rule.to_way and rule.via_node is not None:
                    ahead = [to for to in ahead if to == arc ^ 1]  # a U-turn, not straight on
                found += [(*way, to) for to in ahead if to != way[-1] ^ 1 or rule.from_way == rule.to_way]
        return found

    def _through(self, first: int, via_ways: tuple[int, ...]) -> list[Sequence_]:
        """Continuations of an arc along all of the via ways, each without turning round and to its end."""
        partial: list[Sequence_] = [(first,)]
        for way in via_ways:
            longer: list[Sequence_] = []
            for chain in partial:
                longer += self._along(chain, set(self._way_arcs[way]))
            partial = longer
        return partial

    def _along(self, chain: Sequence_, arcs: set[int]) -> list[Sequence_]:
        """The chain with one, two, … pieces of a way added: where it is left, the next way says."""
        found, growing = [], [chain]
        while growing:
            grown = []
            for part in growing:
                if len(part) - len(chain) >= _LONGEST_CHAIN:
                    continue
                seen = {arc >> 1 for arc in part[len(chain) :]}
                ahead = [arc for arc in self._leaving[self._heads[part[-1]]] if arc in arcs and arc >> 1 not in seen]
                grown += [(*part, arc) for arc in ahead if arc != part[-1] ^ 1]
            found += grown
            growing = grown
        return found
