from __future__ import annotations

import pytest

from simulator.engine import ARRIVES, RELEASES, Agenda


def test_what_is_due_at_one_instant_happens_by_priority_and_then_as_planned() -> None:
    agenda, seen = Agenda(), list[str]()
    agenda.plan(5.0, seen.append, "later")
    agenda.plan(3.0, seen.append, "call", ARRIVES)
    agenda.plan(3.0, seen.append, "unit back", RELEASES)
    agenda.plan(3.0, seen.append, "second call", ARRIVES)
    agenda.run()
    assert seen == ["unit back", "call", "second call", "later"]
    assert agenda.now_s == 5.0


def test_what_happens_may_plan_what_happens_next() -> None:
    agenda, seen = Agenda(), list[float]()

    def again(times: int) -> None:
        seen.append(agenda.now_s)
        if times:
            agenda.plan(agenda.now_s + 2.0, again, times - 1)

    agenda.plan(1.0, again, 2)
    agenda.run()
    assert seen == [1.0, 3.0, 5.0]


def test_a_run_until_a_time_leaves_the_rest_for_later() -> None:
    agenda, seen = Agenda(), list[str]()
    agenda.plan(1.0, seen.append, "now")
    agenda.plan(9.0, seen.append, "later")
    agenda.run(until_s=5.0)
    assert (seen, agenda.now_s, len(agenda)) == (["now"], 5.0, 1)


@pytest.mark.parametrize("at_s", [4.0, float("nan")])
def test_nothing_is_planned_before_now(at_s: float) -> None:
    agenda = Agenda()
    agenda.run(until_s=5.0)
    with pytest.raises(ValueError, match="time only goes forward"):
        agenda.plan(at_s, print, "x")
