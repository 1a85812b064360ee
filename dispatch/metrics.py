"""Numbers for Prometheus, read from the state at the moment somebody asks; nothing personal, nothing by incident."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from dispatch.parts import Parts


class DeskCollector(Collector):
    """The desk's gauges."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def collect(self) -> Iterator[GaugeMetricFamily]:
        parts, state = self._parts, self._parts.desk.state
        yield GaugeMetricFamily("saigon115_seq", "Newest event folded in.", state.seq)
        yield GaugeMetricFamily("saigon115_feed_sockets", "Open feeds.", parts.feed.listeners)
        yield GaugeMetricFamily("saigon115_valkey_up", "1 while positions are shared.", int(parts.positions.is_shared))
        yield GaugeMetricFamily("saigon115_positions", "Units with a known position.", len(parts.positions.latest))
        yield _by("incidents", "level", (str(i.priority) for i in state.incidents.values() if i.status != "closed"))
        yield _by("waiting", "level", (str(incident.priority) for incident in state.waiting))
        yield _by("units", "status", (unit.status for unit in state.units.values()))
        slowest = max((one.solver_ms for one in parts.recommender.latest.values()), default=0.0)
        yield GaugeMetricFamily("saigon115_decision_ms", "Time of the newest decision, ms.", slowest)
        yield from _roads(parts)


def metrics_text(parts: Parts) -> bytes:
    """Everything in Prometheus's text form."""
    registry = CollectorRegistry()
    registry.register(DeskCollector(parts))
    return generate_latest(registry) + generate_latest()


def _roads(parts: Parts) -> Iterator[GaugeMetricFamily]:
    """The road conditions in force."""
    roads, closures = parts.roads, parts.desk.state.closures.values()
    yield _by("closures", "kind", (closure.kind for closure in closures))
    lost = len(roads.not_located)
    yield GaugeMetricFamily("saigon115_closures_not_located", "Closures on no street of the map in use.", lost)
    if (now := roads.in_force) is None:
        return
    version = GaugeMetricFamily("saigon115_traffic_version", "The road conditions in force.", labels=["version"])
    version.add_metric([now.version], 1)
    yield version
    age_s = (datetime.now(UTC) - now.at).total_seconds()
    yield GaugeMetricFamily("saigon115_traffic_age_s", "Since the road conditions last changed, s.", age_s)
    yield GaugeMetricFamily("saigon115_traffic_live_arcs", "Arcs with a live speed.", len(now.live.arc))
    yield GaugeMetricFamily("saigon115_traffic_apply_ms", "Time of the newest change, ms.", now.apply_s * 1000)
    yield GaugeMetricFamily("saigon115_traffic_stall_ms", "Longest stall during it, ms.", now.stall_s * 1000)


def _by(name: str, label: str, values: Iterator[str]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"saigon115_{name}", f"{name.capitalize()} by {label}.", labels=[label])
    for value, count in sorted(Counter(values).items()):
        family.add_metric([value], count)
    return family
