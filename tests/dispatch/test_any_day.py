"""Whatever people at the desk, at stations and in units say: no state falls apart, and no advice is refused."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.assignment import offers, runs
from dispatch.assignment.asking import OfferRequest
from dispatch.assignment.decide import assign
from dispatch.assignment.runs import Report
from dispatch.assignment.settings import AssignmentSettings
from dispatch.domain.events import Event, IncidentRevised, Need
from dispatch.domain.state import State
from dispatch.domain.words import UnitReport
from dispatch.errors import Refused
from dispatch.major import decide as major
from tests.factories import LON, NOW, FakeTravel, make_hospital, make_incident, make_state, make_station, make_unit
from tests.folding import fold

ON_RUN = ("dispatched", "en_route", "on_scene", "transporting", "at_hospital")
SAID: tuple[UnitReport, ...] = (
    "en_route", "on_scene", "transporting", "at_hospital", "handed_over", "returning", "out_of_service", "on_break",
)  # fmt: skip


def city(chance: Random) -> State:
    stations = chance.randint(2, 6)
    return make_state(
        stations=[
            make_station(f"S{at}", lon=LON + at * 0.01, can_refuse=chance.random() < 0.8) for at in range(stations)
        ],
        units=[
            make_unit(
                f"U{at}",
                station_id=f"S{chance.randrange(stations)}",
                kind=chance.choice(("van", "van", "van", "motorbike")),
                skills=chance.choice((None, ("nurse", "convey"))),
            )
            for at in range(stations + 2)
        ],
        incidents=[
            make_incident(
                f"I{at}",
                priority=chance.choice((1, 1, 2, 3, 4)),
                needs=(Need(chance.choice((("convey",), ("doctor", "convey")))),),
                lon=LON + chance.randint(0, 6) * 0.01,
            )
            for at in range(3)
        ],
        hospitals=[make_hospital()],
    )


def follow_advice(state: State, chance: Random, now: datetime) -> list[Event]:
    """Offer what is advised first for one incident, but where that stands on a diversion that nobody has asked for."""
    found = assign(state, {}, FakeTravel(), now, AssignmentSettings())
    advice = chance.choice([*found.values()]) if found else None
    if advice is None or not advice.units or "instead of" in advice.why.en or advice.units[0].diverts_from:
        return []
    first = advice.units[0]
    request = OfferRequest(
        offer_id=f"O{state.seq}", incident_id=advice.incident_id, unit_id=first.unit_id, tier=first.tier
    )
    try:
        return offers.make_offer(state, request, now)
    except Refused as error:
        raise AssertionError(f"{first.unit_id} is advised ({advice.why.en}) and refused: {error}") from error


def say_something(state: State, chance: Random, now: datetime) -> list[Event]:
    incident = chance.choice([*state.incidents.values()])
    unit = chance.choice([*state.units.values()])
    asked = [offer.id for one in state.incidents.values() for offer in one.open_offers]
    match chance.choice(("offer", "answer", "answer", "stand_down", "major", "level", "report", "report", "report")):
        case "offer":
            is_signed = unit.status in ON_RUN
            request = OfferRequest(offer_id=f"O{state.seq}", incident_id=incident.id, unit_id=unit.id, signed=is_signed)
            return offers.make_offer(state, request, now)
        case "answer" if asked:
            offer_id = chance.choice(asked)
            return chance.choice(
                (
                    lambda: offers.accept_offer(state, offer_id),
                    lambda: offers.refuse_offer(state, offer_id, "no_crew", None),
                    lambda: offers.expire_offer(state, offer_id),
                    lambda: offers.withdraw_offer(state, offer_id, "desk", bars=True),
                )
            )()
        case "stand_down":
            return runs.stand_down(state, unit.id, "cancelled_after_departure")
        case "major":
            is_on = incident.major is not None and incident.major.is_on
            return major.stand_down(state, incident.id, None) if is_on else major.declare(state, incident.id, 5, None)
        case "level":
            return [IncidentRevised(incident_id=incident.id, priority=chance.choice((1, 2, 3, 4)))]
        case _:
            said = chance.choice(SAID)
            return runs.report(
                state,
                Report(
                    unit_id=unit.id,
                    status=said,
                    at=now,
                    hospital_id="H1" if said in ("transporting", "at_hospital") else None,
                    outcome=chance.choice(("treated_not_conveyed", "relayed")) if unit.status == "on_scene" else None,
                    reason="breakdown" if said == "out_of_service" else None,
                ),
                now,
            )


def check(state: State) -> None:
    """A unit is on one run at most, and says so; nobody is at work on what is closed."""
    on = Counter(run.unit_id for incident in state.incidents.values() for run in incident.active_runs)
    asked = {offer.unit_id: offer.id for one in state.incidents.values() for offer in one.open_offers}
    for unit in state.units.values():
        assert on[unit.id] == (unit.status in ON_RUN), unit
        assert unit.status != "offered" or unit.id in asked, unit
        assert unit.diversion_offer_id in (None, asked.get(unit.id)), unit
    for incident in state.incidents.values():
        assert incident.status != "closed" or not (incident.active_runs or incident.open_offers), incident
        assert (incident.status == "assigned") <= bool(incident.active_runs), incident
        assert (incident.status == "waiting") <= (not incident.active_runs), incident


@given(st.integers(0, 1_000_000))
@settings(max_examples=25, deadline=None)
def test_whatever_is_said_the_state_holds_together_and_what_is_advised_can_be_offered(seed: int) -> None:
    chance = Random(seed)
    state, now = city(chance), NOW
    for _ in range(40):
        now += timedelta(seconds=chance.randint(1, 60))
        try:
            told = say_something(state, chance, now) if chance.random() < 0.7 else follow_advice(state, chance, now)
            state = fold(state, told, at=now)
        except Refused:
            continue
        check(state)
