"""Numbers for Prometheus, read from the state at the moment somebody asks; nothing personal, nothing by incident."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

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


def metrics_text(parts: Parts) -> bytes:
    """Everything in Prometheus's text form."""
    registry = CollectorRegistry()
    registry.register(DeskCollector(parts))
    return generate_latest(registry) + generate_latest()


def _by(name: str, label: str, values: Iterator[str]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"saigon115_{name}", f"{name.capitalize()} by {label}.", labels=[label])
    for value, count in sorted(Counter(values).items()):
        family.add_metric([value], count)
    return family
