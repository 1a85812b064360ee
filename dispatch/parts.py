"""The running parts of the desk, joined once by `app.py` and handed to every handler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from dispatch.access.store import AccessStore
    from dispatch.alarms.rules import Rules
    from dispatch.assignment.advised import Advised
    from dispatch.assignment.coverage import Coverage
    from dispatch.assignment.recommender import Recommender
    from dispatch.city_pack import CityPack
    from dispatch.database import Pool
    from dispatch.desk import Desk
    from dispatch.feed import Feed
    from dispatch.geocoding.search import Geocoder
    from dispatch.move_up.advisor import MoveUpAdvisor
    from dispatch.personal import PersonalStore
    from dispatch.positions.store import PositionStore
    from dispatch.roads.conditions import RoadConditions
    from dispatch.settings import Settings
    from dispatch.sms.gateway import Gateway
    from dispatch.triage.active import Protocol
    from routing.travel_times import TravelTimes


@dataclass(slots=True)
class Parts:
    """Everything a handler may need; nothing here is global."""

    settings: Settings
    pool: Pool
    access: AccessStore
    personal: PersonalStore
    sms: Gateway | None
    desk: Desk
    feed: Feed
    positions: PositionStore
    recommender: Recommender
    advised: Advised
    move_ups: MoveUpAdvisor
    roads: RoadConditions
    alarm_rules: Rules
    protocol: Protocol
    coverage: Coverage
    pack: CityPack
    travel: TravelTimes
    geocoder: Geocoder
    city: dict[str, Any]
    is_demo: bool


def parts_of(connection: HTTPConnection) -> Parts:
    """The parts behind a request or a socket."""
    return cast("Parts", connection.app.state.parts)
