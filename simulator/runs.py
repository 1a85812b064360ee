"""The runs of a day in the order in which they were accepted, kept as rows: only those under way are objects."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.rows import Rows
from simulator.units import Run

OUTCOMES = ("open", "going", "scene", "treated", "conveyed", "relayed", "diverted")
STAMPS = (
    "offered_s", "accepted_s", "en_route_s", "on_scene_s", "at_patient_s", "left_s", "at_hospital_s", "handover_s",
    "free_s",
)  # fmt: skip


class Runs(Rows):
    """Iterate for the runs as objects once the day is over; its figures come from the columns, named as in `Run`."""

    def __init__(self) -> None:
        numbers = {"call": "i", "unit": "h", "tier": "b", "outcome": "b", "start": "h", "hospital": "h", "metres": "f"}
        super().__init__(**numbers, **dict.fromkeys(STAMPS, "d"))

    def begin(self, run: Run) -> None:
        """A run more, which is told of when it is over."""
        run.row = self.add()

    def end(self, run: Run) -> None:
        """Nothing more becomes of a run that has begun."""
        self.put(
            run.row, run.call, run.unit, run.tier, OUTCOMES.index(run.outcome), run.start, run.hospital, run.metres,
            run.offered_s, run.accepted_s, run.en_route_s, run.on_scene_s, run.at_patient_s, run.left_s,
            run.at_hospital_s, run.handover_s, run.free_s,
        )  # fmt: skip

    def __iter__(self) -> Iterator[Run]:
        row = 0
        for block in self.blocks():
            for call, unit, tier, outcome, start, hospital, metres, *stamps in block.tolist():
                run = Run(call, unit, tier, stamps[0])
                run.row, run.outcome = row, OUTCOMES[outcome]
                run.start, run.hospital, run.metres = start, hospital, metres
                for name, at_s in zip(STAMPS, stamps, strict=True):
                    setattr(run, name, at_s)
                row += 1
                yield run
